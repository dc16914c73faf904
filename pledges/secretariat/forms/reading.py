"""What officers write at a pledge for each other: notes that name colleagues, courtesy translations."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from pledges.domain.languages import INTERFACE
from pledges.domain.problems import N_
from pledges.models import Account
from pledges.secretariat.forms import needed_words, words_called, words_field

LONGEST_NOTE = 2_000
"""Code points."""


class NoteForm(FlaskForm):
    """A note, and the colleagues on whose desks it shall stand; whoever makes the form gives the choices."""

    text = needed_words(_l("Note for colleagues"), LONGEST_NOTE, N_("Write the note."))
    naming = SelectMultipleField(
        _l("Put it on the desk of"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True
    )


def note_form(colleagues: Sequence[Account], **options: object) -> NoteForm:
    """The form, which can name these colleagues."""
    form = NoteForm(prefix="note", **options)
    form.naming.choices = [SelectChoice(one.id, one.label) for one in colleagues]
    return form


class TranslationForm(FlaskForm):
    """A courtesy translation of some words, or of all."""

    words: Mapping[str, str] = {}
    language = SelectField(_l("Language of the translation"), choices=[SelectChoice(code, name) for code, name in INTERFACE.items()])
    revision = HiddenField()
    """The number of the wording that was read."""
    seen = HiddenField()
    """The translations that were there, each by its version."""

    def translated(self) -> dict[str, str]:
        """The translation, by column of a pledges file."""
        return {column: self[f"of_{column}"].data for column in self.words}

    def places(self) -> list[Field]:
        """The fields for the words."""
        return [self[f"of_{column}"] for column in self.words]


def translation_form(words: Mapping[str, str], known: Mapping[str, str] | None = None, **options: object) -> TranslationForm:
    """The form for these words, by column of a pledges file, with what is translated already."""
    fields = {f"of_{column}": words_field(words_called(column), default=(known or {}).get(column, "")) for column in words}
    kind: type[TranslationForm] = type("TranslationForm", (TranslationForm,), {**fields, "words": words})
    return kind(prefix="translation", **options)
