"""Typesets the paper: from the frozen value to the bytes of its PDF."""

from dataclasses import replace

from pledges.domain.declaration import AdoptedText, ThemeWords
from pledges.domain.paper import Paper, check_code
from pledges.typesetting.chapter import FOOTER, Chapter
from pledges.typesetting.colour import INK, QUIET, RULE
from pledges.typesetting.composition import BODY, BOTTOM, DATA, HASH, LABEL, LEFT, NAME, NOTE, TITLE, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.loose import bind, show_digits
from pledges.typesetting.marks import show_marks
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.pages.code import show_code
from pledges.typesetting.pages.names import mandate
from pledges.typesetting.pages.strands import strands, theme_texts
from pledges.typesetting.words import LANGUAGES, Words

_PLEDGE = replace(TITLE, size=20, leading=26)
_FOOT = Type(8, 11, Style(Family.SANS), QUIET)
_CHECK = Type(13, 18, Style(Family.MONO))
_CODE, _MARK = 74.0, 9.0
_LINE = 46.0
"""Room for a hand above a line."""


def paper_language(wanted: str) -> str:
    """The language of the paper's own words: that of the pledge where the document has words in it, else English."""
    main = wanted.split("-")[0].lower()
    return main if main in LANGUAGES else "en"


def typeset_paper(paper: Paper) -> bytes:
    """The paper as a PDF, tagged like the declaration; the same value gives the same bytes."""
    words = Words(paper.language, paper.names)
    composition = Composition(Chapter(), words)
    composition.new_page()
    with composition.within("Sect"):
        _head(composition, paper)
        for own in paper.pledge.themes:
            _theme(composition, paper, own)
        _words_across(composition, paper)
        _leader(composition, paper)
        if paper.by_hand:
            _lines_to_sign_on(composition)
        _identity(composition, paper)
    composition.document.close()
    # A form is there for a signing program to add its field to: who compares both files then finds nothing else new.
    return bind(composition.document, _feet(paper, words, len(composition.document)), _metadata(paper, words), empty_form=not paper.by_hand)


def _head(composition: Composition, paper: Paper) -> None:
    words, pledge = composition.words, paper.pledge
    composition.text(words("assembly_name"), LABEL, after=2)
    composition.rule(colour=INK, thickness=1.6, after=10)
    composition.text(words("paper_pledge_of"), NOTE)
    native = pledge.government_native_name or pledge.government_name
    composition.heading(1, native, _PLEDGE, language=pledge.language, listed=0)
    place = [] if native == pledge.government_name else [pledge.government_name]
    composition.text(words("list_separator").join([*place, words.country(pledge.country_code)]), DATA, after=8)
    composition.text(words("paper_by_hand" if paper.by_hand else "paper_by_certificate"), BODY, after=8)


def _theme(composition: Composition, paper: Paper, own: ThemeWords) -> None:
    words, text = composition.words, _adopted(paper, own)
    composition.heading(2, words(f"theme_{own.theme}"), NAME, before=4, after=3, indent=_MARK + 7)
    x = composition.left + (WIDTH - _MARK if words.rtl else 0)
    show_marks(composition, [own.theme], x=x, y=composition.y + 6.5, size=_MARK)
    if text:
        for part in filter(None, text.text.split("\n")):
            composition.text(part, BODY, language=text.language, own_side=True, after=2)
        composition.text(words("published_text", version=words.number(text.version)), NOTE, after=4)
    strands(composition, theme_texts(own), paper.pledge.language)
    composition.space(4)


def _adopted(paper: Paper, own: ThemeWords) -> AdoptedText | None:
    return next((text for text in paper.texts if (text.theme, text.version) == (own.theme, own.version)), None)


def _words_across(composition: Composition, paper: Paper) -> None:
    pledge = paper.pledge
    across = [("statement", pledge.statement), ("actions", pledge.actions), ("multilateral", pledge.multilateral)]
    strands(composition, across, pledge.language)


