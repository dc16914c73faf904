"""What a saved step asks once before it leads on: characters that no font has, and words in another language than was said."""

from pledges.domain.commitments import RULES
from pledges.domain.detecting import other_language
from pledges.domain.planned import deliverables
from pledges.extensions import told
from pledges.leader.forms.steps import StepForm
from pledges.leader.preview import unprintable
from pledges.models import Revision

_PRINTED = {column for column, rule in RULES.items() if rule.text} | {
    "government_name", "government_native_name", "leader_name", "leader_name_latin", "office_local", "leader_role", "mandate_reference",
}  # fmt: skip
"""The columns that a person fills and the declaration prints."""


def mark_unprintable(form: StepForm, revision: Revision) -> bool:
    """Put a sentence at each field that holds a character which cannot be printed; whether there is one."""
    found = False
    for field in form.columns():
        typed = field.data or "" if field.name in _PRINTED else ""
        if problems := unprintable(field.name, typed, revision.language or "en"):
            field.unprintable = [told(problem) for problem in problems]
            found = True
    return found


def seems(revision: Revision) -> str:
    """The language that the own words seem to be written in, where it is another than the pledge's; else empty."""
    texts = [revision.actions, revision.multilateral, revision.statement]
    for words in revision.commitments:
        texts += [words.actions, words.multilateral, *(one.what for one in deliverables(words.planned))]
    return other_language("\n".join(filter(None, texts)), revision.language) if revision.language else ""
