"""Sets a leader's name so that it is read, copied and found as it was signed, and says on what mandate the leader signs."""

from pledges.domain.commitments import PledgeFields
from pledges.domain.declaration import Entry
from pledges.domain.people import MandateBasis
from pledges.typesetting.composition import Composition, Type
from pledges.typesetting.direction import by_direction
from pledges.typesetting.line import Line, joined
from pledges.typesetting.words import Words

_MARK_AND_SPACE = "\u200e "
"""The left-to-right mark is not seen. Without it, what takes text out of a PDF puts the space after a right-to-left word before it."""


def name_lines(composition: Composition, entry: Entry, kind: Type, *, width: float, first_indent: float) -> list[Line]:
    """The lines of the name; each part with a direction of its own keeps it, side by side where they fit."""
    parts = [
        composition.lines(part, kind, width=width, language=entry.language, first_indent=0 if place else first_indent)
        for place, part in enumerate(by_direction(entry.leader_name))
    ]
    lines = [line for part in parts for line in part]
    if len(parts) == 1 or len(lines) > len(parts) or composition.words.rtl:
        return lines
    one = _side_by_side(composition, lines, kind)
    return [one] if first_indent + one.width * kind.size / 1000 <= width else lines


def _side_by_side(composition: Composition, lines: list[Line], kind: Type) -> Line:
    """The parts as one line from left to right."""
    (space,) = (run._replace(actual_text=_MARK_AND_SPACE) for run in composition.line(" ", kind).runs)
    runs = [run for line in lines for run in (space, *line.runs)][1:]
    missing = tuple(character for line in lines for character in line.missing)
    return joined(runs, False, missing, " ".join(line.text for line in lines))


def mandate(words: Words, entry: Entry | PledgeFields) -> str:
    """On what authority the leader signs, a resolution with its number (or title) and date; empty where nothing was said."""
    if entry.mandate_basis is not MandateBasis.RESOLUTION:
        return words(f"mandate_{entry.mandate_basis}") if entry.mandate_basis else ""
    given = {"reference": entry.mandate_reference, "date": words.day(entry.mandate_date) if entry.mandate_date else ""}
    return words("_".join(("mandate_resolution", *(name for name, value in given.items() if value))), **given)
