import hashlib
import io
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import ImageCms

from pledges.domain.publication import Attachment
from pledges.typesetting.chapter import Bookmark, Chapter, Page, Target
from pledges.typesetting.colour import INK, srgb_profile
from pledges.typesetting.fonts import Style
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.objects import uri
from pledges.typesetting.output import Objects
from pledges.typesetting.structure import Numbers, Structure, alternative, box, language_attribute
from pledges.typesetting.text import line
from tests.typesetting.bound import bound

MARK = "WALRG-Declaration edition=Rev.0 language=en root=" + "ab" * 32
METADATA = Metadata("Title & <more>", "The Secretariat", "Déclaration", "en", datetime(2024, 9, 19, 21, 45, tzinfo=UTC), MARK)
LINES = ["public_id\r\n", "Pâté\r\n"]
DATA = Attachment("declaration.csv", "text/csv", "One line for each pledge", lambda: LINES)
SERIF = Style()


def first_chapter() -> Chapter:
    """One page: a heading, an Arabic paragraph, the field for the seal."""
    chapter = Chapter()
    structure, page = chapter.structure, chapter.add_page()
    heading, paragraph, field = structure.add("H1", 0), structure.add("P", 0), structure.add("Form", 0, alternative("Seal"))
    with page.marked(heading):
        page.show(line("Heading", Style(bold=True), "en"), 100, 700, 20)
    with page.marked(paragraph):
        page.show(line("السلام عليكم", SERIF, "ar"), 100, 600, 10)
    page.seal_field(field, (100, 100, 200, 150), "Seal of the secretariat")
    chapter.bookmarks.append(Bookmark(0, "One", Target(0, 700)))
    return chapter


def second_chapter() -> Chapter:
    """Two pages: a paragraph that goes over both, a French one, a picture, a link."""
    chapter = Chapter()
    structure = chapter.structure
    paragraph, french = structure.add("P", 0), structure.add("P", 0, language_attribute("fr"))
    figure = structure.add("Figure", 0, alternative("A square (dark)") + box(10, 10, 5, 5))
    link = structure.add("Link", 0)
    for _ in range(2):
        page = chapter.add_page()
        with page.marked(paragraph):
            page.show(line("Words", SERIF, "en"), 100, 600, 10)
    last_things(page, french, figure, link)
    chapter.bookmarks += [Bookmark(1, "Within", Target(0, 700)), Bookmark(0, "Two", Target(1, 300))]
    return chapter


def last_things(page: Page, french: int, figure: int, link: int) -> None:
    with page.marked(french):
        page.show(line("œuvre", SERIF, "fr"), 100, 500, 10)
    with page.marked(figure):
        page.fill(10, 10, 5, 5, INK)
    with page.marked(link):
        page.show(line("back", SERIF, "en"), 100, 400, 10)
    page.link(link, (100, 390, 200, 410), "Back to the first page", Target(page=0, top=700))


def small_document() -> bytes:
    """Two chapters, three pages."""
    return bound(METADATA, [first_chapter(), second_chapter()], [DATA])


@pytest.fixture(scope="module")
def written() -> bytes:
    return small_document()


@pytest.fixture(scope="module")
def read(written: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(written))


def elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """All structure elements in the order in which they are read out."""
    found = []

    def walk(element: pikepdf.Object) -> None:
        found.append(element)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                walk(kid)

    for top in pdf.Root.StructTreeRoot.K:
        walk(top)
    return found


def test_the_file_is_sound(written: bytes, tmp_path: Path) -> None:
    file = tmp_path / "small.pdf"
    file.write_bytes(written)
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "No syntax or stream encoding errors" in checked.stdout


