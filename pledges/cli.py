"""The commands of the console script `pledges`; docs/operating.md explains each."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup, with_appcontext
from sqlalchemy.orm import Session

import config
from pledges.adapters import Adapters
from pledges.domain.lifecycle import EditionKind
from pledges.domain.problems import Refused


def _app() -> Flask:
    from pledges.adapters.mail import MailUrlError
    from pledges.app import create_app

    settings = config.from_environment()
    try:
        return create_app(settings)
    except MailUrlError as error:
        raise config.BadSetting("PLEDGES_MAIL_URL", str(error)) from None


@click.group(cls=FlaskGroup, create_app=_app, add_default_commands=False, add_version_option=False, load_dotenv=False)
def cli() -> None:
    """The pledge platform of the World Assembly of Local and Regional Governments."""


def main() -> None:
    """Run a command; what was refused is said in one line on stderr, with exit code 1."""
    from sqlalchemy.exc import DBAPIError

    try:
        cli.main(prog_name="pledges")
    except DBAPIError as error:
        _stop(f"the database refuses (`pledges db upgrade` prepares it): {str(error.orig).splitlines()[0]}")
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}" if error.filename else error)


def _now() -> datetime:
    return datetime.now(UTC)


def _session(*, only_reads: bool = False) -> Session:
    """The session; one that only reads sees one moment and holds nobody up, however long the command takes."""
    from pledges.extensions import db
    from pledges.models.base import begin_reading

    session = db.session()
    if only_reads:
        begin_reading(session)
    return session


def _adapters() -> Adapters:
    from pledges.extensions import adapters

    return adapters()


def _settings() -> config.Settings:
    settings: config.Settings = current_app.extensions["pledges.settings"]
    return settings


def _stop(sentence: object, code: int = 1) -> NoReturn:
    click.echo(str(sentence), err=True)
    sys.exit(code)


def _progress(what: str) -> Callable[[str, int, int], None] | None:
    """Progress on a terminal's stderr; none elsewhere."""
    if not sys.stderr.isatty():
        return None

    def show(step: str, done: int, total: int) -> None:
        click.echo(f"\r{what}: {step} {done}/{total} \033[K", nl=done >= total, err=True)

    return show


@cli.command("load-governments")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def load_governments_command(file: Path) -> None:
    """Load the directory of governments; loading it again changes nothing."""
    from pledges.secretariat.actions.directory import load_governments
    from pledges.secretariat.table import open_table

    try:
        with open_table(file) as table:
            changed, same = load_governments(_session(), table)
    except Refused as refused:
        _stop(refused)
    else:
        click.echo(f"new or changed {changed}, unchanged {same}")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--status", type=click.Choice(["signed", "accepted"]), default="signed", show_default=True)
@click.option("--by", "email", help="The officer whose act this is; without it the act is the operator's.")
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Where the rejected rows go, with row, field and reason.")
@with_appcontext
def import_command(file: Path, status: str, email: str | None, rejects: Path | None) -> None:
    """Take in pledges reported by file."""
    from pledges.secretariat.actions.imports import import_file

    try:
        outcome = import_file(_session(), file, accept=status == "accepted", email=email, rejects=rejects, at=_now())
    except Refused as refused:
        _stop(refused)
    else:
        click.echo(f"imported {outcome.imported}, updated {outcome.updated}, rejected {outcome.rejected}")
        if outcome.rejected and rejects is None:
            click.echo("\n".join(outcome.first_reasons), err=True)
        sys.exit(1 if outcome.rejected else 0)


@cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--status", "statuses", multiple=True, help="Only these; may be given several times. Every status unless named.")
@with_appcontext
def export_command(file: Path, statuses: tuple[str, ...]) -> None:
    """Write the register to a .csv, .json or .xlsx file; it holds addresses, so it is for the secretariat only."""
    from pledges.secretariat.exports import WRITERS, all_cells
    from pledges.secretariat.queries.exports import Status, register

    write = WRITERS.get(file.suffix.lower())
    if write is None:
        _stop(f"{file.name}: the name must end in {', '.join(WRITERS)}")
    if wrong := [name for name in statuses if name not in list(Status)]:
        _stop(f"no such status: {', '.join(wrong)}; there are {', '.join(Status)}")
    number = write(file, all_cells(register(_session(only_reads=True), [Status(name) for name in statuses])))
    click.echo(f"exported {number}")


@cli.command("add-officer")
@click.argument("email")
@click.option("--role", type=click.Choice(["moderator", "editor", "admin"]), required=True)
@with_appcontext
def add_officer_command(email: str, role: str) -> None:
    """Invite an officer and print the one-time link, which lives seven days."""
    from pledges.accounts.actions import add_officer

    try:
        token = add_officer(_session(), email, role, at=_now())
    except Refused as refused:
        _stop(refused)
    else:
        click.echo(f"{_settings().base_url}/accounts/enrol/{token}")


