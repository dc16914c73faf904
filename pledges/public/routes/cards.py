"""The picture of a public pledge that is shared."""

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Response, abort

from pledges.accounts.sessions import now
from pledges.domain.card import Card
from pledges.domain.languages import INTERFACE
from pledges.extensions import country_name, db, settings
from pledges.models import EditionEntry
from pledges.public import queries
from pledges.public.routes.room import bp

KEPT = 256
"""Pictures that a process keeps: some ten megabytes."""
FRESH = 600
"""Seconds for which others may keep one: so long after a withdrawal it may still be shown from there."""


@bp.get("/pledges/<public_id>/card.<language>.png")
def card(public_id: str, language: str) -> Response:
    """The card in one language; 410 where the pledge was withdrawn, and 404 for whatever was never public."""
    entry = queries.pledge_entry(db.session(), public_id, now()) if language in INTERFACE else None
    if entry is None:
        abort(404)
    if entry.pledge.withdrawn_at is not None:
        abort(410)
    return Response(_picture(_card(entry, language)), mimetype="image/png", headers={"Cache-Control": f"public, max-age={FRESH}"})


def _card(entry: EditionEntry, language: str) -> Card:
    revision = entry.revision
    return Card(
        government=revision.government_native_name or revision.government_name,
        government_english=revision.government_name,
        country=country_name(revision.country_code, language),
        leader=revision.leader_name,
        leader_latin=revision.leader_name_latin,
        office=revision.office,
        themes=tuple(revision.themes),
        own_language=entry.pledge.government.main_language or revision.language,
        language=language,
        host=urlsplit(settings().base_url).netloc,
        example=entry.edition.example,
    )


@lru_cache(maxsize=KEPT)
def _picture(value: Card) -> bytes:
    from pledges.adapters.pictures import png  # fonts, their engine and the drawing of pages load when a card is asked for
    from pledges.typesetting.card import CROPPED, SCALE, SIZE, typeset_card

    return png(typeset_card(value), scale=SCALE, cropped=CROPPED, size=SIZE)
