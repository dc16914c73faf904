"""The same visibility as the pages, as JSON."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, get_template_attribute, request, url_for

from pledges.accounts.sessions import now
from pledges.domain.moments import iso
from pledges.domain.numbers import number_asked
from pledges.domain.publication import counts_of, item
from pledges.domain.themes import Theme
from pledges.extensions import db, settings
from pledges.models import Edition, EditionEntry
from pledges.models.decision_counts import decisions_by_reason
from pledges.models.edition import is_example
from pledges.models.figures import register_figures
from pledges.models.visibility import current_editions, released_editions
from pledges.public import queries
from pledges.public.forms import filters_from
from pledges.public.openapi import description

bp = Blueprint("api", __name__, url_prefix="/api/v1")

USUAL, MOST = 50, 200
"""Items on a page."""


@bp.after_request
def _for_everyone(response: Response) -> Response:
    if request.method in ("GET", "HEAD"):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@bp.get("/pledges")
def pledges() -> Response:
    """The current register, page by page: `next` is what to give as `after`."""
    session = db.session()
    limit = min(max(request.args.get("limit", USUAL, type=int), 1), MOST)
    editions = current_editions(session, now())
    page = queries.items_page(session, editions, filters_from(request.args), after=request.args.get("after", ""), limit=limit)
    return _json(items=[_item(entry) for entry in page.entries], next=page.next or None, example=is_example(session))


@bp.get("/pledges/<public_id>")
def pledge(public_id: str) -> Response:
    """One pledge as an item; 410 and what may still be said where it was withdrawn."""
    entry = queries.pledge_entry(db.session(), public_id, now()) or abort(404)
    if entry.pledge.withdrawn_at is None:
        return _json(**_item(entry))
    gone = _json(
        public_id=public_id, government=entry.revision.government_name, country_code=entry.revision.country_code,
        leader_name=entry.revision.leader_name, edition=entry.edition.label, withdrawn_at=iso(entry.pledge.withdrawn_at),
    )  # fmt: skip
    gone.status_code = 410
    return gone


@bp.get("/pledges/<public_id>/proof")
def proof(public_id: str) -> Response:
    """That the pledge stands in an edition; also of a withdrawn one, for what was released stays true."""
    wanted = request.args.get("edition")
    number = None if wanted is None else number_asked(wanted)
    if wanted is not None and number is None:
        abort(404)
    found = queries.proof(db.session(), public_id, now(), number=number) or abort(404)
    return _json(public_id=public_id, **found.told())


@bp.get("/pledges/<public_id>/signature")
def signature(public_id: str) -> Response:
    """What was signed and how, and what it takes to check it where anyone can; `label` is in the reader's language. 410 where withdrawn."""
    entry = queries.pledge_entry(db.session(), public_id, now()) or abort(404)
    if entry.pledge.withdrawn_at is not None:
        abort(410)
    value = queries.public_value(entry, closing_at=settings().closing_at)
    label = get_template_attribute("components/labels.html", "signature_kind")(value.signature_kind).unescape()
    return _json(
        public_id=public_id, kind=value.signature_kind.value, label=label, signed_at=iso(value.signed_at), fingerprint=value.fingerprint,
        record=value.record, proof=value.signature_proof,
    )  # fmt: skip


@bp.get("/statistics")
def statistics() -> Response:
    """The counts of the current register; withdrawn pledges stand in none of them and are named separately."""
    session = db.session()
    figures = register_figures(session, now())
    example = is_example(session)
    return _json(**counts_of(figures.counts), edition=figures.label, example=example, withdrawn=figures.withdrawn)


@bp.get("/decisions")
def decisions() -> Response:
    """How many pledges stand returned or declined, by reason; `themes` is null where the reason hides what the texts were about."""
    session = db.session()
    counted = [
        {
            "reason": one.reason.value,
            "returned": one.returned,
            "declined": one.declined,
            "themes": None if one.themes is None else {theme.value: one.themes.get(theme, 0) for theme in Theme},
        }
        for one in decisions_by_reason(session, now())
    ]
    return _json(items=counted, next=None, example=is_example(session))


@bp.get("/editions")
def editions() -> Response:
    """Every released edition, newest first, with the files that it has."""
    session = db.session()
    at = now()
    released = released_editions(session, at)
    labels = {edition.number: edition.label for edition in released}
    return _json(items=[_edition(edition, labels, at) for edition in released], next=None, example=is_example(session))


@bp.get("/openapi.json")
def openapi() -> Response:
    """What this API offers, in OpenAPI 3.1."""
    return _json(**description(settings().base_url))


def _item(entry: EditionEntry) -> dict[str, object]:
    return item(queries.public_value(entry, closing_at=settings().closing_at), entry.edition.label)


def _edition(edition: Edition, labels: dict[int, str], at: datetime) -> dict[str, object]:
    address = settings().base_url
    files = [
        {
            "language": file.language,
            "url": address + url_for("press.edition_in", number=edition.number, language=file.language),
            "pages": file.pages,
            "size": file.size,
            "sha256": file.sha256,
            "content_sha256": file.content_sha256,
            "seal_subject": file.seal_subject,
            "development_seal": file.development_seal,
        }
        for file in edition.files_public_at(at)
    ]
    return {
        "number": edition.number,
        "label": edition.label,
        "kind": edition.kind.value,
        "refers_to": labels.get(edition.refers_to) if edition.refers_to else None,
        "as_of": iso(edition.as_of),
        "released_at": iso(edition.released_at) if edition.released_at else None,
        "pledges": edition.pledges,
        "root": edition.root,
        "break_glass": edition.break_glass,
        "recalled_at": iso(edition.recalled_at) if edition.recalled_at else None,
        "recall_reason": edition.recall_reason or None,
        "example": edition.example,
        "files": files,
    }


def _json(**body: Any) -> Response:
    """UTF-8 as it is written, without escapes."""
    return Response(current_app.json.dumps(body, ensure_ascii=False, sort_keys=False) + "\n", mimetype="application/json")
