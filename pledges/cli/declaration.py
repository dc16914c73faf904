"""Commands for the declaration: build, release, verify, seal, and the log behind it."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

import config
from pledges.cli.frame import adapters, cli, now, progress, session, settings, stop, told
from pledges.domain.lifecycle import EditionKind
from pledges.domain.problems import Refused


@cli.command("compile")
@click.option("--language", default="en", show_default=True)
@click.option("--kind", type=click.Choice([kind.value for kind in EditionKind]), default="rev", show_default=True)
@click.option("--edition", type=click.IntRange(1), help="Add a language to this edition instead of beginning a new one.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write the PDF here.")
@click.option("--draft", is_flag=True, help="Watermarked, without number and seal; missing glyphs do not stop it.")
@click.option("--unsealed", is_flag=True, help="Only write the bytes before the seal, and no edition; needs --out.")
@with_appcontext
def compile_command(language: str, kind: str, edition: int | None, out: Path | None, draft: bool, unsealed: bool) -> None:
    """Build an edition of the declaration and seal it."""
    from pledges.adapters.seal import SealKeyError
    from pledges.secretariat.actions.editions import compile_to
    from pledges.secretariat.actions.freezing import CannotBuild, Order
    from pledges.typesetting.declaration import MissingGlyphs

    if (unsealed or draft) and out is None:
        stop("--draft and --unsealed write no edition, so they need --out FILE.pdf", 2)
    if out and not out.parent.is_dir():
        stop(f"{out.parent}: there is no such folder")
    order = Order(kind=EditionKind(kind), language=language, edition=edition, draft=draft)
    try:
        lines = compile_to(
            session(only_reads=True), adapters(), order,
            settings=settings(), out=out, keep=not (draft or unsealed), at=now(), progress=progress("compile"),
        )  # fmt: skip
    except (CannotBuild, MissingGlyphs, SealKeyError) as refused:
        stop(refused)
    else:
        for name, value in lines.items():
            click.echo(f"{name}: {value}")


@cli.command("release")
@click.argument("number", type=int)
@click.option("--at", "moment", help="ISO 8601 with a zone; at once unless named.")
@with_appcontext
def release_command(number: int, moment: str | None) -> None:
    """Make an edition public, at once or at a moment: the operator's break-glass, logged and shown as such."""
    from pledges.domain.moments import iso
    from pledges.domain.moments import moment as read_moment
    from pledges.extensions import address
    from pledges.secretariat.actions.releasing import CannotRelease, release_edition

    at = now()
    try:
        released_at = read_moment(moment, "--at") if moment else at
        released = release_edition(session(), number, at=at, released_at=released_at, address=address)
    except (CannotRelease, Refused) as refused:
        stop(refused)
    else:
        edition = released.edition
        click.echo(f"edition: {edition.number}\nlabel: {edition.label}\nreleased at: {iso(released_at)}")
        click.echo(f"languages: {', '.join(released.languages)}")
        for overtaken in released.unscheduled:
            click.echo(f"taken off the schedule: {overtaken.label} (edition {overtaken.number}), which refers to an earlier Rev")


class _Verify(click.Command):
    """A wrong call exits 3: click's own 2 means a file without a trace of us here."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(3) from None


@cli.command("verify", cls=_Verify)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON.")
@click.option("--trust", multiple=True, type=click.Path(path_type=Path), help="Trust this certificate (PEM) as well as the instance's own.")
@click.option("--tsa-trust", multiple=True, type=click.Path(path_type=Path), help="Trust time stamps that lead to this root (PEM).")
@click.option("--evidence", "beside", multiple=True, type=click.Path(path_type=Path), help="An evidence file beside the PDF.")
def verify_command(file: Path, as_json: bool, trust: tuple[Path, ...], tsa_trust: tuple[Path, ...], beside: tuple[Path, ...]) -> None:
    """Check seal, data and Merkle root. Exit 0 authentic, 1 ours but altered, 2 no trace of us, 3 unreadable."""
    from pledges.adapters import archive_folder
    from pledges.adapters.authority import CertificateUnreadable, load_certificates
    from pledges.adapters.trust import known_evidence, own_authorities, own_certificates
    from pledges.adapters.verification import verify

    try:
        named = [certificate for path in trust for certificate in load_certificates(path)]
        archive = archive_folder(config.from_environment())
        own, roots = own_certificates(archive), [each for path in tsa_trust for each in load_certificates(path)]
        evidence = [*known_evidence(archive, file), *(path.read_bytes() for path in beside)]
    except CertificateUnreadable as error:
        stop(error, 3)
    except OSError as error:
        stop(told(error), 3)
    else:
        scratch = archive if archive.is_dir() else None  # a copy may be checked where there is no instance
        known = [*own_authorities(archive), *roots]
        found = verify(file, own=own, trust=named, authorities=known, evidence=evidence, at=now(), scratch=scratch)
        click.echo(json.dumps(found.details, ensure_ascii=False, indent=1) if as_json else found.line)
        sys.exit(found.exit_code)


@cli.command("seal")
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--upgrade", is_flag=True, required=True, help="Write evidence beside files whose seal proves less than it could.")
@with_appcontext
def seal_command(number: int | None, upgrade: bool) -> None:
    """Write evidence beside the sealed files of an edition, or of all; what is published stays as it is."""
    from pledges.adapters.authority import CertificateUnreadable
    from pledges.adapters.seal import SealKeyError
    from pledges.secretariat.actions.evidence import CannotUpgrade, upgrade_seals

    count = 0
    try:
        for made in upgrade_seals(session(), adapters(), number, at=now()):
            count += 1
            click.echo(f"edition {made.edition_number} {made.language}: {made.level}, {made.stamped_at:%Y-%m-%d %H:%M:%S} UTC, {made.name}")
    except (CannotUpgrade, SealKeyError, CertificateUnreadable) as refused:
        stop(refused)
    click.echo(f"evidence files: {count}")


@cli.command("verify-log")
@with_appcontext
def verify_log_command() -> None:
    """Walk the event log's hash chain; exit 1 and the first broken entry if it does not hold."""
    from pledges.models.log import LogHead, broken_entries

    register = session(only_reads=True)
    broken = next(broken_entries(register), None)
    if broken:
        stop(broken)
    head = register.get_one(LogHead, 1)
    click.echo(f"the log holds: {head.number} entries, head {head.hash}")
