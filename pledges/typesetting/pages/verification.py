"""How anyone can check a copy, what the seal is and is not, and the notes at the end of the book."""

from collections.abc import Sequence

from pledges.domain.declaration import Declaration
from pledges.domain.publication import Attachment
from pledges.typesetting.chapter import Target
from pledges.typesetting.composition import BODY, HASH, LABEL, NOTE, SECTION, TITLE, WIDTH, Composition
from pledges.typesetting.pages.code import show_code, verification_address
from pledges.typesetting.pages.context import bullet
from pledges.typesetting.structure import BULLETS, NUMBERS

_HANAZONO = {"HanaMinA", "HanaMinB", "PledgesHan"}
_CODE = 84.0
_PROGRAM = "pledges verify FILE.pdf"


def verification_part(composition: Composition, declaration: Declaration, attachments: Sequence[Attachment]) -> None:
    """The ways to check, the seal, fingerprints and root, the event log, and the files inside."""
    words = composition.words
    composition.running_head = words("verify_heading")
    composition.new_page()
    with composition.within("Sect"):
        composition.heading(1, words("verify_heading"), TITLE, listed=0, after=8)
        composition.text(words("verify_intro"), BODY, after=8)
        with composition.within("L", NUMBERS):
            bullet(composition, words("verify_step_page"), sign="1.")
            _address(composition, verification_address(declaration.base_url))
            bullet(composition, words("verify_step_reader"), sign="2.")
            bullet(composition, words("verify_step_receipt"), sign="3.")
            bullet(composition, words("verify_step_program"), sign="4.")
            with composition.within("LI"), composition.within("LBody"):
                composition.text(_PROGRAM, HASH, language="en", indent=18, after=10)
        composition.heading(2, words("seal_is_heading"), SECTION, before=6, after=4)
        composition.text(words("seal_is"), BODY, after=6)
        composition.text(words("seal_is_not"), BODY, after=6)
        if declaration.development_seal and not declaration.draft:
            composition.text(words("development_seal_note"), BODY, after=6)
        if not declaration.draft:
            composition.text(words(f"seal_level_{declaration.seal_level}"), BODY, after=6)
        composition.heading(2, words("tree_heading"), SECTION, before=8, after=4)
        composition.text(words("tree_fingerprint"), BODY, after=6)
        composition.text(words("tree_root"), BODY, after=8)
        _code(composition, words("merkle_root"), declaration.root)
        entry = words("log_head_value", number=words.number(declaration.log_number))
        _code(composition, words("figure_line", label=words("log_head"), figure=entry), declaration.log_hash)
        if attachments:
            composition.heading(2, words("attachments_heading"), SECTION, before=8, after=4)
            with composition.within("L", BULLETS):
                for attachment in sorted(attachments, key=lambda file: file.name):
                    bullet(composition, words("figure_line", label=attachment.name, figure=attachment.description))


def notes_part(composition: Composition, families: Sequence[str]) -> None:
    """The note on designations and the colophon with the font families of the whole document."""
    words = composition.words
    composition.running_head = words("designations_heading")
    with composition.within("Sect"):
        composition.heading(1, words("designations_heading"), TITLE, before=24, listed=0, after=8)
        for key in ("designations_note", "designations_names", "self_organised"):
            composition.text(words(key), BODY, after=8)
    with composition.within("Sect"):
        composition.heading(1, words("colophon_heading"), TITLE, before=24, listed=0, after=8)
        composition.text(words("colophon_made"), BODY, after=6)
        composition.text(words("colophon_accessible"), BODY, after=8)
        composition.text(words("colophon_fonts"), LABEL, after=2)
        for licence, members in (
            ("SIL Open Font License 1.1", [family for family in families if family not in _HANAZONO]),
            ("Hanazono Font License", [family for family in families if family in _HANAZONO]),
        ):
            if members:
                composition.text(f"{licence}: {', '.join(members)}", NOTE, language="en", after=3)


def _address(composition: Composition, address: str) -> None:
    """The address of the verification page, as a link in the list of steps."""
    structure, kind = composition.document.structure, HASH
    body = structure.add("LBody", structure.add("LI", composition.section))
    link = structure.add("Link", body)
    composition.room(kind.leading)
    top = composition.y
    composition.text(address, kind, tag="Span", parent=link, language="en", indent=18, after=4)
    area = (composition.left, composition.y, composition.left + WIDTH, top)
    composition.page.link(link, area, composition.words("verify_address", address=address), Target(address=address))
    composition.room(_CODE + 18)
    with composition.within("LI"), composition.within("LBody"):
        x = composition.left + (WIDTH - _CODE - 18 if composition.words.rtl else 18)
        show_code(composition, address, x=x, y=composition.y - _CODE - 6, size=_CODE)
    composition.y -= _CODE + 18


def _code(composition: Composition, label: str, code: str) -> None:
    composition.room(LABEL.leading + HASH.leading)
    composition.text(label, LABEL)
    composition.text(code, HASH, language="en", after=6)
