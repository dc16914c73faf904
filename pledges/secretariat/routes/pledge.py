"""One pledge: everything needed to decide on one screen, and the decision."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm.exc import StaleDataError

from pledges.domain.lifecycle import NEXT_MODERATION, Moderation, Move, MoveNotAllowed
from pledges.domain.merging import differences
from pledges.extensions import address, db
from pledges.models import Pledge, Revision
from pledges.models.corrections import corrections_of, name_in
from pledges.models.frozen import own_words, places_for_words
from pledges.secretariat.actions import decisions
from pledges.secretariat.actions.claims import HeldByAnother
from pledges.secretariat.forms import FORMS, CorrectionAnswerForm, DecisionForm, return_form
from pledges.secretariat.forms.identity import AssuranceForm
from pledges.secretariat.forms.queue import as_address, filters_from
from pledges.secretariat.forms.reading import NoteForm, TranslationForm, note_form, translation_form
from pledges.secretariat.queries import claims, identity, queue, reading
from pledges.secretariat.queries.papers import files_of
from pledges.secretariat.routes.desk import acting_officer, bp
from pledges.secretariat.routes.queue import go_on, kept_address

MOVES = "any(accept, return, decline, reopen)"


@bp.get("/pledges/<public_id>")
def pledge(public_id: str) -> ResponseReturnValue:
    """One pledge with its evidence and history, and what can be decided."""
    return pledge_page(found_pledge(public_id))


@bp.post(f"/pledges/<public_id>/<{MOVES}:move>")
def decide(public_id: str, move: str) -> ResponseReturnValue:
    """Accept, return, decline, or look at it again; or only show how suggested words differ from what was signed."""
    chosen, shown = Move(move), found_pledge(public_id)
    form = _form(chosen, queue.newest_signed(db.session(), shown) or shown.current)
    looking = "look" in request.form
    if looking and "reason" in form:
        form.reason.validators = ()  # it comes with the decision
    if not form.validate_on_submit():
        return pledge_page(shown, typed=(chosen, form)), 422
    if looking:
        return pledge_page(shown, typed=(chosen, form), looked=True)
    try:
        decision = decisions.decide(
            db.session(), shown, chosen, by=acting_officer(), at=datetime.now(UTC), seen_version=form.seen.data, grounds=form.grounds(),
            tell=not form.later.data, address=address,
        )  # fmt: skip
    except (decisions.DecidedMeanwhile, HeldByAnother, MoveNotAllowed, StaleDataError):
        db.session.rollback()
        return pledge_page(found_pledge(public_id), typed=(chosen, form), meanwhile=True), 409
    except decisions.ReleasedAlready:
        db.session.rollback()
        flash(_("This wording stands in an edition that is released or soon will be. Only a withdrawal takes it out."), "problem")
        return pledge_page(found_pledge(public_id), typed=(chosen, form)), 409
    decided = decision.revision
    flash(_DONE[chosen](leader=decided.leader_name, government=decided.government_name), "done")
    if form.onward.data:
        return go_on()
    return redirect(url_for("secretariat.home", **as_address(filters_from(request.args))), 303)


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


def found_pledge(public_id: str) -> Pledge:
    """The signed pledge of this id; 404 for whatever is none."""
    return queue.pledge(db.session(), public_id) or abort(404)


def _form(move: Move, revision: Revision, **options: Any) -> DecisionForm:
    """The form of a move; a return holds the pledge's own words, to be changed in their place."""
    form = return_form(places_for_words(revision)) if move is Move.RETURN else FORMS[move]
    return form(prefix=move, **options)


def pledge_page(
    shown: Pledge,
    *,
    typed: tuple[Move, DecisionForm] | None = None,
    answer: CorrectionAnswerForm | None = None,
    assured: AssuranceForm | None = None,
    note: NoteForm | None = None,
    translation: TranslationForm | None = None,
    contact: FlaskForm | None = None,
    meanwhile: bool = False,
    looked: bool = False,
) -> str:
    """The page; `typed`, `answer`, `assured`, `note`, `translation` and `contact` are what an officer has just sent, and stay.

    `looked` shows how the suggested words that were `typed` differ from what was signed.
    """
    session, officer = db.session(), acting_officer()
    revision = queue.newest_signed(session, shown) or shown.current
    claim = claims.claim_of(session, shown, datetime.now(UTC)) if shown.withdrawn_at is None else None
    assure = assured or AssuranceForm(formdata=None, prefix="assure")
    assure.seen.data = seen = decisions.version_of(revision)
    forms = _forms(shown, revision, typed, mine=claim is not None and claim.account_id == officer.id)
    for form in forms.values():
        form.seen.data = seen
    return render_template(
        "secretariat/pledge.html", pledge=shown, revision=revision, forms=forms, typed=typed, meanwhile=meanwhile, claim=claim,
        decision=queue.last_decision(session, revision), editions=queue.editions_holding(session, shown), form=FlaskForm(),
        released=queue.released_with(session, revision), files=files_of(session, revision), seen=seen, looked=looked,
        corrections=corrections_of(session, shown), name_in=name_in, chosen=kept_address(),
        correction_form=answer or CorrectionAnswerForm(prefix="correction", formdata=None), place=claims.place_of(revision),
        contact=contact, assure=assure, acts=identity.assurance_acts(session, shown),
        **_kept_by_officers(shown, revision, note, translation),
    )  # fmt: skip


def _forms(shown: Pledge, revision: Revision, typed: tuple[Move, DecisionForm] | None, *, mine: bool) -> dict[Move, DecisionForm]:
    """What can be decided now: a pledge in review by whoever holds it."""
    if shown.withdrawn_at is not None or (revision.moderation is Moderation.IN_REVIEW and not mine):
        return {}
    onward = bool(request.args.get("then"))
    moves = [move for move in FORMS if (revision.moderation, move) in NEXT_MODERATION]
    return {
        move: typed[1] if typed and typed[0] is move else _form(move, revision, formdata=None, data={"onward": onward}) for move in moves
    }


def _kept_by_officers(shown: Pledge, revision: Revision, note: NoteForm | None, translation: TranslationForm | None) -> dict[str, Any]:
    """Notes, courtesy translations, other pledges of the government, and what changed from one wording to the next."""
    session, words = db.session(), own_words(revision)
    translations = reading.translations(session, revision)
    language = str(get_locale())
    mine = translations.get(language)
    form = translation or translation_form(words, mine.words if mine else None, formdata=None, data={"language": language})
    form.revision.data, form.seen.data = str(revision.number), " ".join(reading.version_of(one) for one in translations.values())
    return {
        "own": words, "translations": translations, "translation_form": form, "others": reading.others(session, shown, revision),
        "changes": reading.changes(shown), "notes": reading.notes(session, shown), "differences": differences,
        "signed_words": {one.id: own_words(one) for one in shown.revisions},
        "note_form": note or note_form(reading.colleagues(session, acting_officer()), formdata=None),
    }  # fmt: skip
