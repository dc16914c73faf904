"""Signing with a passkey: in the browser that opened the leader's letter, with a key of the device that it runs on."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from pledges.adapters.passkeys import PasskeyRefused, Refusal, Site, credential_id_of, jwk, made, signed, to_make, to_sign
from pledges.domain.passkeys import NONCE_BYTES, challenge, proof
from pledges.domain.people import SignatureKind
from pledges.leader import queries
from pledges.leader.actions.links import LinkSpent, Opened
from pledges.leader.actions.signing import Evidence, sign_link
from pledges.models import AccessLink, LeaderPasskey, LinkPurpose, Pledge, log
from pledges.signatures import Address, Evidenced


def begin(session: Session, token: str, site: Site, *, new: bool, site_name: str, at: datetime) -> dict[str, Any]:
    """What the browser is asked: `get` a signature by a key that this leader has used, else, or with `new`, to `create` a key first.

    The challenge is new each time, and the one before holds no more. Raises LinkSpent.
    """
    link, pledge = _live(session, token, at)
    known = [key.credential_id for key in queries.passkeys(session, pledge.leader_email_key)]
    fresh = _new_challenge(link, pledge)
    if known and not new:
        asked = {"get": to_sign(site, fresh, known=known)}
    else:
        holder = f"{pledge.current.leader_name}, {pledge.current.government_name}"
        asked = {"create": to_make(site, fresh, site_name=site_name, holder=holder, known=known)}
    session.commit()
    return asked


def keep(session: Session, token: str, credential: str, site: Site, *, at: datetime) -> dict[str, Any]:
    """Keep the key that the device has made, and ask it to `get` a signature with it. Raises LinkSpent, PasskeyRefused."""
    link, pledge = _live(session, token, at)
    _nonce, expected = _take_challenge(session, link, pledge)
    try:
        key = made(site, expected, credential)
        if queries.passkey(session, key.credential_id) is not None:
            raise PasskeyRefused(Refusal.INVALID)
    except PasskeyRefused:
        session.commit()  # the challenge is used up
        raise
    session.add(
        LeaderPasskey(
            leader_email_key=pledge.leader_email_key, credential_id=key.credential_id, public_key=key.public_key, sign_count=key.sign_count,
            aaguid=key.aaguid, attestation=key.attestation, transports=" ".join(key.transports), made_at=at,
        )
    )  # fmt: skip
    log.record(session, "passkey_made", f"pledge:{pledge.public_id}", at=at)
    asked = {"get": to_sign(site, _new_challenge(link, pledge), known=[key.credential_id])}
    session.commit()
    return asked


def sign(session: Session, token: str, credential: str, site: Site, *, evidence: Evidence, at: datetime, address: Address) -> Opened:
    """Sign with a key that this leader's device has made. Raises LinkSpent, PasskeyRefused, SignedBefore, MoveNotAllowed."""
    link, pledge = _live(session, token, at)
    nonce, expected = _take_challenge(session, link, pledge)
    try:
        key = queries.passkey(session, credential_id_of(credential))
        if key is None or key.leader_email_key != pledge.leader_email_key:
            raise PasskeyRefused(Refusal.UNKNOWN_KEY)
        found = signed(site, expected, credential, public_key=key.public_key, sign_count=key.sign_count)
    except PasskeyRefused:
        session.commit()  # as above
        raise
    noted = {
        "link": link.id, **asdict(evidence), "key_made": key.made_at.isoformat(), "key_used_before": key.used_at is not None,
        "key_synced": found.synced, "aaguid": key.aaguid, "attestation": key.attestation, "transports": key.transports,
    }  # fmt: skip
    key.sign_count, key.used_at = found.sign_count, at
    shown = proof(
        fingerprint=pledge.current.fingerprint or "", nonce=nonce, rp_id=site.rp_id, origin=site.origin, public_key=jwk(key.public_key),
        answer=found.answer,
    )  # fmt: skip
    return sign_link(session, link, Evidenced(SignatureKind.PASSKEY, "passkey", noted, shown), at=at, address=address)


def _live(session: Session, token: str, at: datetime) -> tuple[AccessLink, Pledge]:
    link = queries.live_link(session, token, at)
    if link is None or link.purpose is not LinkPurpose.SIGN or link.pledge is None:
        raise LinkSpent
    session.refresh(link.pledge, with_for_update=True)  # first of all, like whoever signs or takes back
    return link, link.pledge


def _new_challenge(link: AccessLink, pledge: Pledge) -> bytes:
    link.nonce = secrets.token_hex(NONCE_BYTES)
    return challenge(pledge.current.fingerprint or "", link.nonce)


def _take_challenge(session: Session, link: AccessLink, pledge: Pledge) -> tuple[str, bytes]:
    """The nonce and the challenge that wait for an answer. Of two answers at once one gets them: the other, like a replay, is refused."""
    nonce = link.nonce
    taken = update(AccessLink).where(AccessLink.id == link.id, AccessLink.nonce.is_not(None), AccessLink.nonce == nonce).values(nonce=None)
    if nonce is None or session.scalar(taken.returning(AccessLink.id)) is None:
        raise PasskeyRefused(Refusal.CHALLENGE)
    return nonce, challenge(pledge.current.fingerprint or "", nonce)
