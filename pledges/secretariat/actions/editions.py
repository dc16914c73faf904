"""Builds editions: frozen, typeset, sealed, kept, and only then a row."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert
from sqlalchemy.orm import Session

from config import Settings
from pledges.adapters import Adapters
from pledges.adapters.seal import Sealer
from pledges.adapters.seal_promise import CannotSeal, NotAsPromised, Promise, aimed_level, promise, seal_as_promised
from pledges.adapters.timestamp import TimeStampAuthority
from pledges.adapters.trust import keep_authority, keep_certificate
from pledges.adapters.verdict import Verification
from pledges.domain.publication import attachments
from pledges.models import BuildState, Edition, EditionBuild, EditionEntry, EditionFile, log
from pledges.secretariat.actions.chapters import offered
from pledges.secretariat.actions.freezing import CannotBuild, Compiled, Order, Row, Setting, compile_declaration, edition_to_extend
from pledges.secretariat.actions.releasing import OPERATOR
from pledges.secretariat.queries import editions as queries
from pledges.typesetting.binding import TooManyObjects
from pledges.typesetting.declaration import Typeset, Workshop, typeset
from pledges.typesetting.keeping import ChapterGone
from pledges.typesetting.pages.code import verification_address
from pledges.typesetting.workshop import ProcessEnded

Progress = Callable[[str, int, int], None]
_BATCH = 1_000
_WORTH_PROCESSES = 500
"""Pledges from which on more than one process sets the pages: below, starting them takes longer."""


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
    session: Session, adapters: Adapters, order: Order, setting: Setting, *, at: datetime, progress: Progress | None = None,
    ordered: EditionBuild | None = None,
) -> EditionFile:  # fmt: skip
    """Compile, typeset, seal, keep, and only then write the row: a crash leaves an orphan file, never a row without its PDF.

    An order of the desk learns its edition in the same transaction. Raises CannotBuild, MissingGlyphs, SealKeyError.
    """
    sealer, authority = adapters.open_sealer(at), adapters.open_authority()
    turn = ordered.tries if ordered else 0
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
    if ordered is not None:
        session.refresh(ordered, with_for_update=True)
        if (ordered.state, ordered.tries) != (BuildState.RUNNING, turn):
            raise CannotBuild("An officer stopped it, or another worker took it up.")
        ordered.edition_number = edition.number
    log.record(
        session, "edition.built", f"edition:{edition.number}", at=at, account_id=ordered.account_id if ordered else None,
        language=order.language, label=edition.label, sha256=sha256, seal_level=promised.level,
    )  # fmt: skip
    if ordered is None:
        _release_with_edition(session, file, at)
    session.commit()
    return file


def _release_with_edition(session: Session, file: EditionFile, at: datetime) -> None:
    """What the operator builds into a released edition is public with it, as their break-glass; at the desk two officers release it.

    The source is CONTRACT.md: public means in a released edition, in all its languages.
    """
    edition = file.edition
    if edition.released_at is None or edition.recalled_at is not None:
        return
    file.released_at, file.released_by, file.break_glass = max(at, edition.released_at), OPERATOR, True
    log.record(
        session, "edition.released", f"edition:{edition.number}", at=at, by=OPERATOR, released_at=file.released_at.isoformat(),
        break_glass=True, languages=[file.language],
    )  # fmt: skip


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


def setting_of(settings: Settings, adapters: Adapters, at: datetime) -> Setting:
    """What the pages say beside the register, as this instance is set up. Raises SealKeyError."""
    sealer = adapters.open_sealer(at)
    level = aimed_level(sealer, adapters.open_authority())
    return Setting(settings.base_url, settings.closing_at, sealer.development, settings.instance / "chapters", settings.processes, level)


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
    setting = setting_of(settings, adapters, at)
    if keep:
        file = build_edition(session, adapters, order, setting, at=at, progress=progress)
        edition = file.edition
        lines: dict[str, object] = {
            "number": edition.number, "label": edition.label, "language": file.language, "pages": file.pages, "pledges": edition.pledges,
            "root": edition.root, "content sha256": file.content_sha256, "sha256": file.sha256, "seal": _seal_line(file),
            "seal level": f"{file.seal_level} ({file.seal_note})" if file.seal_note else file.seal_level,
            **_notes(session, file, at),
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
    return {**lines, "verified at": verification_address(settings.base_url), "seconds": f"{perf_counter() - started:.1f}"}


def _notes(session: Session, file: EditionFile, at: datetime) -> dict[str, str]:
    """What whoever builds should know before anything is released."""
    edition = file.edition
    notes = {}
    if edition.released_at is None and (others := queries.same_label(session, edition)):
        numbers = " and ".join(str(other.number) for other in others)
        notes["same label"] = f"edition {numbers}, not released either; whichever is released first keeps {edition.label}"
    if edition.public_at(at):
        notes["public"] = "at once, with its edition; no second person released it"
    return notes


def _seal_line(file: EditionFile) -> str:
    return f"DEVELOPMENT SEAL, {file.seal_subject}" if file.development_seal else file.seal_subject


def _edition_row(session: Session, compiled: Compiled, order: Order, at: datetime) -> Edition:
    queries.begin_alone(session)
    if edition := edition_to_extend(session, order):  # asked again: somebody may have built the same meanwhile
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


def _entry_row(number: int, position: int, row: Row) -> dict[str, object]:
    placed = {"edition_number": number, "position": position, "sort_key": row.sort_key, "late": row.late}
    return {**placed, "pledge_id": row.pledge_id, "revision_id": row.revision_id}
