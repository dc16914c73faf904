"""Releases an edition, or a language that was added to a released one: by two officers, or by the operator's break-glass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.lifecycle import EditionKind
from pledges.domain.problems import N_
from pledges.models import Account, Edition, EditionFile, ReleaseProposal, log
from pledges.models.visibility import last_rev
from pledges.secretariat.actions.freezing import told
from pledges.secretariat.actions.notices import tell_admins
from pledges.secretariat.queries import editions as queries
from pledges.signatures import Address

OPERATOR = "the operator, on the command line"
"""Who released what no second person did."""


class CannotRelease(Exception):
    """The edition cannot be released, or recalled; the message says why in one English sentence, whose `msgid` can be translated."""

    def __init__(self, msgid: str, **values: object) -> None:
        super().__init__(msgid % values)
        self.msgid, self.values = msgid, values


@dataclass(frozen=True, slots=True)
class Released:
    """What became public, or will at its moment."""

    edition: Edition
    languages: tuple[str, ...]
    unscheduled: Sequence[Edition]
    """Adds and Corrs whose own moment lies after that of this Rev, which they do not refer to."""


def release_edition(
    session: Session, number: int, *, at: datetime, released_at: datetime, address: Address, by: str = OPERATOR,
    second: Account | None = None,
) -> Released:  # fmt: skip
    """Make an edition public at `released_at`, now or later, with all its languages; of a released one those that came since.

    Without a `second` officer it is the operator's break-glass. The admins are told. Raises CannotRelease.
    """
    break_glass, account_id = second is None, second.id if second else None
    queries.begin_alone(session)
    edition, waiting = _what_waits(session, number, released_at, at)
    unscheduled: Sequence[Edition] = ()
    if not edition.public_at(at):
        _check_turn(session, edition, released_at)
        if edition.kind is EditionKind.REV:
            unscheduled = _unscheduled_by(session, edition, released_at, at)
        edition.released_at, edition.released_by, edition.break_glass = released_at, by, break_glass
    for file in waiting:
        file.released_at, file.released_by, file.break_glass = released_at, by, break_glass
    edition.proposal = None
    languages = tuple(file.language for file in waiting)
    tell_admins(session, "edition_released", [edition], by=second, at=at, moment=released_at, address=address)
    if unscheduled:
        tell_admins(session, "edition_unscheduled", unscheduled, by=None, at=at, because="overtaken", address=address)
    log.record(
        session, "edition.released", f"edition:{number}", at=at, account_id=account_id, by=by,
        released_at=released_at.isoformat(), break_glass=break_glass, languages=languages,
    )  # fmt: skip
    session.commit()
    return Released(edition, languages, unscheduled)


def propose_release(
    session: Session, number: int, *, moment: datetime | None, by: Account, at: datetime, address: Address
) -> ReleaseProposal:
    """The first officer's part: which files, and when (None: as soon as it is confirmed). The others are told. Raises CannotRelease."""
    queries.begin_alone(session)
    edition, waiting = _what_waits(session, number, moment or at, at)
    if edition.proposal is not None:
        raise CannotRelease(N_("The release of edition %(number)d is proposed already."), number=number)
    if not edition.public_at(at):
        _check_turn(session, edition, moment or at)
    files = {file.language: file.sha256 for file in waiting}
    proposal = edition.proposal = ReleaseProposal(account_id=by.id, proposed_at=at, moment=moment, files=files)
    when = moment.isoformat() if moment else None
    log.record(session, "release.proposed", f"edition:{number}", at=at, account_id=by.id, moment=when, files=files)
    tell_admins(session, "release_proposed", [edition], by=by, at=at, moment=moment, address=address)
    session.commit()
    return proposal


def confirm_release(session: Session, number: int, *, seen: datetime, by: Account, at: datetime, address: Address) -> Released:
    """The second officer's part, who saw the proposal of the moment `seen`. Raises CannotRelease."""
    queries.begin_alone(session)
    edition = queries.edition(session, number, lock=True)
    proposal = edition.proposal if edition else None
    if edition is None or proposal is None or proposal.proposed_at != seen:
        raise CannotRelease(N_("This is not proposed any more."))
    if proposal.account_id == by.id:
        raise CannotRelease(N_("You proposed this release. Another officer confirms it."))
    if not proposal.account.active:
        raise CannotRelease(N_("The account that proposed it is closed. Take the proposal back and propose it anew."))
    if proposal.files != {file.language: file.sha256 for file in edition.files_waiting_at(at)}:
        raise CannotRelease(N_("The files are not those that were proposed. Take the proposal back and propose them anew."))
    return release_edition(
        session, number, at=at, released_at=proposal.moment or at, by=f"{proposal.account.label}, {by.label}", second=by, address=address
    )


