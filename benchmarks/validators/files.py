"""Makes what is judged: an edition as `pledges compile` seals it, and its twins, the same pages with fewer claims."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks import instance
from benchmarks.validators.judges import classic
from pledges.domain.declaration import Declaration
from pledges.domain.publication import attachments
from pledges.extensions import adapters, settings
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import Order, Setting, compile_declaration
from pledges.typesetting.declaration import typeset
from pledges.typesetting.metadata import Claims

PLEDGES = 300


@dataclass(frozen=True, slots=True)
class Files:
    """The sealed edition; its twin that claims PDF/A-3b alone, with the attachments; its twin as a PDF/A-1b, which can have none."""

    sealed: Path
    archive: Path
    classic: Path


def make_files(folder: Path, *, pledges: int = PLEDGES) -> Files:
    """The files for a register of that many pledges, the first of them those of the example assembly.

    The twins hold no field for the seal: neither PDFBox's nor pikepdf's validator knows what a seal may hold.
    """
    sealed, archive, first = (folder / name for name in ("sealed.pdf", "archive.pdf", "first.pdf"))
    at = datetime.now(UTC)
    with instance.empty(folder) as (_, session):
        instance.take_in(session, folder, pledges)
        compile_to(session, adapters(), Order(), settings=settings(), out=sealed, keep=True, at=at)
        value = frozen(session, Order(), at)
    for path, files, claims in (
        (archive, attachments(value), Claims(3, "B", accessible=False)),
        (first, (), Claims(1, "B", accessible=False)),
    ):
        with path.open("wb") as out:
            typeset(value, files, out, seal_field=False, claims=claims)
    return Files(sealed, archive, classic(first, folder))


def frozen(session: Session, order: Order, at: datetime) -> Declaration:
    """What `pledges compile` would typeset."""
    setting = Setting(settings().base_url, settings().closing_at, development_seal=True)
    return compile_declaration(session, order, setting, at=at).declaration
