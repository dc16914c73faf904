"""What the public types: filters of the register, a file or a number to verify."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from pledges.domain.people import GovernmentKind
from pledges.domain.protocol import known_countries
from pledges.domain.themes import Theme
from pledges.public.queries import Filters

LONGEST_SEARCH = 200
LONGEST_NUMBER = 200


def filters_from(arguments: MultiDict[str, str]) -> Filters:
    """The register's filters out of an address; what is no filter of ours narrows nothing."""
    theme, kind, country = (arguments.get(name, "") for name in ("theme", "kind", "country"))
    return Filters(
        country=country if country in known_countries() else "",
        theme=Theme(theme) if theme in set(Theme) else None,
        kind=GovernmentKind(kind) if kind in set(GovernmentKind) else None,
        words=arguments.get("q", "").strip()[:LONGEST_SEARCH],
    )


class FileForm(FlaskForm):
    """A copy of the declaration."""

    file = FileField(_l("PDF file"), [FileRequired(_l("Choose the file that you want to check."))])


class NumberForm(FlaskForm):
    """A receipt number or a fingerprint."""

    number = StringField(
        _l("Receipt number or fingerprint"),
        [
            InputRequired(_l("Type the number of a receipt, or a fingerprint.")),
            Length(max=LONGEST_NUMBER, message=_l("This is too long to be one.")),
        ],
    )
