"""The receipt as a sealed page: made when it is first asked for in a language, and kept, so that everybody has the same bytes."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges.adapters import Adapters
from pledges.domain.protocol import ruled_names
from pledges.domain.receipt import Receipt as Page
from pledges.leader import queries
from pledges.models import Receipt, Revision
from pledges.models.frozen import fields_of
from pledges.models.protocol import standing_rulings


def make_receipt(session: Session, revision: Revision, language: str, *, adapters: Adapters, base_url: str, at: datetime) -> None:
    """Typeset, seal (PAdES B-B) and keep the receipt of a signed revision, unless it is there. Raises SealKeyError."""
    if queries.receipt(session, revision, language):
        return
    from pledges.adapters.trust import keep_certificate  # reading keys and setting type need libraries that take long to load
    from pledges.typesetting.receipt import typeset_receipt

    sealer, key = adapters.open_sealer(at), revision.id
    page = _page(session, revision, language, base_url=base_url, development=sealer.development)
    session.rollback()  # nobody shall wait for this transaction while the page is set and sealed
    pdf = sealer.sealed(typeset_receipt(page), at=at)
    keep_certificate(adapters.archive, sealer.certificate)
    session.add(Receipt(revision_id=key, language=language, pdf=pdf, sha256=sha256(pdf).hexdigest(), made_at=at))
    try:
        session.commit()
    except IntegrityError:
        session.rollback()  # somebody else made it meanwhile, and that one stays


def _page(session: Session, revision: Revision, language: str, *, base_url: str, development: bool) -> Page:
    assert revision.signature is not None  # noqa: S101 (for the checker of types; only signed revisions come here)
    return Page(
        public_id=revision.pledge.public_id,
        fingerprint=revision.signature.record_hash,
        pledge=fields_of(revision),
        signature_kind=revision.signature.kind,
        signature_proof=revision.signature.proof,
        signed_at=revision.signature.at,
        language=language,
        base_url=base_url,
        development_seal=development,
        names=ruled_names(standing_rulings(session), language),
    )
