"""A government's own words under their headings: texts paragraph by paragraph, deliverables as a list."""

from collections.abc import Iterable
from datetime import date

from pledges.domain.declaration import ThemeWords
from pledges.domain.goals import goal_name
from pledges.domain.languages import direction, punctuation
from pledges.domain.planned import Deliverable, deliverables
from pledges.typesetting.composition import BODY, LABEL, NOTE, WIDTH, Composition
from pledges.typesetting.structure import BULLETS
from pledges.typesetting.words import Words

_DASH, _INDENT = 14.0, 18.0


def theme_texts(own: ThemeWords) -> list[tuple[str, str]]:
    """What a government says within a theme, in the order in which it is read."""
    return [("actions", own.actions), ("planned", own.planned), ("multilateral", own.multilateral)]


def strands(composition: Composition, texts: Iterable[tuple[str, str]], language: str) -> None:
    """Texts by strand (`actions`, `planned`, `multilateral`, `statement`), each in its original `language`; what is empty is left out."""
    for strand, text in texts:
        if not text:
            continue
        composition.room(LABEL.leading + 2 * BODY.leading)
        composition.text(composition.words(f"strand_{strand}"), LABEL, after=1)
        if strand == "planned":
            with composition.within("L", BULLETS):
                for one in deliverables(text):
                    _deliverable(composition, one, language)
        else:
            for part in text.split("\n"):
                if part.strip():
                    composition.text(part, BODY, language=language, own_side=True, after=3)
        composition.space(3)


def _deliverable(composition: Composition, one: Deliverable, language: str) -> None:
    """What is delivered, with its dash on the side where it begins; below it when, and the goals, in the document's language."""
    words = composition.words
    crosses = (direction(language, one.what) == "rtl") != words.rtl
    indent, width = 0.0 if crosses else _INDENT, WIDTH - _INDENT
    composition.room(2 * BODY.leading + NOTE.leading)
    with composition.within("LI"):
        top = composition.y
        composition.text("–", BODY, tag="Lbl", indent=WIDTH - _DASH if crosses else 0, width=_DASH)
        composition.y = top
        with composition.within("LBody"):
            composition.text(one.what, BODY, language=language, own_side=True, indent=indent, width=width)
            if told := _when_and_goals(words, one):
                composition.text(told, NOTE, indent=indent, width=width, after=3)
        composition.space(2)


def _when_and_goals(words: Words, one: Deliverable) -> str:
    goals = punctuation(words.language).semicolon.join(f"{goal} {goal_name(goal, words.language)}" for goal in one.goals)
    parts = [words("planned_by", date=_due(words, one.by))] if one.by else []
    return " · ".join([*parts, *([words("planned_goals", goals=goals)] if goals else [])])


def _due(words: Words, by: str) -> str:
    year, month, day = (*(int(part) for part in by.split("-")), 0, 0)[:3]
    if day:
        return words.day(date(year, month, day))
    return words.month(date(year, month, 1)) if month else by