def _leader(composition: Composition, paper: Paper) -> None:
    """Who signs, in which office and on what authority; kept together with what is signed on."""
    words, pledge = composition.words, paper.pledge
    composition.room(8 * BODY.leading + _CODE + (2 * _LINE if paper.by_hand else 0))
    composition.space(4)
    composition.rule(after=8)
    composition.text(words("paper_signs"), NOTE, after=1)
    composition.text(pledge.leader_name, NAME, language=pledge.language)
    if pledge.leader_name_latin and pledge.leader_name_latin != pledge.leader_name:
        composition.text(pledge.leader_name_latin, DATA)
    if pledge.honorific:
        composition.text(words("figure_line", label=words("paper_honorific"), figure=pledge.honorific), DATA)
    office = [pledge.office_local, pledge.office] if pledge.office_local != pledge.office else [pledge.office]
    composition.text(words("list_separator").join([*filter(None, office), pledge.government_name]), DATA)
    if basis := mandate(words, pledge):
        composition.text(basis, DATA)
    composition.text(words("original_language", language=words.language_name(pledge.language)), NOTE, after=6)


def _lines_to_sign_on(composition: Composition) -> None:
    """A long line for the signature and a short one for the day, side by side."""
    words, gap = composition.words, 24.0
    composition.y -= _LINE
    top, place = composition.y, 0.0
    for label, width in (("paper_line_signature", WIDTH * 0.62), ("paper_line_day", WIDTH * 0.38 - gap)):
        composition.y = top
        with composition.page.artifact():
            composition.page.fill(composition.left + (WIDTH - place - width if words.rtl else place), top, width, 0.7, INK)
        composition.y -= 2
        composition.text(words(label), NOTE, indent=place, width=width)
        place += width + gap
    composition.y = top - 2 * NOTE.leading - 10


def _identity(composition: Composition, paper: Paper) -> None:
    """What ties the paper to the pledge: fingerprint, check code, receipt number, and a code that a camera reads."""
    words = composition.words
    composition.room(_CODE + 4)
    address = f"{paper.base_url.rstrip('/')}/verify?number={paper.public_id}"
    top, width = composition.y, WIDTH - _CODE - 20
    show_code(composition, address, x=composition.left + (0 if words.rtl else WIDTH - _CODE), y=top - _CODE, size=_CODE)
    if paper.by_hand:
        show_digits(composition, words("paper_check_code"), check_code(paper.fingerprint), _CHECK, width=width)
    show_digits(composition, words("paper_fingerprint"), paper.fingerprint, HASH, width=width)
    show_digits(composition, words("paper_number"), paper.public_id, HASH, width=width)
    if paper.pledge.joint:
        show_digits(composition, words("paper_joint"), paper.pledge.joint, HASH, width=width)
    composition.y = min(composition.y, top - _CODE)


def _feet(paper: Paper, words: Words, pages: int) -> Chapter:
    """Each page names the text that it belongs to, so that none can be put in place of another."""
    feet = Composition(Chapter(), words)
    label = feet.line(words("paper_fingerprint"), _FOOT)
    (code,) = feet.lines(check_code(paper.fingerprint) + " …", _FOOT, width=WIDTH, language="en", rtl=False)
    scale = _FOOT.size / 1000
    for index in range(pages):
        feet.new_page()
        number = feet.line(words("foot_page", page=words.number(index + 1), pages=words.number(pages)), _FOOT)
        starts = ((label, 0.0), (code, label.width * scale + 5), (number, WIDTH - number.width * scale))
        with feet.page.artifact(FOOTER):
            feet.page.fill(LEFT, BOTTOM - 10, WIDTH, 0.6, RULE)
            for written, start in starts:
                x = LEFT + (WIDTH - start - written.width * scale if words.rtl else start)
                feet.page.show(written, x, BOTTOM - 22, _FOOT.size, _FOOT.colour)
    feet.document.close()
    return feet.document


def _metadata(paper: Paper, words: Words) -> Metadata:
    pledge = paper.pledge
    return Metadata(
        title=words("paper_title", government=pledge.government_name),
        author=words("secretariat"),
        subject=words("paper_subject", leader=pledge.leader_name, government=pledge.government_name),
        language=paper.language,
        moment=paper.closing_at,
        mark=f"WALRG-Paper fingerprint={paper.fingerprint}",
    )
