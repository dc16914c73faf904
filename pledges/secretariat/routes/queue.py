"""The queue: what waits, narrowed and counted, the next one to take, and decisions on many at once."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_timedelta
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from pledges.accounts.guard import may
from pledges.domain.lifecycle import Move
from pledges.domain.reviewing import Age, is_overdue
from pledges.domain.themes import Theme
from pledges.extensions import address, db
from pledges.secretariat.actions import bulk, claims
from pledges.secretariat.forms.bulk import BULK_FORMS, BulkForm
from pledges.secretariat.forms.queue import AGES, as_address, filters_from, offered
from pledges.secretariat.queries import queue, reading
from pledges.secretariat.queries.corrections import corrections_waiting
from pledges.secretariat.queries.invitations import networks
from pledges.secretariat.queries.queue import Pile
from pledges.secretariat.routes.desk import acting_officer, bp
from pledges.secretariat.routes.rows import standing_cells

MARKED_FOR = {Pile.IN_REVIEW: ("accept", "return", "decline"), Pile.UNTOLD: ("announce",)}
"""What can be done at once with the pledges of a pile that are marked."""


@bp.get("/")
def home() -> ResponseReturnValue:
    """The queue."""
    session, officer, now = db.session(), acting_officer(), datetime.now(UTC)
    filters, counted = filters_from(request.args), queue.counted(session, now)
    chosen, language = as_address(filters), str(get_locale())
    page = queue.waiting(session, filters, by=officer, at=now, after=request.args.get("after", ""))
    return render_template(
        "secretariat/home.html", filters=filters, chosen=chosen, page=page, counted=counted, ages=AGES, overdue=Age.OVERDUE,
        corrections=corrections_waiting(session), themes=list(Theme), offered=offered(counted.languages, networks(session)),
        mentions=reading.unread_mentions(session, officer), is_overdue=is_overdue, form=FlaskForm(),
        cells=standing_cells(chosen, with_state=filters.pile in (Pile.UNTOLD, Pile.WITHDRAWN)),
        waited=lambda at: _waited((now - at) // timedelta(hours=1), language), take_from=url_for("secretariat.home") + "pledges/",
        kept=urlencode({"then": "next", **chosen}),
        acts=MARKED_FOR.get(filters.pile, ()) if may("secretariat.decide_many") else (),
    )  # fmt: skip


@lru_cache(maxsize=2_000)
def _waited(hours: int, language: str) -> str:
    """How long that is, as a person says it."""
    return format_timedelta(timedelta(hours=hours), locale=language)


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
    numbers = request.values.getlist("pledge")[: queue.PAGE]
    officer, now = acting_officer(), datetime.now(UTC)
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
