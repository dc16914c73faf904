"""Taking in pledges that a file reports: the original not seen, and never said to be more."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from pledges.domain.addresses import address_key
from pledges.domain.commitments import PledgeFields, check
from pledges.domain.languages import INTERFACE
from pledges.domain.lifecycle import Content, Moderation, Move
from pledges.domain.people import Assurance, SignatureKind
from pledges.domain.problems import N_, Problem, refuse
from pledges.models import Decision, Pledge, Revision, Signature, log
from pledges.models.frozen import Texts, fields_of, freeze, same_record, take_fields
from pledges.secretariat import reported
from pledges.secretariat.actions.rows import By, Change, Fate, Outcome, Run
from pledges.secretariat.queries.imports import officer_by_email
from pledges.secretariat.reported import Around, look_around
from pledges.secretariat.table import Row, open_table, read_table


@dataclass(slots=True, kw_only=True)
class Import(Run):
    """One run over one file of pledges."""

    accept: bool
    """Whether what comes in, or is still in review, is accepted by this import."""

    def fates(self, rows: list[Row]) -> list[Fate]:
        """Rows become pledges, or new wordings of pledges."""
        around = look_around(self.session, [row for row in rows if not row.problem], self.at)
        taken: set[int] = set()
        fates = []
        for row in rows:
            fate = Fate(row, [row.problem]) if row.problem else self._row(row, around, taken)
            if fate.key is not None:
                taken.add(fate.key)
            fates.append(fate)
        return fates

    def _row(self, row: Row, around: Around, taken: set[int]) -> Fate:
        pledge = around.pledges.get(reported.key_of(row.cells))
        stored = fields_of(reported.signed(pledge)) if pledge else None
        cells = {**reported.columns_kept(stored, row.cells), **row.cells} if stored else row.cells
        fields, problems = check(cells, latest=self.at + timedelta(days=1), from_file=True)
        if fields is None:
            return Fate(row, problems)
        texts = around.texts(fields.language) if any(words.version for words in fields.themes) else {}
        if problems := [*reported.place_problems(fields, around.places.get(fields.government_id)), *reported.text_problems(fields, texts)]:
            return Fate(row, problems)
        key = hash((fields.government_id, address_key(fields.leader_email)))
        if key in self.seen or key in taken:
            return Fate(row, [Problem("leader_email", N_("This government and address stand in an earlier row of the file."))])
        if pledge is None or stored is None:
            self._new(row, fields, texts, around)
            return Fate(row, [], Change.IMPORTED, key)
        fault = reported.unchangeable(pledge, released=pledge.id in around.released)
        if fault and not reported.stands(pledge, fields):
            return Fate(row, [Problem("government_id", fault, {"name": stored.leader_name, "government": stored.government_name})])
        change = Change.NOTHING if fault else self._change(row, pledge, stored, fields, texts, around)
        return Fate(row, [], change, key, reported.differing(stored, fields) if change is Change.UPDATED else ())

    def _new(self, row: Row, fields: PledgeFields, texts: Texts, around: Around) -> None:
        pledge = Pledge(
            public_id=secrets.token_hex(16), government_id=fields.government_id, from_file=True, created_at=self.at,
            leader_email=fields.leader_email, leader_email_key=address_key(fields.leader_email), first_signed_at=fields.signed_at,
        )  # fmt: skip
        pledge.network, spoken = around.network(fields.network), fields.language.partition("-")[0]
        pledge.preparer_language = spoken if spoken in INTERFACE else "en"
        self.session.add(pledge)
        self._revise(row, pledge, fields, texts)

    def _change(self, row: Row, pledge: Pledge, stored: PledgeFields, fields: PledgeFields, texts: Texts, around: Around) -> Change:
        revision = reported.signed(pledge)
        raised = self.accept and revision.moderation is Moderation.IN_REVIEW
        if reported.stands(pledge, fields) and not (raised and stored == fields):
            return Change.NOTHING
        pledge.network, pledge.leader_email = around.network(fields.network), fields.leader_email
        if not same_record(stored, fields):
            self._revise(row, pledge, fields, texts)
            return Change.UPDATED
        if revision.signature and fields.signed_at:
            if pledge.first_signed_at == revision.signature.at:
                pledge.first_signed_at = fields.signed_at
            revision.signature.at = fields.signed_at
        if raised:
            self._accept(pledge, revision)
        self._log("pledge.updated", pledge, row)
        return Change.UPDATED

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
    run = Import(session=session, accept=accept, by=by, at=at, source=path.name)
    with open_table(path) as file:
        table = read_table(file)
        if rejects is None:
            return run.run(table)
        with rejects.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
            return run.run(table, out)
