"""the secretariat's desk: accounts, the queue, letters, invitations, texts, editions, the log

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa  # noqa: F401 - the parts below need it
from alembic import op  # noqa: F401 - the parts below need it


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    _accounts()
    _moderation()
    _letters()
    _invitations()
    _editions()
    _log()


def _accounts():
    """Passkeys, sessions and roles of officers."""


def _moderation():
    """Claims, notes, courtesy translations."""


def _letters():
    """Templates, the outbox that people read, bounces, reminders."""


def _invitations():
    """Invitations in bulk, uploads to import."""


def _editions():
    """Builds as jobs, two people's release, recall; texts, designations and order with approvals."""


def _log():
    """Personal data erased on request, retention."""
