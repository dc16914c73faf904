"""The room's door, the queue, one pledge, editions, log."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from pledges.accounts.guard import current_officer, require_officer
from pledges.domain.lifecycle import NEXT_MODERATION, Move, MoveNotAllowed
from pledges.domain.risks import WORDS
from pledges.domain.themes import Theme
from pledges.extensions import country_choices, db, settings
from pledges.models import Account, Pledge
from pledges.models.corrections import corrections_of, name_in
from pledges.models.frozen import own_words
from pledges.models.papers import count_waiting
from pledges.secretariat.actions import decisions
from pledges.secretariat.forms import FORMS, REASONS, CorrectionAnswerForm, DecisionForm, ReturnForm, filters_from, words_called
from pledges.secretariat.forms.identity import AssuranceForm, risk_told
from pledges.secretariat.queries import identity, queue
from pledges.secretariat.queries.corrections import corrections_waiting
from pledges.secretariat.queries.papers import files_of
from pledges.secretariat.queries.queue import Filters

bp = Blueprint("secretariat", __name__, url_prefix="/secretariat")
MOVES = "any(accept, return, decline, reopen)"


@bp.before_request
def guard() -> ResponseReturnValue | None:
    """Every page of this room is for the officers whom the table in accounts/roles.py names."""
    return require_officer()


@bp.context_processor
def _on_every_page() -> dict[str, Any]:
    return {
        "officer": current_officer(), "reason_label": REASONS, "now": datetime.now(UTC), "risk_told": risk_told,
        "words_called": words_called, "papers_to_read": count_waiting(db.session()),
    }  # fmt: skip


@bp.get("/")
def home() -> ResponseReturnValue:
    """The queue."""
    filters = filters_from(request.args)
    page = queue.waiting(db.session(), filters, after=request.args.get("after", ""))
    return render_template(
        "secretariat/home.html", filters=filters, chosen=_chosen(filters), page=page, piles=queue.piles(db.session()),
        corrections=corrections_waiting(db.session()), themes=list(Theme), countries=country_choices(str(get_locale())),
        risks=[(risk.value, _(words[0])) for risk, words in WORDS.items()],
    )  # fmt: skip


def _chosen(filters: Filters) -> dict[str, str]:
    """The filters as an address holds them, without the pile."""
    held = {"theme": filters.theme or "", "country": filters.country, "risk": filters.risk, "q": filters.text}
    return {name: value for name, value in held.items() if value}


@bp.get("/pledges/<public_id>")
def pledge(public_id: str) -> ResponseReturnValue:
    """One pledge with its evidence and history, and what can be decided."""
    return pledge_page(found_pledge(public_id))


@bp.post(f"/pledges/<public_id>/<{MOVES}:move>")
def decide(public_id: str, move: str) -> ResponseReturnValue:
    """Accept, return, decline, or look at it again."""
    chosen, shown = Move(move), found_pledge(public_id)
    form = _form(chosen, shown)
    if not form.validate_on_submit():
        return pledge_page(shown, typed=(chosen, form)), 422
    try:
        decision = decisions.decide(
            db.session(), shown, chosen, by=acting_officer(), at=datetime.now(UTC), seen_version=form.seen.data, grounds=form.grounds(),
            tell=not form.later.data, address=address,
        )  # fmt: skip
    except (decisions.DecidedMeanwhile, MoveNotAllowed, StaleDataError):
        db.session.rollback()
        return pledge_page(found_pledge(public_id), typed=(chosen, form), meanwhile=True), 409
    except decisions.ReleasedAlready:
        db.session.rollback()
        flash(_("This wording stands in an edition that is released or soon will be. Only a withdrawal takes it out."), "problem")
        return pledge_page(found_pledge(public_id), typed=(chosen, form)), 409
    decided = decision.revision
    flash(_DONE[chosen](leader=decided.leader_name, government=decided.government_name), "done")
    return redirect(url_for("secretariat.home"), 303)


_DONE = {
    Move.ACCEPT: lambda **who: _("Accepted: %(leader)s, %(government)s.", **who),
    Move.RETURN: lambda **who: _("Returned: %(leader)s, %(government)s.", **who),
    Move.DECLINE: lambda **who: _("Declined: %(leader)s, %(government)s.", **who),
    Move.REOPEN: lambda **who: _("In review again: %(leader)s, %(government)s.", **who),
}


@bp.post("/pledges/<public_id>/announce")
def announce(public_id: str) -> ResponseReturnValue:
    """Tell the leader what was decided before."""
    shown = found_pledge(public_id)
    seen = request.form.get("seen", "")
    try:
        decisions.announce(db.session(), shown, by=acting_officer(), at=datetime.now(UTC), seen_version=seen, address=address)
    except (decisions.DecidedMeanwhile, StaleDataError):
        db.session.rollback()
        return pledge_page(found_pledge(public_id), meanwhile=True), 409
    flash(_("The leader is told."), "done")
    return redirect(url_for("secretariat.pledge", public_id=public_id), 303)


def _form(move: Move, shown: Pledge, **options: Any) -> DecisionForm:
    """The form of a move; what is suggested is for some of the pledge's own words, or for none alone."""
    form = FORMS[move](prefix=move, **options)
    if isinstance(form, ReturnForm):
        words = own_words(queue.newest_signed(db.session(), shown) or shown.current)
        form.suggestion_for.choices = [*((column, words_called(column)) for column in words), ("", _("For no words alone"))]
        form.suggestion_for.data = form.suggestion_for.data or next(iter(words), "") if options else form.suggestion_for.data
    return form


