"""Who signs for whom: a government's mail domains, known leaders and invitations; and how well a signatory is established."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from pledges.domain.mail_domains import readable
from pledges.domain.people import Assurance
from pledges.domain.problems import Refused
from pledges.extensions import address, db, told
from pledges.models import Government, GovernmentDomain
from pledges.models.directory import find_governments
from pledges.models.identity import known_leaders
from pledges.secretariat.actions import identity as acts
from pledges.secretariat.actions.decisions import DecidedMeanwhile
from pledges.secretariat.forms.identity import AssuranceForm, DomainForm, InvitationForm, KnownLeaderForm
from pledges.secretariat.queries import identity
from pledges.secretariat.routes.desk import acting_officer, bp
from pledges.secretariat.routes.pledge import found_pledge, pledge_page

HOME = "/governments/<government_id>"


@bp.get("/governments")
def governments() -> ResponseReturnValue:
    """Find a government by typing."""
    typed = request.args.get("q", "")[:200]
    return render_template("secretariat/governments.html", typed=typed, found=find_governments(db.session(), typed))


@bp.get(HOME)
def government(government_id: str) -> ResponseReturnValue:
    """What is known of one government."""
    return _page(_government(government_id))


@bp.get(f"{HOME}/domain")
def check_domain(government_id: str) -> ResponseReturnValue:
    """The second look, before a domain is recorded, or taken out."""
    shown, form = _government(government_id), DomainForm(request.args, meta={"csrf": False})
    if not form.validate():
        return _page(shown, domain=form), 422
    domain = form.domain.data or ""
    return _second_look(shown, domain, identity.recorded(db.session(), shown.id, domain))


@bp.post(f"{HOME}/domain")
def record_domain(government_id: str) -> ResponseReturnValue:
    """Record the domain."""
    shown, form = _government(government_id), DomainForm()
    if not form.validate():
        return _page(shown, domain=form), 422
    try:
        changed = acts.record_domain(db.session(), shown, form.domain.data or "", by=acting_officer(), at=datetime.now(UTC))
    except Refused as refused:
        return _refused(shown, refused, domain=form)
    flash(_("The domain is recorded. Signatures that it establishes: %(count)d.", count=changed), "done")
    return _back(shown)


@bp.post(f"{HOME}/domain/remove")
def remove_domain(government_id: str) -> ResponseReturnValue:
    """Take the domain out again."""
    shown = _government(government_id)
    recorded = identity.recorded(db.session(), shown.id, request.form.get("domain", "")) or abort(404)
    changed = acts.remove_domain(db.session(), recorded, shown, by=acting_officer(), at=datetime.now(UTC))
    flash(_("The domain is taken out. Signatures that it alone had established: %(count)d.", count=changed), "done")
    return _back(shown)


@bp.post(f"{HOME}/leaders")
def add_leader(government_id: str) -> ResponseReturnValue:
    """Note who holds or held an office."""
    shown, form = _government(government_id), KnownLeaderForm(prefix="leader")
    if not form.validate():
        return _page(shown, leader=form), 422
    acts.add_leader(
        db.session(), shown, name=form["name"].data, office=form.office.data, begins=form.begins.data, ends=form.ends.data,
        source=form.source.data, by=acting_officer(), at=datetime.now(UTC),
    )  # fmt: skip
    flash(_("The leader is noted. Signatures from now on are compared with this term."), "done")
    return _back(shown)


@bp.post(f"{HOME}/leaders/<int:number>/remove")
def remove_leader(government_id: str, number: int) -> ResponseReturnValue:
    """Take a note of a leader out again."""
    shown = _government(government_id)
    leader = identity.known_leader(db.session(), shown.id, number) or abort(404)
    acts.remove_leader(db.session(), leader, shown, by=acting_officer(), at=datetime.now(UTC))
    flash(_("The note of this leader is taken out."), "done")
    return _back(shown)


@bp.post(f"{HOME}/invitations")
def invite(government_id: str) -> ResponseReturnValue:
    """Invite a leader by letter."""
    shown, form = _government(government_id), InvitationForm(prefix="invite")
    if not form.validate():
        return _page(shown, invitation=form), 422
    try:
        acts.invite(
            db.session(), shown, email=form.email.data or "", name=form.leader_name.data or "", language=form.language.data,
            by=acting_officer(), at=datetime.now(UTC), address=address,
        )  # fmt: skip
    except Refused as refused:
        return _refused(shown, refused, invitation=form)
    flash(_("The invitation is on its way to %(address)s.", address=form.email.data), "done")
    return _back(shown)


@bp.post(f"{HOME}/invitations/<int:number>/take-back")
def take_back(government_id: str, number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    shown = _government(government_id)
    invitation = next((one for one in identity.invitations(db.session(), shown.id) if one.id == number), None) or abort(404)
    acts.take_back(db.session(), invitation, shown, by=acting_officer(), at=datetime.now(UTC))
    flash(_("The invitation is taken back. A letter that has left stays where it is, but its link works no more."), "done")
    return _back(shown)


@bp.post("/pledges/<public_id>/assure")
def assure(public_id: str) -> ResponseReturnValue:
    """Say how well the signatory is established, and by what."""
    shown, form = found_pledge(public_id), AssuranceForm(prefix="assure")
    if not form.validate():
        return pledge_page(shown, assured=form), 422
    assurance, note = Assurance(form.assurance.data), form.note.data or ""
    try:
        acts.assure(
            db.session(), shown, assurance, note, by=acting_officer(), at=datetime.now(UTC), seen_version=form.seen.data or ""
        )  # fmt: skip
    except DecidedMeanwhile:
        db.session.rollback()
        return pledge_page(found_pledge(public_id), assured=form, meanwhile=True), 409
    flash(_("Your note is kept, and shown beside the signature."), "done")
    return redirect(url_for("secretariat.pledge", public_id=public_id), 303)


def _page(
    shown: Government,
    *,
    domain: DomainForm | None = None,
    leader: KnownLeaderForm | None = None,
    invitation: InvitationForm | None = None,
) -> str:
    """One government; a form is what an officer has just sent, and stays."""
    session = db.session()
    language = shown.main_language.split("-")[0]
    forms: dict[str, FlaskForm] = {
        "domain": domain or DomainForm(formdata=None),
        "leader": leader or KnownLeaderForm(formdata=None, prefix="leader"),
        "invitation": invitation or InvitationForm(formdata=None, prefix="invite", data={"language": language or str(get_locale())}),
    }
    return render_template(
        "secretariat/government.html", government=shown, forms=forms, typed=domain or leader or invitation, readable=readable,
        domains=identity.domains(session, shown.id), leaders=known_leaders(session, shown.id),
        invitations=identity.invitations(session, shown.id), signed=identity.signed(session, shown.id),
    )  # fmt: skip


def _second_look(shown: Government, domain: str, recorded: GovernmentDomain | None) -> str:
    session = db.session()
    return render_template(
        "secretariat/domain.html", government=shown, domain=domain, readable=readable, recorded=recorded,
        elsewhere=identity.recorded_elsewhere(session, shown.id, domain), signed=identity.signed_in(session, shown.id, domain),
    )  # fmt: skip


def _refused(shown: Government, refused: Refused, **form: FlaskForm) -> ResponseReturnValue:
    """The page again, with what an action refused at its field."""
    db.session.rollback()
    (typed,) = form.values()
    for problem in refused.problems:
        typed[problem.field].errors = [told(problem)]
    return _page(_government(shown.id), **form), 409


def _government(government_id: str) -> Government:
    return identity.government(db.session(), government_id) or abort(404)


def _back(shown: Government) -> ResponseReturnValue:
    return redirect(url_for("secretariat.government", government_id=shown.id), 303)
