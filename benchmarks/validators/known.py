"""The complaints that are known and stand, each with its reason; any other is a defect."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.validators.judges import Complaint

CONTEXTUAL = (
    "Amiri|NotoNastaliqUrdu|NotoSans(Arabic|Bengali|Devanagari|Gujarati|Gurmukhi|Kannada|Khmer|Malayalam|Mongolian|Myanmar|Oriya"
    "|Sinhala|Syriac|Tamil|Telugu)|NotoSerifTibetan"
)
"""Fonts of scripts whose letters have many shapes."""


class Known(NamedTuple):
    """Complaints of one validator about one file that stand: `words` is a pattern that all of the complaint's words match."""

    judge: str
    file: str
    rule: str
    words: str
    reason: str


KNOWN = (
    Known(
        "outloud", "sealed", "TXT-004", rf"font ({CONTEXTUAL})-\w+: \d+ different codes all map to (U\+[0-9A-F]{{4}} ?)+.*",
        "a warning; a letter of these scripts has a shape for each place in a word, and each shape rightly says the same letter",
    ),
    Known(
        "outloud", "sealed", "PAG-001", r"\d+ running header or footer line\(s\) are tagged as content(?!.*(root |page \d)).*",
        "a warning; headings that recur with each pledge happen to stand at the top of several pages, and are headings all the same",
    ),
    Known(
        "outloud", "sealed", "LNK-010", r"\d+ address\(es\) or URL\(s\) are printed as text with no link(?!.*verify).*",
        "a warning; an address in a government's own words is signed text, of which the secretariat makes no link",
    ),
    Known(
        "pikepdf", "sealed", "ISO_19005_3:6.6.4-3", "pdfaid:conformance is 'A', expected 'B'.*",
        "the sealed file claims PDF/A-3a; this validator knows level b alone",
    ),
    Known(
        "pikepdf", "sealed", "ISO_19005_3:6.6.2.3.1-1",
        r"XMP (namespace|property) (walrg|pdfaExtension|pdfaSchema|pdfaProperty|pdfuaid)[:=].* is not permitted.*",
        "the claim of PDF/UA-1 and the edition mark, with the extension schemas that describe them as ISO 19005-3, 6.6.2.3 asks; this "
        "validator knows no extension schemas",
    ),
    Known(
        "pikepdf", "sealed", "pikepdf:schema-Catalog",
        r"(interactive forms \(/AcroForm\)|permissions \(/Perms\)|.*/DSS.*) are not supported.*",
        "the field of the seal, what it permits, and its revocation data; this validator knows no signatures",
    ),
    Known(
        "pikepdf", "sealed", "pikepdf:embedded-file", "embedded files are not supported.*",
        "it says so of the sealed file alone, whose catalogue it does not walk; it accepts the same attachments in the twin",
    ),
)  # fmt: skip


def unknown(judge: str, file: str, complaints: Sequence[Complaint]) -> list[Complaint]:
    """The complaints that nothing known accounts for."""
    patterns = [(one.rule, re.compile(one.words, re.DOTALL)) for one in KNOWN if (one.judge, one.file) == (judge, file)]
    return [one for one in complaints if not any(one.rule == rule and words.fullmatch(one.words) for rule, words in patterns)]
