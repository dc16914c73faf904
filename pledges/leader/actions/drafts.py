"""Preparing: a draft is made, filled step by step, sent to the leader, taken back, and copied for a new wording."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges.domain.addresses import address_key
from pledges.domain.commitments import check
from pledges.domain.lifecycle import Content, Moderation, Move, MoveNotAllowed
from pledges.domain.merging import Merged, mark, merge
from pledges.domain.people import GovernmentKind, MandateBasis, level_of
from pledges.domain.problems import Problem
from pledges.domain.themes import OWN_WORDS, Theme
from pledges.leader import queries
from pledges.leader.actions.links import Opened, close_for_leader, open_in_browser, write_link
from pledges.leader.actions.partners import offer
from pledges.models import AccessLink, Commitment, Government, Invitation, LinkPurpose, Pledge, Revision, log
from pledges.models.frozen import copied, fields_of, freeze, newest, texts_in
from pledges.models.joint import shared_words
from pledges.signatures import Address, void_sign_links, write_sign_link

_AS_TYPED = {
    "government_name": "government_name", "government_native_name": "government_native_name", "leader_name": "leader_name",
    "leader_name_latin": "leader_name_latin", "honorific": "honorific", "office_local": "office_local",
    "mandate_reference": "mandate_reference", "actions": "actions", "multilateral": "multilateral",
}  # fmt: skip
"""Fields that go into the revision as they are, with the names of their columns there."""


class ShownOtherwise(Exception):
    """The draft is no longer what its reviewer saw."""


class Incomplete(Exception):
    """The draft cannot be signed yet; `problems` says what is missing."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(len(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class EnteredGovernment:
    """A government that the directory lacks, as somebody entered it; checked and clean."""

    name: str
    native_name: str
    kind: GovernmentKind
    country_code: str


def make_draft(
    session: Session,
    government: Government | EnteredGovernment,
    *,
    preparer_email: str,
    submission_key: str,
    language: str,
    at: datetime,
    address: Address,
    invited: Invitation | None = None,
) -> Opened:
    """Make a draft and, where the preparer gave an address, write a link to it. The same form sent twice makes one draft.

    An invitation fills in the leader's name and address; both can be changed.

    Raises MoveNotAllowed when that form's draft has gone on meanwhile.
    """
    chosen = government if isinstance(government, Government) else enter(session, government)
    pledge = Pledge(
        public_id=secrets.token_hex(16), government=chosen, preparer_email=preparer_email, preparer_language=language,
        submission_key=submission_key, created_at=at,
    )  # fmt: skip
    pledge.revisions.append(
        Revision(
            number=1, created_at=at, government_name=chosen.name, government_native_name=chosen.native_name, kind=chosen.kind,
            country_code=chosen.country_code, leader_name=invited.leader_name if invited else "",
        )
    )  # fmt: skip
    if invited:
        pledge.leader_email, pledge.leader_email_key = invited.email, invited.email_key
        pledge.invitation_id = invited.id
    session.add(pledge)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return _made_before(session, submission_key, at=at)
    opened = open_in_browser(session, pledge, at=at, holder=preparer_email)
    if preparer_email:
        write_link(session, pledge, LinkPurpose.RESUME, to=preparer_email, at=at, address=address)
    log.record(session, "draft_made", f"pledge:{pledge.public_id}", at=at, government=chosen.id, invitation=invited.id if invited else None)
    session.commit()
    return opened


def enter(session: Session, entered: EnteredGovernment) -> Government:
    """The row of a government that somebody entered: it is known to its own draft only."""
    government = Government(
        id=f"own-{secrets.token_hex(8)}",
        name=entered.name,
        native_name=entered.native_name,
        kind=entered.kind,
        country_code=entered.country_code,
    )
    session.add(government)
    return government


def _made_before(session: Session, submission_key: str, *, at: datetime) -> Opened:
    pledge = queries.pledge_of_submission(session, submission_key)
    if pledge is None or pledge.current.content is not Content.DRAFT:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content if pledge else Content.DRAFT)
    first = queries.first_browser(session, pledge)
    if first.voided_at:  # whoever made it was taken off or has handed it over; the form may still stand in that browser
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content)
    opened = open_in_browser(session, pledge, at=at, holder=first.holder)
    session.commit()
    return opened


