"""what seals prove: their level, their time stamp, evidence beside them

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    # Files that were sealed before have no time stamp.
    op.add_column('edition_file', sa.Column('seal_level', sa.String(length=4), server_default='B-B', nullable=False))
    op.add_column('edition_file', sa.Column('seal_note', sa.String(length=500), nullable=True))
    op.add_column('edition_file', sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('seal_evidence',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('edition_number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('level', sa.String(length=4), nullable=False),
    sa.Column('authority', sa.String(length=400), nullable=False),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['edition_number', 'language'], ['edition_file.edition_number', 'edition_file.language'], name=op.f('fk_seal_evidence_edition_number')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_seal_evidence'))
    )
    op.create_index('ix_seal_evidence_file', 'seal_evidence', ['edition_number', 'language'], unique=False)


def downgrade():
    op.drop_index('ix_seal_evidence_file', 'seal_evidence')
    op.drop_table('seal_evidence')
    op.drop_column('edition_file', 'stamped_at')
    op.drop_column('edition_file', 'seal_note')
    op.drop_column('edition_file', 'seal_level')
