"""Taking in pledges that a file reports: the original not seen, and never said to be more."""

import csv
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import TextIO

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from pledges.domain.addresses import address_key
from pledges.domain.commitments import PledgeFields, check
from pledges.domain.lifecycle import Content, Moderation, Move
from pledges.domain.people import Assurance, SignatureKind
from pledges.domain.problems import N_, Problem, refuse
from pledges.domain.spreadsheets import escape_cell
from pledges.models import Decision, Pledge, Revision, Signature, log
from pledges.models.frozen import Texts, fields_of, freeze, same_record, take_fields
from pledges.secretariat import reported
from pledges.secretariat.queries.imports import officer_by_email
from pledges.secretariat.reported import Around, look_around
from pledges.secretariat.table import Row, Table, open_table, read_table

_BATCH = 250
_ANOTHER_WRITER = (IntegrityError, StaleDataError, OperationalError)
_REJECT_COLUMNS = ("row", "field", "reason")
_REASONS_TOLD = 20


@dataclass(slots=True)
class Outcome:
    """How many rows came in new, changed a pledge, or were rejected; unchanged rows are counted nowhere."""

    imported: int = 0
    updated: int = 0
    rejected: int = 0
    first_reasons: list[str] = field(default_factory=list)
    """Why the first rows were rejected, for who asked for no rejects file."""


@dataclass(frozen=True, slots=True)
class By:
    """Who imports: an officer, or the operator of the command line."""

    account_id: int | None = None
    name: str = "the operator"

    @property
    def label(self) -> str:
        """As decisions and the log write it."""
        return f"by import, by {self.name}"


class _Change(Enum):
    """What a good row did."""

    NOTHING = 0
    IMPORTED = 1
    UPDATED = 2


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a row; `key` is the hash of its pledge's key, None for a row that was rejected."""

    row: Row
    problems: list[Problem]
    change: _Change = _Change.NOTHING
    key: int | None = None