def take_back_proposal(session: Session, number: int, *, by: Account, at: datetime) -> None:
    """Any admin may take a proposal off the table. Raises CannotRelease."""
    edition = queries.edition(session, number, lock=True)
    if edition is None or edition.proposal is None:
        raise CannotRelease(N_("This is not proposed any more."))
    edition.proposal = None
    log.record(session, "release.taken_back", f"edition:{number}", at=at, account_id=by.id)
    session.commit()


def unschedule_release(session: Session, number: int, *, by: Account, at: datetime, address: Address) -> None:
    """Take what is to become public off the schedule: one officer is enough for keeping something back. Raises CannotRelease."""
    queries.begin_alone(session)
    edition = queries.edition(session, number, lock=True)
    if edition is None or all(file.released_at is None for file in edition.files_waiting_at(at)):
        raise CannotRelease(N_("Nothing of edition %(number)d is on the schedule."), number=number)
    edition.unschedule(at)
    log.record(session, "unscheduled", f"edition:{number}", at=at, account_id=by.id, because=f"{by.label} took it off the schedule")
    tell_admins(session, "edition_unscheduled", [edition], by=by, at=at, because="", address=address)
    session.commit()


def recall_edition(session: Session, number: int, *, reason: str, by: Account, at: datetime, address: Address) -> list[Edition]:
    """Take a public edition back, with the Adds and Corrs that refer to it: no file, page or figure shows it any more, and the
    public and the admins are told the reason. Gives what was recalled. Raises CannotRelease."""
    queries.begin_alone(session)
    edition = queries.edition(session, number, lock=True)
    if edition is None or not edition.public_at(at):
        raise CannotRelease(N_("Edition %(number)d is not public."), number=number)
    recalled: list[Edition] = []
    unscheduled: list[Edition] = []
    for one in (edition, *queries.referring_to(session, number)):
        if one.public_at(at):
            one.unschedule(at)  # languages to come
            one.recalled_at, one.recalled_by, one.recall_reason = at, by.label, reason
            log.record(session, "edition.recalled", f"edition:{one.number}", at=at, account_id=by.id, reason=reason, first=number)
            recalled.append(one)
        elif one.released_at is not None:
            one.unschedule(at)
            log.record(session, "unscheduled", f"edition:{one.number}", at=at, account_id=by.id, because=f"edition:{number} was recalled")
            unscheduled.append(one)
        one.proposal = None
    tell_admins(session, "edition_recalled", recalled, by=by, at=at, reason=reason, address=address)
    if unscheduled:
        tell_admins(session, "edition_unscheduled", unscheduled, by=None, at=at, because="recalled", address=address)
    session.commit()
    return recalled


def _what_waits(session: Session, number: int, moment: datetime, at: datetime) -> tuple[Edition, list[EditionFile]]:
    """The edition, locked, with the files that a release would make public. Raises CannotRelease."""
    edition = queries.edition(session, number, lock=True)
    if edition is None:
        raise CannotRelease(N_("There is no edition %(number)d."), number=number)
    if moment < at:
        raise CannotRelease(N_("The moment of release lies in the past."))
    if edition.recalled_at is not None:
        raise CannotRelease(N_("Edition %(number)d was recalled. Build it again."), number=number)
    waiting = edition.files_waiting_at(at)
    if not waiting:
        raise CannotRelease(N_("Edition %(number)d is released already."), number=number)
    if gone := queries.no_longer_standing(session, number, lock=True):
        raise CannotRelease(N_("Since edition %(number)d was built: %(who)s. Build it again."), number=number, who=told(gone))
    return edition, waiting


def _check_turn(session: Session, edition: Edition, moment: datetime) -> None:
    """That the edition's label and the Rev that it refers to will be right at its moment. Raises CannotRelease."""
    if edition.released_at is None and edition.label != queries.next_label(session, edition.kind):
        raise CannotRelease(N_("Another edition took the label %(label)s meanwhile. Build it again."), label=edition.label)
    if other := queries.out_of_turn(session, edition, moment):
        message = N_("%(other)s (edition %(number)d) would be released in the wrong order with %(label)s.")
        raise CannotRelease(message, other=other.label, number=other.number, label=edition.label)
    rev = last_rev(session, moment)
    if edition.refers_to is not None and (rev is None or rev.number != edition.refers_to):
        raise CannotRelease(N_("%(label)s refers to an edition that is no longer the last Rev. Build it again."), label=edition.label)


def _unscheduled_by(session: Session, rev: Edition, moment: datetime, at: datetime) -> Sequence[Edition]:
    overtaken = queries.overtaken_by(session, rev, moment, at)
    for edition in overtaken:
        edition.unschedule(at)
        log.record(
            session, "unscheduled", f"edition:{edition.number}", at=at, because=f"edition:{rev.number}, {rev.label}, is released before it"
        )
    return overtaken
