"""What is wrong with a field, in one English sentence that can be translated."""

import dataclasses
from collections.abc import Sequence


def N_(message: str) -> str:  # noqa: N802 (the name that gettext tools look for)
    """Mark a message for translation and leave it as it is; whoever shows it translates it."""
    return message


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One problem at one field. `message` is an English msgid whose %(name)s places `values` fills; a tuple there is a list."""

    field: str
    message: str
    values: dict[str, object] = dataclasses.field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.told(self.message, ", ")

    def told(self, sentence: str, between: str) -> str:
        """The message or its translation with its places filled; `between` stands between the members of a list."""
        return sentence % {name: between.join(value) if isinstance(value, tuple) else value for name, value in self.values.items()}


class Refused(ValueError):
    """Input that breaks a rule; `problems` names every one that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def refuse(field: str, message: str, **values: object) -> Refused:
    """A refusal with one problem, to be raised."""
    return Refused([Problem(field, message, values)])
