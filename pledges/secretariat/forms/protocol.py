"""What officers type of texts, rulings of protocol and networks."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from pledges.domain.cleaning import refused_characters
from pledges.domain.commitments import LONGEST_GOVERNMENT, LONGEST_NAME, LONGEST_TEXT
from pledges.domain.languages import INTERFACE
from pledges.domain.problems import N_, Refused
from pledges.domain.protocol import RulingKind
from pledges.domain.rules import Rule, checked
from pledges.extensions import told
from pledges.secretariat.forms import by_rule, needed_words

LONGEST_REASON = 500
RULINGS = {RulingKind.NAME: _l("What it is called"), RulingKind.PLACE: _l("As what it is sorted")}


class RulingForm(FlaskForm):
    """A name or a place in one language, with the reason for it; an empty value returns to the lists."""

    kind = SelectField(_l("What changes"))
    language = SelectField(_l("In which language"), choices=[SelectChoice(*one) for one in INTERFACE.items()])
    value = StringField(_l("New wording"), validators=[by_rule(Rule(LONGEST_GOVERNMENT))], render_kw={"autocomplete": "off"})
    reason = needed_words(_l("Reason"), LONGEST_REASON, N_("Say why: whoever approves reads it."))

    def __init__(self, *arguments: Any, kinds: tuple[RulingKind, ...], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kind.choices = [SelectChoice(kind.value, RULINGS[kind]) for kind in kinds]


class NetworkForm(FlaskForm):
    """The name of a network."""

    name = StringField(
        _l("Name of the network"), validators=[by_rule(Rule(LONGEST_NAME, required=N_("Please give the network's name.")))],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


_PARTS = {"title": Rule(LONGEST_NAME), "text": Rule(LONGEST_TEXT, text=True)}


def typed_words(form: MultiDict[str, str]) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Title and text by language as they were typed, cleaned, and what is wrong by the field's name (`title_fr`, `text_ar`…)."""
    words: dict[str, dict[str, str]] = {}
    wrong: dict[str, str] = {}
    for language in INTERFACE:
        words[language] = {}
        for part, rule in _PARTS.items():
            typed = form.get(name := f"{part}_{language}", "")
            try:
                words[language][part] = checked(rule, name, typed)
            except Refused as refused:
                refused_here = refused_characters(typed)
                shown = "".join(sign for sign in typed if sign not in refused_here)
                words[language][part], wrong[name] = shown, told(refused.problems[0])
    return words, wrong