@cli.command("close-officer")
@click.argument("email")
@with_appcontext
def close_officer_command(email: str) -> None:
    """Close an officer's account and end its sessions; `add-officer` opens it again."""
    from pledges.accounts.actions import close_account

    try:
        close_account(_session(), email, at=_now())
    except Refused as refused:
        _stop(refused)


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
    from pledges.secretariat.actions import editions
    from pledges.typesetting.declaration import MissingGlyphs

    if (unsealed or draft) and out is None:
        _stop("--draft and --unsealed write no edition, so they need --out FILE.pdf", 2)
    if out and not out.parent.is_dir():
        _stop(f"{out.parent}: there is no such folder")
    order = editions.Order(kind=EditionKind(kind), language=language, edition=edition, draft=draft)
    try:
        lines = editions.compile_to(
            _session(only_reads=True), _adapters(), order,
            settings=_settings(), out=out, keep=not (draft or unsealed), at=_now(), progress=_progress("compile"),
        )  # fmt: skip
    except (editions.CannotBuild, MissingGlyphs, SealKeyError) as refused:
        _stop(refused)
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
    from pledges.secretariat.actions.editions import CannotRelease, release_edition

    at = _now()
    try:
        released_at = read_moment(moment, "--at") if moment else at
        edition = release_edition(
            _session(), number, at=at, released_at=released_at, by="the operator, on the command line", break_glass=True
        )
    except (CannotRelease, Refused) as refused:
        _stop(refused)
    else:
        click.echo(f"edition: {edition.number}\nlabel: {edition.label}\nreleased at: {iso(released_at)}")


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
    except (CertificateUnreadable, OSError) as error:
        _stop(error, 3)
    else:
        scratch = archive if archive.is_dir() else None  # a copy may be checked where there is no instance
        known = [*own_authorities(archive), *roots]
        found = verify(file, own=own, trust=named, authorities=known, evidence=evidence, at=_now(), scratch=scratch)
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
        for made in upgrade_seals(_session(), _adapters(), number, at=_now()):
            count += 1
            click.echo(f"edition {made.edition_number} {made.language}: {made.level}, {made.stamped_at:%Y-%m-%d %H:%M:%S} UTC, {made.name}")
    except (CannotUpgrade, SealKeyError, CertificateUnreadable) as refused:
        _stop(refused)
    click.echo(f"evidence files: {count}")


@cli.command("verify-log")
@with_appcontext
def verify_log_command() -> None:
    """Walk the event log's hash chain; exit 1 and the first broken entry if it does not hold."""
    from pledges.models.log import LogHead, broken_entries

    session = _session(only_reads=True)
    broken = next(broken_entries(session), None)
    if broken:
        _stop(broken)
    head = session.get_one(LogHead, 1)
    click.echo(f"the log holds: {head.number} entries, head {head.hash}")


@cli.command("worker")
@with_appcontext
def worker_command() -> None:
    """Run jobs: letters, and the sweep that finds what was left."""
    from pledges.worker import run_worker

    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@cli.command("run")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@with_appcontext
def run_command(host: str, port: int) -> None:
    """Serve, with the worker inside."""
    from pledges.serving import serve

    serve(_settings(), host=host, port=port)


@cli.command("prepare-fonts", hidden=True)
def prepare_fonts_command() -> None:
    """Prepare the fonts once a machine."""
    from pledges.typesetting.fonts import prepare

    show = _progress("fonts")
    prepare(progress=None if show is None else lambda done, total: show("prepared", done, total))


@cli.command("setup-instance", hidden=True)
@with_appcontext
def setup_instance_command() -> None:
    """Prepare the database; on the first run load the example assembly and print the officer's sign-in."""
    from pledges.setup import setup_instance

    setup_instance(_session(), _adapters(), _settings(), at=_now(), say=click.echo, note=lambda line: click.echo(line, err=True))


@cli.command("start-empty")
@click.option("--replace", is_flag=True, help="Move an instance that is not empty aside.")
def start_empty_command(replace: bool) -> None:
    """An instance without the example assembly."""
    from pledges.setup import InstanceNotEmpty, start_empty

    try:
        moved = start_empty(config.from_environment(), lambda: _app().app_context(), replace=replace, at=_now())
    except InstanceNotEmpty as refused:
        _stop(refused)
    else:
        click.echo(f"an empty instance is ready{f'; the one before stands in {moved}' if moved else ''}")