def test_the_edition_mark_stands_in_the_second_comment_in_info_and_in_xmp(written: bytes, read: pikepdf.Pdf) -> None:
    assert written.startswith(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%" + MARK.encode() + b"\n")
    assert str(read.docinfo["/WALRGDeclaration"]) == MARK
    assert read.open_metadata()["{urn:walrg:declaration#}mark"] == MARK


def test_info_and_xmp_say_the_same_and_name_both_standards(read: pikepdf.Pdf) -> None:
    metadata = read.open_metadata()
    assert metadata["dc:title"] == str(read.docinfo.Title) == "Title & <more>"
    assert metadata["dc:description"] == str(read.docinfo.Subject) == "Déclaration"
    assert metadata["dc:creator"] == [str(read.docinfo.Author)]
    assert metadata["pdf:Producer"] == str(read.docinfo.Producer)
    assert metadata["xmp:CreatorTool"] == str(read.docinfo.Creator)
    assert metadata["xmp:CreateDate"] == "2024-09-19T21:45:00Z"
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
    assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert str(read.docinfo.CreationDate) == "D:20240919214500+00'00'"


def test_the_reader_is_told_language_title_and_that_all_is_tagged(read: pikepdf.Pdf) -> None:
    assert str(read.Root.Lang) == "en"
    assert bool(read.Root.MarkInfo.Marked)
    assert bool(read.Root.ViewerPreferences.DisplayDocTitle)
    assert all(page.Tabs == "/S" for page in read.pages)


def test_the_structure_is_read_in_the_order_in_which_it_was_made(read: pikepdf.Pdf) -> None:
    assert [str(element.S) for element in elements(read)] == [
        "/Document", "/Part", "/Sect", "/H1", "/P", "/Form", "/Part", "/Sect", "/P", "/P", "/Figure", "/Link",
    ]  # fmt: skip


def test_a_paragraph_over_two_pages_is_one_element_with_content_on_both(read: pikepdf.Pdf) -> None:
    paragraph = elements(read)[8]
    assert paragraph.K[0] == 0
    assert paragraph.Pg.objgen == read.pages[1].objgen
    assert paragraph.K[1].Pg.objgen == read.pages[2].objgen


def test_each_mark_of_a_page_leads_back_to_its_element(read: pikepdf.Pdf) -> None:
    numbers = [entry for leaf in read.Root.StructTreeRoot.ParentTree.Kids for entry in leaf.Nums]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert [int(key) for key in parents] == sorted(int(key) for key in parents)
    tags = [[str(element.S) for element in parents[page.StructParents]] for page in read.pages]
    assert tags == [["/H1", "/P"], ["/P"], ["/P", "/P", "/Figure", "/Link"]]
    annotations = [annotation for page in read.pages for annotation in page.get("/Annots", [])]
    assert [str(parents[annotation.StructParent].S) for annotation in annotations] == ["/Form", "/Link"]


def test_everything_shown_is_marked_or_an_artifact(read: pikepdf.Pdf) -> None:
    showing = {"Tj", "TJ", "f", "S", "re"}
    for page in read.pages:
        depth = 0
        for _, operator in pikepdf.parse_content_stream(page):
            depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(str(operator), 0)
            assert depth > 0 or str(operator) not in showing
        assert depth == 0


def test_links_and_fields_have_words_and_belong_to_elements(read: pikepdf.Pdf) -> None:
    link, field = read.pages[2].Annots[0], read.pages[0].Annots[0]
    assert str(link.Contents) == "Back to the first page"
    assert link.Dest[0].objgen == read.pages[0].objgen
    assert (str(field.T), str(field.TU), field.FT) == ("Seal", "Seal of the secretariat", "/Sig")
    assert "/V" not in field
    assert read.Root.AcroForm.Fields[0].objgen == field.objgen
    objects = [
        kid.Obj.objgen for element in elements(read) for kid in listed(element.K) if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid
    ]
    assert objects == [field.objgen, link.objgen]


def listed(kids: pikepdf.Object) -> list[pikepdf.Object]:
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def test_a_change_of_language_and_a_picture_tell_what_they_are(read: pikepdf.Pdf) -> None:
    french, figure = elements(read)[9:11]
    assert str(french.Lang) == "fr"
    assert str(figure.Alt) == "A square (dark)"
    assert [float(edge) for edge in figure.A.BBox] == [10, 10, 15, 15]


def test_bookmarks_lead_to_pages_and_keep_their_levels(read: pikepdf.Pdf) -> None:
    outline = read.open_outline()
    assert [item.title for item in outline.root] == ["One", "Two"]
    assert [item.title for item in outline.root[0].children] == ["Within"]
    assert outline.root[1].destination[0].objgen == read.pages[2].objgen


def test_an_attached_file_comes_out_as_it_went_in(read: pikepdf.Pdf) -> None:
    assert read.attachments["declaration.csv"].get_file().read_bytes() == "".join(LINES).encode()
    named = read.Root.AF[0]
    assert (named.AFRelationship, str(named.UF), named.EF.F.Subtype) == ("/Data", "declaration.csv", "/text/csv")
    assert bytes(named.EF.F.Params.CheckSum) == hashlib.md5("".join(LINES).encode(), usedforsecurity=False).digest()


def test_every_stream_ends_its_line_before_endstream(written: bytes) -> None:
    ends = Counter(written[place.start() - 1 : place.start()] for place in re.finditer(b"endstream", written))
    assert set(ends) == {b"\n"}


def test_every_font_is_embedded_with_its_text(read: pikepdf.Pdf) -> None:
    fonts = read.pages[0].Resources.Font
    assert len(fonts) == 3
    for font in fonts.values():
        assert font.Encoding == "/Identity-H"
        assert len(font.ToUnicode.read_bytes()) > 200
        assert font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()[:4] in (b"\0\1\0\0", b"true")


def test_the_same_calls_give_the_same_bytes_whatever_the_hash_seed(written: bytes) -> None:
    program = "from tests.typesetting.test_tagged import *; print(hashlib.sha256(small_document()).hexdigest())"
    root = Path(__file__).resolve().parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin", "HOME": str(Path.home())},
            cwd=root, capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert digests == {hashlib.sha256(written).hexdigest()}


def test_the_colour_profile_is_srgb_in_version_2() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile())).profile
    assert (profile.profile_description, round(profile.version, 1), profile.xcolor_space) == ("sRGB IEC61966-2.1", 2.1, "RGB ")
    assert profile.red_primary[1][:2] == pytest.approx((0.6485, 0.3309), abs=0.001)


