"""What all commands stand on: the application, its session and settings, and how a command says no."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup
from sqlalchemy.orm import Session

import config
from pledges.adapters import Adapters


def open_app() -> Flask:
    """The application with the settings of the environment; a wrong one stops with one line."""
    from pledges.adapters.mail import MailUrlError
    from pledges.app import create_app

    settings = config.from_environment()
    try:
        return create_app(settings)
    except MailUrlError as error:
        raise config.BadSetting("PLEDGES_MAIL_URL", str(error)) from None


@click.group(cls=FlaskGroup, create_app=open_app, add_default_commands=False, add_version_option=False, load_dotenv=False)
def cli() -> None:
    """The pledge platform of the World Assembly of Local and Regional Governments."""


def told(error: OSError) -> object:
    """Which file, and what is wrong with it, in words."""
    return f"{error.filename}: {error.strerror}" if error.filename else error


def now() -> datetime:
    """The moment of the command."""
    return datetime.now(UTC)


def session(*, only_reads: bool = False) -> Session:
    """The session; one that only reads sees one moment and holds nobody up, however long the command takes."""
    from pledges.extensions import db
    from pledges.models.base import begin_reading

    opened = db.session()
    if only_reads:
        begin_reading(opened)
    return opened


def adapters() -> Adapters:
    """The ways to the outside world."""
    from pledges import extensions

    return extensions.adapters()


def settings() -> config.Settings:
    """Those that the application was made with."""
    own: config.Settings = current_app.extensions["pledges.settings"]
    return own


def stop(sentence: object, code: int = 1) -> NoReturn:
    """Say why on stderr, and end with an exit code."""
    click.echo(str(sentence), err=True)
    sys.exit(code)


def progress(what: str) -> Callable[[str, int, int], None] | None:
    """Progress on a terminal's stderr; none elsewhere."""
    if not sys.stderr.isatty():
        return None

    def show(step: str, done: int, total: int) -> None:
        click.echo(f"\r{what}: {step} {done}/{total} \033[K", nl=done >= total, err=True)

    return show
