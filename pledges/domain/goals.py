"""The Sustainable Development Goals by number, with the short names that the United Nations give them in six languages."""

import json
from functools import cache
from importlib import resources

GOALS = range(1, 18)
"""Their numbers (A/RES/70/1)."""


def goal_name(goal: int, language: str) -> str:
    """The short name of a goal, in English where the language has none."""
    names = _names()
    return names.get(language, names["en"])[goal - 1]


@cache
def _names() -> dict[str, list[str]]:
    text = (resources.files("pledges.domain") / "data" / "goals.json").read_text(encoding="utf-8")
    names: dict[str, list[str]] = json.loads(text)
    return names
