"""Cleaning: one rule for whatever is typed into a form or read from a file.

Two kinds of field exist: a line (a name, an office, a code) and a text (own words of a government, with its line ends).
Cleaning never refuses; ask `refused_characters` first. Cleaning what is clean changes nothing.
"""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_OVERRIDES = re.compile("[\u202a-\u202e]")
_INVISIBLE_IN_LINES = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_MATHEMATICAL = re.compile("[\U0001d400-\U0001d7ff]")
_FULL_WIDTH_LETTER = re.compile("[Ａ-Ｚａ-ｚ]")
_FULL_WIDTH_OFFSET = 0xFEE0
# Unicode White_Space after line ends are one kind; \s would also take U+001C to U+001F, which are refused.
_SPACE = "\t\n \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SPACES = re.compile(f"[{_SPACE}]+")
_OUTER_SPACE = re.compile(rf"\A[{_SPACE}]+|[{_SPACE}]+\Z")
_REFUSED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls that are no line end and no TAB
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef"  # lone surrogates, private use, non-characters
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "\U000e0000-\U000e007f\U000f0000-\U000ffffd\U00100000-\U0010fffd]"  # tag characters, private use of the planes 15 and 16
)


def clean_text(raw: str) -> str:
    """Clean own words: line ends become LF, inner spaces, TABs, joiners and soft hyphens stay."""
    text = _OVERRIDES.sub("", _LINE_ENDS.sub("\n", raw))
    return _OUTER_SPACE.sub("", unicodedata.normalize("NFC", _plain_mathematical(text)))


def clean_line(raw: str) -> str:
    """Clean a field of one line: also any run of space becomes one space, invisible marks go, full-width Latin letters become plain."""
    line = _plain_mathematical(_INVISIBLE_IN_LINES.sub("", _LINE_ENDS.sub("\n", raw)))
    line = _FULL_WIDTH_LETTER.sub(lambda letter: chr(ord(letter[0]) - _FULL_WIDTH_OFFSET), line)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", line)).strip(" ")


def refused_characters(raw: str) -> list[str]:
    """The characters that no field may hold, each once, in the order met: NUL, other controls, lone surrogates, non-characters,
    private use and tag characters. TAB and every kind of line end are allowed."""
    return list(dict.fromkeys(_REFUSED.findall(raw)))


def holds_line_end(raw: str) -> bool:
    """Whether a line ends within or after the raw input; an address is refused for it before cleaning would hide it."""
    return "\n" in _LINE_ENDS.sub("\n", raw)


def holds_invisible(raw: str) -> bool:
    """Whether the raw input holds a mark that cleaning a line would take away unseen."""
    return _INVISIBLE_IN_LINES.search(raw) is not None


def _plain_mathematical(text: str) -> str:
    """Letters and digits of the block U+1D400 to U+1D7FF as the ones that they pose as; NFKC nowhere else, it would alter signed words."""
    return _MATHEMATICAL.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), text)
