"""The table of what leaves, with an index for each question that is asked again and again.

None of the questions may cost more because a million rows wait or have ended, so most indexes
are partial. A planner uses a partial index only when it sees its condition in the query, as text
and not as a bound value; `storage.outbox` therefore asks with the same words.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from storage.columns import BigId, Instant, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("channel", String(10), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("person_id", ForeignKey("person.id")),
    Column("broadcast_id", ForeignKey("broadcast.id"), index=True),
    Column("address", Text, nullable=False),
    Column("locale", String(8), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("doubted", Integer, nullable=False, server_default="0"),
    Column("lease_token", String(36)),
    Column("leased_until", Instant),
    Column("message_id", Text),
    Column("body", LargeBinary),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("settled_at", Instant),
    Column("answer", Text),
    Column("result", JSON),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("channel IN ('telegram', 'mail')", name="channel"),
    CheckConstraint(
        "state IN ('queued', 'leased', 'started', 'sent', 'retry', 'failed', "
        "'uncertain', 'missed', 'cancelled')",
        name="state",
    ),
    Index("ix_outbox_broadcast_id_state", "broadcast_id", "state"),
    # What a person gets on a day: `daily_counts`.
    Index("ix_outbox_person_id_due_at", "person_id", "due_at"),
)

WAITING = "state IN ('queued', 'retry')"
UNDER_WAY = "state IN ('leased', 'started')"
OPEN = "state IN ('queued', 'retry', 'leased', 'started', 'uncertain')"
UNCERTAIN = "state = 'uncertain'"
STARTED = "started_at IS NOT NULL"
NOT_DELIVERED = "state IN ('failed', 'missed')"


def _partial(name: str, *columns: Column[Any], where: str) -> None:
    Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# What is due, and how urgent: `outbox_claims`.
_partial(
    "ix_outbox_waiting",
    outbox.c.channel,
    outbox.c.priority,
    outbox.c.due_at,
    outbox.c.id,
    where=WAITING,
)
# What is no longer worth sending: `outbox_sweeps.miss`.
_partial("ix_outbox_late", outbox.c.not_after, where=WAITING)
# Whose sender died: `outbox_sweeps.free_expired`.
_partial("ix_outbox_under_way", outbox.c.leased_until, where=UNDER_WAY)
# What may be repeated: `outbox_sweeps.send_once_more`.
_partial(
    "ix_outbox_uncertain",
    outbox.c.channel,
    outbox.c.doubted,
    outbox.c.kind,
    outbox.c.ended_at,
    where=UNCERTAIN,
)
# How many left within a span of time: the pace of a day outlives a restart.
_partial("ix_outbox_started", outbox.c.channel, outbox.c.started_at, where=STARTED)
# What went wrong lately: `summaries`.
_partial("ix_outbox_not_delivered", outbox.c.ended_at, where=NOT_DELIVERED)
# Keys that begin alike, among what may still be sent: `outbox_sweeps.cancel`. The operator class
# lets PostgreSQL compare bytes, as SQLite always does, and not words of a language.
Index(
    "ix_outbox_open_key",
    outbox.c.key,
    sqlite_where=text(OPEN),
    postgresql_where=text(OPEN),
    postgresql_ops={"key": "text_pattern_ops"},
)
