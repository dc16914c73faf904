import csv
import io
import re
import subprocess
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from pledges.domain.declaration import AdoptedText, Declaration, Entry, ThemeWords, count
from pledges.domain.goals import goal_name
from pledges.domain.lifecycle import EditionKind
from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.protocol import protocol_key
from pledges.domain.publication import Attachment
from pledges.domain.themes import Theme
from pledges.typesetting.declaration import MissingGlyphs, typeset
from pledges.typesetting.direction import RIGHT_TO_LEFT
from pledges.typesetting.words import LANGUAGES, Words

CLOSING = datetime(2024, 9, 19, 21, 45, tzinfo=UTC)
ROOT = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
PUBLISHED = "We commit ourselves to digital transformation at the local level."
FILES = [Attachment(name, "text/csv", "Data", lambda: ["a,b", "\r\n"]) for name in ("proofs.json", "declaration.csv", "declaration.json")]
UNSEEN, UNSEEN_TOO = "\U00016d40", "\U0001e5d0"
"""Letters of Kirat Rai and Ol Onal, scripts that no font of ours has yet."""


def entry(place: int, **changes: object) -> Entry:
    base = Entry(
        public_id=f"P{place}", fingerprint=sha256(b"%d" % place).hexdigest(), record="{}", government_id=f"gn-{place}",
        government=f"Town {place}", government_native="", kind=GovernmentKind.CITY, country_code=("FR", "KE", "JP", "BR")[place % 4],
        leader_name=f"Leader Number{place}", leader_name_latin="", honorific="Her Worship", office="Mayor", office_local="",
        mandate_basis=None, language="en", themes=(ThemeWords(Theme.DIGITAL, version=1), ThemeWords(Theme.PEACEFUL)),
        statement="", actions="", multilateral="", signature_kind=SignatureKind.EMAIL, signed_at=CLOSING, late=False,
    )  # fmt: skip
    return replace(base, **changes)


def declaration(entries: Sequence[Entry], **changes: object) -> Declaration:
    texts = tuple(AdoptedText(theme, 1, "en", PUBLISHED, sha256(PUBLISHED.encode()).hexdigest()) for theme in Theme)
    base = Declaration(
        kind=EditionKind.REV, label="Rev.0", refers_to="", language="en", as_of=CLOSING, closing_at=CLOSING, entries=tuple(entries),
        texts=texts, counts=count(tuple(entries)), root=ROOT, log_number=7, log_hash="c" * 64, base_url="https://pledges.example.org/",
        example=False, development_seal=False,
    )  # fmt: skip
    return replace(base, **changes)


def printed(value: Declaration, **options: object) -> bytes:
    out = io.BytesIO()
    typeset(value, FILES, out, **{"seal_field": True, **options})
    return out.getvalue()


def text_of(pdf: bytes, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def structure_of(pdf: bytes, folder: Path, option: str = "-struct-text") -> str:
    file = folder / "declaration.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfinfo", option, file], capture_output=True, text=True, check=True).stdout


def essence(text: str, *, marks: bool = True) -> str:
    kept = (c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c) != "Cf")
    return "".join(c for c in kept if marks or unicodedata.category(c)[0] != "M")


@pytest.fixture(scope="module")
def register(request: pytest.FixtureRequest) -> tuple[Entry, ...]:
    """The 300 pledges of the acceptance data, in the order of protocol."""
    path = Path(__file__).resolve().parents[2] / "../shared/data/pledges_300.csv"
    if not path.exists():
        pytest.skip("the acceptance data is not beside the project")
    with path.open(encoding="utf-8", newline="") as file:
        entries = [entry_of(place, row) for place, row in enumerate(csv.DictReader(file))]
    return tuple(sorted(entries, key=lambda one: protocol_key(one.country_code, one.government, one.leader_name, one.fingerprint)))


def entry_of(place: int, row: dict[str, str]) -> Entry:
    line = {name: " ".join(text.split()) for name, text in row.items()}
    text = {name: text.replace("\u2028", "\n").strip() for name, text in row.items()}
    return entry(
        place, government_id=line["government_id"], government=line["government_name"], government_native=line["government_native_name"],
        kind=GovernmentKind(line["kind"]), country_code=line["country_code"], leader_name=line["leader_name"], office=line["leader_role"],
        language=line["pledge_language"], themes=tuple(ThemeWords(Theme(theme)) for theme in line["themes"].split("|")),
        statement=text["political_commitment"], actions=text["actions"], multilateral=text["multilateral"],
        signature_kind=SignatureKind.REPORTED,
    )  # fmt: skip


