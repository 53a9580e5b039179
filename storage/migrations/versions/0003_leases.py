"""who does what, which copy this is, and the order within a lane across processes"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW = "state = 'new'"


def upgrade() -> None:
    # A pause that grows knows how long it is; others have no length.
    op.add_column("channel_pause", sa.Column("length_seconds", sa.Integer(), nullable=True))
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("held_since", storage.columns.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    # Without a mark the first start takes the database as its own and asks nothing.
    op.bulk_insert(installation, [{"id": 1, "mark": "", "held_since": None}])
    op.create_index(
        "ix_inbox_lane_state_id",
        "inbox",
        ["lane", "state", "id"],
        sqlite_where=sa.text(NEW),
        postgresql_where=sa.text(NEW),
    )
