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
    with op.batch_alter_table('account') as account:
        account.add_column(sa.Column('network_id', sa.Integer(), nullable=True))
        account.add_column(sa.Column('language', sa.String(length=35), nullable=False, server_default='en'))
        account.add_column(sa.Column('passkey_answered', sa.String(length=64), nullable=True))
        account.create_foreign_key(op.f('fk_account_network_id'), 'network', ['network_id'], ['id'])
    op.create_table('officer_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=300), nullable=False),
    sa.Column('network', sa.String(length=50), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_officer_session_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officer_session'))
    )
    op.create_index('ix_officer_session_account_id', 'officer_session', ['account_id'], unique=False)
    op.create_table('officer_passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('browser', sa.String(length=300), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_officer_passkey_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officer_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_officer_passkey_credential_id'))
    )
    op.create_index('ix_officer_passkey_account_id', 'officer_passkey', ['account_id'], unique=False)
    op.bulk_insert(sa.table('role', sa.column('name')), [{'name': 'focal_point'}])


def no_accounts():
    """Undoes that."""
    focal = "(SELECT id FROM role WHERE name = 'focal_point')"
    op.execute(f"DELETE FROM account_role WHERE role_id = {focal}")
    op.execute("DELETE FROM role WHERE name = 'focal_point'")
    op.drop_table('officer_passkey')
    op.drop_table('officer_session')
    with op.batch_alter_table('account') as account:
        account.drop_constraint(op.f('fk_account_network_id'), type_='foreignkey')
        account.drop_column('network_id')
        account.drop_column('language')
        account.drop_column('passkey_answered')


