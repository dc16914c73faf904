"""The log's filters out of an address, and its entries as a table."""

from datetime import UTC

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from pledges.domain.acts import ACTS
from pledges.domain.moments import day_asked
from pledges.domain.numbers import number_asked
from pledges.domain.protocol import collation_key
from pledges.domain.spreadsheets import escape_cell
from pledges.secretariat.queries.log import LogFilters, Row

COLUMNS = (
    "number", "at", "act", "subject", "account", "by", "changes_register", "details_sha256", "salt", "details", "previous_hash", "hash",
)  # fmt: skip
"""With all of them the chain can be checked (docs/check_log.py)."""


def log_filters(arguments: MultiDict[str, str]) -> LogFilters:
    """What is no filter of ours narrows nothing."""
    return LogFilters(
        who=number_asked(arguments.get("who", "")),
        act=arguments.get("act", "")[:60],
        subject=arguments.get("subject", "").strip()[:120],
        since=day_asked(arguments.get("since", "")),
        until=day_asked(arguments.get("until", "")),
    )


def act_choices(language: str) -> list[tuple[str, str]]:
    """Every act with its words, in the order of the reader's language."""
    return sorted(((act, gettext(words)) for act, words in ACTS.items()), key=lambda one: collation_key(one[1], language))


def log_row(row: Row) -> list[str]:
    """One entry by `COLUMNS`, made harmless for spreadsheets; a hash covers the moment in UTC with six decimals."""
    entry, name, email, detail = row
    cells = (
        str(entry.number), entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.act, entry.subject,
        "" if entry.account_id is None else str(entry.account_id), name or email or "", "true" if entry.changes_register else "false",
        entry.details_sha256, detail.salt if detail else "", detail.details if detail else "", entry.previous_hash, entry.hash,
    )  # fmt: skip
    return [escape_cell(cell) for cell in cells]
