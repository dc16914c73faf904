"""Typesets the receipt: one page, from the frozen value to the bytes before the seal."""

from dataclasses import dataclass, replace

from pledges.domain.commitments import PledgeFields
from pledges.domain.dates import in_new_york, in_utc
from pledges.domain.declaration import ThemeWords
from pledges.domain.marks import receipt_mark
from pledges.domain.people import SignatureKind
from pledges.domain.receipt import Receipt
from pledges.domain.sealing import SealLevel
from pledges.typesetting.chapter import Chapter
from pledges.typesetting.colour import INK
from pledges.typesetting.composition import BODY, BOTTOM, DATA, HASH, LABEL, NAME, NOTE, TITLE, WIDTH, Composition, Type
from pledges.typesetting.loose import bind, show_digits
from pledges.typesetting.marks import show_marks
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.pages.code import show_code
from pledges.typesetting.pages.names import mandate
from pledges.typesetting.pages.seal import SEAL_HEIGHT, show_seal
from pledges.typesetting.words import Words

_HEADING = replace(TITLE, size=22, leading=28)
_CODE, _MARK = 74.0, 9.0


@dataclass(frozen=True, slots=True)
class _Fitting:
    """How large things are, so that all is on one page."""

    government: Type
    leader: Type
    data: Type
    words: int
    """Lines of own words for each theme; where there are none, there are no notes either."""


def _sized(kind: Type, size: float) -> Type:
    return replace(kind, size=size, leading=size * kind.leading / kind.size)


_FITTINGS = [
    _Fitting(_sized(TITLE, government), _sized(NAME, leader), _sized(DATA, data), words)
    for government, leader, data, words in ((20, 15, 9, 2), (16, 13, 9, 1), (12, 11, 9, 1), (9, 9, 8, 0))
]
"""The roomiest first. Names are never cut: where even the last does not do, there is a second page."""


def typeset_receipt(receipt: Receipt) -> bytes:
    """The receipt as a PDF, tagged like the declaration, with the empty field for the seal; the same value gives the same bytes."""
    words = Words(receipt.language, receipt.names)
    roomiest, *others = _FITTINGS
    chapter = _set(receipt, words, roomiest)
    for fitting in others:
        chapter = chapter if len(chapter) == 1 else _set(receipt, words, fitting)
    feet = Chapter()
    for _page in range(len(chapter)):
        feet.add_page()
    feet.close()
    return bind(chapter, feet, _metadata(receipt, words))


def _set(receipt: Receipt, words: Words, fitting: _Fitting) -> Chapter:
    composition = Composition(Chapter(), words)
    composition.new_page()
    with composition.within("Sect"):
        _head(composition, notes=fitting.words > 0)
        _signatory(composition, receipt.pledge, fitting)
        for own in receipt.pledge.themes:
            _theme(composition, receipt.pledge, own, fitting.words)
        _signature(composition, receipt, fitting.data)
        if fitting.words:
            composition.text(words("receipt_not_yet_public"), NOTE, after=8)
        composition.room(SEAL_HEIGHT)
        composition.y = min(composition.y, BOTTOM + SEAL_HEIGHT + 4)
        show_seal(composition, development=receipt.development_seal, level=SealLevel.B_B, field=True)
    composition.document.close()
    return composition.document


def _head(composition: Composition, *, notes: bool) -> None:
    words = composition.words
    composition.text(words("assembly_name"), LABEL, after=2)
    composition.rule(colour=INK, thickness=1.6, after=10)
    composition.heading(1, words("receipt_heading"), _HEADING, listed=0, after=2)
    if notes:
        composition.text(words("receipt_intro"), DATA, after=10)


