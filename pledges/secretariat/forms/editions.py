"""What admins choose and type of editions: what to build, when to release, why to recall; and what a build is told in."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from pledges.domain.languages import INTERFACE
from pledges.domain.lifecycle import EditionKind
from pledges.domain.problems import N_
from pledges.secretariat.forms import needed_words

LONGEST_REASON = 1_000
KINDS = {
    EditionKind.REV: _l("Rev: the whole declaration, every accepted pledge"),
    EditionKind.ADD: _l("Add: late signatories that no released edition holds"),
    EditionKind.CORR: _l("Corr: the pledges of the last Rev as they now stand"),
}
PARTS = {
    "freezing": _l("freezing the register"),
    "themes": _l("themes"),
    "words": _l("words of the governments"),
    "signatures": _l("signatures"),
    "index": _l("index"),
    "file": _l("writing and sealing the file"),
}
"""What the parts of the work are called, by the builder's own names."""


class LanguagesForm(FlaskForm):
    """Languages of an edition that it does not have yet."""

    languages = SelectMultipleField(_l("Languages"), validators=[InputRequired(_l("Choose a language."))])

    def __init__(self, *arguments: Any, offered: tuple[str, ...], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.languages.choices = [SelectChoice(code, INTERFACE[code]) for code in offered]


class BuildForm(LanguagesForm):
    """A new edition; English is always built, and first."""

    kind = RadioField(_l("Kind"), choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()], default=EditionKind.REV.value)
    languages = SelectMultipleField(_l("Further languages"), validators=[Optional()])


class ProposalForm(FlaskForm):
    """When an edition becomes public."""

    moment = DateTimeLocalField(_l("Moment of release, in UTC"), validators=[Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    @property
    def when(self) -> datetime | None:
        """The moment; None for as soon as it is confirmed."""
        return self.moment.data.replace(tzinfo=UTC) if self.moment.data else None


class ConfirmationForm(FlaskForm):
    """The second officer's answer, with what was on the page."""

    seen = HiddenField()


class RecallForm(FlaskForm):
    """Why an edition is recalled: the public reads it."""

    reason = needed_words(
        _l("Reason, which the public reads"), LONGEST_REASON, N_("Say why: the public reads it on the page of the declaration.")
    )
