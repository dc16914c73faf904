import java.io.File;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.parser.PreflightParser;

/** Prints what PDFBox finds against PDF/A-1b in each file, one complaint a line; exits with 1 if there is any. */
public class Preflight {
    public static void main(String[] files) throws Exception {
        int complaints = 0;
        for (String file : files) {
            PreflightParser parser = new PreflightParser(new File(file));
            parser.parse();
            try (var document = parser.getPreflightDocument()) {
                document.validate();
                for (ValidationResult.ValidationError error : document.getResult().getErrorsList()) {
                    System.out.println(error.getErrorCode() + ": " + error.getDetails());
                    complaints++;
                }
            }
        }
        System.exit(complaints == 0 ? 0 : 1);
    }
}
