"""The room's door, which stands open."""

from functools import lru_cache

from flask import Blueprint
from flask_babel import get_locale

from pledges.domain.protocol import collation_key, country_name
from pledges.models.figures import Figures

bp = Blueprint("public", __name__)


def reader_language() -> str:
    """The language that the reader has chosen."""
    return str(get_locale() or "en")


def country_choices(figures: Figures) -> tuple[tuple[str, str], ...]:
    """The countries of the register, code and name, in the reader's language and its order."""
    return _sorted_countries(frozenset(figures.by_country), reader_language())


@lru_cache(maxsize=12)
def _sorted_countries(codes: frozenset[str], language: str) -> tuple[tuple[str, str], ...]:
    named = ((code, country_name(code, language)) for code in codes)
    return tuple(sorted(named, key=lambda choice: collation_key(choice[1], language)))
