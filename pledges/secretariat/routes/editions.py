"""Editions: what stands in their way, their builds, who releases them, and what is recalled."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pledges.accounts.guard import fresh_sign_in
from pledges.domain.languages import INTERFACE
from pledges.domain.lifecycle import EditionKind
from pledges.extensions import adapters, address, db
from pledges.models import Edition, EditionBuild
from pledges.secretariat.actions import builds as building
from pledges.secretariat.actions import releasing
from pledges.secretariat.actions.releasing import CannotRelease
from pledges.secretariat.forms.editions import KINDS, PARTS, BuildForm, ConfirmationForm, LanguagesForm, ProposalForm, RecallForm
from pledges.secretariat.queries import builds, editions
from pledges.secretariat.queries.preflight import preflight
from pledges.secretariat.routes.desk import acting_officer, bp

ONE = "/editions/<int:number>"
BUILD = "/builds/<int:number>"


@bp.get("/editions", endpoint="editions")
def every_edition() -> ResponseReturnValue:
    """Every edition, built or released, and the last builds."""
    shown = {"editions": editions.built_editions(db.session()), "builds": builds.recent_builds(db.session())}
    return render_template("secretariat/editions.html", **shown, at=datetime.now(UTC), parts=PARTS)


@bp.get("/editions/new")
def new_edition() -> ResponseReturnValue:
    """What a new edition of a kind would hold, and what stands in its way."""
    wanted = request.args.get("kind", "")
    kind = EditionKind(wanted) if wanted in set(EditionKind) else EditionKind.REV
    form = BuildForm(formdata=None, offered=_further(), kind=kind.value)
    form.languages.data = list(_further())
    return _new(kind, form)


@bp.post("/editions/new")
def order_edition() -> ResponseReturnValue:
    """Order it; a job builds it."""
    form = BuildForm(offered=_further())
    if not form.validate_on_submit():
        return _new(EditionKind.REV, form), 422
    return _order(EditionKind(form.kind.data), ("en", *(form.languages.data or ())))


def _new(kind: EditionKind, form: BuildForm) -> str:
    at = datetime.now(UTC)
    looked = preflight(db.session(), kind, at)
    faults = [*looked.faults, *building.key_faults(adapters(), at)]
    return render_template(
        "secretariat/edition_new.html", form=form, kind=kind, kinds=KINDS, looked=looked, faults=faults, at=at,
        label=editions.next_label(db.session(), kind), under_way=builds.open_build(db.session()),
    )  # fmt: skip


def _further() -> tuple[str, ...]:
    return tuple(code for code in INTERFACE if code != "en")


def _order(kind: EditionKind, languages: Sequence[str], edition: int | None = None) -> ResponseReturnValue:
    back = url_for("secretariat.edition", number=edition) if edition else url_for("secretariat.new_edition", kind=kind.value)
    try:
        by, at = acting_officer(), datetime.now(UTC)
        ordered = building.order_build(db.session(), adapters(), kind, languages, edition=edition, by=by, at=at)
    except building.NotNow:
        db.session.rollback()
        flash(_("Another build is under way. Editions are built one after the other."), "problem")
        return redirect(back, 303)
    except building.Blocked:
        db.session.rollback()
        flash(_("Not built: something stands in the way."), "problem")
        return redirect(back, 303)
    return redirect(url_for("secretariat.build", number=ordered.id), 303)


@bp.get(BUILD)
def build(number: int) -> ResponseReturnValue:
    """How far a build is."""
    shown = _build(number)
    told = _(shown.told) if shown.told else ""  # what names pledges or numbers stays as the builder said it
    return render_template("secretariat/build.html", build=shown, told=told, parts=PARTS)


@bp.post(f"{BUILD}/stop")
def stop_build(number: int) -> ResponseReturnValue:
    """Stop it; languages that are whole stay."""
    if not building.stop_build(db.session(), _build(number), by=acting_officer(), at=datetime.now(UTC)):
        flash(_("It had ended already."), "problem")
    return redirect(url_for("secretariat.build", number=number), 303)


@bp.get(ONE)
def edition(number: int) -> ResponseReturnValue:
    """One edition: its files, what changed since the build before, and what is to become of it."""
    return _page(_edition(number))


@bp.get(f"{ONE}.<language>.pdf")
def edition_file(number: int, language: str) -> ResponseReturnValue:
    """A file to read before it is released, and after it was recalled."""
    file = editions.edition_file(db.session(), number, language) or abort(404)
    name = f"declaration-{file.edition.label}.{language}.pdf"
    try:
        return send_file(adapters().archive.path(file.name), mimetype="application/pdf", as_attachment=True, download_name=name)
    except OSError:
        abort(503)


@bp.post(f"{ONE}/languages")
def add_languages(number: int) -> ResponseReturnValue:
    """Order more languages of it: the same pledges, the same root."""
    shown = _edition(number)
    form = LanguagesForm(offered=_lacking(shown))
    if not form.validate_on_submit():
        return _page(shown, adding=form), 422
    return _order(shown.kind, form.languages.data or (), shown.number)


@bp.post(f"{ONE}/propose")
def propose_release(number: int) -> ResponseReturnValue:
    """The first officer's part of a release."""
    shown, form = _edition(number), ProposalForm()
    if not form.validate_on_submit():
        return _page(shown, proposal=form), 422
    told = _("Proposed. Another admin confirms it on this page.")
    return _done(shown, told, lambda **who: releasing.propose_release(db.session(), number, moment=form.when, address=address, **who))