def _signatory(composition: Composition, pledge: PledgeFields, fitting: _Fitting) -> None:
    """Which government's pledge, and who signed it in which office and on what authority."""
    words = composition.words
    composition.text(words("paper_pledge_of"), NOTE)
    native = pledge.government_native_name or pledge.government_name
    composition.heading(2, native, fitting.government, language=pledge.language)
    place = [] if native == pledge.government_name else [pledge.government_name]
    composition.text(words("list_separator").join([*place, words.country(pledge.country_code)]), fitting.data, after=6)
    composition.text(words("receipt_signed_by"), NOTE)
    composition.text(pledge.leader_name, fitting.leader, language=pledge.language)
    if pledge.leader_name_latin and pledge.leader_name_latin != pledge.leader_name:
        composition.text(pledge.leader_name_latin, fitting.data)
    if pledge.honorific:
        composition.text(words("figure_line", label=words("paper_honorific"), figure=pledge.honorific), fitting.data)
    office = [pledge.office_local, pledge.office] if pledge.office_local != pledge.office else [pledge.office]
    composition.text(words("list_separator").join(filter(None, office)), fitting.data)
    if basis := mandate(words, pledge):
        composition.text(basis, fitting.data)
    composition.space(6)


def _theme(composition: Composition, pledge: PledgeFields, own: ThemeWords, most: int) -> None:
    """A theme with the beginning of the government's own words on it."""
    words = composition.words
    x = composition.left + (WIDTH - _MARK if words.rtl else 0)
    show_marks(composition, [own.theme], x=x, y=composition.y - LABEL.leading + 2, size=_MARK)
    composition.text(words(f"theme_{own.theme}"), LABEL, indent=_MARK + 7, after=1)
    text = next(filter(None, (own.actions, own.multilateral, pledge.actions, pledge.multilateral)), "")
    if text and most:
        composition.text(_beginning(composition, text, most, pledge.language), BODY, language=pledge.language, own_side=True, after=4)


def _beginning(composition: Composition, text: str, most: int, language: str) -> str:
    """As much of a text as stands on so many lines."""
    lines, place = composition.lines(text, BODY, width=WIDTH - 2 * BODY.size, language=language), 0
    for line in lines[:most]:
        place = max(text.find(line.text, place), place) + len(line.text)
    return text if len(lines) <= most else text[:place].rstrip() + " …"


def _signature(composition: Composition, receipt: Receipt, data: Type) -> None:
    """When and how it was signed, what that shows, and what ties the receipt to the record."""
    words = composition.words
    composition.space(4)
    composition.rule(after=8)
    top, width = composition.y, WIDTH - _CODE - 20
    address = f"{receipt.base_url.rstrip('/')}/verify?number={receipt.public_id}"
    show_code(composition, address, x=composition.left + (0 if words.rtl else WIDTH - _CODE), y=top - _CODE, size=_CODE)
    moments = f"{in_utc(receipt.signed_at, receipt.language)} UTC", in_new_york(receipt.signed_at, receipt.language)
    composition.text(words("receipt_signed_on"), LABEL, width=width)
    composition.text(moments[0], data, width=width)
    composition.text(words("receipt_new_york", moment=moments[1]), data, width=width, after=4)
    composition.text(words("receipt_shows"), LABEL, width=width)
    composition.text(_shown(words, receipt), data, width=width, after=4)
    show_digits(composition, words("paper_fingerprint"), receipt.fingerprint, HASH, width=width)
    show_digits(composition, words("paper_number"), receipt.public_id, HASH, width=width)
    composition.y = min(composition.y, top - _CODE)


def _shown(words: Words, receipt: Receipt) -> str:
    """How it was signed, and what that shows and what not."""
    proof = receipt.signature_proof or {}
    told = (
        {"issuer": proof.get("issuer", ""), "name": proof.get("name") or "–"} if receipt.signature_kind is SignatureKind.CERTIFICATE else {}
    )
    return words(f"receipt_{receipt.signature_kind}", **told)


def _metadata(receipt: Receipt, words: Words) -> Metadata:
    pledge = receipt.pledge
    return Metadata(
        title=words("receipt_title", government=pledge.government_name),
        author=words("secretariat"),
        subject=words("list_separator").join((pledge.leader_name, pledge.government_name)),
        language=receipt.language,
        moment=receipt.signed_at,
        mark=receipt_mark(number=receipt.public_id, fingerprint=receipt.fingerprint),
    )
