"""an index for every question that is asked of the outbox again and again"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WAITING = "state IN ('queued', 'retry')"
OPEN = "state IN ('queued', 'retry', 'leased', 'started', 'uncertain')"
UNCERTAIN = "state = 'uncertain'"
STARTED = "started_at IS NOT NULL"


def upgrade() -> None:
    _partial("ix_outbox_late", ["not_after"], WAITING)
    _partial("ix_outbox_uncertain", ["channel", "doubted", "kind", "ended_at"], UNCERTAIN)
    _partial("ix_outbox_started", ["channel", "started_at"], STARTED)
    _partial("ix_outbox_open_key", ["key"], OPEN, postgresql_ops={"key": "text_pattern_ops"})


def _partial(name: str, columns: list[str], condition: str, **options: Any) -> None:
    where = sa.text(condition)
    op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where, **options)
