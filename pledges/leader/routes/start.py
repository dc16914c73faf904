"""How a pledge begins: find the government, make the draft, or ask for a link to one that exists."""

import secrets
from datetime import timedelta

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from pledges.accounts.sessions import now
from pledges.domain.addresses import address_key
from pledges.domain.people import GovernmentKind
from pledges.extensions import address, country_choices, country_name, db
from pledges.leader import queries
from pledges.leader.actions import drafts, links
from pledges.leader.forms.letters import AskForm, StartForm
from pledges.leader.forms.steps import EnteredGovernmentForm
from pledges.leader.routes.room import bp, limit, limit_letters, opening, own_tokens, reader_language
from pledges.models import Government
from pledges.models.directory import find_governments

KINDS = {GovernmentKind.CITY: _l("city"), GovernmentKind.REGION: _l("region"), GovernmentKind.ASSOCIATION: _l("association")}
ENTERED = "own"
"""In place of a government's id: it is entered by hand."""


@bp.get("/start")
def start() -> ResponseReturnValue:
    """Find the government by typing; once it is chosen, make the draft."""
    chosen = request.args.get("government", "")
    if chosen:
        return _confirm(chosen, StartForm(data={"government_id": chosen, "submission_key": secrets.token_hex(16)}), EnteredGovernmentForm())
    drafts_here = queries.own_pledges(db.session(), own_tokens(), now())
    return render_template("leader/start.html", drafts=drafts_here)


@bp.post("/start")
def make_draft() -> ResponseReturnValue:
    """Make the draft; the same form sent twice makes one."""
    limit("drafts", tries=100, per=timedelta(minutes=10))
    session, form, entered = db.session(), StartForm(), EnteredGovernmentForm()
    chosen = form.government_id.data or ""
    government: Government | drafts.EnteredGovernment | None = queries.government(session, chosen)
    valid = form.validate()
    if chosen == ENTERED and entered.validate():
        government = entered_government(entered)
    if government is None or not valid:
        return _confirm(chosen, form, entered), 422
    if form.preparer_email.data:
        limit_letters("drafts", form.preparer_email.data)
    opened = drafts.make_draft(
        session, government, preparer_email=form.preparer_email.data, submission_key=form.submission_key.data,
        language=reader_language(), at=now(), address=address,
    )  # fmt: skip
    return opening(opened, "leader.step", step="office")


def entered_government(form: EnteredGovernmentForm) -> drafts.EnteredGovernment:
    """What a valid form says of a government that the directory lacks."""
    return drafts.EnteredGovernment(
        form.government_name.data, form.government_native_name.data, GovernmentKind(form.kind.data), form.country_code.data
    )


def _confirm(chosen: str, form: StartForm, entered: EnteredGovernmentForm) -> str:
    """The chosen government, or the fields to enter one, or word that there is no such government."""
    if chosen == ENTERED:
        return render_template("leader/enter.html", form=form, entered=entered, countries=country_choices(reader_language()))
    government = queries.government(db.session(), chosen)
    return render_template("leader/begin.html", form=form, government=government, unknown=government is None)


@bp.get("/governments")
def governments() -> ResponseReturnValue:
    """Governments that have a name beginning as typed: a page, or JSON for the type-ahead."""
    typed = request.args.get("q", "")[:200]
    found = find_governments(db.session(), typed)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        language = reader_language()
        return jsonify(
            [
                {"name": one.name, "native_name": one.native_name, "link": url_for("leader.start", government=one.id),
                 "country": country_name(one.country_code, language), "kind": str(KINDS[one.kind])}
                for one in found
            ]
        )  # fmt: skip
    return render_template("leader/governments.html", typed=typed, found=found, kinds=KINDS)


@bp.route("/ask", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Write to an address whatever it may open; the answer is the same for every address."""
    form = AskForm()
    if form.validate_on_submit():
        limit("links", tries=100, per=timedelta(hours=1))
        limit_letters("links", form.address.data)
        links.ask_for_links(db.session(), address_key(form.address.data), at=now(), address=address)
        return redirect(url_for("leader.ask", sent="yes"), 303)
    return render_template("leader/ask.html", form=form, sent="sent" in request.args), 422 if form.errors else 200