@bp.post(f"{ONE}/take-back")
def take_back_proposal(number: int) -> ResponseReturnValue:
    """Nothing is proposed any more."""
    return _done(_edition(number), _("Taken back."), lambda **who: releasing.take_back_proposal(db.session(), number, **who))


@bp.get(f"{ONE}/release")
@fresh_sign_in
def check_release(number: int) -> ResponseReturnValue:
    """The second officer's look at what would become public."""
    shown = _edition(number)
    if shown.proposal is None:
        return redirect(url_for("secretariat.edition", number=number), 303)
    form = ConfirmationForm(formdata=None, seen=shown.proposal.proposed_at.isoformat())
    return render_template("secretariat/edition_release.html", edition=shown, form=form, at=datetime.now(UTC))


@bp.post(f"{ONE}/release")
@fresh_sign_in
def confirm_release(number: int) -> ResponseReturnValue:
    """The second officer's part: it is released, at once or at its moment."""
    shown = _edition(number)
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        abort(400)
    told = _("Confirmed. The edition is public from its moment on.")
    return _done(shown, told, lambda **who: releasing.confirm_release(db.session(), number, seen=seen, address=address, **who))


@bp.post(f"{ONE}/unschedule")
def unschedule_release(number: int) -> ResponseReturnValue:
    """Keep back what is to become public."""
    return _done(
        _edition(number),
        _("Taken off the schedule."),
        lambda **who: releasing.unschedule_release(db.session(), number, address=address, **who),
    )


@bp.get(f"{ONE}/recall")
@fresh_sign_in
def check_recall(number: int) -> ResponseReturnValue:
    """What a recall means, before it is done."""
    return _recall(_edition(number), RecallForm(formdata=None))


@bp.post(f"{ONE}/recall")
@fresh_sign_in
def recall(number: int) -> ResponseReturnValue:
    """Take a public edition back."""
    shown, form = _edition(number), RecallForm()
    if not form.validate_on_submit():
        return _recall(shown, form), 422
    told = _("Recalled. The public reads the reason on the page of the declaration.")
    reason = form.reason.data or ""
    return _done(shown, told, lambda **who: releasing.recall_edition(db.session(), number, reason=reason, address=address, **who))


def _recall(shown: Edition, form: RecallForm) -> str:
    with_it = [one for one in editions.built_editions(db.session()) if one.refers_to == shown.number and one.public_at(datetime.now(UTC))]
    return render_template("secretariat/edition_recall.html", edition=shown, form=form, with_it=with_it, at=datetime.now(UTC))


def _done(shown: Edition, told: str, act: Callable[..., Any]) -> ResponseReturnValue:
    """Do it, and say that it is done or why not."""
    number = shown.number
    try:
        act(by=acting_officer(), at=datetime.now(UTC))
    except CannotRelease as refused:
        db.session.rollback()
        flash(_(refused.msgid, **refused.values), "problem")
    else:
        flash(told, "done")
    return redirect(url_for("secretariat.edition", number=number), 303)


def _page(shown: Edition, *, adding: LanguagesForm | None = None, proposal: ProposalForm | None = None) -> str:
    at = datetime.now(UTC)
    return render_template(
        "secretariat/edition.html", edition=shown, at=at, waiting=shown.files_waiting_at(at), public=shown.files_public_at(at),
        adding=adding or LanguagesForm(formdata=None, offered=_lacking(shown)), proposal=proposal or ProposalForm(formdata=None),
        differences=builds.differences(db.session(), shown), officer_proposed=_proposed_by_me(shown),
        gone=editions.no_longer_standing(db.session(), shown.number),
    )  # fmt: skip


def _proposed_by_me(shown: Edition) -> bool:
    return shown.proposal is not None and shown.proposal.account_id == acting_officer().id


def _lacking(shown: Edition) -> tuple[str, ...]:
    there = {file.language for file in shown.files}
    return tuple(code for code in INTERFACE if code not in there)


def _edition(number: int) -> Edition:
    return editions.edition(db.session(), number) or abort(404)


def _build(number: int) -> EditionBuild:
    return builds.build(db.session(), number) or abort(404)
