"""Signed pledges of invented leaders, as the desk finds them."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Move
from pledges.domain.people import Assurance, GovernmentKind, SignatureKind
from pledges.domain.themes import Theme
from pledges.models import Account, Commitment, Government, Pledge, Revision, Role, Signature
from pledges.models.frozen import freeze, newest, texts_in

AT = datetime(2024, 9, 19, 14, 0, tzinfo=UTC)


def make_pledge(
    session: Session,
    *,
    name: str = "Ayşe Yıldırım",
    government: str = "Konya",
    country: str = "TR",
    themes: Sequence[Theme] = (Theme.SUSTAINABLE,),
    at: datetime = AT,
    preparer: str = "cabinet@konya.example",
    language: str = "en",
    reported: bool = False,
) -> Pledge:
    """A signed pledge in review; not committed."""
    place = Government(id=f"own-{secrets.token_hex(8)}", name=government, kind=GovernmentKind.CITY, country_code=country)
    address = f"mayor-{secrets.token_hex(4)}@konya.example"
    pledge = Pledge(
        public_id=secrets.token_hex(16), government=place, leader_email=address, leader_email_key=address, preparer_email=preparer,
        preparer_language=language, from_file=reported, created_at=at, first_signed_at=at,
    )  # fmt: skip
    session.add(pledge)
    add_revision(session, pledge, name=name, themes=themes, at=at, reported=reported)
    return pledge


def add_revision(
    session: Session,
    pledge: Pledge,
    *,
    name: str = "Ayşe Yıldırım",
    themes: Sequence[Theme] = (Theme.SUSTAINABLE,),
    at: datetime = AT,
    reported: bool = False,
) -> Revision:
    """One more signed wording of a pledge; not committed."""
    place = pledge.government
    revision = Revision(
        number=len(pledge.revisions) + 1, created_at=at, submitted_at=at, government_name=place.name, kind=place.kind,
        country_code=place.country_code, leader_name=name, leader_name_latin=name, office="Mayor", language="tr", actions="We plant trees.",
    )  # fmt: skip
    texts = newest(texts_in(session, "tr"))
    revision.commitments = [Commitment(theme=theme, position=list(Theme).index(theme), adopted=texts[theme]) for theme in themes]
    pledge.revisions.append(revision)
    session.flush()
    freeze(revision)
    revision.move(Move.SUBMIT)
    revision.move(Move.SIGN)
    revision.signature = Signature(
        kind=SignatureKind.REPORTED if reported else SignatureKind.EMAIL, assurance=Assurance.NOT_KNOWN, at=at,
        record_hash=revision.fingerprint, evidence={"file": "list.csv", "row": 7} if reported else {"network_address": "192.0.2.9"},
    )  # fmt: skip
    session.flush()
    return revision


def make_account(session: Session, name: str = "L. Ortiz") -> Account:
    """An officer, for acts that need nobody to sign in; not committed."""
    account = Account(
        email=f"{secrets.token_hex(4)}@secretariat.example", name=name, fs_uniquifier=secrets.token_hex(16), created_at=AT,
        roles=[Role(name=f"moderator-{secrets.token_hex(4)}")],
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account
