"""The tables of the work itself: what has arrived, who does what, and which copy this is.

tables.py knows them too, so that whoever imports that knows all.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import BigId, Instant, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source", String(10), nullable=False),
    Column("key", String(200), nullable=False),
    Column("lane", String(80), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    # Of a mail's bytes, so that one that comes again under another key is known; else empty.
    Column("digest", String(64)),
    # The bytes of a large mail lie there, and the payload names them.
    Column("file_id", ForeignKey("stored_file.id")),
    Column("received_at", Instant, nullable=False),
    Column("next_try_at", Instant),
    Column("done_at", Instant),
    CheckConstraint("state IN ('new', 'orphan', 'done', 'quarantined')", name="state"),
    UniqueConstraint("source", "key"),
    Index("ix_inbox_state_source_id", "state", "source", "id"),
)
Index(
    "uq_inbox_source_digest",
    inbox.c.source,
    inbox.c.digest,
    unique=True,
    sqlite_where=text("digest IS NOT NULL"),
    postgresql_where=text("digest IS NOT NULL"),
)
Index(
    "ix_inbox_file_id",
    inbox.c.file_id,
    sqlite_where=text("file_id IS NOT NULL"),
    postgresql_where=text("file_id IS NOT NULL"),
)
# By the state too, although the index has only one: else SQLite prefers the index above.
NEW = "state = 'new'"
Index(
    "ix_inbox_lane_state_id",
    inbox.c.lane,
    inbox.c.state,
    inbox.c.id,
    sqlite_where=text(NEW),
    postgresql_where=text(NEW),
)

cursor = Table(
    "cursor",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("owner", String(36), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# One row. An empty mark means that no process has started on this database yet.
installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("mark", Text, nullable=False),
    Column("held_since", Instant),
    CheckConstraint("id = 1", name="single"),
)
