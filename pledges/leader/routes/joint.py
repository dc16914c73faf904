"""Pledging together: who pledges with us and how far they are, an invitation to one more government, and words that changed."""

from dataclasses import dataclass
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.sessions import now
from pledges.domain.lifecycle import Content
from pledges.domain.merging import Piece, differences
from pledges.domain.problems import Refused
from pledges.extensions import address, country_choices, db, told
from pledges.leader import queries
from pledges.leader.actions import drafts
from pledges.leader.actions import joint as actions
from pledges.leader.forms.letters import InviteForm
from pledges.leader.forms.steps import EnteredGovernmentForm
from pledges.leader.routes.room import bp, limit, limit_letters, own, reader_language
from pledges.leader.routes.start import ENTERED, KINDS, entered_government
from pledges.leader.routes.together import called, label_of
from pledges.models import Government, Pledge
from pledges.models.directory import find_governments
from pledges.models.joint import partners, shared_words


@dataclass(frozen=True, slots=True)
class Partner:
    """One of the other governments, as the cabinets of a joint pledge see it."""

    government: str
    state: str
    """preparing, awaiting, signed or withdrawn."""
    same_words: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """Words that a partner changed."""

    by: str
    fields: list[tuple[str, tuple[Piece, ...]]]
    """What each field is called, and how it differs from ours."""
    seen: str


@bp.route("/<public_id>/joint", methods=["GET", "POST"])
def joint(public_id: str) -> ResponseReturnValue:
    """The partners, words that one of them changed, and an invitation. Only the cabinets of these very pledges see it."""
    session, pledge = db.session(), own(public_id)
    chosen = request.values.get("government", "")
    form, entered = InviteForm(), EnteredGovernmentForm()
    government: Government | drafts.EnteredGovernment | None = queries.government(session, chosen) if chosen else None
    if form.is_submitted():
        valid = form.validate()
        if chosen == ENTERED and entered.validate():
            government = entered_government(entered)
        if valid and government is not None and _invited(pledge, government, form):
            return redirect(url_for("leader.joint", public_id=public_id), 303)
        pledge = own(public_id)
    typed = request.args.get("q", "")[:200]
    page = render_template(
        "leader/joint.html", pledge=pledge, revision=pledge.current, form=form, entered=entered if chosen == ENTERED else None,
        chosen=chosen, government=queries.government(session, chosen) if chosen else None, typed=typed,
        found=find_governments(session, typed), kinds=KINDS, countries=country_choices(reader_language()),
        partners=told_partners(pledge), offered=offered_words(pledge), may_open=may_open(pledge),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _invited(pledge: Pledge, government: Government | drafts.EnteredGovernment, form: InviteForm) -> bool:
    limit("links", tries=100, per=timedelta(hours=1))
    limit_letters("links", form.address.data)
    try:
        theirs = actions.invite(
            db.session(), own(pledge.public_id), government, to=form.address.data, note=form.note.data, language=reader_language(),
            at=now(), address=address,
        )  # fmt: skip
    except Refused as refused:
        db.session.rollback()
        form.form_errors.append(told(refused.problems[0]))
        return False
    flash(_("An invitation is on its way to %(government)s.", government=theirs.current.government_name))
    return True


@bp.post("/<public_id>/joint/take-over")
def take_over(public_id: str) -> ResponseReturnValue:
    """Take over the words that a partner wrote last."""
    try:
        actions.take_over(db.session(), own(public_id), shown=request.form.get("shown", ""), at=now())
    except drafts.ShownOtherwise:
        db.session.rollback()
        flash(_("The draft was changed meanwhile, perhaps in another window. This is how it stands now."), "problem")
        return redirect(url_for("leader.joint", public_id=public_id), 303)
    flash(_("The words are taken over. Review them and send them to the leader."))
    return redirect(url_for("leader.review", public_id=public_id), 303)


@bp.post("/<public_id>/joint/leave")
def leave_joint(public_id: str) -> ResponseReturnValue:
    """Pledge alone after all."""
    actions.leave(db.session(), own(public_id), at=now())
    flash(_("This pledge is your government’s alone now. Its words stay."))
    return redirect(url_for("leader.pledge", public_id=public_id), 303)


def may_open(pledge: Pledge) -> bool:
    """Whether it can become, or stop being, a joint pledge: the record that is signed names it."""
    return pledge.current.content is Content.DRAFT and pledge.first_signed_at is None


def told_partners(pledge: Pledge) -> list[Partner]:
    """The other governments and how far they are."""
    ours = shared_words(pledge.current)
    return [
        Partner(other.current.government_native_name or other.current.government_name, _state(other), shared_words(other.current) == ours)
        for other in partners(db.session(), pledge)
    ]


def _state(pledge: Pledge) -> str:
    if pledge.withdrawn_at is not None:
        return "withdrawn"
    return {Content.DRAFT: "preparing", Content.AWAITING_SIGNATURE: "awaiting", Content.SIGNED: "signed"}[pledge.current.content]


def offered_words(pledge: Pledge) -> Offered | None:
    """The words as a partner wrote them last, where ours are others and nobody of ours wrote last."""
    offered = pledge.joint.offered if pledge.joint else None
    if not offered or offered["by"] == pledge.public_id or pledge.withdrawn_at is not None:
        return None
    ours, theirs = shared_words(pledge.current), offered["words"]
    fields = [
        (label_of(name), differences(called(name, ours.get(name, "")), called(name, value), theirs["pledge_language"]))
        for name, value in theirs.items()
        if value != ours.get(name, "")
    ]
    by = next((one for one in partners(db.session(), pledge) if one.public_id == offered["by"]), None)
    return Offered(by.current.government_name if by else _("A partner"), fields, actions.compared(pledge)) if fields else None
