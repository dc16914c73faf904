"""What officers type about letters: a text, another contact, a schedule of reminders."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from pledges.domain.notes import LONGEST_NOTE
from pledges.models import Reminded
from pledges.secretariat.forms import no_refused_characters, own_words


def line_ends(typed: str | None) -> str:
    """A filter: the line ends of our files; spaces at the beginning of a line stay, they set words apart."""
    text = "\n".join(line.rstrip() for line in (typed or "").splitlines()).strip("\n")
    return f"{text}\n" if text else ""


class LetterTextForm(FlaskForm):
    """A letter's text: the subject is its first line. `seen` is the number of the version that was changed."""

    seen = HiddenField()
    text = TextAreaField(
        _l("Subject in the first line, then the letter"), filters=[line_ends], validators=[no_refused_characters],
        render_kw={"rows": 24, "spellcheck": "true"},
    )  # fmt: skip


class ContactForm(FlaskForm):
    """Another way to reach the people of a pledge."""

    words = TextAreaField(
        _l("Who else can be reached, and how"), filters=[own_words], render_kw={"rows": 3, "dir": "auto"},
        validators=[Length(max=LONGEST_NOTE, message=_l("Use %(max)d characters or fewer.", max=LONGEST_NOTE)), no_refused_characters],
    )  # fmt: skip


def _number(label: object, most: int) -> IntegerField:
    wrong = _l("A whole number from 1 to %(most)d.", most=most)
    return IntegerField(
        label, validators=[InputRequired(wrong), NumberRange(1, most, wrong)], render_kw={"inputmode": "numeric", "min": 1, "max": most}
    )


class ScheduleForm(FlaskForm):
    """When reminders of one thing are written."""

    of = SelectField(
        _l("Remind of"),
        choices=[
            SelectChoice(Reminded.DRAFT.value, _l("a draft that is not finished, its cabinet")),
            SelectChoice(Reminded.SIGNATURE.value, _l("a signature that is missing, its leader")),
            SelectChoice(Reminded.INVITATION.value, _l("an invitation from which no pledge has come, its leader")),
        ],
    )
    after_days = _number(_l("First after so many days"), 60)
    every_days = _number(_l("Then every so many days"), 60)
    most = _number(_l("At most so often"), 5)
