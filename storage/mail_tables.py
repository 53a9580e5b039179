"""Tables of mail as a door in: what a letter lets its reader do, and what comes back."""

from sqlalchemy import (
    JSON,
    Boolean,
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

TASK_OPEN = "state = 'open'"

letter_door = Table(
    "letter_door",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("purpose", String(10), nullable=False),
    Column("kind", String(40), nullable=False),
    # The key of the outbox row that carries the token; empty when no letter does.
    Column("outbox_key", String(200), nullable=False, server_default=""),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    Column("address", Text, nullable=False),
    Column("locale", String(8), nullable=False),
    # Numbers of what the letter is about: event, registration, nomination, exhibitor, survey.
    Column("subject", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Column("ended_at", Instant),
    CheckConstraint(
        "purpose IN ('reply', 'page', 'out', 'address', 'feed', 'register')", name="purpose"
    ),
)
Index(
    "uq_letter_door_letter",
    letter_door.c.outbox_key,
    letter_door.c.purpose,
    unique=True,
    sqlite_where=text("outbox_key <> ''"),
    postgresql_where=text("outbox_key <> ''"),
)

staff_task = Table(
    "staff_task",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", String(30), nullable=False),
    Column("state", String(10), nullable=False, server_default="open"),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    Column("event_id", ForeignKey("event.id"), index=True),
    Column("facts", JSON, nullable=False),
    # What somebody wrote, whole and as they wrote it; empty where nobody wrote.
    Column("original", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by_staff_id", ForeignKey("staff.id")),
    # When staff were told that there is something to do.
    Column("told_at", Instant),
    CheckConstraint("state IN ('open', 'done')", name="state"),
)
Index(
    "ix_staff_task_open",
    staff_task.c.created_at,
    sqlite_where=text(TASK_OPEN),
    postgresql_where=text(TASK_OPEN),
)

calendar_reply = Table(
    "calendar_reply",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("calendar_entry_id", ForeignKey("calendar_entry.id"), nullable=False, index=True),
    Column("inbox_id", ForeignKey("inbox.id")),
    Column("method", String(20), nullable=False),
    # As RFC 5545 section 3.2.12 writes it, in capitals.
    Column("partstat", String(20), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("stamped_at", Instant),
    Column("attendee", Text, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("outcome", String(20), nullable=False),
    Column("received_at", Instant, nullable=False),
    # Of an answer that gave a seat up: until when it can be taken back, and when it was.
    Column("undo_until", Instant),
    Column("undone_at", Instant),
)

bounce = Table(
    "bounce",
    metadata,
    Column("id", BigId, primary_key=True),
    # In lower case, to be compared.
    Column("address", Text, nullable=False, index=True),
    Column("outbox_key", String(200), nullable=False, server_default=""),
    Column("inbox_id", ForeignKey("inbox.id")),
    Column("is_hard", Boolean, nullable=False),
    Column("status", String(20), nullable=False, server_default=""),
    Column("diagnostic", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    UniqueConstraint("inbox_id", "address"),
)

# To whom an automatic answer was written, so that two machines do not write to each other.
mail_answer = Table(
    "mail_answer",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("address", Text, nullable=False),
    Column("kind", String(40), nullable=False),
    # One of the few that an address may have in a span of time; the key lets nobody take it twice.
    Column("slot", String(400), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Index("ix_mail_answer_address_at", "address", "at"),
)

# Mails that have had their effect, by a hash of what makes each the same mail by every way.
taken_mail = Table(
    "taken_mail",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
    Index("ix_taken_mail_at", "at"),
)

# Files that came with what staff are asked to look at.
staff_task_file = Table(
    "staff_task_file",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("staff_task_id", ForeignKey("staff_task.id"), nullable=False),
    Column("file_id", ForeignKey("stored_file.id"), nullable=False, index=True),
    UniqueConstraint("staff_task_id", "file_id"),
)
