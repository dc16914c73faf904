"""Building and releasing editions of the declaration."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from config import Settings
from pledges.adapters import Adapters
from pledges.adapters.seal import Sealer
from pledges.adapters.seal_promise import CannotSeal, NotAsPromised, Promise, aimed_level, promise, seal_as_promised
from pledges.adapters.spool import Spool
from pledges.adapters.timestamp import TimeStampAuthority
from pledges.adapters.trust import keep_authority, keep_certificate
from pledges.adapters.verification import Verification
from pledges.domain import merkle
from pledges.domain.declaration import Declaration, Entry, Signatory, count, signatory
from pledges.domain.lifecycle import EditionKind
from pledges.domain.publication import attachments
from pledges.domain.sealing import SealLevel
from pledges.models import Edition, EditionEntry, EditionFile, Pledge, Revision, entries, log
from pledges.models.edition import Assembly
from pledges.models.frozen import holds_together
from pledges.models.visibility import last_rev
from pledges.secretariat.actions.chapters import offered
from pledges.secretariat.queries import editions as queries
from pledges.typesetting.binding import TooManyObjects
from pledges.typesetting.declaration import Typeset, Workshop, typeset
from pledges.typesetting.keeping import ChapterGone
from pledges.typesetting.words import LANGUAGES
from pledges.typesetting.workshop import ProcessEnded

Progress = Callable[[str, int, int], None]
_BATCH = 1_000
_WORTH_PROCESSES = 500
"""Pledges from which on more than one process sets the pages: below, starting them takes longer."""


class CannotBuild(Exception):
    """No edition can be built; the message says why in one sentence."""


class CannotRelease(Exception):
    """The edition cannot be released; the message says why in one sentence."""


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


class _Row(NamedTuple):
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
    rows: list[_Row]
    refers_to: int | None


def compile_declaration(session: Session, order: Order, setting: Setting, *, at: datetime, scratch: Path | None = None) -> Compiled:
    """Freeze the register into a value, whose entries lie in a file in `scratch`. Neither the clock nor earlier builds enter it.

    Raises CannotBuild.
    """
    if order.language not in LANGUAGES:
        raise CannotBuild(f"The declaration is not offered in {order.language!r} yet, only in {', '.join(sorted(LANGUAGES))}.")
    built = _edition_to_extend(session, order)
    rev = last_rev(session, at)
    kind = built.kind if built else order.kind
    if kind is not EditionKind.REV and not built and rev is None:
        raise CannotBuild(f"An {kind} refers to the last released Rev, and none has been released.")
    refers_to = built.refers_to if built else (rev.number if rev and kind is not EditionKind.REV else None)
    held, rows, signatories = _placed(_chosen(session, order, built, rev, at), setting.closing_at, scratch)
    if not rows:
        raise CannotBuild("There is no pledge that this edition would hold.")
    root = merkle.root([row.fingerprint for row in rows]).hex()
    if built and root != built.root:
        raise CannotBuild(f"Edition {built.number} cannot be extended: its pledges no longer give its Merkle root.")
    log_number, log_hash, as_of = (built.log_number, built.log_hash, built.as_of) if built else log.register_head(session)
    assembly = session.get(Assembly, 1)
    texts = entries.texts_printed(queries.published_texts(session), signatories, order.language)
    if any(hashlib.sha256(text.text.encode()).hexdigest() != text.sha256 for text in texts):
        raise CannotBuild("A published text is no longer the one that was published.")
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
    )
    return Compiled(declaration, rows, refers_to)


def print_declaration(
    session: Session, compiled: Compiled, file: Path, setting: Setting, *, at: datetime, progress: Progress | None = None
) -> Typeset:
    """Write the bytes before the seal; chapters that were set before are taken from their folder, and workers elsewhere set some.

    Raises CannotBuild, and MissingGlyphs unless it is a draft.
    """
    declaration = compiled.declaration
    many = len(declaration.entries) >= _WORTH_PROCESSES

    def printed() -> Typeset:
        with file.open("wb") as out, offered(session, at=at) if many else nullcontext() as offer:
            shop = Workshop(processes=setting.processes if many else 1, folder=setting.chapters, offer=offer, scratch=file.parent)
            return typeset(declaration, attachments(declaration), out, seal_field=not declaration.draft, progress=progress, workshop=shop)

    try:
        try:
            return printed()
        except ChapterGone:  # what is still there is not set again
            return printed()
    except ProcessEnded as error:
        raise CannotBuild(f"{error} Set PLEDGES_PROCESSES to fewer, or give the machine more memory.") from None
    except (ChapterGone, TooManyObjects) as error:
        raise CannotBuild(str(error)) from None


def build_edition(
    session: Session, adapters: Adapters, order: Order, setting: Setting, *, at: datetime, progress: Progress | None = None
) -> EditionFile:
    """Compile, typeset, seal, keep, and only then write the row: a crash leaves an orphan file, never a row without its PDF.

    Raises CannotBuild, MissingGlyphs, SealKeyError.
    """
    sealer, authority = adapters.open_sealer(at), adapters.open_authority()
    with adapters.archive.workshop() as folder:
        compiled = compile_declaration(session, order, setting, at=at, scratch=folder)
        session.rollback()  # the long part holds no lock
        path = folder / "declaration.pdf"
        made = _sealed(session, path, sealer, authority, compiled, setting, at=at, progress=progress)
        printed, promised, judged = made.printed, made.promised, made.judged
        sha256, size = str(judged.details["sha256"]), path.stat().st_size
        name = f"editions/{sha256[:16]}.{order.language}.pdf"
        keep_certificate(adapters.archive, sealer.certificate)
        for root in authority.roots if authority and promised.stamping else ():
            keep_authority(adapters.archive, root)
        adapters.archive.take_in(name, path)
    edition = _edition_row(session, compiled, order, at)
    file = EditionFile(
        edition=edition, language=order.language, name=name, pages=printed.pages, size=size,
        content_sha256=printed.sha256, sha256=sha256, seal_subject=sealer.subject,
        development_seal=sealer.development, built_at=at, seal_level=promised.level, seal_note=promised.why[:500] or None,
        stamped_at=judged.stamped_at,
    )  # fmt: skip
    session.add(file)
    log.record(
        session,
        "edition.built",
        f"edition:{edition.number}",
        at=at,
        language=order.language,
        label=edition.label,
        sha256=sha256,
        seal_level=promised.level,
    )
    session.commit()
    return file


@dataclass(frozen=True, slots=True)
class _Made:
    printed: Typeset
    promised: Promise
    judged: Verification


def _sealed(
    session: Session, path: Path, sealer: Sealer, authority: TimeStampAuthority | None, compiled: Compiled, setting: Setting,
    *, at: datetime, progress: Progress | None,
) -> _Made:  # fmt: skip
    """Write and seal the file, whose pages name the level of its seal: when that cannot be kept, they are set again for the next lower.

    Raises CannotBuild, MissingGlyphs, SealKeyError.
    """
    promised = promise(sealer, authority)
    while True:
        told = replace(compiled, declaration=replace(compiled.declaration, seal_level=promised.level))
        printed = print_declaration(session, told, path, setting, at=at, progress=progress)
        try:
            return _Made(printed, promised, seal_as_promised(path, sealer, promised, authority, at=at))
        except CannotSeal as error:
            raise CannotBuild(str(error)) from None
        except NotAsPromised as failure:
            promised = promised.lowered(str(failure))


def compile_to(
    session: Session,
    adapters: Adapters,
    order: Order,
    *,
    settings: Settings,
    out: Path | None,
    keep: bool,
    at: datetime,
    progress: Progress | None = None,
) -> dict[str, object]:
    """What `pledges compile` does: an edition, or with `keep` false only bytes in `out`. Gives what it prints, line by line.

    Raises what `build_edition` raises.
    """
    started = perf_counter()
    sealer = adapters.open_sealer(at)
    level = aimed_level(sealer, adapters.open_authority())
    setting = Setting(settings.base_url, settings.closing_at, sealer.development, settings.instance / "chapters", settings.processes, level)
    if keep:
        file = build_edition(session, adapters, order, setting, at=at, progress=progress)
        edition = file.edition
        lines: dict[str, object] = {
            "number": edition.number, "label": edition.label, "language": file.language, "pages": file.pages, "pledges": edition.pledges,
            "root": edition.root, "content sha256": file.content_sha256, "sha256": file.sha256, "seal": _seal_line(file),
            "seal level": f"{file.seal_level} ({file.seal_note})" if file.seal_note else file.seal_level,
        }  # fmt: skip
        if out:
            shutil.copyfile(adapters.archive.path(file.name), out)
    else:
        with adapters.archive.workshop() as folder:
            compiled = compile_declaration(session, order, setting, at=at, scratch=folder)
            session.rollback()  # the long part holds no lock
            declaration, made = compiled.declaration, folder / "declaration.pdf"
            printed = print_declaration(session, compiled, made, setting, at=at, progress=progress)
            if out:
                shutil.copyfile(made, out)
        lines = {
            "number": "none (a draft)" if order.draft else "none (unsealed)", "label": declaration.label, "language": order.language,
            "pages": printed.pages, "pledges": declaration.counts.pledges, "root": declaration.root, "content sha256": printed.sha256,
        }  # fmt: skip
    return {**lines, "seconds": f"{perf_counter() - started:.1f}"}


def _seal_line(file: EditionFile) -> str:
    return f"DEVELOPMENT SEAL, {file.seal_subject}" if file.development_seal else file.seal_subject


def release_edition(session: Session, number: int, *, at: datetime, released_at: datetime, by: str, break_glass: bool) -> Edition:
    """Make an edition public at `released_at`, now or later. Raises CannotRelease."""
    queries.begin_alone(session)
    edition = queries.edition(session, number, lock=True)
    if edition is None:
        raise CannotRelease(f"There is no edition {number}.")
    if released_at < at:
        raise CannotRelease("The moment of release lies in the past.")
    if edition.released_at is not None and edition.released_at <= at:
        raise CannotRelease(f"Edition {number} is released already.")
    if gone := queries.no_longer_standing(session, number, lock=True):
        raise CannotRelease(f"Since edition {number} was built: {_told(gone)}. Build it again.")
    rev = last_rev(session, at)
    if edition.released_at is None and edition.label != queries.next_label(session, edition.kind):
        raise CannotRelease(f"Another edition took the label {edition.label} meanwhile. Build it again.")
    if edition.refers_to is not None and (rev is None or rev.number != edition.refers_to):
        raise CannotRelease(f"{edition.label} refers to an edition that is no longer the last Rev. Build it again.")
    edition.released_at, edition.released_by, edition.break_glass = released_at, by, break_glass
    log.record(session, "edition.released", f"edition:{number}", at=at, by=by, released_at=released_at.isoformat(), break_glass=break_glass)
    session.commit()
    return edition


def _told(gone: Sequence[tuple[Pledge, Revision]]) -> str:
    """By name, what an edition holds and the register no longer does."""
    return "; ".join(
        f"{revision.leader_name}, {revision.government_name} ({'withdrawn' if pledge.withdrawn_at else 'no longer accepted'})"
        for pledge, revision in gone
    )


def _edition_to_extend(session: Session, order: Order) -> Edition | None:
    if order.edition is None:
        return None
    edition = queries.edition(session, order.edition)
    if edition is None:
        raise CannotBuild(f"There is no edition {order.edition}.")
    if queries.edition_file(session, order.edition, order.language):
        raise CannotBuild(f"Edition {order.edition} has its {order.language} text already; what is built never changes.")
    if gone := queries.no_longer_standing(session, order.edition):
        raise CannotBuild(f"Since edition {order.edition} was built: {_told(gone)}. Their words are not published once more.")
    return edition


def _chosen(session: Session, order: Order, built: Edition | None, rev: Edition | None, at: datetime) -> Iterator[tuple[Pledge, Revision]]:
    if built:
        return queries.held_by_edition(session, built.number)
    if order.kind is EditionKind.ADD:
        return queries.accepted_and_never_released(session, at)
    if order.kind is EditionKind.CORR and rev:
        return queries.accepted_of_edition(session, rev.number)
    return queries.accepted_pledges(session)


def _placed(
    chosen: Iterator[tuple[Pledge, Revision]], closing_at: datetime, scratch: Path | None
) -> tuple[Sequence[Entry], list[_Row], list[Signatory]]:
    """The entries and their rows in the order of protocol, and what is counted of them. Raises CannotBuild."""
    held, rows, counted = Spool[Entry](scratch), list[_Row](), list[Signatory]()
    joint: dict[str, list[tuple[_Row, Entry]]] = {}

    def place(row: _Row, entry: Entry) -> None:
        rows.append(row._replace(read=len(rows)))
        counted.append(signatory(entry, 0))
        held.append(entry)

    for pledge, revision in chosen:
        if not holds_together(revision):
            raise CannotBuild(f"{pledge.public_id}, {revision.leader_name}: what stands in the register is not what was signed.")
        entry = entries.entry_of(pledge, revision, closing_at=closing_at)
        row = _Row(entries.sort_key(entry), pledge.id, revision.id, entry.late, bytes.fromhex(entry.fingerprint), 0)
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


def _edition_row(session: Session, compiled: Compiled, order: Order, at: datetime) -> Edition:
    queries.begin_alone(session)
    if edition := _edition_to_extend(session, order):  # asked again: somebody may have built the same meanwhile
        return edition
    declaration = compiled.declaration
    edition = Edition(
        number=queries.next_number(session), kind=declaration.kind, label=declaration.label, refers_to=compiled.refers_to,
        as_of=declaration.as_of, root=declaration.root, pledges=declaration.counts.pledges, log_number=declaration.log_number,
        log_hash=declaration.log_hash, example=declaration.example, built_at=at,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    for start in range(0, len(compiled.rows), _BATCH):
        batch = enumerate(compiled.rows[start : start + _BATCH], start)
        session.execute(insert(EditionEntry), [_entry_row(edition.number, position, row) for position, row in batch])
    return edition


def _entry_row(number: int, position: int, row: _Row) -> dict[str, object]:
    placed = {"edition_number": number, "position": position, "sort_key": row.sort_key, "late": row.late}
    return {**placed, "pledge_id": row.pledge_id, "revision_id": row.revision_id}
