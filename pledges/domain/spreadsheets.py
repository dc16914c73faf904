"""Cells of a CSV file that a spreadsheet would take for a formula, made harmless and read back."""

import re

_FORMULA = re.compile(r"'*[=+\-@|\t\r\n]")
_ESCAPED = re.compile(r"'+[=+\-@|\t\r\n]")


def escape_cell(value: str) -> str:
    """One more leading apostrophe where a spreadsheet would compute, or where an apostrophe already stands for that."""
    return f"'{value}" if _FORMULA.match(value) else value


def unescape_cell(cell: str) -> str:
    """What was written before `escape_cell`; every other cell as it is."""
    return cell[1:] if _ESCAPED.match(cell) else cell
