"""Home, the register, one pledge, and what is said about it all."""

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from pledges.accounts.sessions import now
from pledges.extensions import country_choices, db, settings
from pledges.models.corrections import corrected_until
from pledges.models.figures import Figures, register_figures
from pledges.models.frozen import texts_in
from pledges.models.joint import public_partners
from pledges.public import queries
from pledges.public.forms import filters_from
from pledges.public.routes.room import bp, reader_language


@bp.get("/")
def home() -> ResponseReturnValue:
    """What this is, the count of what is public, the three themes, the way in."""
    at = now()
    figures = register_figures(db.session(), at)
    left = settings().closing_at - at
    return render_template("public/home.html", figures=figures, countries=_countries(figures), left=left)


def _countries(figures: Figures) -> tuple[tuple[str, str], ...]:
    """The countries of the register, code and name, in the reader's language and its order."""
    return country_choices(reader_language(), frozenset(figures.by_country))


@bp.get("/pledges")
def register() -> ResponseReturnValue:
    """The current register in the order of protocol, fifty at a time."""
    session, filters = db.session(), filters_from(request.args)
    figures = register_figures(session, now())
    page = queries.register_page(session, list(figures.editions), filters, after=request.args.get("after", ""))
    return render_template(
        "public/register.html", figures=figures, filters=filters, page=page, countries=_countries(figures),
        first=not request.args.get("after"),
    )  # fmt: skip


@bp.get("/pledges/<public_id>")
def pledge(public_id: str) -> ResponseReturnValue:
    """One pledge as it was released; a tombstone where it was withdrawn, and 404 for whatever was never public."""
    session, at = db.session(), now()
    entry = queries.pledge_entry(session, public_id, at) or abort(404)
    held_by = queries.editions_holding(session, entry.pledge_id, at)
    if entry.pledge.withdrawn_at is not None:
        return render_template("public/withdrawn.html", entry=entry, held_by=held_by), 410
    return render_template(
        "public/pledge.html",
        entry=entry,
        held_by=held_by,
        corrected=corrected_until(session, entry.pledge, entry.revision),
        translations=texts_in(session, reader_language()),
        together=public_partners(session, entry.pledge, at),
        base_url=settings().base_url,
    )


@bp.get("/pledges/<public_id>/record.json")
def record(public_id: str) -> Response:
    """The canonical record: the very bytes that the fingerprint is of."""
    entry = queries.pledge_entry(db.session(), public_id, now()) or abort(404)
    if entry.pledge.withdrawn_at is not None or entry.revision.record is None:
        abort(410)
    response = make_response(entry.revision.record.encode())
    response.mimetype = "application/json"
    response.headers.set("Content-Disposition", "attachment", filename=f"{public_id}.json")
    return response


@bp.get("/about")
def about() -> ResponseReturnValue:
    """What the Assembly is, who runs this, how pledges are examined and counted."""
    return render_template("public/about.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is published and kept, by whom and for how long."""
    return render_template("public/privacy.html", periods=settings().periods)


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """What works for whom, and whom to tell where it does not."""
    return render_template("public/accessibility.html")
