"""While a pledge is read: taking it, putting it back, notes for colleagues, courtesy translations."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.extensions import db
from pledges.models.frozen import own_words
from pledges.secretariat.actions import claims, notes
from pledges.secretariat.actions.letters import WrittenMeanwhile
from pledges.secretariat.forms.queue import as_address, filters_from
from pledges.secretariat.forms.reading import note_form, translation_form
from pledges.secretariat.queries import queue, reading
from pledges.secretariat.routes.desk import acting_officer, bp
from pledges.secretariat.routes.pledge import found_pledge, pledge_page
from pledges.secretariat.routes.queue import go_on, kept_address


def _to(public_id: str, part: str = "") -> ResponseReturnValue:
    """Back to the pledge's page, with the filters that the officer works through."""
    return redirect(url_for("secretariat.pledge", public_id=public_id, **kept_address(), _anchor=part or None), 303)


@bp.post("/pledges/<public_id>/take")
def take(public_id: str) -> ResponseReturnValue:
    """Take the pledge to decide on it; with `over` from the colleague who reads it."""
    shown = found_pledge(public_id)
    try:
        claims.take(db.session(), shown, by=acting_officer(), at=datetime.now(UTC), over="over" in request.form)
    except claims.HeldByAnother:
        db.session.rollback()
        return pledge_page(found_pledge(public_id)), 409
    return _to(public_id)


@bp.post("/pledges/<public_id>/put-back")
def put_back(public_id: str) -> ResponseReturnValue:
    """Let others have it; with `next` take the one after it."""
    claims.put_back(db.session(), found_pledge(public_id), by=acting_officer(), at=datetime.now(UTC))
    if "next" in request.form:
        return go_on(after=request.form["next"])
    return redirect(url_for("secretariat.home", **as_address(filters_from(request.args))), 303)


@bp.post("/pledges/<public_id>/notes")
def write_note(public_id: str) -> ResponseReturnValue:
    """A note for colleagues, on the desks of those whom it names."""
    shown, officer = found_pledge(public_id), acting_officer()
    colleagues = reading.colleagues(db.session(), officer)
    form = note_form(colleagues)
    if not form.validate():
        return pledge_page(shown, note=form), 422
    naming = [one for one in colleagues if one.id in (form.naming.data or ())]
    notes.write_note(db.session(), shown, form.text.data, naming=naming, by=officer, at=datetime.now(UTC))
    return _to(public_id, "notes")


@bp.post("/notes/<int:note_id>/read")
def read_note(note_id: int) -> ResponseReturnValue:
    """Take a note that names the officer off the desk."""
    mention = reading.mention(db.session(), note_id, acting_officer()) or abort(404)
    notes.mark_read(db.session(), mention, at=datetime.now(UTC))
    return redirect(url_for("secretariat.home"), 303)


@bp.post("/pledges/<public_id>/translation")
def translate(public_id: str) -> ResponseReturnValue:
    """Keep a courtesy translation of the words that are decided on."""
    shown = found_pledge(public_id)
    revision = queue.newest_signed(db.session(), shown) or abort(404)
    form = translation_form(own_words(revision))
    valid = form.validate()
    if form.revision.data != str(revision.number):
        form.form_errors.append(_("The pledge has a newer wording than the one that you translated. Look at it first."))
    if not valid or form.form_errors:
        return pledge_page(shown, translation=form), 422
    language = form.language.data
    try:
        words, seen = form.translated(), form.seen.data or ""
        notes.translate(db.session(), revision, language, words, seen=seen, by=acting_officer(), at=datetime.now(UTC))
    except WrittenMeanwhile:
        db.session.rollback()
        told = _("A colleague has translated into this language meanwhile. Theirs stands at the words; yours is kept below.")
        form.form_errors.append(told)
        return pledge_page(found_pledge(public_id), translation=form), 409
    flash(_("Kept. The translation is for officers; the original is what counts."), "done")
    return _to(public_id, "words")
