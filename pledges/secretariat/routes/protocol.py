"""Matters of protocol: names of countries, places in the order, and the networks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from pledges.domain.problems import Refused
from pledges.domain.protocol import UN_LANGUAGES, RulingKind, countries, needs_review
from pledges.domain.protocol import country_name as listed_name
from pledges.extensions import country_choices, country_name, db, rulings, told
from pledges.models import Government, Network, Ruling
from pledges.models.directory import find_governments
from pledges.secretariat.actions import networks as network_acts
from pledges.secretariat.actions import protocol as acts
from pledges.secretariat.forms.protocol import RULINGS, NetworkForm, RulingForm
from pledges.secretariat.queries import protocol as queries
from pledges.secretariat.routes.desk import acting_officer, bp


@bp.get("/protocol")
def protocol() -> ResponseReturnValue:
    """What waits for a second person, what should be looked at, what was ruled; and the way to a country or government."""
    if (asked := request.args.get("country", "")) in countries():
        return redirect(url_for("secretariat.ruled", subject=asked), 303)
    language, typed = str(get_locale()), request.args.get("q", "")[:200]
    waiting, approved = queries.waiting_with_officers(db.session()), queries.last_approved(db.session())
    found = find_governments(db.session(), typed) if typed else []
    return render_template(
        "secretariat/protocol.html", waiting=waiting, approved=approved, found=found, typed=typed, countries=country_choices(language),
        unreviewed=unreviewed(), called=_called([*waiting, *approved]), kinds=RULINGS, listed=listed_name,
    )  # fmt: skip


def unreviewed() -> list[tuple[str, list[str]]]:
    """Countries or areas for which no UN list has a name, each with the languages whose wording no two officers have looked at."""
    ruled = rulings()
    found = (
        (code, [one for one in UN_LANGUAGES if needs_review(code, one) and not ruled.get((RulingKind.NAME, code, one))])
        for code in countries()
        if needs_review(code)
    )
    return [(code, languages) for code, languages in found if languages]


@bp.get("/protocol/<subject>")
def ruled(subject: str) -> ResponseReturnValue:
    """One country or government: its names, its places, and everything that was proposed."""
    return _page(subject)


@bp.post("/protocol/<subject>")
def propose_ruling(subject: str) -> ResponseReturnValue:
    """Propose a name or a place."""
    _known(subject)
    form = _form(subject)
    if not form.validate():
        return _page(subject, form), 422
    try:
        acts.propose(
            db.session(), RulingKind(form.kind.data), subject, form.language.data, value=form.value.data or "",
            reason=form.reason.data or "", by=acting_officer(), at=datetime.now(UTC),
        )  # fmt: skip
    except Refused as refused:
        db.session.rollback()
        form.value.errors = [told(refused.problems[0])]
        return _page(subject, form), 409
    flash(_("Proposed. It stands once a second person has approved it."), "done")
    return redirect(url_for("secretariat.ruled", subject=subject), 303)


@bp.post("/protocol/rulings/<int:ruling_id>/<any(approve, refuse):verdict>")
def decide_ruling(ruling_id: int, verdict: str) -> ResponseReturnValue:
    """Approve or refuse what somebody proposed."""
    try:
        acts.decide(db.session(), ruling_id, approve=verdict == "approve", by=acting_officer(), at=datetime.now(UTC))
    except Refused as refused:
        db.session.rollback()
        flash(told(refused.problems[0]), "problem")
    else:
        flash(
            _("Approved. It stands now, and in every edition that is built from now on.") if verdict == "approve" else _("Refused."), "done"
        )
    return redirect(url_for("secretariat.protocol"), 303)


def _page(subject: str, form: RulingForm | None = None) -> str:
    government = _known(subject)
    history = queries.rulings_on(db.session(), subject)
    return render_template(
        "secretariat/ruled.html", subject=subject, government=government, form=form or _form(subject, formdata=None), history=history,
        name=government.name if government else country_name(subject, str(get_locale())), languages_of_un=UN_LANGUAGES,
        ruled=rulings(), kinds=RULINGS, needs_review=needs_review, called=_called(history), listed=listed_name,
    )  # fmt: skip


def _known(subject: str) -> Government | None:
    """The government of this id, None for the code of a country; 404 for anything else."""
    return None if subject in countries() else db.session.get(Government, subject) or abort(404)


def _form(subject: str, **options: object) -> RulingForm:
    """A government's name stands in its own record: only its place can be ruled."""
    return RulingForm(kinds=tuple(RulingKind) if subject in countries() else (RulingKind.PLACE,), **options)


def _called(shown: Sequence[Ruling]) -> dict[str, str]:
    """What the subjects of rulings are called in the reader's language."""
    names = queries.government_names(db.session(), [one.subject for one in shown])
    return {one.subject: names.get(one.subject) or country_name(one.subject, str(get_locale())) for one in shown}


@bp.get("/networks")
def networks() -> ResponseReturnValue:
    """Every network, and how many pledges name it."""
    return _networks()


@bp.post("/networks")
def add_network() -> ResponseReturnValue:
    """Add one."""
    form = NetworkForm()
    if not form.validate():
        return _networks(form), 422
    try:
        network_acts.add_network(db.session(), form.name.data or "", by=acting_officer(), at=datetime.now(UTC))
    except Refused as refused:
        return _network_refused(refused)
    flash(_("The network is added."), "done")
    return redirect(url_for("secretariat.networks"), 303)


@bp.post("/networks/<int:network_id>/<any(rename, remove):change>")
def change_network(network_id: int, change: str) -> ResponseReturnValue:
    """Call one otherwise, or take out one that nothing names."""
    network: Network = queries.network(db.session(), network_id) or abort(404)
    form = NetworkForm()
    if change == "rename" and not form.validate():
        return _networks(form), 422
    try:
        if change == "rename":
            network_acts.rename_network(db.session(), network, form.name.data or "", by=acting_officer(), at=datetime.now(UTC))
        else:
            network_acts.remove_network(db.session(), network, by=acting_officer(), at=datetime.now(UTC))
    except Refused as refused:
        return _network_refused(refused)
    flash(_("Done."), "done")
    return redirect(url_for("secretariat.networks"), 303)


def _network_refused(refused: Refused) -> ResponseReturnValue:
    db.session.rollback()
    flash(told(refused.problems[0]), "problem")
    return redirect(url_for("secretariat.networks"), 303)


def _networks(form: NetworkForm | None = None) -> str:
    return render_template("secretariat/networks.html", networks=queries.networks(db.session()), form=form or NetworkForm(formdata=None))