def pledge_page(
    shown: Pledge,
    *,
    typed: tuple[Move, DecisionForm] | None = None,
    answer: CorrectionAnswerForm | None = None,
    assured: AssuranceForm | None = None,
    meanwhile: bool = False,
) -> str:
    """The page; `typed`, `answer` and `assured` are what an officer has just sent, and stay."""
    revision = queue.newest_signed(db.session(), shown) or shown.current
    open_moves = [move for move in FORMS if shown.withdrawn_at is None and (revision.moderation, move) in NEXT_MODERATION]
    forms = {move: typed[1] if typed and typed[0] is move else _form(move, shown, formdata=None) for move in open_moves}
    assure = assured or AssuranceForm(formdata=None, prefix="assure")
    assure.seen.data = seen = decisions.version_of(revision)
    for form in forms.values():
        form.seen.data = seen
    return render_template(
        "secretariat/pledge.html", pledge=shown, revision=revision, forms=forms, typed=typed, meanwhile=meanwhile,
        decision=queue.last_decision(db.session(), revision), editions=queue.editions_holding(db.session(), shown),
        released=queue.released_with(db.session(), revision), files=files_of(db.session(), revision), seen=seen,
        corrections=corrections_of(db.session(), shown), name_in=name_in,
        correction_form=answer or CorrectionAnswerForm(prefix="correction", formdata=None),
        assure=assure, acts=identity.assurance_acts(db.session(), shown),
    )  # fmt: skip


@bp.get("/editions")
def editions() -> ResponseReturnValue:
    """Every edition, built or released."""
    return render_template("secretariat/editions.html", editions=queue.built_editions(db.session()))


def list_begins() -> int | None:
    """Where a page of a list begins; nonsense begins at the first page."""
    told = request.args.get("before", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 18 else None


def found_pledge(public_id: str) -> Pledge:
    """The signed pledge of this id; 404 for whatever is none."""
    return queue.pledge(db.session(), public_id) or abort(404)


def acting_officer() -> Account:
    """Who is signed in."""
    return current_officer() or abort(401)


def address(endpoint: str, **values: Any) -> str:
    """The full address of a page, for letters."""
    return settings().base_url + url_for(endpoint, **values)