def save(
    session: Session, pledge: Pledge, values: Mapping[str, str], *, shown: Mapping[str, str], by: AccessLink, at: datetime, address: Address
) -> Merged:
    """Keep checked values of some fields (columns of a pledges file) in the draft, as far as this browser (`by`) changed them.

    `shown` are the marks of what the form showed (domain.merging); what others changed meanwhile stays, and what both changed is
    left to a person. Raises MoveNotAllowed once it is no draft.
    """
    lock(session, pledge)
    revision = _draft(pledge)
    stored = stored_fields(revision)
    merged = merge(shown, stored, values)
    merged.both.update(_left_out(merged.write, shown, stored))
    written = {field: value for field, value in merged.write.items() if field not in merged.both}
    if written:
        revision.edits = {**(revision.edits or {}), **dict.fromkeys(written, by.id)}
    by.seen_at = at
    leader = pledge.leader_email_key
    write(session, pledge, written)
    if pledge.leader_email_key != leader:
        close_for_leader(session, pledge, by=by, at=at)
    if pledge.joint and set(written) & set(shared_words(revision)):
        offer(session, pledge, at=at, address=address)
    session.commit()
    return merged


def write(session: Session, pledge: Pledge, values: Mapping[str, str]) -> None:
    """Put checked values of some fields into the draft, and fix the record where it is whole; nothing is committed."""
    revision = _draft(pledge)
    for field, value in values.items():
        _keep(session, pledge, revision, field, value)
    session.flush()
    if missing(pledge):
        revision.record = revision.fingerprint = None
    else:
        freeze(revision)


def lock(session: Session, pledge: Pledge) -> None:
    """Whoever changes a pledge waits here for whoever changes it at the same time, and then sees what became of it."""
    session.refresh(pledge, with_for_update=True)
    session.expire_all()


def stored_fields(revision: Revision) -> dict[str, str]:
    """What a draft holds, by column of a pledges file; words for a theme that it does not take up are no field of it."""
    left_out = {f"{strand}_{theme}" for strand in OWN_WORDS for theme in Theme if theme not in revision.themes}
    return {field: value for field, value in fields_of(revision).row().items() if field not in left_out}


