"""The steps of a draft, as a cabinet types them in."""

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField

from pledges.domain.commitments import RULES, check_field
from pledges.domain.themes import OWN_WORDS, Theme
from pledges.leader.forms.deliverables import PlannedField
from pledges.leader.forms.fields import ManyField, by_rule, checked_by, line, long_text
from pledges.models import Revision

OTHER = "other"
"""The choice of a language that is not in the list."""


class StepForm(FlaskForm):
    """One step of a draft; its fields are named like the columns of a pledges file."""

    @classmethod
    def of(cls, revision: Revision, values: dict[str, str], shown: Collection[str] = ()) -> "StepForm":
        """The form with what is stored, until something is posted; `shown` are the fields that it had when it was shown."""
        return cls(data=values)

    def columns(self) -> list[Field]:
        """The fields that are columns of a pledges file."""
        return [field for field in self if field.name in RULES]

    def kept(self) -> dict[str, str]:
        """After validation: the values to keep. What is empty is kept as well; what breaks a rule is not."""
        return {field.name: "" if field.errors else field.data or "" for field in self.columns() if not field.errors or _is_empty(field)}

    def broken(self) -> bool:
        """Whether something was typed that cannot be kept, so that leaving now would lose it."""
        return any(field.errors and not _is_empty(field) for field in self.columns())


def _is_empty(field: Field) -> bool:
    return not (field.data or "").strip()


class GovernmentForm(StepForm):
    """The government's name as the declaration prints it."""

    government_name = line("government_name", _l("Name of the government"))
    government_native_name = line("government_native_name", _l("Name in its own language and script"))


class EnteredGovernmentForm(GovernmentForm):
    """A government that the directory lacks."""

    kind = StringField(_l("What kind of government is it?"), validators=[by_rule("kind")])
    country_code = StringField(_l("Country"), validators=[by_rule("country_code")])


class OfficeForm(StepForm):
    """Who signs, and in which office."""

    leader_name = line("leader_name", _l("Name, in its own script"), autocomplete="off")
    leader_name_latin = line("leader_name_latin", _l("Name in Latin letters"), autocomplete="off")
    use_latin = HiddenField()
    honorific = line("honorific", _l("Honorific"), autocomplete="off")
    office_local = line("office_local", _l("Office, as it is styled in your language"))
    leader_role = line("leader_role", _l("Office, in English"), lang="en", dir="ltr")
    leader_email = line(
        "leader_email", _l("The leader’s own e-mail address"), type="email", dir="ltr", autocomplete="off", spellcheck="false"
    )
    network = line("network", _l("Network"))

    @classmethod
    def of(cls, revision: Revision, values: dict[str, str], shown: Collection[str] = ()) -> "OfficeForm":
        """The address that signed stays: a new wording does not ask for it."""
        form = cls(data=values)
        if revision.pledge.first_signed_at is not None:
            del form["leader_email"]
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """The button with a suggested spelling confirms it."""
        if self.use_latin.data:
            self.leader_name_latin.data = self.use_latin.data
        return bool(super().validate(extra_validators))


class MandateForm(StepForm):
    """On what authority the leader signs."""

    mandate_basis = StringField(_l("On what authority does the leader sign?"), validators=[by_rule("mandate_basis")])
    mandate_reference = line("mandate_reference", _l("Number or title of the resolution"))
    mandate_date = line("mandate_date", _l("Date of the resolution"), type="date")


class LanguageForm(StepForm):
    """The language that the government's own words are written in."""

    pledge_language = StringField(_l("Language of the pledge"), validators=[by_rule("pledge_language")])
    other_language = StringField(_l("Tag of another language"), render_kw={"dir": "ltr", "autocapitalize": "off", "spellcheck": "false"})

    def validate(self, extra_validators: Any = None) -> bool:
        """The typed tag counts when the list was not enough."""
        if self.pledge_language.data == OTHER:
            self.pledge_language.data = self.other_language.data
        return bool(super().validate(extra_validators))


class ThemesForm(StepForm):
    """The themes that are taken up; taking one up adopts its published commitment."""

    themes = ManyField(_l("Themes"), validators=[by_rule("themes")])

    def kept(self) -> dict[str, str]:
        """With no theme ticked the ones before stay, with the words written for them."""
        return {} if self.themes.errors else super().kept()


class WordsForm(StepForm):
    """The government's own words. Only the fields of the themes that were taken up are shown and read."""

    actions_digital = long_text("actions_digital", _l("Actions for implementation"))
    multilateral_digital = long_text("multilateral_digital", _l("Multilateral strategies"))
    planned_digital = PlannedField(_l("What will be delivered, and by when"))
    actions_peaceful = long_text("actions_peaceful", _l("Actions for implementation"))
    multilateral_peaceful = long_text("multilateral_peaceful", _l("Multilateral strategies"))
    planned_peaceful = PlannedField(_l("What will be delivered, and by when"))
    actions_sustainable = long_text("actions_sustainable", _l("Actions for implementation"))
    multilateral_sustainable = long_text("multilateral_sustainable", _l("Multilateral strategies"))
    planned_sustainable = PlannedField(_l("What will be delivered, and by when"))
    actions = long_text("actions", _l("Actions for implementation, for all themes"))
    multilateral = long_text("multilateral", _l("Multilateral strategies, for all themes"))

    detected = StringField(validators=[checked_by("pledge_language", lambda typed: check_field("pledge_language", typed) if typed else "")])
    """The language that the words seem to be written in, where somebody confirmed it."""

    def kept(self) -> dict[str, str]:
        """With the language that was confirmed."""
        confirmed = {"pledge_language": self.detected.data} if self.detected.data and not self.detected.errors else {}
        return super().kept() | confirmed

    @classmethod
    def of(cls, revision: Revision, values: dict[str, str], shown: Collection[str] = ()) -> "WordsForm":
        """Words for all themes at once exist where a pledge came by file; those for a theme that others left out meanwhile stay."""
        form = cls(data=values)
        for theme in Theme:
            if theme not in revision.themes and f"actions_{theme}" not in shown:
                for strand in OWN_WORDS:
                    del form[f"{strand}_{theme}"]
        if not (revision.actions or revision.multilateral):
            del form["actions"], form["multilateral"]
        return form
