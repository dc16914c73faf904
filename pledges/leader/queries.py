"""What this room reads: a draft by its secret, texts to adopt, editions that hold a pledge."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from pledges.domain.codes import hash_secret
from pledges.domain.lifecycle import Move
from pledges.models import (
    AccessLink,
    Decision,
    Edition,
    EditionEntry,
    Government,
    Invitation,
    LeaderPasskey,
    Letter,
    LinkPurpose,
    Network,
    Pledge,
    Receipt,
    Revision,
    Signature,
)
from pledges.models.visibility import holding_to_come, public

MOST_LINKS = 5
"""How many pledges of one address are answered when a link is asked for."""


def government(session: Session, government_id: str) -> Government | None:
    """A government of the directory; one that somebody entered by hand is known only to its own draft."""
    return None if government_id.startswith("own-") else session.get(Government, government_id)


def invitation(session: Session, token: str) -> Invitation | None:
    """The invitation whose letter holds this secret, unless it was taken back."""
    return session.scalars(select(Invitation).where(*invited_with(token))).one_or_none()


def invited_with(token: str) -> tuple[ColumnElement[bool], ...]:
    """Of an invitation: this secret stands in its letter or in a reminder of it, and it was not taken back."""
    secret = hash_secret(token)
    reminded = select(Letter.invitation_id).where(Letter.stop_hash == secret)
    return or_(Invitation.token_hash == secret, Invitation.id.in_(reminded)), Invitation.taken_back_at.is_(None)


def networks(session: Session) -> list[Network]:
    """Every network that can attest its members."""
    return list(session.scalars(select(Network).order_by(Network.name)))


def reminder(session: Session, token: str) -> Letter | None:
    """The reminder whose link ends reminders and holds this secret."""
    return session.scalars(select(Letter).where(Letter.stop_hash == hash_secret(token))).one_or_none()


def told_of_words(session: Session, pledge: Pledge, *, since: datetime) -> set[int]:
    """Which partners (ids of pledges) were written to since then about words of the joint pledge that changed."""
    written = (Letter.kind == "joint_words", Letter.created_at > since, Pledge.joint_id == pledge.joint_id)
    return set(session.scalars(select(Pledge.id).join(Letter, Letter.pledge_id == Pledge.id).where(*written)))


_BROWSERS = (LinkPurpose.SESSION, LinkPurpose.LEADER)


def own_pledge(session: Session, public_id: str, token: str, at: datetime, *, leaders: bool = False) -> Pledge | None:
    """The pledge that this browser's secret opens; None for a wrong secret as for a pledge that does not exist.

    With `leaders` only a browser that a letter to the leader opened.
    """
    opened = _alive(at) & AccessLink.purpose.in_(_BROWSERS[1:] if leaders else _BROWSERS) & (AccessLink.token_hash == hash_secret(token))
    return session.scalars(select(Pledge).join(AccessLink).where(Pledge.public_id == public_id, opened)).one_or_none()


def own_link(session: Session, public_id: str, token: str, at: datetime) -> AccessLink | None:
    """The browser itself, by the secret that opens the pledge in it."""
    opened = _alive(at) & AccessLink.purpose.in_(_BROWSERS) & (AccessLink.token_hash == hash_secret(token))
    return session.scalars(select(AccessLink).join(Pledge).where(Pledge.public_id == public_id, opened)).one_or_none()


def first_browser(session: Session, pledge: Pledge) -> AccessLink:
    """The browser in which the draft was made, whatever became of it."""
    made_in = select(AccessLink).where(AccessLink.pledge_id == pledge.id, AccessLink.purpose == LinkPurpose.SESSION)
    return session.scalars(made_in.order_by(AccessLink.id).limit(1)).one()


def colleagues_link(session: Session, pledge: Pledge, link_id: int) -> AccessLink | None:
    """A browser or letter of somebody who prepares this pledge, whatever became of it; the leader's own are none."""
    theirs = (AccessLink.pledge_id == pledge.id, AccessLink.purpose.in_((LinkPurpose.SESSION, LinkPurpose.RESUME)))
    return session.scalars(select(AccessLink).where(AccessLink.id == link_id, *theirs)).one_or_none()


def handed_over(session: Session, link: AccessLink) -> list[AccessLink]:
    """The letters by which the draft was handed over to whoever owns this link, by which of their letters ever it is opened."""
    theirs = (AccessLink.pledge_id == link.pledge_id, AccessLink.holder == link.holder, AccessLink.voided_at.is_(None))
    return list(session.scalars(select(AccessLink).where(*theirs, AccessLink.replaces_id.is_not(None)).order_by(AccessLink.id)))


def holders(session: Session, pledge: Pledge, links: Collection[int]) -> dict[int, AccessLink]:
    """The browsers of this pledge with these ids."""
    found = session.scalars(select(AccessLink).where(AccessLink.pledge_id == pledge.id, AccessLink.id.in_(links)))
    return {link.id: link for link in found}


def own_pledges(session: Session, tokens: dict[str, str], at: datetime) -> list[Pledge]:
    """The pledges that this browser's secrets open, newest first; `tokens` by public id."""
    hashes = {hash_secret(token): public_id for public_id, token in tokens.items()}
    opened = select(Pledge, AccessLink.token_hash).join(AccessLink).where(
        _alive(at), AccessLink.purpose.in_(_BROWSERS), AccessLink.token_hash.in_(hashes)
    )  # fmt: skip
    rows = session.execute(opened.order_by(Pledge.id.desc())).all()
    return [pledge for pledge, token_hash in rows if hashes[token_hash] == pledge.public_id]


