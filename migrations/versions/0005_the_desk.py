"""the secretariat's desk: accounts, the queue, letters, invitations, texts, editions, the log

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    accounts()
    moderation()
    letters()
    invitations()
    editions()
    texts()
    log()


def downgrade():
    no_log()
    no_texts()
    no_editions()
    no_invitations()
    no_letters()
    no_moderation()
    no_accounts()


def accounts():
    """Passkeys, sessions and roles of officers."""


def no_accounts():
    """Undoes that."""


def moderation():
    """Claims, notes, courtesy translations."""


def no_moderation():
    """Undoes that."""


def letters():
    """Templates, the outbox that people read, bounces, reminders."""


def no_letters():
    """Undoes that."""


def invitations():
    """Invitations in bulk, uploads to import."""


def no_invitations():
    """Undoes that."""


def editions():
    """Builds as jobs, two people's release, recall."""


def no_editions():
    """Undoes that."""


def texts():
    """Texts, designations and order with a second person's approval."""


def no_texts():
    """Undoes that."""


def log():
    """Personal data erased on request, retention."""


def no_log():
    """Undoes that."""
