"""The marks: the line by which a file of ours is recognised, whole or broken."""

EDITION_MARK = "WALRG-Declaration"
RECEIPT_MARK = "WALRG-Receipt"


def edition_mark(*, edition: str, language: str, root: str) -> str:
    """The mark of one file: `WALRG-Declaration edition=<label or draft> language=<code> root=<64 hexadecimal digits>`.

    It stands in the second line of the file as a comment, in the Info dictionary and in XMP.
    """
    return f"{EDITION_MARK} edition={edition} language={language} root={root}"


def receipt_mark(*, number: str, fingerprint: str) -> str:
    """The mark of a receipt, in the same places: `WALRG-Receipt number=<receipt number> fingerprint=<64 hexadecimal digits>`."""
    return f"{RECEIPT_MARK} number={number} fingerprint={fingerprint}"
