"""Freezes the register into the value that is typeset: which pledges an edition holds, in which order, under which label."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from pledges.adapters.spool import Spool
from pledges.domain import merkle
from pledges.domain.declaration import Declaration, Entry, Signatory, count, signatory
from pledges.domain.lifecycle import EditionKind
from pledges.domain.problems import N_
from pledges.domain.protocol import Rulings
from pledges.domain.sealing import SealLevel
from pledges.models import Edition, Pledge, Revision, entries, log
from pledges.models.edition import Assembly
from pledges.models.frozen import holds_together
from pledges.models.protocol import standing_rulings
from pledges.models.visibility import last_rev
from pledges.secretariat.queries import editions as queries
from pledges.typesetting.words import LANGUAGES


class CannotBuild(Exception):
    """No edition can be built; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to build: an edition of a kind, or with `edition` another language of one that is there."""

    kind: EditionKind = EditionKind.REV
    language: str = "en"
    edition: int | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What the pages say beside the register: where to verify, when the Assembly closed, whose seal is coming.

    `chapters` is the folder of chapters that were set before, which changes nothing but the time; without it nothing is kept.
    """

    base_url: str
    closing_at: datetime
    development_seal: bool
    chapters: Path | None = None
    processes: int = 1
    seal_level: SealLevel = SealLevel.B_B


class Row(NamedTuple):
    """One pledge of an edition: its place in the order of protocol first, so that rows sort by it."""

    sort_key: bytes
    pledge_id: int
    revision_id: int
    late: bool
    fingerprint: bytes
    read: int
    """How many were read before it."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The value that is typeset, with the rows it was made from, by position."""

    declaration: Declaration
    rows: list[Row]
    refers_to: int | None


def compile_declaration(session: Session, order: Order, setting: Setting, *, at: datetime, scratch: Path | None = None) -> Compiled:
    """Freeze the register into a value, whose entries lie in a file in `scratch`. Neither the clock nor earlier builds enter it.

    Raises CannotBuild.
    """
    if order.language not in LANGUAGES:
        raise CannotBuild(f"The declaration is not offered in {order.language!r} yet, only in {', '.join(sorted(LANGUAGES))}.")
    built = edition_to_extend(session, order)
    rev = last_rev(session, at)
    kind = built.kind if built else order.kind
    if kind is not EditionKind.REV and not built and rev is None:
        raise CannotBuild(f"An {kind} refers to the last released Rev, and none has been released.")
    refers_to = built.refers_to if built else (rev.number if rev and kind is not EditionKind.REV else None)
    frozen_at = built.built_at if built else at  # what was ruled or published since enters no other language of it
    rulings = standing_rulings(session, frozen_at)
    held, rows, signatories = _placed(_chosen(session, order, built, rev, at), setting.closing_at, scratch, rulings)
    if not rows:
        raise CannotBuild(N_("There is no pledge that this edition would hold."))
    root = merkle.root([row.fingerprint for row in rows]).hex()
    if built and root != built.root:
        raise CannotBuild(f"Edition {built.number} cannot be extended: its pledges no longer give its Merkle root.")
    log_number, log_hash, as_of = (built.log_number, built.log_hash, built.as_of) if built else log.register_head(session)
    assembly = session.get(Assembly, 1)
    texts = entries.texts_printed(queries.published_texts(session, frozen_at), signatories, order.language)
    if any(hashlib.sha256(text.text.encode()).hexdigest() != text.sha256 for text in texts):
        raise CannotBuild(N_("A published text is no longer the one that was published."))
    declaration = Declaration(
        kind=kind,
        label=built.label if built else queries.next_label(session, kind),
        refers_to=_label_of(session, refers_to),
        language=order.language,
        as_of=as_of or at,
        closing_at=setting.closing_at,
        entries=held,
        texts=texts,
        counts=count(signatories),
        root=root,
        log_number=log_number,
        log_hash=log_hash,
        base_url=setting.base_url,
        example=assembly is not None and assembly.example,
        development_seal=setting.development_seal,
        draft=order.draft,
        seal_level=setting.seal_level,
        rulings=rulings,
    )
    return Compiled(declaration, rows, refers_to)


def edition_to_extend(session: Session, order: Order) -> Edition | None:
    """The edition that gets another language, None where a new one is built. Raises CannotBuild."""
    if order.edition is None:
        return None
    edition = queries.edition(session, order.edition)
    if edition is None:
        raise CannotBuild(f"There is no edition {order.edition}.")
    if queries.edition_file(session, order.edition, order.language):
        raise CannotBuild(f"Edition {order.edition} has its {order.language} text already; what is built never changes.")
    if gone := queries.no_longer_standing(session, order.edition):
        raise CannotBuild(f"Since edition {order.edition} was built: {told(gone)}. Their words are not published once more.")
    return edition


def _chosen(session: Session, order: Order, built: Edition | None, rev: Edition | None, at: datetime) -> Iterator[tuple[Pledge, Revision]]:
    return queries.held_by_edition(session, built.number) if built else queries.pledges_for(session, order.kind, rev, at)


def _placed(
    chosen: Iterator[tuple[Pledge, Revision]], closing_at: datetime, scratch: Path | None, rulings: Rulings
) -> tuple[Sequence[Entry], list[Row], list[Signatory]]:
    """The entries and their rows in the order of protocol, and what is counted of them. Raises CannotBuild."""
    held, rows, counted = Spool[Entry](scratch), list[Row](), list[Signatory]()
    joint: dict[str, list[tuple[Row, Entry]]] = {}

    def place(row: Row, entry: Entry) -> None:
        rows.append(row._replace(read=len(rows)))
        counted.append(signatory(entry, 0))
        held.append(entry)

    for pledge, revision in chosen:
        if not holds_together(revision):
            raise CannotBuild(f"{pledge.public_id}, {revision.leader_name}: what stands in the register is not what was signed.")
        entry = entries.entry_of(pledge, revision, closing_at=closing_at)
        row = Row(entries.sort_key(entry, rulings), pledge.id, revision.id, entry.late, bytes.fromhex(entry.fingerprint), 0)
        if entry.joint:  # it names the others, which may still be to come
            joint.setdefault(entry.joint, []).append((row, entry))
        else:
            place(row, entry)
    for together in joint.values():
        for row, entry in together:
            others = sorted((other_row, other.government) for other_row, other in together if other is not entry)
            place(row, replace(entry, joint_with=tuple(government for _row, government in others)))
    rows.sort()
    held.arrange(row.read for row in rows)
    return held, rows, counted


def _label_of(session: Session, number: int | None) -> str:
    edition = queries.edition(session, number) if number is not None else None
    return edition.label if edition else ""


def told(gone: Sequence[tuple[Pledge, Revision]]) -> str:
    """By name, what an edition holds and the register no longer does."""
    return "; ".join(
        f"{revision.leader_name}, {revision.government_name} ({'withdrawn' if pledge.withdrawn_at else 'no longer accepted'})"
        for pledge, revision in gone
    )
