"""The queue: what waits, narrowed and counted, the next one to take, and decisions on many at once."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.guard import may
from pledges.domain.lifecycle import Move
from pledges.domain.reviewing import Age
from pledges.domain.themes import Theme
from pledges.extensions import address, db, rulings
from pledges.secretariat.actions import bulk, claims
from pledges.secretariat.forms.bulk import BULK_FORMS, BulkForm
from pledges.secretariat.forms.queue import AGES, as_address, filters_from, offered
from pledges.secretariat.queries import counts, queue, reading
from pledges.secretariat.queries.counts import Counted
from pledges.secretariat.queries.queue import Pile
from pledges.secretariat.routes.desk import acting_officer, bp, desk_now
from pledges.secretariat.routes.rows import rows_of

MARKED_FOR = {Pile.IN_REVIEW: ("accept", "return", "decline"), Pile.UNTOLD: ("announce",)}
"""What can be done at once with the pledges of a pile that are marked."""


@bp.get("/")
def home() -> ResponseReturnValue:
    """The queue."""
    session, officer, now = db.session(), acting_officer(), datetime.now(UTC)
    filters, desk = filters_from(request.args), desk_now()
    chosen, counted = as_address(filters), _counted((desk.number, desk.hash))
    ages = counted.ages(now)
    page = queue.waiting(session, filters, by=officer, at=now, after=request.args.get("after", ""))
    acts = MARKED_FOR.get(filters.pile, ()) if may("secretariat.decide_many") else ()
    return render_template(
        "secretariat/home.html", filters=filters, chosen=chosen, query=urlencode(chosen), page=page, acts=acts, ages=AGES,
        most_at_once=queue.MOST_AT_ONCE,
        rows=rows_of(page, filters.pile, officer=officer, at=now, marked=bool(acts)),
        counts=ages, counted_as=tuple(tuple(one.values()) for one in ages.values()), overdue=Age.OVERDUE, corrections=desk.corrections,
        themes=list(Theme), offered=partial(offered, counted.languages, counted.networks), ruled=frozenset(rulings().items()),
        offered_of=(counted.languages, counted.networks), mentions=reading.unread_mentions(session, officer) if desk.mentions else (),
    )  # fmt: skip


def _counted(head: tuple[int, str]) -> Counted:
    """What lies on the desk at this head of the log; this process goes on from what it counted last."""
    kept: dict[str, Counted] = current_app.extensions.setdefault("pledges.counted", {})
    kept["last"] = counts.counted(db.session(), head, kept.get("last"))
    return kept["last"]


@bp.post("/next")
def take_next() -> ResponseReturnValue:
    """Take the longest signed pledge that nobody reads, through the filters of the address."""
    return go_on(after=request.args.get("after", ""))


def kept_address() -> dict[str, Any]:
    """The filters that the officer works through, and whether one pledge follows the other, for the addresses of a pledge's page."""
    return as_address(filters_from(request.args)) | ({"then": "next"} if request.args.get("then") else {})


def go_on(*, after: str = "") -> ResponseReturnValue:
    """To the next pledge, which the officer then holds; to the queue when nothing is left."""
    filters = filters_from(request.args)
    pledge = claims.take_next(db.session(), filters, by=acting_officer(), at=datetime.now(UTC), after=after)
    if pledge is None:
        flash(_("Nothing more waits here that nobody reads."))
        return redirect(url_for("secretariat.home", **as_address(filters)), 303)
    return redirect(url_for("secretariat.pledge", public_id=pledge.public_id, then="next", **as_address(filters)), 303)


@bp.route("/bulk/<any(accept, return, decline, announce):deed>", methods=["GET", "POST"])
def decide_many(deed: str) -> ResponseReturnValue:
    """Show who would get which letter; sent from there, decide."""
    form: BulkForm = BULK_FORMS[deed](prefix="bulk")
    officer, now = acting_officer(), datetime.now(UTC)
    if request.method == "GET" and "all" in request.args:
        numbers = queue.numbers_in(db.session(), filters_from(request.args), by=officer, at=now)
    else:
        numbers = request.values.getlist("pledge")[: queue.MOST_AT_ONCE]
    if not numbers:
        flash(_("Mark the pledges first."), "problem")
        return redirect(url_for("secretariat.home", pile=Pile.UNTOLD.value if deed == "announce" else Pile.IN_REVIEW.value), 303)
    if form.validate_on_submit():
        seen = {number: request.form.get(f"seen-{number}", "") for number in numbers}
        move = None if deed == "announce" else Move(deed)
        outcome = bulk.decide_many(
            db.session(), seen, move, by=officer, at=now, grounds=form.grounds(), tell=not form.later.data, address=address
        )
        return render_template("secretariat/bulk_done.html", deed=deed, outcome=outcome)
    cases = bulk.preview(db.session(), numbers, None if deed == "announce" else Move(deed), by=officer, at=now)
    return render_template("secretariat/bulk.html", deed=deed, form=form, cases=cases), 422 if form.errors else 200
