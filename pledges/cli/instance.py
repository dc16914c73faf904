"""Commands for an instance: set it up, serve, work."""

import click
from flask import current_app
from flask.cli import with_appcontext

import config
from pledges.cli.frame import adapters, cli, now, open_app, progress, session, settings, stop


@cli.command("worker")
@with_appcontext
def worker_command() -> None:
    """Run jobs: letters, and the sweep that finds what was left."""
    from pledges.worker import run_worker

    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@cli.command("retention")
@click.option("--dry-run", is_flag=True, help="Only count what would be removed.")
@with_appcontext
def retention_command(dry_run: bool) -> None:
    """Remove what is personal and older than PLEDGES_RETENTION says; the worker does it every night."""
    from pledges.secretariat.actions.retention import remove_overdue

    found = remove_overdue(session(), settings().periods, at=now(), dry=dry_run)
    for name, number in found.items():
        click.echo(f"{name}: {number}")
    if not found:
        click.echo("nothing is older than its period")


@cli.command("run")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@with_appcontext
def run_command(host: str, port: int) -> None:
    """Serve, with the worker inside."""
    from pledges.serving import serve

    serve(settings(), host=host, port=port)


@cli.command("prepare-fonts", hidden=True)
def prepare_fonts_command() -> None:
    """Prepare the fonts once a machine."""
    from pledges.typesetting.fonts import prepare

    show = progress("fonts")
    prepare(progress=None if show is None else lambda done, total: show("prepared", done, total))


@cli.command("setup-instance", hidden=True)
@with_appcontext
def setup_instance_command() -> None:
    """Prepare the database; on the first run load the example assembly and print the officer's sign-in."""
    from pledges.setup import setup_instance

    setup_instance(session(), adapters(), settings(), at=now(), say=click.echo, note=lambda line: click.echo(line, err=True))


@cli.command("start-empty")
@click.option("--replace", is_flag=True, help="Move an instance that is not empty aside.")
def start_empty_command(replace: bool) -> None:
    """An instance without the example assembly."""
    from pledges.setup import InstanceNotEmpty, start_empty

    try:
        moved = start_empty(config.from_environment(), lambda: open_app().app_context(), replace=replace, at=now())
    except InstanceNotEmpty as refused:
        stop(refused)
    else:
        click.echo(f"an empty instance is ready{f'; the one before stands in {moved}' if moved else ''}")