def pledge_of_submission(session: Session, submission_key: str) -> Pledge | None:
    """The draft that this very form made before."""
    return session.scalars(select(Pledge).where(Pledge.submission_key == submission_key)).one_or_none()


def link(session: Session, token: str) -> AccessLink | None:
    """The link to a pledge with this secret, whatever became of it; one for officers or for a browser is none."""
    for_pledges = (LinkPurpose.RESUME, LinkPurpose.SIGN, LinkPurpose.STATUS)
    return session.scalars(
        select(AccessLink).where(AccessLink.token_hash == hash_secret(token), AccessLink.purpose.in_(for_pledges))
    ).one_or_none()


def live_link(session: Session, token: str, at: datetime) -> AccessLink | None:
    """The link with this secret, if it can be used now; a signing link only while its text awaits the signature."""
    found = link(session, token)
    if found is None or found.pledge is None or found.used_at or found.voided_at or found.expires_at <= at:
        return None
    awaits = found.revision_id == found.pledge.current.id and found.pledge.awaits_signature
    return found if found.purpose is not LinkPurpose.SIGN or awaits else None


def coded_link(session: Session, pledge: Pledge, at: datetime) -> AccessLink | None:
    """The link whose code signs the pledge's newest revision now."""
    wanted = (
        _alive(at)
        & (AccessLink.purpose == LinkPurpose.SIGN)
        & (AccessLink.pledge_id == pledge.id)
        & AccessLink.used_at.is_(None)
        & AccessLink.code_hash.is_not(None)
    )
    return session.scalars(
        select(AccessLink).where(wanted, AccessLink.revision_id == pledge.current.id).execution_options(populate_existing=True)
    ).one_or_none()


def _alive(at: datetime) -> ColumnElement[bool]:
    return and_(AccessLink.voided_at.is_(None), AccessLink.expires_at > at)


def passkeys(session: Session, address_key: str) -> list[LeaderPasskey]:
    """The keys that devices have made for the leader of this address, the newest first."""
    return list(
        session.scalars(select(LeaderPasskey).where(LeaderPasskey.leader_email_key == address_key).order_by(LeaderPasskey.id.desc()))
    )


def passkey(session: Session, credential_id: bytes) -> LeaderPasskey | None:
    """The key of this id, locked until the transaction ends: its counter is read and written by one at a time."""
    return session.scalars(select(LeaderPasskey).where(LeaderPasskey.credential_id == credential_id).with_for_update()).one_or_none()


def signed_revision(session: Session, pledge: Pledge) -> Revision | None:
    """The newest revision that was signed."""
    signed = select(Revision).join(Signature).where(Revision.pledge_id == pledge.id)
    return session.scalars(signed.order_by(Revision.number.desc()).limit(1)).one_or_none()


def receipt(session: Session, revision: Revision, language: str) -> Receipt | None:
    """The sealed page of a revision in a language, once it was made."""
    return session.get(Receipt, (revision.id, language))


def released_entry(session: Session, revision: Revision, at: datetime) -> EditionEntry | None:
    """Where a public edition prints this very revision; the newest such edition."""
    query = select(EditionEntry).join(Edition, Edition.number == EditionEntry.edition_number)
    printed = query.where(EditionEntry.revision_id == revision.id, public(at))
    return session.scalars(printed.order_by(EditionEntry.edition_number.desc()).limit(1)).one_or_none()


def told_decision(session: Session, pledge: Pledge) -> Decision | None:
    """The last decision on the newest signed revision, once the leader was told; decided now, told later."""
    signed = signed_revision(session, pledge)
    if signed is None or signed.announced_at is None:
        return None
    made = select(Decision).where(Decision.revision_id == signed.id, Decision.move != Move.REOPEN)
    return session.scalars(made.order_by(Decision.id.desc()).limit(1)).one_or_none()


def returned(session: Session, pledge: Pledge) -> Decision | None:
    """The return that a draft answers: its message and suggestion are shown beside the words."""
    told = told_decision(session, pledge)
    return told if told is not None and told.move is Move.RETURN else None


def pledges_of_address(session: Session, address_key: str) -> list[Pledge]:
    """The newest pledges, not withdrawn, that this address prepares or signs; at most five."""
    handed_on = select(AccessLink.pledge_id).where(
        AccessLink.holder == address_key, AccessLink.purpose.in_((LinkPurpose.SESSION, LinkPurpose.RESUME)), AccessLink.voided_at.is_(None)
    )
    prepares = (func.lower(Pledge.preparer_email) == address_key) | Pledge.id.in_(handed_on)
    mine = (Pledge.leader_email_key == address_key) | prepares
    return list(session.scalars(select(Pledge).where(mine, Pledge.withdrawn_at.is_(None)).order_by(Pledge.id.desc()).limit(MOST_LINKS)))


def scheduled_editions(session: Session, pledge: Pledge, at: datetime) -> list[Edition]:
    """The editions that hold the pledge and are on the schedule."""
    return list(session.scalars(holding_to_come(pledge.id, at)))


def released_editions(session: Session, pledge: Pledge, at: datetime) -> list[Edition]:
    """The public editions that hold the pledge, oldest first."""
    holding = select(Edition).join(EditionEntry, EditionEntry.edition_number == Edition.number)
    return list(session.scalars(holding.where(EditionEntry.pledge_id == pledge.id, public(at)).order_by(Edition.number)))


def was_released(session: Session, pledge: Pledge, at: datetime) -> bool:
    """Whether a public edition holds the pledge."""
    holding = select(Edition.number).join(EditionEntry, EditionEntry.edition_number == Edition.number)
    return session.scalar(holding.where(EditionEntry.pledge_id == pledge.id, public(at)).limit(1)) is not None
