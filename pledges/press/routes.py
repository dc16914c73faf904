"""The pages of this room: the released editions and their files. Files are streamed; nothing is ever built here."""

from flask import Blueprint, abort, current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from pledges.accounts.sessions import now
from pledges.extensions import adapters, db
from pledges.models.figures import printed_counts, register_figures
from pledges.models.visibility import released_editions
from pledges.press import queries

bp = Blueprint("press", __name__, url_prefix="/press")

_KEPT_BY_CACHES = 3600
"""Seconds. A released file never changes; one that is recalled may still be shown from elsewhere for so long."""


@bp.get("/")
def home() -> ResponseReturnValue:
    """The released editions with what it takes to check a copy; before the first one, what the embargo means."""
    session, at = db.session(), now()
    editions = released_editions(session, at)
    return render_template(
        "press/home.html",
        figures=register_figures(session, at),
        editions=editions,
        at=at,
        labels={edition.number: edition.label for edition in editions},
        counts={edition.number: printed_counts(session, edition.number) for edition in editions},
    )


@bp.get("/editions/<int(min=1):number>.pdf")
def edition(number: int) -> ResponseReturnValue:
    """The English text of an edition."""
    return edition_in(number, "en")


@bp.get("/editions/<int(min=1):number>.<language>.pdf")
def edition_in(number: int, language: str) -> ResponseReturnValue:
    """One language of a released edition, whole or in ranges; 410 and why for one that was recalled, 404 for whatever was not public."""
    file = queries.released_file(db.session(), number, language, now())
    if file is None:
        recalled = queries.recalled_file(db.session(), number, language, now()) or abort(404)
        return render_template("press/recalled.html", file=recalled), 410
    try:
        response = send_file(
            adapters().archive.path(file.name), mimetype="application/pdf", as_attachment=True, etag=file.sha256,
            download_name=f"declaration-{file.edition.label}.{file.language}.pdf", max_age=_KEPT_BY_CACHES, conditional=True,
        )  # fmt: skip
    except OSError:
        current_app.logger.exception("edition %s in %s is not in the archive: %s", number, language, file.name)
        abort(503)
    response.cache_control.public = True
    return response


@bp.get("/editions/<int(min=1):number>.<language>.evidence/<sha256>.json")
def evidence(number: int, language: str, sha256: str) -> ResponseReturnValue:
    """Evidence that was added later to a file of a released edition; 404 for whatever is not public."""
    held = queries.released_evidence(db.session(), number, language, sha256, now()) or abort(404)
    return send_file(
        adapters().archive.path(held.name), mimetype="application/json", as_attachment=True, etag=held.sha256,
        download_name=f"declaration-{number}.{language}.evidence.json", max_age=_KEPT_BY_CACHES,
    )  # fmt: skip
