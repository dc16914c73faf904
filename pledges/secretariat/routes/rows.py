"""Rows of the queue, each rendered once: kept by everything that it shows, and shared by all filters and officers who see the same."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from babel.dates import format_timedelta
from flask import current_app
from flask_babel import get_locale

from pledges.accounts.guard import may
from pledges.domain.protocol import ruled_names
from pledges.domain.reviewing import is_overdue
from pledges.extensions import rulings
from pledges.keeping import Shelf
from pledges.models import Account
from pledges.secretariat.queries.queue import Page, Pile, Row

_HOUR = timedelta(hours=1)


def rows_of(page: Page[Row], pile: Pile, *, officer: Account, at: datetime, marked: bool) -> Iterator[str]:
    """The page's rows as its table shows them; with `marked` each has a box to mark it.

    Where the filters of the page belong in a link, `<?>` stands, and `<!>` where taking it goes on to the next: no text holds these.
    """
    language, waits = str(get_locale()), pile is Pile.IN_REVIEW
    everywhere = {
        "language": language, "waits": waits, "with_state": pile in (Pile.UNTOLD, Pile.WITHDRAWN), "marked": marked,
        "may_take": may("secretariat.take"), "ruled": frozenset(ruled_names(rulings(), language).items()),
    }  # fmt: skip
    shelf: Shelf = current_app.jinja_env.shelf  # type: ignore[attr-defined]  # put there by Kept
    render, always = _renderer(everywhere), tuple(everywhere.values())
    for row in page.rows:
        hours, overdue, own = (at - row.at) // _HOUR if waits else 0, waits and is_overdue(row.at, at), row.holder == officer.id
        yield shelf.keep(("row", always, hours, overdue, own, row), partial(render, row, hours, overdue=overdue, own=own))


def _renderer(everywhere: dict[str, Any]) -> Callable[..., str]:
    """Renders a row by the macro in the context of a page, which escapes what it shows; made once one is asked for."""

    @cache
    def macro() -> Callable[..., str]:
        context: dict[str, Any] = {}
        current_app.update_template_context(context)
        module: Any = current_app.jinja_env.get_template("secretariat/row.html").make_module(context | everywhere)
        return module.row  # type: ignore[no-any-return]

    def render(row: Row, hours: int, *, overdue: bool, own: bool) -> str:
        return macro()(row, format_timedelta(_HOUR * hours, locale=everywhere["language"]), overdue, own)

    return render
