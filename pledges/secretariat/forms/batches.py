"""What officers bring many rows of, and which governments they choose from the directory."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, FileSize
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from pledges.domain.languages import INTERFACE
from pledges.domain.numbers import number_asked
from pledges.domain.people import GovernmentKind
from pledges.domain.protocol import known_countries
from pledges.domain.regions import parts_of, regions
from pledges.secretariat.actions.batches import MOST_BYTES
from pledges.secretariat.queries.invitations import Choice, Which

_REGIONS = frozenset({*regions(), *(part for region in regions() for part in parts_of(region))})


def _table(label: object) -> FileField:
    too_large = _l("The file is larger than 32 MB. Please split it.")
    validators = [FileRequired(_l("Choose the file.")), FileSize(MOST_BYTES, message=too_large)]
    return FileField(label, validators, render_kw={"accept": ".csv,text/csv"})


class ImportForm(FlaskForm):
    """A pledges file, and whether what it reports is accepted with it."""

    file = _table(_l("Pledges file (CSV)"))
    accept = BooleanField(_l("Accept the pledges with this import, instead of putting them into the queue"))

    def options(self) -> dict[str, Any]:
        """As the batch keeps them."""
        return {"accept": "accept" in self and bool(self.accept.data)}


class LettersForm(FlaskForm):
    """In which language invitations are written."""

    language = SelectField(
        _l("Language of the letters"),
        choices=[
            SelectChoice("", _l("Each government’s own, where we write in it, else English")),
            *(SelectChoice(code, name) for code, name in INTERFACE.items()),
        ],
    )

    def options(self) -> dict[str, Any]:
        """As the batch keeps them."""
        return {"invite": True, "language": self.language.data}


class ListForm(LettersForm):
    """A list of invitations, or of addresses to keep."""

    file = _table(_l("List (CSV)"))
    purpose = RadioField(
        _l("What to do with it"),
        choices=[
            SelectChoice("invite", _l("Invite these leaders")),
            SelectChoice("keep", _l("Only keep the addresses in the directory; nobody is written to")),
        ],
        default="invite",
    )

    def options(self) -> dict[str, Any]:
        """As the batch keeps them."""
        return {**super().options(), "invite": self.purpose.data == "invite"}


def choice_from(arguments: MultiDict[str, str]) -> Choice:
    """The choice out of an address; what is no filter of ours narrows nothing."""
    kind, region, country = (arguments.get(name, "") for name in ("kind", "region", "country"))
    return Choice(
        kind=GovernmentKind(kind) if kind in set(GovernmentKind) else None,
        region=region if region in _REGIONS else "",
        country=country if country in known_countries() else "",
        least=_number(arguments.get("least", "")), most=_number(arguments.get("most", "")), network=_number(arguments.get("network", "")),
        advisory=arguments.get("advisory") == "yes",
    )  # fmt: skip


def which_from(arguments: MultiDict[str, str]) -> Which:
    """Which invitations are shown, out of an address."""
    region = arguments.get("region", "")
    return Which(
        region=region if region in _REGIONS else "", network=_number(arguments.get("network", "")),
        advisory=arguments.get("advisory") == "yes", batch=_number(arguments.get("batch", "")),
    )  # fmt: skip


def as_address(which: Which) -> dict[str, Any]:
    """The same for an address."""
    told = {"region": which.region, "network": which.network, "advisory": "yes" if which.advisory else "", "batch": which.batch}
    return {name: value for name, value in told.items() if value}


def _number(typed: str) -> int | None:
    """Digits, however they are grouped."""
    return number_asked("".join(sign for sign in typed if sign not in " .,'’\u00a0\u202f"))
