"""Flask's extensions and what the application was built with."""

from functools import lru_cache
from typing import cast

from flask import current_app, g, has_request_context, request
from flask_babel import Babel, get_locale, gettext
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from config import Settings
from pledges.adapters import Adapters
from pledges.domain import protocol
from pledges.domain.languages import punctuation
from pledges.domain.problems import Problem
from pledges.models import Base
from pledges.models.protocol import standing_rulings

db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate(render_as_batch=True)
csrf = CSRFProtect()
babel = Babel()


def adapters() -> Adapters:
    """The outside world as this application was given it."""
    return cast(Adapters, current_app.extensions["pledges.adapters"])


def settings() -> Settings:
    """What this application was configured with."""
    return cast(Settings, current_app.extensions["pledges.settings"])


def address(endpoint: str, **values: object) -> str:
    """The full address of a page, for letters; a command and a job know it too."""
    return settings().base_url + current_app.url_map.bind("").build(endpoint, values)


def told(problem: Problem) -> str:
    """A problem in the reader's language."""
    return problem.told(gettext(problem.message), punctuation(str(get_locale())).between)


def only_reading() -> bool:
    """Whether the coming transaction only reads: a GET never changes anything."""
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")


def rulings() -> protocol.Rulings:
    """What officers ruled in matters of protocol, as it stands now; asked once a request."""
    if "rulings" not in g:
        g.rulings = standing_rulings(db.session())
    return cast(protocol.Rulings, g.rulings)


def country_name(code: str, language: str) -> str:
    """What pages call a country or area. Raises KeyError for an unknown code."""
    return protocol.country_name(code, language, rulings())


def country_choices(language: str, codes: frozenset[str] | None = None) -> tuple[tuple[str, str], ...]:
    """These countries, or all, as code and name in the order of the language."""
    shown = protocol.known_countries() if codes is None else codes
    return _sorted_countries(language, shown, tuple(protocol.ruled_names(rulings(), language).items()))


@lru_cache(maxsize=50)
def _sorted_countries(language: str, codes: frozenset[str], names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    ruled = dict(names)
    named = [(code, ruled.get(code) or protocol.country_name(code, language)) for code in codes]
    return tuple(sorted(named, key=lambda choice: protocol.collation_key(choice[1], language)))