@pytest.fixture(scope="module")
def register_pdf(register: tuple[Entry, ...]) -> bytes:
    return printed(declaration(register, example=True, development_seal=True))


@pytest.fixture(scope="module")
def register_text(register_pdf: bytes) -> str:
    return text_of(register_pdf)


def test_each_of_the_300_names_is_found_in_the_text(register: tuple[Entry, ...], register_text: str) -> None:
    whole, bare = essence(register_text), essence(register_text, marks=False)
    names = [one.leader_name for one in register]
    assert [name for name in names if not RIGHT_TO_LEFT.search(name) and essence(name) not in whole] == []
    assert [name for name in names if RIGHT_TO_LEFT.search(name) and essence(name, marks=False) not in bare] == []


def test_each_count_stands_on_a_line_of_its_own(register: tuple[Entry, ...], register_text: str) -> None:
    counts = count(register)
    commitments = counts.commitments
    for wanted in (
        f"Pledges: {counts.pledges}", f"Governments: {counts.governments}", f"Countries or areas: {counts.countries}",
        f"Digital futures: {commitments[Theme.DIGITAL]}", f"Peaceful futures: {commitments[Theme.PEACEFUL]}",
        f"Sustainable futures for all: {commitments[Theme.SUSTAINABLE]}",
    ):  # fmt: skip
        assert re.search(f"^{re.escape(wanted)}( |$)", register_text, re.MULTILINE), wanted