def moderation():
    """Claims, notes, courtesy translations; suggestions for several words at once."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        'claim',
        sa.Column('pledge_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('at', moment, nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_account_id')),
        sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_claim_pledge_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('pledge_id', name=op.f('pk_claim')),
    )
    op.create_index('ix_claim_account_id', 'claim', ['account_id'], unique=False)
    op.create_table(
        'note',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('pledge_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('by', sa.String(length=300), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('at', moment, nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_note_account_id')),
        sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_note_pledge_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    )
    op.create_index('ix_note_pledge_id', 'note', ['pledge_id'], unique=False)
    op.create_table(
        'mention',
        sa.Column('note_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('read_at', moment, nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mention_account_id')),
        sa.ForeignKeyConstraint(['note_id'], ['note.id'], name=op.f('fk_mention_note_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('note_id', 'account_id', name=op.f('pk_mention')),
    )
    op.create_index('ix_mention_account_id', 'mention', ['account_id'], unique=False)
    op.create_table(
        'courtesy_translation',
        sa.Column('revision_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(length=35), nullable=False),
        sa.Column('words', sa.JSON(), nullable=False),
        sa.Column('by', sa.String(length=300), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('at', moment, nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_courtesy_translation_account_id')),
        sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_courtesy_translation_revision_id')),
        sa.PrimaryKeyConstraint('revision_id', 'language', name=op.f('pk_courtesy_translation')),
    )
    op.add_column('decision', sa.Column('suggestions', sa.JSON(), nullable=True))
    old = sa.table('decision', sa.column('id'), *(sa.column(name, sa.String()) for name in ('suggestion', 'suggestion_for')))
    new = sa.table('decision', sa.column('id'), sa.column('suggestions', sa.JSON()))
    connection = op.get_bind()
    connection.execute(sa.update(new).values(suggestions={}))
    for number, text, words in connection.execute(sa.select(*old.c).where(old.c.suggestion != '')).all():
        connection.execute(sa.update(new).where(new.c.id == number).values(suggestions={words: text}))
    op.drop_column('decision', 'suggestion_for')
    op.drop_column('decision', 'suggestion')
    order_of_the_queue()


def order_of_the_queue():
    """The moment of the signature beside the state, for an index."""
    op.add_column('revision', sa.Column('signed_at', moment_of_signing := sa.DateTime(timezone=True), nullable=True))
    revision = sa.table('revision', sa.column('id'), sa.column('signed_at', moment_of_signing))
    signature = sa.table('signature', sa.column('revision_id'), sa.column('at', moment_of_signing))
    signed = sa.select(signature.c.at).where(signature.c.revision_id == revision.c.id).scalar_subquery()
    op.execute(sa.update(revision).values(signed_at=signed))
    op.drop_index('ix_revision_moderation', table_name='revision')
    op.create_index('ix_revision_desk', 'revision', ['moderation', 'signed_at', 'id'], unique=False)
    untold = sa.text("moderation IN ('returned', 'accepted', 'declined') AND announced_at IS NULL")
    op.create_index('ix_revision_untold', 'revision', ['signed_at', 'id'], unique=False, sqlite_where=untold, postgresql_where=untold)


def no_moderation():
    """Undoes that; of several suggestions the first stays."""
    for name in ('ix_revision_untold', 'ix_revision_desk'):
        op.drop_index(name, table_name='revision')
    op.create_index('ix_revision_moderation', 'revision', ['moderation'], unique=False)
    op.drop_column('revision', 'signed_at')
    op.add_column('decision', sa.Column('suggestion', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column('decision', sa.Column('suggestion_for', sa.String(length=60), server_default=sa.text("''"), nullable=False))
    old = sa.table('decision', sa.column('id'), *(sa.column(name, sa.String()) for name in ('suggestion', 'suggestion_for')))
    new = sa.table('decision', sa.column('id'), sa.column('suggestions', sa.JSON()))
    connection = op.get_bind()
    for number, suggestions in connection.execute(sa.select(*new.c)).all():
        for words, text in list(suggestions.items())[:1]:
            connection.execute(sa.update(old).where(old.c.id == number).values(suggestion=text, suggestion_for=words))
    op.drop_column('decision', 'suggestions')
    for name in ('courtesy_translation', 'mention', 'note', 'claim'):
        op.drop_table(name)


def letters():
    """Templates, the outbox that people read, bounces, reminders."""
    for name in ('held_at', 'cancelled_at', 'bounced_at'):
        op.add_column('letter', sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column('letter', sa.Column('stop_hash', sa.String(length=64), nullable=True))
    op.create_index('ix_letter_stop_hash', 'letter', ['stop_hash'], unique=True)
    op.create_table('bounce',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('action', sa.String(length=10), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_bounce_letter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bounce')),
    sa.UniqueConstraint('mark', name=op.f('uq_bounce_mark'))
    )
    op.create_index('ix_bounce_letter_id', 'bounce', ['letter_id'], unique=False)
    op.create_table('other_contact',
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['noted_by_id'], ['account.id'], name=op.f('fk_other_contact_noted_by_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_other_contact_pledge_id')),
    sa.PrimaryKeyConstraint('pledge_id', name=op.f('pk_other_contact'))
    )
    op.create_table('letter_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['written_by_id'], ['account.id'], name=op.f('fk_letter_text_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_text')),
    sa.UniqueConstraint('kind', 'language', 'number', name=op.f('uq_letter_text_kind_language_number'))
    )
    op.create_table('letter_rule',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('waits', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_letter_rule'))
    )
    op.create_table('letter_stop',
    sa.Column('address_key', sa.String(length=254), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('address_key', name=op.f('pk_letter_stop'))
    )
    op.create_table('reminder_schedule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('of', sa.Enum('draft', 'signature', 'invitation', name='reminded', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('after_days', sa.Integer(), nullable=False),
    sa.Column('every_days', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('after_days > 0 AND every_days > 0 AND most > 0', name=op.f('ck_reminder_schedule_counts')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['account.id'], name=op.f('fk_reminder_schedule_approved_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['account.id'], name=op.f('fk_reminder_schedule_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_schedule'))
    )


def no_letters():
    """Undoes that."""
    for name in ('reminder_schedule', 'letter_stop', 'letter_rule', 'letter_text', 'other_contact', 'bounce'):
        op.drop_table(name)
    op.drop_index('ix_letter_stop_hash', table_name='letter')
    for name in ('stop_hash', 'bounced_at', 'cancelled_at', 'held_at'):
        op.drop_column('letter', name)


def invitations():
    """Invitations in bulk, uploads to import."""
    op.create_table('batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('pledges', 'invitations', name='batchkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('reading', 'read', 'confirmed', 'done', 'refused', 'discarded', name='batchstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=250), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=True),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('preview', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('rejects', sa.LargeBinary(), nullable=True),
    sa.Column('problem', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.CheckConstraint("state NOT IN ('confirmed', 'done') OR confirmed_at IS NOT NULL", name=op.f('ck_batch_confirmed_before_it_is_carried_out')),
    sa.CheckConstraint("(ended_at IS NOT NULL) = (state IN ('done', 'refused', 'discarded'))", name=op.f('ck_batch_ended_once')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['account.id'], name=op.f('fk_batch_confirmed_by_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_batch_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    op.create_index('ix_batch_state', 'batch', ['state'], unique=False)
    op.create_table('network_member',
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_network_member_government_id')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_network_member_network_id')),
    sa.PrimaryKeyConstraint('network_id', 'government_id', name=op.f('pk_network_member'))
    )
    op.create_index('ix_network_member_government_id', 'network_member', ['government_id'], unique=False)
    op.create_table('advisory_member',
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_advisory_member_government_id')),
    sa.PrimaryKeyConstraint('government_id', name=op.f('pk_advisory_member'))
    )
    op.create_table('contact',
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.Column('email_key', sa.String(length=254), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('leader_name', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_contact_government_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account.id'], name=op.f('fk_contact_recorded_by_id')),
    sa.PrimaryKeyConstraint('government_id', 'email_key', name=op.f('pk_contact'))
    )
    op.add_column('invitation', sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('invitation', sa.Column('other_contact', sa.String(length=500), server_default=sa.text("''"), nullable=False))
    op.execute('ALTER TABLE invitation ADD COLUMN batch_id INTEGER CONSTRAINT fk_invitation_batch_id REFERENCES batch (id)')
    op.create_index('ix_invitation_batch_id', 'invitation', ['batch_id'], unique=False)
    op.execute('ALTER TABLE pledge ADD COLUMN invitation_id INTEGER CONSTRAINT fk_pledge_invitation_id REFERENCES invitation (id)')
    op.create_index('ix_pledge_invitation_id', 'pledge', ['invitation_id'], unique=False)
    op.execute('ALTER TABLE letter ADD COLUMN invitation_id INTEGER CONSTRAINT fk_letter_invitation_id REFERENCES invitation (id)')
    op.create_index('ix_letter_invitation_id', 'letter', ['invitation_id'], unique=False)
    op.execute(
        'UPDATE letter SET invitation_id = (SELECT max(invitation.id) FROM invitation '
        "WHERE invitation.email = letter.\"to\" AND invitation.invited_at = letter.created_at) WHERE kind = 'invitation'"
    )


def no_invitations():
    """Undoes that."""
    op.drop_index('ix_letter_invitation_id', 'letter')
    with op.batch_alter_table('letter') as batch_op:
        batch_op.drop_column('invitation_id')
    op.drop_index('ix_pledge_invitation_id', 'pledge')
    with op.batch_alter_table('pledge') as batch_op:
        batch_op.drop_column('invitation_id')
    op.drop_index('ix_invitation_batch_id', 'invitation')
    with op.batch_alter_table('invitation') as batch_op:
        batch_op.drop_column('batch_id')
        batch_op.drop_column('opened_at')
        batch_op.drop_column('other_contact')
    op.drop_table('contact')
    op.drop_table('advisory_member')
    op.drop_index('ix_network_member_government_id', 'network_member')
    op.drop_table('network_member')
    op.drop_index('ix_batch_state', 'batch')
    op.drop_table('batch')


def editions():
    """Builds as jobs, two people's release, recall."""
    for name, kind, extra in _RECALLED:
        op.add_column('edition', sa.Column(name, kind, **extra))
    for name, kind, extra in _RELEASED:
        op.add_column('edition_file', sa.Column(name, kind, **extra))
    # What was public stays so: until now a file was public with its edition, or from its making on.
    op.execute(
        'UPDATE edition_file SET released_by = edition.released_by, break_glass = edition.break_glass, released_at = '
        'CASE WHEN edition.released_at < edition_file.built_at THEN edition_file.built_at ELSE edition.released_at END '
        'FROM edition WHERE edition.number = edition_file.edition_number AND edition.released_at IS NOT NULL'
    )
    op.create_table('release_proposal',
    sa.Column('edition_number', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moment', sa.DateTime(timezone=True), nullable=True),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_release_proposal_account_id')),
    sa.ForeignKeyConstraint(['edition_number'], ['edition.number'], name=op.f('fk_release_proposal_edition_number')),
    sa.PrimaryKeyConstraint('edition_number', name=op.f('pk_release_proposal'))
    )
    op.create_table('edition_build',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('rev', 'add', 'corr', name='editionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('edition_number', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'stopped', name='buildstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('part', sa.String(length=40), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_edition_build_account_id')),
    sa.ForeignKeyConstraint(['edition_number'], ['edition.number'], name=op.f('fk_edition_build_edition_number')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition_build'))
    )
    op.create_index('ix_edition_build_state', 'edition_build', ['state'], unique=False)


_RECALLED = (
    ('recalled_at', sa.DateTime(timezone=True), {'nullable': True}),
    ('recalled_by', sa.String(length=300), {'nullable': False, 'server_default': sa.text("''")}),
    ('recall_reason', sa.Text(), {'nullable': False, 'server_default': sa.text("''")}),
)
_RELEASED = (
    ('released_at', sa.DateTime(timezone=True), {'nullable': True}),
    ('released_by', sa.String(length=300), {'nullable': False, 'server_default': sa.text("''")}),
    ('break_glass', sa.Boolean(), {'nullable': False, 'server_default': sa.false()}),
)


def no_editions():
    """Undoes that."""
    op.drop_table('edition_build')
    op.drop_table('release_proposal')
    for name, _kind, _extra in _RELEASED:
        op.drop_column('edition_file', name)
    for name, _kind, _extra in _RECALLED:
        op.drop_column('edition', name)


def texts():
    """Texts, designations and order with a second person's approval."""
    op.create_table('ruling',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('name', 'place', name='rulingkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('value', sa.String(length=250), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_ruling_reason_given')),
    sa.CheckConstraint('(decided_at IS NULL) = (approved IS NULL)', name=op.f('ck_ruling_decided_yes_or_no')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL)', name=op.f('ck_ruling_decided_by_somebody')),
    sa.CheckConstraint('approved IS NULL OR NOT approved OR decided_by_id <> proposed_by_id', name=op.f('ck_ruling_two_officers')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_ruling_decided_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['account.id'], name=op.f('fk_ruling_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ruling'))
    )
    op.create_index('ix_ruling_decided_at', 'ruling', ['decided_at'], unique=False)
    waiting = sa.text('decided_at IS NULL')
    op.create_index(
        'uq_ruling_one_waits', 'ruling', ['kind', 'subject', 'language'], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table('text_draft',
    sa.Column('theme', sa.Enum('digital', 'peaceful', 'sustainable', name='theme', native_enum=False, create_constraint=True, length=40),
              nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('writers', sa.JSON(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('theme', name=op.f('pk_text_draft'))
    )
    op.add_column('commitment_text', sa.Column('published_at', sa.DateTime(timezone=True), nullable=True))


def no_texts():
    """Undoes that."""
    with op.batch_alter_table('commitment_text') as table:
        table.drop_column('published_at')
    op.drop_table('text_draft')
    op.drop_table('ruling')


def log():
    """Personal data erased on request, retention."""
    op.create_index('ix_log_entry_act', 'log_entry', ['act', 'number'], unique=False)
    op.create_index('ix_log_entry_account', 'log_entry', ['account_id', 'number'], unique=False)
    op.create_index('ix_log_entry_at', 'log_entry', ['at'], unique=False)


def no_log():
    """Undoes that."""
    for index in ('ix_log_entry_at', 'ix_log_entry_account', 'ix_log_entry_act'):
        op.drop_index(index, 'log_entry')
