"""How one field is checked, whatever its rule: what cannot be printed is refused, then it is cleaned, measured, and judged."""

from collections.abc import Callable
from dataclasses import dataclass

from pledges.domain.cleaning import clean_line, clean_text, refused_characters
from pledges.domain.names import holds_seen
from pledges.domain.problems import N_, refuse


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is checked: cleaned as a line or a text, at most `limit` code points, then `rule`, which may refuse or rewrite."""

    limit: int
    text: bool = False
    required: str = ""
    """What is said when the field is empty; an optional field has none."""
    rule: Callable[[str, str], str] | None = None
    as_typed: bool = False
    """`rule` gets what was typed before it was cleaned."""


def checked(rule: Rule, field: str, raw: str) -> str:
    """The cleaned value of a field by its rule; an optional field may be empty. Raises Refused."""
    if refused := refused_characters(raw):
        signs = tuple(f"U+{ord(sign):04X}" for sign in refused[:5])
        raise refuse(field, N_("Characters that cannot be printed are not allowed here: %(characters)s."), characters=signs)
    value = clean_text(raw) if rule.text else clean_line(raw)
    if not holds_seen(value):
        if rule.required:
            raise refuse(field, rule.required)
        return ""
    if len(value) > rule.limit:
        message = N_("This is too long: %(length)d characters, at most %(limit)d are possible.")
        raise refuse(field, message, length=len(value), limit=rule.limit)
    return rule.rule(raw if rule.as_typed else value, field) if rule.rule else value
