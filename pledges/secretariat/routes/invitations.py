"""Invitations to many: from a list or from the directory; who opened, prepared and signed."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from pledges.domain.regions import parts_of, regions
from pledges.domain.spreadsheets import escape_cell
from pledges.extensions import country_choices, db
from pledges.models import BatchKind, Government
from pledges.secretariat.actions.inviting import COLUMNS
from pledges.secretariat.actions.letters import note_contact_of
from pledges.secretariat.forms.batches import LettersForm, ListForm, as_address, choice_from, which_from
from pledges.secretariat.forms.letters import ContactForm
from pledges.secretariat.queries import batches
from pledges.secretariat.queries import invitations as queries
from pledges.secretariat.queries.invitations import Progress
from pledges.secretariat.routes.batches import bring, kept
from pledges.secretariat.routes.desk import acting_officer, bp, list_begins

_FILTERS = ("kind", "region", "country", "least", "most", "network", "advisory")


@bp.route("/invitations", methods=["GET", "POST"])
def invitations() -> ResponseReturnValue:
    """Who is invited and how far each has come; a POST brings a list."""
    form = ListForm()
    if form.validate_on_submit():
        return bring(BatchKind.INVITATIONS, form.file.data, form.options())
    return _page(form), 422 if form.errors else 200


def _page(form: ListForm, *, typed: tuple[int, ContactForm] | None = None) -> str:
    """The page; `typed` is the contact of an invitation that an officer has just sent, and stays."""
    session, wanted, which = db.session(), request.args.get("step", ""), which_from(request.args)
    step = Progress(wanted) if wanted in set(Progress) else None
    page = queries.invited_page(session, which, step=step, before=list_begins())
    return render_template(
        "secretariat/invitations.html", form=form, page=page, steps=queries.progress(session, which), step=step, which=which,
        came_back=queries.what_came_back(session, [invitation for invitation, *_rest in page.rows]), networks=queries.networks(session),
        batches=batches.batches(session, BatchKind.INVITATIONS), narrowed=as_address(which), columns=COLUMNS, world_regions=_regions(),
        typed=typed,
    )  # fmt: skip


@bp.post("/invitations/<int(max=2147483647):number>/contact")
def note_contact_of_invited(number: int) -> ResponseReturnValue:
    """Note another way to reach somebody who was invited."""
    invitation, form = queries.invitation(db.session(), number) or abort(404), ContactForm()
    if not form.validate():
        return _page(ListForm(formdata=None), typed=(number, form)), 422
    note_contact_of(db.session(), invitation, form.words.data or "", by=acting_officer(), at=datetime.now(UTC))
    flash(_("The contact is noted. Only officers see it."), "done")
    back = as_address(which_from(request.args)) | ({"step": request.args["step"][:20]} if request.args.get("step") else {})
    return redirect(url_for("secretariat.invitations", **back, _anchor=f"invitation-{number}"), 303)


def _regions() -> list[tuple[str, Sequence[str]]]:
    return [(region, parts_of(region)) for region in regions()]


@bp.route("/invitations/directory", methods=["GET", "POST"])
def invite_from_directory() -> ResponseReturnValue:
    """Governments of the directory by filter; a POST makes a list of those that can be written to and were not."""
    session, choice, form = db.session(), choice_from(request.args), LettersForm()
    if form.validate_on_submit():
        rows = [
            _row(government, leader_email=contact.email, leader_name=contact.leader_name, letter_language=form.language.data or "")
            for government, contact in queries.to_invite(session, choice)
        ]
        if rows:
            return kept(BatchKind.INVITATIONS, _("From the directory"), _table(rows).encode(), form.options())
        flash(_("Nobody of these can be written to now."), "problem")
        return redirect(url_for("secretariat.invite_from_directory", **_chosen()), 303)
    return render_template(
        "secretariat/directory.html", choice=choice, chosen=_chosen(), counts=queries.count_chosen(session, choice), form=form,
        page=queries.chosen_page(session, choice, after=request.args.get("after", "")), networks=queries.networks(session),
        countries=country_choices(str(get_locale())), world_regions=_regions(),
    )  # fmt: skip


@bp.get("/invitations/directory.csv")
def directory_to_fill_in() -> Response:
    """The chosen governments that have no address, as a list to fill in and bring."""
    found = queries.without_address(db.session(), choice_from(request.args))
    response = Response(_table([_row(government) for government in found]), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"to-fill-in-{datetime.now(UTC):%Y-%m-%d}.csv")
    return response


def _row(government: Government, **told: str) -> dict[str, str]:
    named = {"government_id": government.id, "government_name": government.name, "country_code": government.country_code}
    return dict.fromkeys(COLUMNS, "") | named | told


def _table(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([escape_cell(row[column]) for column in COLUMNS] for row in rows)
    return text.getvalue()


def _chosen() -> dict[str, Any]:
    """The filters as the address holds them."""
    return {name: request.args[name][:80] for name in _FILTERS if request.args.get(name)}
