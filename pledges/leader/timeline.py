"""The course of a pledge so far, as its cabinet may know it: what was decided and not yet told stays out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Move
from pledges.leader import queries
from pledges.models import Pledge, Revision
from pledges.models.corrections import corrections_of


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    at: datetime
    what: str
    """prepared, sent, signed, returned, kept, accepted, declined, released, correction_asked, correction_answered or withdrawn."""
    wording: int = 0
    """The number of the wording that it happened to; 0 where that does not matter."""
    label: str = ""
    """Of an edition."""


_TOLD = {Move.ACCEPT: "accepted", Move.RETURN: "returned", Move.DECLINE: "declined"}


def timeline(session: Session, pledge: Pledge, at: datetime) -> list[Event]:
    """Everything that happened until `at`, the first first."""
    events = [Event(pledge.created_at, "prepared")]
    for revision in pledge.revisions:
        events += _of_wording(pledge, revision)
    events += [
        Event(edition.released_at or at, "released", label=edition.label) for edition in queries.released_editions(session, pledge, at)
    ]
    for asked in corrections_of(session, pledge):
        events.append(Event(asked.asked_at, "correction_asked"))
        events += [Event(asked.answered_at, "correction_answered")] if asked.answered_at else []
    if pledge.withdrawn_at:
        events.append(Event(pledge.withdrawn_at, "withdrawn"))
    return sorted(events, key=lambda event: event.at)


def _of_wording(pledge: Pledge, revision: Revision) -> Iterator[Event]:
    if revision.submitted_at:
        yield Event(revision.submitted_at, "sent", revision.number)
    if revision.signature:
        yield Event(revision.signature.at, "signed", revision.number)
    decisions = [one for one in pledge.decisions if one.revision_id == revision.id]
    for place, one in enumerate(decisions):
        if one.by_government:  # it answers what it was told
            yield Event(decisions[place - 1].at, "returned", revision.number)
            yield Event(one.at, "kept", revision.number)
    last = next((one for one in reversed(decisions) if one.move is not Move.REOPEN), None)
    if last and revision.announced_at:
        yield Event(revision.announced_at, _TOLD[last.move], revision.number)
