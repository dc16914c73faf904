"""the first tables

Revision ID: 0001
Revises: 
"""

import hashlib
import json
from pathlib import Path

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('tf_primary_method', sa.String(length=64), nullable=True),
    sa.Column('tf_totp_secret', sa.String(length=255), nullable=True),
    sa.Column('totp_last_counter', sa.Integer(), nullable=True),
    sa.Column('mf_recovery_codes', sa.JSON(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_account_fs_uniquifier'))
    )
    op.create_table('assembly',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('example', sa.Boolean(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_assembly_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assembly'))
    )
    op.create_table('commitment_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('theme', sa.Enum('digital', 'peaceful', 'sustainable', name='theme', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_text')),
    sa.UniqueConstraint('theme', 'version', 'language', name=op.f('uq_commitment_text_theme_version_language'))
    )
    op.create_table('edition',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Enum('rev', 'add', 'corr', name='editionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('label', sa.String(length=20), nullable=False),
    sa.Column('refers_to', sa.Integer(), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('pledges', sa.Integer(), nullable=False),
    sa.Column('log_number', sa.Integer(), nullable=False),
    sa.Column('log_hash', sa.String(length=64), nullable=False),
    sa.Column('example', sa.Boolean(), nullable=False),
    sa.Column('built_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by', sa.String(length=300), nullable=False),
    sa.Column('break_glass', sa.Boolean(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(kind = 'rev') = (refers_to IS NULL)", name=op.f('ck_edition_add_and_corr_refer')),
    sa.ForeignKeyConstraint(['refers_to'], ['edition.number'], name=op.f('fk_edition_refers_to')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_edition'))
    )
    op.create_index('ix_edition_released_at', 'edition', ['released_at'], unique=False)

    op.create_table('government',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=250), nullable=False),
    sa.Column('native_name', sa.String(length=250), nullable=False),
    sa.Column('kind', sa.Enum('city', 'region', 'association', name='governmentkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('country_code', sa.String(length=2), nullable=False),
    sa.Column('subdivision_code', sa.String(length=10), nullable=False),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('main_language', sa.String(length=35), nullable=False),
    sa.Column('alternate_names', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_government'))
    )
    op.create_index('ix_government_country_code', 'government', ['country_code'], unique=False)

    op.create_table('log_detail',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('salt', sa.String(length=64), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_log_detail'))
    )
    op.create_table('log_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_log_head_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_head'))
    )
    op.create_table('network',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_network')),
    sa.UniqueConstraint('name', name=op.f('uq_network_name'))
    )
    op.create_table('rate_limit',
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hits', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', 'window_start', name=op.f('pk_rate_limit'))
    )
    op.create_table('role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name'))
    )
    op.create_table('account_role',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_role_account_id')),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_account_role_role_id')),
    sa.PrimaryKeyConstraint('account_id', 'role_id', name=op.f('pk_account_role'))
    )
    op.create_table('edition_file',
    sa.Column('edition_number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('seal_subject', sa.String(length=400), nullable=False),
    sa.Column('development_seal', sa.Boolean(), nullable=False),
    sa.Column('built_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['edition_number'], ['edition.number'], name=op.f('fk_edition_file_edition_number')),
    sa.PrimaryKeyConstraint('edition_number', 'language', name=op.f('pk_edition_file')),
    sa.UniqueConstraint('name', name=op.f('uq_edition_file_name'))
    )
    op.create_table('government_name',
    sa.Column('folded', sa.String(length=250), nullable=False),
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_government_name_government_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('folded', 'government_id', name=op.f('pk_government_name'))
    )
    op.create_index('ix_government_name_government_id', 'government_name', ['government_id'], unique=False)
    op.create_index('ix_government_name_prefix', 'government_name', ['folded', 'government_id'], unique=False, postgresql_ops={'folded': 'text_pattern_ops'})

    op.create_table('log_entry',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('changes_register', sa.Boolean(), nullable=False),
    sa.Column('details_sha256', sa.String(length=64), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_log_entry_account_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_log_entry')),
    sa.UniqueConstraint('hash', name=op.f('uq_log_entry_hash'))
    )
    op.create_index('ix_log_entry_changes_register', 'log_entry', ['changes_register'], unique=False)
    op.create_index('ix_log_entry_subject', 'log_entry', ['subject'], unique=False)

    op.create_table('pledge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.Column('leader_email', sa.String(length=254), nullable=False),
    sa.Column('leader_email_key', sa.String(length=254), nullable=False),
    sa.Column('preparer_email', sa.String(length=254), nullable=False),
    sa.Column('preparer_language', sa.String(length=35), nullable=False),
    sa.Column('from_file', sa.Boolean(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=True),
    sa.Column('submission_key', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_revision_id', sa.Integer(), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('accepted_revision_id IS NULL OR first_signed_at IS NOT NULL', name=op.f('ck_pledge_accepted_once_signed')),
    sa.CheckConstraint('withdrawn_at IS NULL OR first_signed_at IS NOT NULL', name=op.f('ck_pledge_withdrawn_once_signed')),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_pledge_government_id')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_pledge_network_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge')),
    sa.UniqueConstraint('public_id', name=op.f('uq_pledge_public_id')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_pledge_submission_key'))
    )
    op.create_index('ix_pledge_accepted_revision_id', 'pledge', ['accepted_revision_id'], unique=False)
    op.create_index('ix_pledge_government_id', 'pledge', ['government_id'], unique=False)
    op.create_index('ix_pledge_leader_email_key', 'pledge', ['leader_email_key'], unique=False)
    op.create_index('uq_pledge_one_of_a_leader', 'pledge', ['government_id', 'leader_email_key'], unique=True, sqlite_where=sa.text('first_signed_at IS NOT NULL AND withdrawn_at IS NULL'), postgresql_where=sa.text('first_signed_at IS NOT NULL AND withdrawn_at IS NULL'))

    op.create_table('letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=True),
    sa.Column('to', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('subject', sa.String(length=400), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('secrets', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_letter_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('message_id', name=op.f('uq_letter_message_id'))
    )
    op.create_index('ix_letter_pledge_id', 'letter', ['pledge_id'], unique=False)
    op.create_index('ix_letter_waiting', 'letter', ['due_at'], unique=False, sqlite_where=sa.text('delivered_at IS NULL AND given_up_at IS NULL'), postgresql_where=sa.text('delivered_at IS NULL AND given_up_at IS NULL'))

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.Enum('draft', 'awaiting_signature', 'signed', name='content', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('moderation', sa.Enum('none', 'in_review', 'returned', 'accepted', 'declined', name='moderation', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('government_name', sa.String(length=250), nullable=False),
    sa.Column('government_native_name', sa.String(length=250), nullable=False),
    sa.Column('kind', sa.Enum('city', 'region', 'association', name='governmentkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('country_code', sa.String(length=2), nullable=False),
    sa.Column('leader_name', sa.String(length=200), nullable=False),
    sa.Column('leader_name_latin', sa.String(length=200), nullable=False),
    sa.Column('honorific', sa.String(length=200), nullable=False),
    sa.Column('office', sa.String(length=200), nullable=False),
    sa.Column('office_local', sa.String(length=200), nullable=False),
    sa.Column('office_level', sa.Enum('mayor', 'deputy_mayor', 'governor', 'deputy_governor', 'president_of_region', 'chair', 'councillor', 'city_manager', 'unset', name='officelevel', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('mandate_basis', sa.Enum('executive', 'resolution', 'subject_to_approval', name='mandatebasis', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('mandate_reference', sa.String(length=200), nullable=False),
    sa.Column('mandate_date', sa.Date(), nullable=True),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('actions', sa.Text(), nullable=False),
    sa.Column('multilateral', sa.Text(), nullable=False),
    sa.Column('record', sa.Text(), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(content = 'signed') = (moderation <> 'none')", name=op.f('ck_revision_moderated_once_signed')),
    sa.CheckConstraint("announced_at IS NULL OR moderation IN ('returned', 'accepted', 'declined')", name=op.f('ck_revision_announced_once_decided')),
    sa.CheckConstraint("content = 'draft' OR (fingerprint IS NOT NULL AND record IS NOT NULL)", name=op.f('ck_revision_record_before_signature')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_revision_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    sa.UniqueConstraint('pledge_id', 'number', name=op.f('uq_revision_pledge_id_number'))
    )
    op.create_index('ix_revision_fingerprint', 'revision', ['fingerprint'], unique=False)
    op.create_index('ix_revision_moderation', 'revision', ['moderation'], unique=False)

    op.create_table('access_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('session', 'leader', 'resume', 'sign', 'status', 'enrol', name='linkpurpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('revision_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('code_salt', sa.String(length=64), nullable=True),
    sa.Column('wrong_codes', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(pledge_id IS NULL) <> (account_id IS NULL)', name=op.f('ck_access_link_opens_one_thing')),
    sa.CheckConstraint('wrong_codes < 5 OR voided_at IS NOT NULL', name=op.f('ck_access_link_five_wrong_codes_void')),
    sa.CheckConstraint('wrong_codes BETWEEN 0 AND 5', name=op.f('ck_access_link_five_wrong_codes')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_link_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_access_link_pledge_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_access_link_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_access_link_token_hash'))
    )
    op.create_index('ix_access_link_pledge_id', 'access_link', ['pledge_id'], unique=False)

    op.create_table('commitment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('theme', sa.Enum('digital', 'peaceful', 'sustainable', name='theme', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('adopted_id', sa.Integer(), nullable=True),
    sa.Column('actions', sa.Text(), nullable=False),
    sa.Column('multilateral', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['adopted_id'], ['commitment_text.id'], name=op.f('fk_commitment_adopted_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_commitment_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment')),
    sa.UniqueConstraint('revision_id', 'theme', name=op.f('uq_commitment_revision_id_theme'))
    )
    op.create_index('ix_commitment_theme', 'commitment', ['theme', 'revision_id'], unique=False)

    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('move', sa.Enum('submit', 'reopen_draft', 'sign', 'accept', 'return', 'decline', 'reopen', name='move', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Enum('not_the_office_holder', 'not_confirmed', 'mandate_unclear', 'outside_the_themes', 'names_a_third_party', 'language_of_hatred', 'duplicate', 'needs_wording', 'other', name='reason', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('suggestion', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.String(length=300), nullable=False),
    sa.Column('by_import', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("move NOT IN ('return', 'decline', 'reopen') OR reason IS NOT NULL OR message <> ''", name=op.f('ck_decision_reason_given')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_decision_decided_by_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_decision_pledge_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_decision_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    op.create_index('ix_decision_pledge_id', 'decision', ['pledge_id'], unique=False)
    op.create_index('ix_decision_revision_id', 'decision', ['revision_id'], unique=False)

    op.create_table('edition_entry',
    sa.Column('edition_number', sa.Integer(), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sort_key', sa.LargeBinary(), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['edition_number'], ['edition.number'], name=op.f('fk_edition_entry_edition_number')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_edition_entry_pledge_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_edition_entry_revision_id')),
    sa.PrimaryKeyConstraint('edition_number', 'pledge_id', name=op.f('pk_edition_entry')),
    sa.UniqueConstraint('edition_number', 'position', name=op.f('uq_edition_entry_edition_number_position'))
    )
    op.create_index('ix_edition_entry_order', 'edition_entry', ['edition_number', 'sort_key', 'pledge_id'], unique=False)
    op.create_index('ix_edition_entry_pledge', 'edition_entry', ['pledge_id', 'edition_number'], unique=False)

    op.create_table('signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('email', 'passkey', 'certificate', 'paper', 'reported', name='signaturekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('assurance', sa.Enum('not_known', 'official_domain', 'attested', 'called_back', name='assurance', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('record_hash', sa.String(length=64), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_signature_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature')),
    sa.UniqueConstraint('revision_id', name=op.f('uq_signature_revision_id'))
    )
    # The two tables refer to each other, so this key comes when both are there.
    with op.batch_alter_table('pledge') as pledge:
        pledge.create_foreign_key('fk_pledge_accepted_revision_id', 'revision', ['accepted_revision_id'], ['id'])
    _seed()


def _seed():
    """What every assembly starts with: the roles, an empty log, and the first published texts."""
    op.bulk_insert(sa.table('role', sa.column('name')), [{'name': name} for name in ('moderator', 'editor', 'admin')])
    op.bulk_insert(sa.table('log_head', sa.column('id'), sa.column('number'), sa.column('hash')), [{'id': 1, 'number': 0, 'hash': '0' * 64}])
    op.bulk_insert(sa.table('assembly', sa.column('id'), sa.column('example')), [{'id': 1, 'example': False}])
    published = json.loads((Path(__file__).parents[2] / 'pledges/domain/data/commitments.json').read_text(encoding='utf-8'))
    columns = ('theme', 'version', 'language', 'title', 'text', 'sha256')
    rows = [{**text, 'sha256': hashlib.sha256(text['text'].encode()).hexdigest()} for text in published if text['version'] == 1]
    op.bulk_insert(sa.table('commitment_text', *map(sa.column, columns)), [{name: row[name] for name in columns} for row in rows])


def downgrade():
    with op.batch_alter_table('pledge') as pledge:
        pledge.drop_constraint('fk_pledge_accepted_revision_id', type_='foreignkey')
    op.drop_table('signature')
    op.drop_index('ix_edition_entry_pledge', 'edition_entry')
    op.drop_index('ix_edition_entry_order', 'edition_entry')
    op.drop_table('edition_entry')
    op.drop_index('ix_decision_revision_id', 'decision')
    op.drop_index('ix_decision_pledge_id', 'decision')
    op.drop_table('decision')
    op.drop_index('ix_commitment_theme', 'commitment')
    op.drop_table('commitment')
    op.drop_index('ix_access_link_pledge_id', 'access_link')
    op.drop_table('access_link')
    op.drop_index('ix_revision_moderation', 'revision')
    op.drop_index('ix_revision_fingerprint', 'revision')
    op.drop_table('revision')
    op.drop_index('ix_letter_waiting', 'letter')
    op.drop_index('ix_letter_pledge_id', 'letter')
    op.drop_table('letter')
    op.drop_index('uq_pledge_one_of_a_leader', 'pledge')
    op.drop_index('ix_pledge_leader_email_key', 'pledge')
    op.drop_index('ix_pledge_government_id', 'pledge')
    op.drop_index('ix_pledge_accepted_revision_id', 'pledge')
    op.drop_table('pledge')
    op.drop_index('ix_log_entry_subject', 'log_entry')
    op.drop_index('ix_log_entry_changes_register', 'log_entry')
    op.drop_table('log_entry')
    op.drop_index('ix_government_name_prefix', 'government_name')
    op.drop_index('ix_government_name_government_id', 'government_name')
    op.drop_table('government_name')
    op.drop_table('edition_file')
    op.drop_table('account_role')
    op.drop_table('role')
    op.drop_table('rate_limit')
    op.drop_table('network')
    op.drop_table('log_head')
    op.drop_table('log_detail')
    op.drop_index('ix_government_country_code', 'government')
    op.drop_table('government')
    op.drop_index('ix_edition_released_at', 'edition')
    op.drop_table('edition')
    op.drop_table('commitment_text')
    op.drop_table('assembly')
    op.drop_table('account')