def _left_out(write: Mapping[str, str], shown: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Whoever leaves a theme out also removes its words: those that others wrote meanwhile were never seen."""
    if "themes" not in write:
        return {}
    gone = [f"{strand}_{theme}" for strand in OWN_WORDS for theme in Theme if theme not in write["themes"].split("|")]
    unseen = any(stored.get(field) and field in shown and shown[field] != mark(stored[field]) for field in gone)
    return {"themes": (write["themes"], stored["themes"])} if unseen else {}


def _draft(pledge: Pledge) -> Revision:
    if pledge.current.content is not Content.DRAFT or pledge.withdrawn_at is not None:
        raise MoveNotAllowed(Move.SUBMIT, pledge.current.content)
    return pledge.current


def _keep(session: Session, pledge: Pledge, revision: Revision, field: str, value: str) -> None:
    strand, _, theme = field.partition("_")
    if field in _AS_TYPED:
        setattr(revision, _AS_TYPED[field], value)
    elif field == "leader_role":
        revision.office, revision.office_level = value, level_of(value)
    elif field == "leader_email":
        _keep_address(pledge, value)
    elif field == "network":
        pledge.network = next((network for network in queries.networks(session) if network.name == value), None)
    elif field == "mandate_basis":
        revision.mandate_basis = MandateBasis(value) if value else None
    elif field == "mandate_date":
        revision.mandate_date = date.fromisoformat(value) if value else None
    elif field == "pledge_language":
        revision.language = value
        _adopt(session, revision)
    elif field == "themes":
        _take_up(session, revision, [Theme(one) for one in value.split("|") if one])
    else:
        if theme not in revision.themes:  # somebody left it out meanwhile, and its words stay by choice
            _take_up(session, revision, [one for one in Theme if one == theme or one in revision.themes])
        setattr(next(words for words in revision.commitments if words.theme == theme), strand, value)


def _keep_address(pledge: Pledge, value: str) -> None:
    """A signed pledge stays with the address that signed it: with another one, somebody else could sign the new wording."""
    if pledge.first_signed_at is None:
        pledge.leader_email, pledge.leader_email_key = value, address_key(value) if value else ""


def _take_up(session: Session, revision: Revision, themes: list[Theme]) -> None:
    kept = {words.theme: words for words in revision.commitments}
    revision.commitments = [kept.get(theme) or Commitment(theme=theme, position=list(Theme).index(theme)) for theme in themes]
    _adopt(session, revision)


def _adopt(session: Session, revision: Revision) -> None:
    """Taking up a theme adopts its newest text, in the language of the pledge where it is published in it."""
    texts = newest(texts_in(session, revision.language))
    for words in revision.commitments:
        words.adopted = texts[words.theme]


def missing(pledge: Pledge) -> list[Problem]:
    """What a pledge still lacks before it can be signed."""
    return check(fields_of(pledge.current).row(), latest=None, from_file=False)[1]


def seen_in_review(pledge: Pledge) -> str:
    """What a reviewer sees, in short: the text, and the address of whoever is to sign it, which stands in no record."""
    return f"{pledge.current.fingerprint or ''}:{mark(pledge.leader_email_key)}"


def submit(session: Session, pledge: Pledge, *, shown: str, language: str, at: datetime, address: Address) -> None:
    """Freeze the record and write to the leader for the signature. `shown` is what the reviewer saw (`seen_in_review`).

    Raises Incomplete, ShownOtherwise, MoveNotAllowed.
    """
    lock(session, pledge)
    revision = _draft(pledge)
    if problems := missing(pledge):
        raise Incomplete(problems)
    freeze(revision)
    if seen_in_review(pledge) != shown:
        raise ShownOtherwise
    revision.move(Move.SUBMIT)
    revision.submitted_at, revision.asked, pledge.preparer_language = at, "", language
    write_sign_link(session, pledge, at=at, address=address)
    log.record(session, "submitted", f"pledge:{pledge.public_id}", at=at, revision=revision.number, fingerprint=revision.fingerprint)
    session.commit()


def send_again(session: Session, pledge: Pledge, *, at: datetime, address: Address) -> None:
    """Write to the leader once more; the earlier link and code are void. Raises MoveNotAllowed unless it awaits the signature."""
    if not pledge.awaits_signature:
        raise MoveNotAllowed(Move.SIGN, pledge.current.content)
    write_sign_link(session, pledge, at=at, address=address)
    session.commit()


def reopen(session: Session, pledge: Pledge, *, at: datetime) -> None:
    """Take the text back to be changed: what was sent to the leader signs nothing any more. Raises MoveNotAllowed."""
    lock(session, pledge)
    pledge.current.move(Move.REOPEN_DRAFT)
    pledge.current.submitted_at = None
    void_sign_links(session, pledge, at=at)
    log.record(session, "reopened_draft", f"pledge:{pledge.public_id}", at=at, revision=pledge.current.number)
    session.commit()


def revise(session: Session, pledge: Pledge, *, at: datetime, words: Mapping[str, str] | None = None) -> None:
    """Begin a new wording as a copy of the signed one, which stays as it is, with `words` in place of some (by column of a pledges file).

    Raises MoveNotAllowed unless it was decided and told.
    """
    lock(session, pledge)
    signed = pledge.current
    answered = signed.moderation in (Moderation.RETURNED, Moderation.ACCEPTED) and signed.announced_at is not None
    if not answered or pledge.withdrawn_at is not None:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, signed.moderation)
    copy = copied(signed, at)
    pledge.revisions.append(copy)
    session.flush()
    write(session, pledge, words or {})
    log.record(session, "revised", f"pledge:{pledge.public_id}", at=at, revision=copy.number)
    session.commit()
