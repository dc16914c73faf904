"""What operators and their machines ask: is it alive, and is it ready."""

from collections.abc import Callable
from tempfile import TemporaryFile

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from pledges.accounts.sessions import now
from pledges.extensions import adapters, db
from pledges.public.queries import released_file_names
from pledges.public.routes.room import bp


@bp.get("/healthz")
def alive() -> Response:
    """Alive; asks nobody else."""
    return Response("alive\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether what is needed is there; 503 names what is not."""
    lacking = {name: problem for name, check in _CHECKS.items() if (problem := _problem(check))}
    return jsonify(ready=not lacking, lacking=lacking), 503 if lacking else 200


def _problem(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever it is, it is not ready
        current_app.logger.warning("not ready: %s", error)
        return type(error).__name__


def _database() -> str:
    stands = set(MigrationContext.configure(db.session().connection()).get_current_heads())
    heads = set(ScriptDirectory(current_app.extensions["migrate"].directory).get_heads())
    return "" if stands == heads else "its migrations are not at head"


def _archive() -> str:
    archive = adapters().archive
    names = released_file_names(db.session(), now())
    if missing := sum(not archive.path(name).is_file() for name in names):
        return f"files of released editions are missing: {missing}"
    archive.root.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=archive.root):
        return ""


def _queue() -> str:
    queue = current_app.extensions.get("pledges.queue")
    if queue is not None:
        queue.pending_count()
    return ""


_CHECKS = {"database": _database, "archive": _archive, "queue": _queue}