def test_the_register_is_a_sound_file_with_every_font_embedded(register_pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "register.pdf"
    file.write_bytes(register_pdf)
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(fonts) > 20
    assert all(re.search(r"yes yes yes +\d+ +0$", font) for font in fonts)


def test_headings_never_skip_a_level(register_pdf: bytes, tmp_path: Path) -> None:
    levels = [int(level) for level in re.findall(r"^ *H(\d)", structure_of(register_pdf, tmp_path, "-struct"), re.MULTILINE)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(levels) > 300


def test_words_for_several_themes_are_printed_once_in_their_own_language(tmp_path: Path) -> None:
    one = entry(1, language="fr", actions="Planter des arbres.", multilateral="Travailler ensemble.", statement="Nous promettons.")
    structure = structure_of(printed(declaration([one])), tmp_path)
    flat = " ".join(structure.split())
    for words in ("Planter des arbres.", "Travailler ensemble.", "Nous promettons."):
        assert flat.count(words) == 1
    assert flat.index("Planter") < flat.index("Travailler") < flat.index("Nous promettons")
    assert "Language of the original: French" in flat


def test_words_for_one_theme_stand_in_that_theme(tmp_path: Path) -> None:
    one = entry(1, themes=(ThemeWords(Theme.PEACEFUL, version=1, actions="Mediate between neighbours."), ThemeWords(Theme.DIGITAL, 1)))
    text = text_of(printed(declaration([one])))
    assert text.count("Mediate between neighbours.") == 1
    assert text.index("Actions and strategies in Peaceful futures") < text.index("Mediate between neighbours.")


@pytest.mark.parametrize(
    ("language", "when"), [("en", "By when: June 2027"), ("fr", "Échéance : juin 2027"), ("zh", "完成时间：2027年6月")]
)
def test_deliverables_are_a_list_with_date_and_goals_in_the_editions_language(language: str, when: str, tmp_path: Path) -> None:
    planned = "2027-06 | 6,11 | مستوصف لكل حي\n|  | A tree for each child"
    one = entry(1, language="ar", themes=(ThemeWords(Theme.PEACEFUL, actions="Act.", planned=planned, multilateral="Join."),))
    structure = structure_of(printed(declaration([one], language=language)), tmp_path)
    flat = " ".join(structure.split()).replace("\u00a0", " ")
    assert flat.index("Act.") < flat.index("A tree for each child") < flat.index("Join.")
    for shown in (when, f"6 {goal_name(6, language)}", f"11 {goal_name(11, language)}"):
        assert shown in flat


def test_a_text_that_nobody_adopted_is_not_said_to_be_adopted() -> None:
    text = text_of(printed(declaration([entry(1, themes=(ThemeWords(Theme.DIGITAL),), statement="Our own promise.")])))
    assert "Pledges that adopt no published text and commit in their own words: 1" in text
    assert "Pledges that adopt the published text, version 1: 1" not in text
    assert "version 1, which no pledge in this edition adopts" in " ".join(text.split())


def test_a_signature_says_signed_name_office_government_and_country_in_this_order() -> None:
    names = {"leader_name": "山下 浩", "leader_name_latin": "Yamashita Hiroshi", "government": "Oyamazaki", "government_native": "大山崎町"}
    one = entry(2, language="ja", **names)
    text = text_of(printed(declaration([one])), "-raw")
    block = text[text.index("(Signed)") :].split("\n")[:5]
    assert [line.strip() for line in block[:4]] == ["(Signed) 山下 浩", "Yamashita Hiroshi", "Mayor", "大山崎町 · Oyamazaki"]
    assert block[4].startswith("Japan")
    assert "Her Worship" not in text


def test_how_each_was_signed_is_marked_and_explained() -> None:
    entries = [entry(1), entry(2, signature_kind=SignatureKind.REPORTED), entry(3, signature_kind=SignatureKind.PAPER, late=True)]
    pdf = printed(declaration(entries))
    text = text_of(pdf, "-layout")
    assert "reported by file, original not seen" in text
    assert "signed with a passkey" not in text
    assert re.search("P, late", text)
    read = pikepdf.open(io.BytesIO(pdf))
    pictures = {str(one.Alt) for one in read.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"}
    assert pictures >= {
        "confirmed by e-mail, Digital futures, Peaceful futures",
        "reported by file, original not seen, Digital futures, Peaceful futures",
        "signed on paper, checked by two officers, signed after the closing of the Assembly, Digital futures, Peaceful futures",
    }


def test_a_name_in_two_directions_is_found_in_its_own_order() -> None:
    name = "ד״ר יעל כהן (Dr. Yael Cohen)"
    text = text_of(printed(declaration([entry(1, leader_name=name, language="he", country_code="IL")])))
    assert essence(f"(Signed) {name}") in essence(text)


def test_a_long_name_is_never_cut() -> None:
    name = " ".join(["Wolfeschlegelsteinhausenbergerdorff"] * 5)[:180] + " End"
    assert essence(name) in essence(text_of(printed(declaration([entry(1, leader_name=name)]))))


def test_no_signature_is_split_over_two_pages() -> None:
    entries = [entry(place, leader_name=f"Leader{place:03} " + "Long " * (place % 9), office="Of " * 20) for place in range(60)]
    pages = text_of(printed(declaration(entries)), "-raw").split("\f")
    for place in range(60):
        page = next(page for page in pages if f"(Signed) Leader{place:03}" in page)
        assert re.search(rf"^Town {place}$", page, re.MULTILINE)


def test_missing_glyphs_of_all_entries_come_in_one_error() -> None:
    entries = [
        entry(1, leader_name=f"Name {UNSEEN}"),
        entry(2, government_native=f"{UNSEEN}"),
        entry(3),
        entry(4, themes=(ThemeWords(Theme.DIGITAL, 1, multilateral=f"words {UNSEEN}{UNSEEN_TOO}"),)),
    ]
    with pytest.raises(MissingGlyphs) as stopped:
        printed(declaration(entries))
    assert {(found.public_id, found.leader) for found in stopped.value.entries} == {
        ("P1", f"Name {UNSEEN}"), ("P2", "Leader Number2"), ("P4", "Leader Number4"),
    }  # fmt: skip
    assert next(found.characters for found in stopped.value.entries if found.public_id == "P4") == f"{UNSEEN}{UNSEEN_TOO}"
    assert "P2 Town 2, Leader Number2: " in str(stopped.value)
    assert "U+16D40" in str(stopped.value)


def test_a_draft_prints_boxes_is_watermarked_and_has_no_field_for_a_seal() -> None:
    pdf = printed(declaration([entry(1, leader_name=f"Name {UNSEEN}")], draft=True, development_seal=True))
    read = pikepdf.open(io.BytesIO(pdf))
    pages = text_of(pdf).split("\f")[:-1]
    assert len(pages) == len(read.pages)
    assert b" edition=draft " in pdf[:200]
    assert "/AcroForm" not in read.Root
    assert "DEVELOPMENT SEAL" not in text_of(pdf)
    for page in read.pages:
        marked = [operands[1] for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"]
        assert any(mark.get("/Subtype") == "/Watermark" for mark in marked)


def test_the_first_page_says_what_it_is_and_carries_the_root() -> None:
    one = declaration([entry(1)], example=True, development_seal=True, kind=EditionKind.ADD, label="Add.1", refers_to="Rev.0")
    pdf = printed(one)
    cover = text_of(pdf, "-l", "1")
    for words in (
        "Example: these leaders and pledges are invented", "DEVELOPMENT SEAL", "Edition Add.1", "Late signatories, in addition to Rev.0",
        ROOT, "19 September 2024 at 21:45 UTC", "New York, 19 September 2024",
    ):  # fmt: skip
        assert words in cover
    assert "not the signature of any mayor" in " ".join(cover.split())
    read = pikepdf.open(io.BytesIO(pdf))
    field = read.Root.AcroForm.Fields[0]
    assert (str(field.T), field.FT) == ("Seal", "/Sig")


def test_a_real_edition_has_no_banner_and_no_development_seal() -> None:
    text = text_of(printed(declaration([entry(1)])))
    assert "invented" not in text
    assert "DEVELOPMENT" not in text


def test_every_page_says_its_number_of_all_the_edition_and_the_root() -> None:
    out = io.BytesIO()
    result = typeset(declaration([entry(place) for place in range(40)], example=True), FILES, out, seal_field=True)
    assert result.sha256 == sha256(out.getvalue()).hexdigest()
    pages = text_of(out.getvalue()).split("\f")[:-1]
    assert len(pages) == result.pages
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {result.pages}" in page
        assert f"root {ROOT[:16]}" in page
        assert "World Assembly of Local and Regional Governments, Rev.0" in page
        assert "Example: these leaders" in page


def test_the_contents_lead_to_the_pages_that_they_name() -> None:
    pdf = printed(declaration([entry(place, actions="Act.") for place in range(8)]))
    read = pikepdf.open(io.BytesIO(pdf))
    numbers = {page.objgen: number for number, page in enumerate(read.pages, 1)}
    contents = text_of(pdf, "-f", "2", "-l", "2", "-layout")
    links = [annotation for annotation in read.pages[1].Annots if "/Dest" in annotation]
    parts = ("context", *Theme, "words", "signatures", "index", "counts", "verify", "designations", "colophon")
    assert len(links) == len(parts) + len(("Africa", "Americas", "Asia", "Europe")) + len(("by region", "growth", "map"))
    for link in links:
        assert re.search(rf"^ *{re.escape(str(link.Contents))} +{numbers[link.Dest[0].objgen]}$", contents, re.MULTILINE)


def test_a_region_and_a_country_of_several_chapters_stand_once_in_the_contents_and_in_the_side_bar() -> None:
    pdf = printed(declaration([entry(place, country_code="FR" if place % 9 else "ES", actions="Act.") for place in range(560)]))
    read = pikepdf.open(io.BytesIO(pdf))
    with read.open_outline() as outline:
        (words,) = (item for item in outline.root if item.title == "Actions and strategies across themes")
        assert [(region.title, [country.title for country in region.children]) for region in words.children] == [
            ("Europe", ["Spain", "France"])
        ]
    assert text_of(pdf, "-f", "2", "-l", "2").count("Europe") == 1


def test_the_three_files_are_attached_and_named_on_the_verification_page() -> None:
    pdf = printed(declaration([entry(1)]))
    assert set(pikepdf.open(io.BytesIO(pdf)).attachments) == {"declaration.csv", "declaration.json", "proofs.json"}
    text = text_of(pdf)
    assert "declaration.csv: Data" in text
    assert "https://pledges.example.org/verify" in text
    assert "entry 7" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_makes_a_whole_document(language: str) -> None:
    entries = [entry(place, actions="Act.", multilateral="Join.", statement="We do.") for place in range(6)]
    pdf = printed(declaration(entries, language=language, example=True, development_seal=True))
    read = pikepdf.open(io.BytesIO(pdf))
    assert str(read.Root.Lang) == language
    assert f" language={language} root={ROOT}".encode() in pdf[:200]
    words = Words(language)
    assert essence(words("example_banner"), marks=False) in essence(text_of(pdf, "-l", "1"), marks=False)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LookupError):
        printed(declaration([entry(1)], language="tlh"))


def test_an_edition_without_pledges_is_printed() -> None:
    assert "Pledges: 0" in text_of(printed(declaration([])))


def test_the_same_declaration_gives_the_same_bytes_and_another_moment_others() -> None:
    value = declaration([entry(1), entry(2, language="ja", leader_name="山下 浩")])
    assert printed(value) == printed(value)
    assert printed(value) != printed(replace(value, as_of=datetime(2024, 9, 20, tzinfo=UTC)))


def test_nothing_claims_what_the_assembly_is_not(register_text: str) -> None:
    assert not re.search("legally binding|ratified|stakeholder", register_text, re.IGNORECASE)


def test_progress_tells_each_part_to_its_end() -> None:
    told: list[tuple[str, int, int]] = []
    entries = [entry(place, actions="Trees.") for place in (1, 2)]
    printed(declaration(entries), progress=lambda part, done, total: told.append((part, done, total)))
    last = {part: (done, total) for part, done, total in told}
    assert last.pop("file")[0] == sum(part == "file" for part, _, _ in told) > 5
    assert last == {"themes": (3, 3), "words": (2, 2), "signatures": (2, 2), "index": (2, 2)}
