"""Runs migrations on the application's own connection, or on one that a test hands over."""

from alembic import context
from flask import current_app, has_app_context

from pledges.models import Base
from pledges.models.base import UtcDateTime

connection = context.config.attributes.get("connection")


def plain(kind, item, _context):
    """Moments are written into migrations as the plain type they are stored as, so that old migrations need no code of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def ours(name, kind, _parents):
    """The queue keeps its own tables beside ours on PostgreSQL."""
    return not (kind == "table" and name.startswith("huey_"))


options = {"target_metadata": Base.metadata, "render_as_batch": True, "compare_type": True, "render_item": plain, "include_name": ours}


def run(connection):
    context.configure(connection=connection, **options)
    with context.begin_transaction():
        context.run_migrations()


if connection is not None:
    run(connection)
elif has_app_context():
    with current_app.extensions["migrate"].db.engine.connect() as own:
        run(own)
        own.commit()
else:
    raise SystemExit("use: pledges db upgrade")
