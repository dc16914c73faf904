"""signatures of four kinds, joint pledges, what officers know of leaders

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('joint_pledge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('offered', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_joint_pledge')),
    sa.UniqueConstraint('public_id', name=op.f('uq_joint_pledge_public_id'))
    )
    op.create_table('leader_passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('leader_email_key', sa.String(length=254), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('aaguid', sa.String(length=36), nullable=False),
    sa.Column('attestation', sa.String(length=30), nullable=False),
    sa.Column('transports', sa.String(length=100), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leader_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_leader_passkey_credential_id'))
    )
    op.create_index('ix_leader_passkey_leader_email_key', 'leader_passkey', ['leader_email_key'], unique=False)
    op.create_table('government_domain',
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.Column('domain', sa.String(length=253), nullable=False),
    sa.Column('looks', sa.String(length=1000), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_government_domain_government_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account.id'], name=op.f('fk_government_domain_recorded_by_id')),
    sa.PrimaryKeyConstraint('government_id', 'domain', name=op.f('pk_government_domain'))
    )
    op.create_index('ix_government_domain_looks', 'government_domain', ['looks'], unique=False)
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('email_key', sa.String(length=254), nullable=False),
    sa.Column('leader_name', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=True),
    sa.Column('invited_by_id', sa.Integer(), nullable=True),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_invitation_government_id')),
    sa.ForeignKeyConstraint(['invited_by_id'], ['account.id'], name=op.f('fk_invitation_invited_by_id')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_invitation_network_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash'))
    )
    op.create_index('ix_invitation_email_key', 'invitation', ['email_key'], unique=False)
    op.create_index('ix_invitation_government_id', 'invitation', ['government_id'], unique=False)
    op.create_table('known_leader',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('government_id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('office', sa.String(length=200), nullable=False),
    sa.Column('term_begins', sa.Date(), nullable=True),
    sa.Column('term_ends', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['government_id'], ['government.id'], name=op.f('fk_known_leader_government_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_leader'))
    )
    op.create_index('ix_known_leader_government_id', 'known_leader', ['government_id'], unique=False)
    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pledge_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=60), nullable=False),
    sa.Column('wanted', sa.String(length=250), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('agreed', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.CheckConstraint('(answered_at IS NULL) = (agreed IS NULL)', name=op.f('ck_correction_answered_yes_or_no')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['account.id'], name=op.f('fk_correction_answered_by_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_correction_pledge_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_correction_revision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    op.create_index('ix_correction_pledge_id', 'correction', ['pledge_id'], unique=False)
    op.create_table('receipt',
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('pdf', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_receipt_revision_id')),
    sa.PrimaryKeyConstraint('revision_id', 'language', name=op.f('pk_receipt'))
    )
    op.create_table('signed_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('email', 'passkey', 'certificate', 'paper', 'reported', name='signaturekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('transcript', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('transcribed_by_id', sa.Integer(), nullable=True),
    sa.Column('transcribed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_by_id', sa.Integer(), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal', sa.String(length=500), nullable=False),
    sa.CheckConstraint("confirmed_at IS NULL OR kind = 'certificate' OR transcribed_at IS NOT NULL", name=op.f('ck_signed_file_transcribed_first')),
    sa.CheckConstraint("kind IN ('certificate', 'paper')", name=op.f('ck_signed_file_rests_on_a_file')),
    sa.CheckConstraint('confirmed_at IS NULL OR refused_at IS NULL', name=op.f('ck_signed_file_confirmed_or_refused')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR confirmed_by_id <> transcribed_by_id', name=op.f('ck_signed_file_two_officers')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['account.id'], name=op.f('fk_signed_file_confirmed_by_id')),
    sa.ForeignKeyConstraint(['refused_by_id'], ['account.id'], name=op.f('fk_signed_file_refused_by_id')),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_signed_file_revision_id')),
    sa.ForeignKeyConstraint(['transcribed_by_id'], ['account.id'], name=op.f('fk_signed_file_transcribed_by_id')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['account.id'], name=op.f('fk_signed_file_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_file'))
    )
    op.create_index('ix_signed_file_revision_id', 'signed_file', ['revision_id'], unique=False)
    op.add_column('access_link', sa.Column('holder', sa.String(length=254), server_default=sa.text("''"), nullable=False))
    op.add_column('access_link', sa.Column('nonce', sa.String(length=64), nullable=True))
    op.add_column('access_link', sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_access_link_holder', 'access_link', ['holder'], unique=False)
    op.execute('ALTER TABLE access_link ADD COLUMN replaces_id INTEGER CONSTRAINT fk_access_link_replaces_id REFERENCES access_link (id)')
    op.add_column('revision', sa.Column('edits', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('revision', sa.Column('asked', sa.String(length=500), server_default=sa.text("''"), nullable=False))
    op.add_column('commitment', sa.Column('planned', sa.Text(), server_default=sa.text("''"), nullable=False))
    # As SQL, since SQLite adds a column with its foreign key only so; both engines read it.
    op.execute('ALTER TABLE pledge ADD COLUMN joint_id INTEGER CONSTRAINT fk_pledge_joint_id REFERENCES joint_pledge (id)')
    op.create_index('ix_pledge_joint_id', 'pledge', ['joint_id'], unique=False)
    op.add_column('decision', sa.Column('suggestion_for', sa.String(length=60), server_default=sa.text("''"), nullable=False))
    op.add_column('decision', sa.Column('by_government', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('signature', sa.Column('proof', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('signature', sa.Column('risks', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('signature', sa.Column('came_from', sa.String(length=45), server_default=sa.text("''"), nullable=False))
    op.create_index('ix_signature_came_from', 'signature', ['came_from', 'at'], unique=False)


def downgrade():
    op.drop_index('ix_signature_came_from', 'signature')
    op.drop_column('signature', 'came_from')
    op.drop_column('signature', 'risks')
    op.drop_column('signature', 'proof')
    op.drop_column('decision', 'by_government')
    op.drop_column('decision', 'suggestion_for')
    op.drop_index('ix_pledge_joint_id', 'pledge')
    with op.batch_alter_table('pledge') as batch_op:
        batch_op.drop_column('joint_id')
    op.drop_column('commitment', 'planned')
    op.drop_column('revision', 'asked')
    op.drop_column('revision', 'edits')
    with op.batch_alter_table('access_link') as batch_op:
        batch_op.drop_column('replaces_id')
    op.drop_index('ix_access_link_holder', 'access_link')
    op.drop_column('access_link', 'seen_at')
    op.drop_column('access_link', 'nonce')
    op.drop_column('access_link', 'holder')
    op.drop_index('ix_signed_file_revision_id', 'signed_file')
    op.drop_table('signed_file')
    op.drop_table('receipt')
    op.drop_index('ix_correction_pledge_id', 'correction')
    op.drop_table('correction')
    op.drop_index('ix_known_leader_government_id', 'known_leader')
    op.drop_table('known_leader')
    op.drop_index('ix_invitation_government_id', 'invitation')
    op.drop_index('ix_invitation_email_key', 'invitation')
    op.drop_table('invitation')
    op.drop_index('ix_government_domain_looks', 'government_domain')
    op.drop_table('government_domain')
    op.drop_index('ix_leader_passkey_leader_email_key', 'leader_passkey')
    op.drop_table('leader_passkey')
    op.drop_table('joint_pledge')
