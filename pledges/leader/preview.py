"""What a draft will look like in print, and what cannot be printed. Fonts and their engine load when it is asked for."""

from datetime import datetime

import icu
from sqlalchemy.orm import Session

from pledges.adapters.pictures import pages_png
from pledges.domain.problems import N_, Problem
from pledges.domain.protocol import ruled_names
from pledges.models import Pledge
from pledges.models.entries import draft_entry
from pledges.models.protocol import standing_rulings

PAGES = 3
"""Pages of the picture; the PDF has all."""
_MARGIN = 14.0
_SCALE = 2.0
"""Dots a point: sharp on a phone."""


def preview(session: Session, pledge: Pledge, language: str, at: datetime) -> bytes:
    """The PDF of the draft's words in an edition of that language."""
    from pledges.typesetting.preview import typeset_preview

    return typeset_preview(draft_entry(pledge, pledge.current, at), language, ruled_names(standing_rulings(session), language))


def preview_picture(session: Session, pledge: Pledge, language: str, at: datetime) -> bytes:
    """The first pages as a PNG, cut to their text so that a phone can show it."""
    from pledges.typesetting.composition import INNER, OUTER

    cropped = (INNER - _MARGIN, 0, OUTER - _MARGIN, 0)
    return pages_png(preview(session, pledge, language, at), scale=_SCALE, cropped=cropped, most=PAGES)


def unprintable(field: str, text: str, language: str) -> list[Problem]:
    """A problem for each character of a field that no font of the declaration has, at most three."""
    from pledges.typesetting.preview import unprintable as without_font

    if text.isascii():
        return []
    message = N_("The declaration has no font for “%(sign)s” (%(code)s, %(name)s). Write it another way, or ask the secretariat.")
    return [Problem(field, message, _named(sign)) for sign in without_font(text, language)[:3]]


def _named(sign: str) -> dict[str, object]:
    return {"sign": _apart(sign), "code": _apart(f"U+{ord(sign):04X}"), "name": _apart(icu.Char.charName(sign) or "?")}


def _apart(text: str) -> str:
    """Isolated, so that it keeps its own direction in a sentence of the other one (U+2068 and U+2069)."""
    return f"\u2068{text}\u2069"
