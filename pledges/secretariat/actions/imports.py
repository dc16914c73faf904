"""Taking in pledges that a file reports: the original not seen, and never said to be more."""

import csv
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TextIO

from sqlalchemy.orm import Session

from pledges.domain.addresses import address_key
from pledges.domain.cleaning import clean_line
from pledges.domain.commitments import PledgeFields, check
from pledges.domain.lifecycle import Content, Moderation, Move
from pledges.domain.people import Assurance, SignatureKind
from pledges.domain.problems import N_, Problem, refuse
from pledges.domain.spreadsheets import escape_cell
from pledges.models import Decision, Government, Network, Pledge, Revision, Signature, log
from pledges.models.frozen import Texts, fields_of, freeze, same_record, take_fields, texts_in
from pledges.secretariat.queries.directory import governments
from pledges.secretariat.queries.imports import Key, networks, officer_by_email, released_among, signed_pledges
from pledges.secretariat.table import Row, Table, open_table, read_table

_BATCH = 250
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
        writer = csv.writer(rejects) if rejects else None
        if writer:
            writer.writerow([*table.columns, *_REJECT_COLUMNS])
        while rows := list(islice(table.rows, _BATCH)):
            for row, problems in self._batch(rows):
                self.outcome.rejected += 1
                if len(self.outcome.first_reasons) < _REASONS_TOLD:
                    self.outcome.first_reasons.append(f"row {row.number}: " + " ".join(f"{problem.field}: {problem}" for problem in problems))
                if writer:
                    cells = [escape_cell(row.cells.get(column, "")) for column in table.columns]
                    fields = "|".join(dict.fromkeys(problem.field for problem in problems))
                    writer.writerow([*cells, row.number, fields, escape_cell(" ".join(map(str, problems)))])
        return self.outcome

    def _batch(self, rows: list[Row]) -> Iterator[tuple[Row, list[Problem]]]:
        keys = {_key(row.cells) for row in rows}
        known = signed_pledges(self.session, keys)
        around = _Around(
            pledges=known,
            released=released_among(self.session, [pledge.id for pledge in known.values()], self.at),
            places=governments(self.session, {government_id for government_id, _ in keys}),
            networks=networks(self.session, {clean_line(row.cells.get("network", "")) for row in rows}),
        )
        for row in rows:
            if problems := [row.problem] if row.problem else self._row(row, around):
                yield row, problems
        self.session.commit()
        self.session.expunge_all()

    def _row(self, row: Row, around: "_Around") -> list[Problem]:
        pledge = around.pledges.get(_key(row.cells))
        stored = fields_of(_signed(pledge)) if pledge else None
        fields, problems = check({**stored.row(), **row.cells} if stored else row.cells, latest=self.at + timedelta(days=1), from_file=True)
        if fields is None:
            return problems
        texts = texts_in(self.session, fields.language) if any(words.version for words in fields.themes) else {}
        if problems := [*_place_problems(fields, around.places.get(fields.government_id)), *_text_problems(fields, texts)]:
            return problems
        taken = hash((fields.government_id, address_key(fields.leader_email)))
        if taken in self.seen:
            return [Problem("leader_email", N_("This government and address stand in an earlier row of the file."))]
        if pledge is None or stored is None:
            self._new(row, fields, texts, around)
        elif problems := self._change(row, pledge, stored, fields, texts, around):
            return problems
        self.seen.add(taken)
        return []

    def _new(self, row: Row, fields: PledgeFields, texts: Texts, around: "_Around") -> None:
        pledge = Pledge(
            public_id=secrets.token_urlsafe(16), government_id=fields.government_id, from_file=True, created_at=self.at,
            leader_email=fields.leader_email, leader_email_key=address_key(fields.leader_email), first_signed_at=fields.signed_at,
        )  # fmt: skip
        pledge.network = around.network(fields.network)
        self.session.add(pledge)
        self._revise(row, pledge, fields, texts)
        self.outcome.imported += 1

    def _change(
        self, row: Row, pledge: Pledge, stored: PledgeFields, fields: PledgeFields, texts: Texts, around: "_Around"
    ) -> list[Problem]:
        revision = _signed(pledge)
        raised = self.accept and revision.moderation is Moderation.IN_REVIEW
        if stored == fields and not raised:
            return []
        if stored != fields and (fault := _unchangeable(pledge, revision, released=pledge.id in around.released)):
            return [Problem("government_id", fault, {"name": stored.leader_name, "government": stored.government_name})]
        pledge.network, pledge.leader_email = around.network(fields.network), fields.leader_email
        if not same_record(stored, fields):
            self._revise(row, pledge, fields, texts)
        else:
            if revision.signature and fields.signed_at:
                if pledge.first_signed_at == revision.signature.at:
                    pledge.first_signed_at = fields.signed_at
                revision.signature.at = fields.signed_at
            if raised:
                self._accept(pledge, revision)
            self._log("pledge.updated", pledge, row)
        self.outcome.updated += 1
        return []

    def _revise(self, row: Row, pledge: Pledge, fields: PledgeFields, texts: Texts) -> None:
        revision = Revision(number=len(pledge.revisions) + 1, created_at=self.at, submitted_at=self.at, content=Content.DRAFT, moderation=Moderation.NONE)
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


@dataclass(frozen=True, slots=True)
class _Around:
    """What the rows of one batch are compared with."""

    pledges: dict[Key, Pledge]
    released: set[int]
    places: dict[str, Government]
    networks: dict[str, Network]

    def network(self, name: str) -> Network | None:
        if name and name not in self.networks:
            self.networks[name] = Network(name=name)
        return self.networks[name] if name else None


def _key(cells: dict[str, str]) -> Key:
    return clean_line(cells.get("government_id", "")), clean_line(cells.get("leader_email", "")).lower()


def _signed(pledge: Pledge) -> Revision:
    return next(revision for revision in reversed(pledge.revisions) if revision.content is Content.SIGNED)


def _place_problems(fields: PledgeFields, place: Government | None) -> Iterator[Problem]:
    if place is None:
        yield Problem("government_id", N_("There is no government with this identifier."))
        return
    if fields.kind is not place.kind:
        yield Problem("kind", N_("The directory has this government as another kind: %(kind)s."), {"kind": place.kind.value})
    if fields.country_code != place.country_code:
        yield Problem("country_code", N_("The directory has this government in another country: %(country)s."), {"country": place.country_code})


def _text_problems(fields: PledgeFields, texts: Texts) -> Iterator[Problem]:
    for words in fields.themes:
        if words.version is not None and (words.theme, words.version) not in texts:
            values: dict[str, object] = {"version": words.version, "theme": words.theme.value}
            yield Problem("commitment_version", N_("No version %(version)d of the text on %(theme)s was published."), values)


def _unchangeable(pledge: Pledge, revision: Revision, *, released: bool) -> str:
    """Why a file may not change the pledge; empty when it may."""
    if revision.signature is None or revision.signature.kind is not SignatureKind.REPORTED or pledge.current is not revision:
        return N_("%(name)s, %(government)s: signed here, so a file cannot change it.")
    if pledge.withdrawn_at is not None:
        return N_("%(name)s, %(government)s: withdrawn, so a file cannot change it.")
    if revision.moderation is Moderation.DECLINED:
        return N_("%(name)s, %(government)s: declined, so a file cannot change it.")
    return N_("%(name)s, %(government)s: released, so a file cannot change it.") if released else ""


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
    run = Import(session, accept, by, at, path.name)
    with open_table(path) as file:
        table = read_table(file)
        if rejects is None:
            return run.run(table)
        with rejects.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
            return run.run(table, out)
