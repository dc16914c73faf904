"""How readers take the text of a line from its page, and the order in which a line must be told to come back as it was written.

ActualText says the text of a line as ISO 32000 has it, in its logical order. Two readers need more, and get it further inside,
where it touches no other:

* poppler heeds ActualText under the tag Span alone, and turns right-to-left letters around in it too. It cuts a line where letters
  or signs of numbers (digits, commas, full stops, hyphens) follow right-to-left ones and turns each part around by itself. The order of
  the parts depends on which direction most letters of the whole page have.
* pdfium heeds the innermost ActualText, whatever its tag; an empty one makes it read the codes, whose order it finds by itself. In
  ActualText it passes over all characters beyond the Basic Multilingual Plane.
"""

import re
from collections.abc import Iterable

import icu

from pledges.typesetting.fonts import Face
from pledges.typesetting.glyphtext import BEYOND

LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
LAST_READ = "\uffff"
"""The last character that pdfium reads in ActualText."""
UNREAD = "\U000e0020"
"""A character without form that pdfium passes over: what says it alone says nothing there."""


def _class(pattern: str) -> str:
    ranges = icu.UnicodeSet(pattern)
    return "".join(
        f"\\U{ord(ranges.getRangeStart(place)):08x}-\\U{ord(ranges.getRangeEnd(place)):08x}" for place in range(ranges.getRangeCount())
    )


_BASIC = r"&[\u0000-\uffff]"
_RIGHT = _class(
    r"[[[:bc=R:][:bc=AL:]]&[[\u0590-\u070d][\u0710-\u07bf]\u200f[\ufb1d-\ufefc]]-[\u0608\u060b]"
    r"[\u05c5\u05c7\u0600-\u0603\u0616-\u061a\u06dd]]"
)
_LETTER = _class(rf"[[:bc=L:]&[:age=3.2:]{_BASIC}]")
_SIGN = _class(rf"[[[:bc=EN:][:bc=AN:][:bc=ES:][:bc=CS:][#-%\u00a2-\u00a5\u00b0\u0604-\u060c\u0659-\u065e]]-[\u0890-\u0891\u08e2]{_BASIC}]")
_NOT_RIGHT = _class(rf"[[:bc=L:]{_BASIC}]") + _SIGN
_RIGHT_TO_LEFT, _LEFT_TO_RIGHT, _STARTS_LEFT = (re.compile(f"[{kind}]") for kind in (_RIGHT, _LETTER, _LETTER + _SIGN))
"""What poppler 22 takes for right-to-left letters, left-to-right ones, and these with the signs of numbers: found by asking it.

It knows no direction of some letters that Unicode took in after 3.2, and none beyond the Basic Multilingual Plane.
"""
_PARTS = re.compile(f"[{_RIGHT}][^{_NOT_RIGHT}]*|[^{_RIGHT}]+")
TOLD = re.compile(f"[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc{BEYOND}]")
"""A letter that poppler or pdfium would not give back in its place: a right-to-left one, or one beyond the Basic Multilingual Plane."""


def right_to_left(texts: Iterable[str]) -> bool:
    """Whether poppler takes a page with these lines for one from right to left: by which letters are more."""
    text = "".join(texts)
    right = len(_RIGHT_TO_LEFT.findall(text))
    return right > 0 and right > len(_LEFT_TO_RIGHT.findall(text))


def needs_telling(text: str, *, page_rtl: bool) -> bool:
    """Whether a line without `TOLD` letters comes back in another order: on a right-to-left page its closing signs come first."""
    return page_rtl and bool(text) and _STARTS_LEFT.match(text[-1]) is None


def arranged(text: str, *, page_rtl: bool) -> str:
    """The characters in the order from which poppler gives back the text, with marks where it must cut it."""
    parts = []
    for part in _PARTS.findall(text):
        if _RIGHT_TO_LEFT.match(part):
            closing = "" if _RIGHT_TO_LEFT.match(part[-1]) else RIGHT_TO_LEFT_MARK
            parts.append(closing + part[::-1])
        else:
            opening, closing = ("" if _STARTS_LEFT.match(edge) else LEFT_TO_RIGHT_MARK for edge in (part[0], part[-1]))
            parts.append(opening + part + closing)
    return "".join(reversed(parts) if page_rtl else parts)


def marked(tag: str, text: str) -> bytes:
    """Opens marked content that says `text` in place of its codes; EMC closes it."""
    return b"/%s<</ActualText<%s>>>BDC" % (tag.encode(), ("\ufeff" + text).encode("utf-16-be").hex().upper().encode() if text else b"")


def blanks(text: str, face: Face, width: float) -> tuple[bytes, frozenset[int]] | None:
    """The operator that says a line in codes of the space, without moving on, and its codes; None where the face lacks one.

    `width` is that of the line, in thousandths of an em of the face.
    """
    space = face.blank
    if space is None:
        return None
    codes = [space if character == " " else face.codes.get((space, character), -1) for character in text]
    if -1 in codes:
        return None
    own = face.advance(space) * face.scale
    step = min(own, width / len(codes))
    parts, ahead = [], 0.0
    for code in codes:
        ahead += own - step
        back = round(ahead)
        parts.append(b"<%04x>%d" % (code, back) if back else b"<%04x>" % code)
        ahead -= back
    parts.append(b"%d" % round(step * len(codes) + ahead))
    return b"[%b] TJ" % b"".join(parts), frozenset(codes)