@dataclass(slots=True)
class Import:
    """One run over one file. Each batch of rows is one transaction; the same file again changes nothing."""

    session: Session
    accept: bool
    """Whether what comes in, or is still in review, is accepted by this import."""
    by: By
    at: datetime
    source: str
    """Name of the file, kept as evidence."""
    outcome: Outcome = field(default_factory=Outcome)
    seen: set[int] = field(default_factory=set)
    """Hashes of the keys taken so far: the second row of a key is rejected."""

    def run(self, table: Table, rejects: TextIO | None = None) -> Outcome:
        """Take in every good row; the rest goes to the rejects file with its reason."""
        # A rejects file that comes back corrected has the three columns already.
        columns = [column for column in table.columns if column not in _REJECT_COLUMNS]
        write = csv.writer(rejects).writerow if rejects else None
        if write:
            write([*columns, *_REJECT_COLUMNS])
        while rows := list(islice(table.rows, _BATCH)):
            for fate in self._batch(rows):
                self._count(fate)
                if write and fate.problems:
                    write(_rejected(fate, columns))
        return self.outcome

    def _count(self, fate: _Fate) -> None:
        outcome = self.outcome
        if fate.key is not None:
            self.seen.add(fate.key)
        outcome.imported += fate.change is _Change.IMPORTED
        outcome.updated += fate.change is _Change.UPDATED
        outcome.rejected += bool(fate.problems)
        if fate.problems and len(outcome.first_reasons) < _REASONS_TOLD:
            outcome.first_reasons.append(f"row {fate.row.number}: {' '.join(f'{problem.field}: {problem}' for problem in fate.problems)}")

    def _batch(self, rows: list[Row], tries_left: int = 2) -> list[_Fate]:
        """One transaction, begun anew when another writer came first: then what that one wrote is seen."""
        try:
            fates = self._fates(rows)
            self.session.commit()
        except _ANOTHER_WRITER:
            self.session.rollback()
            if not tries_left:
                raise
            return self._batch(rows, tries_left - 1)
        self.session.expunge_all()
        return fates

    def _fates(self, rows: list[Row]) -> list[_Fate]:
        around = look_around(self.session, [row for row in rows if not row.problem], self.at)
        taken: set[int] = set()
        fates = []
        for row in rows:
            fate = _Fate(row, [row.problem]) if row.problem else self._row(row, around, taken)
            if fate.key is not None:
                taken.add(fate.key)
            fates.append(fate)
        return fates

    def _row(self, row: Row, around: Around, taken: set[int]) -> _Fate:
        pledge = around.pledges.get(reported.key_of(row.cells))
        stored = fields_of(reported.signed(pledge)) if pledge else None
        cells = {**reported.columns_kept(stored, row.cells), **row.cells} if stored else row.cells
        fields, problems = check(cells, latest=self.at + timedelta(days=1), from_file=True)
        if fields is None:
            return _Fate(row, problems)
        texts = around.texts(fields.language) if any(words.version for words in fields.themes) else {}
        if problems := [*reported.place_problems(fields, around.places.get(fields.government_id)), *reported.text_problems(fields, texts)]:
            return _Fate(row, problems)
        key = hash((fields.government_id, address_key(fields.leader_email)))
        if key in self.seen or key in taken:
            return _Fate(row, [Problem("leader_email", N_("This government and address stand in an earlier row of the file."))])
        if pledge is None or stored is None:
            self._new(row, fields, texts, around)
            return _Fate(row, [], _Change.IMPORTED, key)
        fault = reported.unchangeable(pledge, released=pledge.id in around.released)
        if fault and not reported.stands(pledge, fields):
            return _Fate(row, [Problem("government_id", fault, {"name": stored.leader_name, "government": stored.government_name})])
        change = _Change.NOTHING if fault else self._change(row, pledge, stored, fields, texts, around)
        return _Fate(row, [], change, key)

    def _new(self, row: Row, fields: PledgeFields, texts: Texts, around: Around) -> None:
        pledge = Pledge(
            public_id=secrets.token_hex(16), government_id=fields.government_id, from_file=True, created_at=self.at,
            leader_email=fields.leader_email, leader_email_key=address_key(fields.leader_email), first_signed_at=fields.signed_at,
        )  # fmt: skip
        pledge.network = around.network(fields.network)
        self.session.add(pledge)
        self._revise(row, pledge, fields, texts)

    def _change(self, row: Row, pledge: Pledge, stored: PledgeFields, fields: PledgeFields, texts: Texts, around: Around) -> _Change:
        revision = reported.signed(pledge)
        raised = self.accept and revision.moderation is Moderation.IN_REVIEW
        if reported.stands(pledge, fields) and not (raised and stored == fields):
            return _Change.NOTHING
        pledge.network, pledge.leader_email = around.network(fields.network), fields.leader_email
        if not same_record(stored, fields):
            self._revise(row, pledge, fields, texts)
            return _Change.UPDATED
        if revision.signature and fields.signed_at:
            if pledge.first_signed_at == revision.signature.at:
                pledge.first_signed_at = fields.signed_at
            revision.signature.at = fields.signed_at
        if raised:
            self._accept(pledge, revision)
        self._log("pledge.updated", pledge, row)
        return _Change.UPDATED

    def _revise(self, row: Row, pledge: Pledge, fields: PledgeFields, texts: Texts) -> None:
        revision = Revision(
            number=len(pledge.revisions) + 1, created_at=self.at, submitted_at=self.at, content=Content.DRAFT, moderation=Moderation.NONE
        )  # fmt: skip
        pledge.revisions.append(revision)
        take_fields(revision, fields, texts)
        freeze(revision)
        revision.move(Move.SUBMIT)
        revision.move(Move.SIGN)
        revision.signature = Signature(
            kind=SignatureKind.REPORTED, assurance=Assurance.NOT_KNOWN, at=fields.signed_at, record_hash=revision.fingerprint,
            evidence={"file": self.source, "row": row.number, "by": self.by.label},
        )  # fmt: skip
        if self.accept:
            self._accept(pledge, revision)
        self._log("pledge.imported", pledge, row)

    def _accept(self, pledge: Pledge, revision: Revision) -> None:
        revision.move(Move.ACCEPT)
        revision.announced_at = self.at  # import writes no letters
        pledge.accepted_revision = revision
        self.session.add(
            Decision(
                pledge=pledge, revision=revision, move=Move.ACCEPT, decided_by=self.by.label, by_import=True, at=self.at,
                decided_by_id=self.by.account_id,
            )
        )  # fmt: skip

    def _log(self, act: str, pledge: Pledge, row: Row) -> None:
        details = {"by": self.by.label, "file": self.source, "row": row.number, "accepted": self.accept}
        subject = f"pledge:{pledge.public_id}"
        log.record(self.session, act, subject, at=self.at, account_id=self.by.account_id, changes_register=True, **details)


def _rejected(fate: _Fate, columns: list[str]) -> list[str]:
    """The row as it came, with its number, the fields concerned and the reason."""
    cells = [escape_cell(fate.row.cells.get(column, "")) for column in columns]
    fields = "|".join(dict.fromkeys(problem.field for problem in fate.problems))
    return [*cells, str(fate.row.number), fields, escape_cell(" ".join(map(str, fate.problems)))]


def import_file(session: Session, path: Path, *, accept: bool, email: str | None, rejects: Path | None, at: datetime) -> Outcome:
    """Take in the pledges of a file. `email` names the officer whose act it is; without it the act is the operator's.

    Raises Refused for a file that is no pledges file and for an unknown officer.
    """
    by = By()
    if email is not None:
        officer = officer_by_email(session, email)
        if officer is None:
            raise refuse("by", N_("There is no officer %(email)s."), email=email)
        by = By(officer.id, officer.label)
    if rejects is not None and rejects.exists() and rejects.samefile(path):
        raise refuse("rejects", N_("The rejects file would overwrite the file that is read."))
    run = Import(session, accept, by, at, path.name)
    with open_table(path) as file:
        table = read_table(file)
        if rejects is None:
            return run.run(table)
        with rejects.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
            return run.run(table, out)
