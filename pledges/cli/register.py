"""Commands for the register: governments, pledges by file, officers."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from pledges.cli.frame import cli, now, session, settings, stop
from pledges.domain.problems import Refused


@cli.command("load-governments")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def load_governments_command(file: Path) -> None:
    """Load the directory of governments; loading it again changes nothing."""
    from pledges.secretariat.actions.directory import load_governments
    from pledges.secretariat.table import open_table

    try:
        with open_table(file) as table:
            changed, same = load_governments(session(), table)
    except Refused as refused:
        stop(refused)
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
        outcome = import_file(session(), file, accept=status == "accepted", email=email, rejects=rejects, at=now())
    except Refused as refused:
        stop(refused)
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
        stop(f"{file.name}: the name must end in {', '.join(WRITERS)}")
    if wrong := [name for name in statuses if name not in list(Status)]:
        stop(f"no such status: {', '.join(wrong)}; there are {', '.join(Status)}")
    number = write(file, all_cells(register(session(only_reads=True), [Status(name) for name in statuses])))
    click.echo(f"exported {number}")


@cli.command("add-officer")
@click.argument("email")
@click.option("--role", "roles", type=click.Choice(["moderator", "editor", "admin"]), required=True, multiple=True)
@with_appcontext
def add_officer_command(email: str, roles: tuple[str, ...]) -> None:
    """Invite an officer (with one --role or several) and print the one-time link, which lives seven days."""
    from pledges.accounts.actions import add_officer

    try:
        token = add_officer(session(), email, *roles, at=now())
    except Refused as refused:
        stop(refused)
    else:
        click.echo(f"{settings().base_url}/accounts/enrol/{token}")
        click.echo("The link names the server by PLEDGES_BASE_URL, which must be set here as it is there.", err=True)


@cli.command("close-officer")
@click.argument("email")
@with_appcontext
def close_officer_command(email: str) -> None:
    """Close an officer's account and end its sessions; `add-officer` opens it again."""
    from pledges.accounts.actions import close_account

    try:
        close_account(session(), email, at=now())
    except Refused as refused:
        stop(refused)
