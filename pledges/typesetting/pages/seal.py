"""The box for the seal, with what the seal is and how much it proves by itself."""

from pledges.domain.sealing import SealLevel
from pledges.typesetting.colour import RULE, WARNING
from pledges.typesetting.composition import LABEL, NOTE, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.structure import alternative

BANNER = Type(10.5, 14, Style(Family.SANS, bold=True), WARNING)
SEAL_WIDTH, SEAL_HEIGHT = 215.0, 92.0
_PADDING = 9.0


def show_seal(composition: Composition, *, development: bool, level: SealLevel, field: bool) -> None:
    """Show the box below where the page is filled to, and with `field` the empty field that the seal is written into."""
    words, page, top = composition.words, composition.page, composition.y
    left = composition.left + (WIDTH - SEAL_WIDTH if words.rtl else 0)
    with page.artifact():
        page.frame(left, top - SEAL_HEIGHT, SEAL_WIDTH, SEAL_HEIGHT, RULE, 0.8)
    if field:
        words_of_field = words("seal_field")
        element = composition.document.structure.add("Form", composition.section, alternative(words_of_field))
        page.seal_field(element, (left, top - SEAL_HEIGHT, left + SEAL_WIDTH, top), words_of_field)
    composition.y -= _PADDING
    composition.text(words("seal_heading"), LABEL, indent=_PADDING, width=SEAL_WIDTH - 2 * _PADDING, after=4)
    if development:
        composition.text(words("development_seal"), BANNER, indent=_PADDING, width=SEAL_WIDTH - 2 * _PADDING)
        composition.text(words("development_seal_note"), NOTE, indent=_PADDING, width=SEAL_WIDTH - 2 * _PADDING)
    composition.y = top - _PADDING
    composition.text(words("seal_note"), NOTE, indent=SEAL_WIDTH + 18, after=3)
    composition.text(words(f"seal_level_{level}"), NOTE, indent=SEAL_WIDTH + 18)