def test_a_structure_of_many_pages_finds_each_page_in_its_parent_tree() -> None:
    structure = Structure()
    for page in range(1_200):
        structure.add_page()
        assert structure.mark(structure.add("P", 0), page) == 0
    numbers = Numbers(5_000, 1_200, 0, len(structure))
    bodies = dict([*structure.marks(numbers), *structure.objects(numbers, 7)])
    assert sorted(bodies) == list(range(numbers.marks(0), numbers.streams.start))
    leaves = [body for body in bodies.values() if body.startswith(b"<</Limits")]
    assert len(leaves) == 3
    assert b"".join(leaves).count(b" 0 R") == 1_200


def test_a_sheet_is_moved_under_its_text_and_what_is_drawn_keeps_its_place(read: pikepdf.Pdf) -> None:
    boxes = [[float(edge) for edge in page.MediaBox] for page in read.pages]
    assert boxes[0] == boxes[2] == [0, 0, 595.28, 841.89]
    assert boxes[1] == [14.17, 0, 609.45, 841.89]


def test_objects_packed_out_of_order_are_found() -> None:
    objects = Objects()
    following = objects.pack([(3, b"(three)"), (9, b"(nine)"), (4, b"(four)")], 20)
    assert (following, objects.packed) == (21, [(20, [3, 9, 4])])


def test_an_address_is_written_in_ascii_whatever_letters_it_has() -> None:
    assert uri("https://pledges.example/verify?number=a%20b#c") == b"(https://pledges.example/verify?number=a%20b#c)"
    assert uri("https://łódź.example:8443/prüfen?ort=Łódź") == (b"(https://xn--d-uga0v4h.example:8443/pr%C3%BCfen?ort=%C5%81%C3%B3d%C5%BA)")
