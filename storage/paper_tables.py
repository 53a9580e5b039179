"""Tables of papers: files, required documents, attendance, certificates; and merged people."""

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

CERTIFICATE_STANDING = "revoked_at IS NULL"

stored_file = Table(
    "stored_file",
    metadata,
    Column("id", BigId, primary_key=True),
    # The random name in DATA_DIR/files; the sender's own name is only shown.
    Column("name", String(80), nullable=False, unique=True),
    Column("original_name", Text, nullable=False),
    Column("content_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
)

required_document = Table(
    "required_document",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("key", String(60), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("blank_file_id", ForeignKey("stored_file.id")),
    UniqueConstraint("event_id", "key"),
)

document = Table(
    "document",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("registration_id", ForeignKey("registration.id"), nullable=False),
    Column("required_document_id", ForeignKey("required_document.id"), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("changed_at", Instant, nullable=False),
    CheckConstraint("state IN ('handed_in', 'accepted', 'returned')", name="state"),
    UniqueConstraint("registration_id", "required_document_id"),
)

document_version = Table(
    "document_version",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("document_id", ForeignKey("document.id"), nullable=False, index=True),
    # None for a paper that lies in the office.
    Column("file_id", ForeignKey("stored_file.id")),
    Column("door", String(10), nullable=False),
    Column("handed_in_at", Instant, nullable=False),
    Column("outcome", String(10)),
    Column("reason", Text, nullable=False, server_default=""),
    Column("staff_id", ForeignKey("staff.id")),
    Column("checked_at", Instant),
    CheckConstraint("outcome IN ('accepted', 'returned', 'replaced')", name="outcome"),
)

document_reminder = Table(
    "document_reminder",
    metadata,
    Column("event_id", ForeignKey("event.id"), primary_key=True, autoincrement=False),
    # The moment that was reminded at; an event that moves has other ones.
    Column("due_at", Instant, primary_key=True),
)

attendance_code = Table(
    "attendance_code",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True, autoincrement=False),
    Column("code", String(12), nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
)

attendance = Table(
    "attendance",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("session_id", ForeignKey("session.id"), nullable=False),
    Column("registration_id", ForeignKey("registration.id"), nullable=False, index=True),
    Column("present", Boolean, nullable=False),
    Column("door", String(10), nullable=False),
    Column("staff_id", ForeignKey("staff.id")),
    Column("noted_at", Instant, nullable=False),
    CheckConstraint("door IN ('code', 'qr', 'staff', 'paper')", name="door"),
    UniqueConstraint("session_id", "registration_id"),
)

attendance_try = Table(
    "attendance_try",
    metadata,
    # Wrong codes of one person since a moment: guessing has to end.
    Column("person_id", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("since", Instant, nullable=False),
    Column("wrong", Integer, nullable=False),
)

attendance_list = Table(
    "attendance_list",
    metadata,
    # What was printed: the numbers on the paper stay these people whoever comes or goes later.
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("registration_ids", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("event_id", "number"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("programme_id", ForeignKey("programme.id"), nullable=False),
    Column("registration_id", ForeignKey("registration.id"), nullable=False, index=True),
    Column("number", String(40), nullable=False),
    Column("code", String(24), nullable=False, unique=True),
    # What is printed on it: a person's name and an event's title may change later.
    Column("facts", JSON, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("staff_id", ForeignKey("staff.id")),
    Column("revoked_at", Instant),
    Column("revoked_because", Text, nullable=False, server_default=""),
    UniqueConstraint("programme_id", "number"),
)
# One that was revoked may be followed by a corrected one.
Index(
    "uq_certificate_standing",
    certificate.c.registration_id,
    unique=True,
    sqlite_where=text(CERTIFICATE_STANDING),
    postgresql_where=text(CERTIFICATE_STANDING),
)

person_merge = Table(
    "person_merge",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kept_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("gone_id", ForeignKey("person.id"), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id")),
    Column("merged_at", Instant, nullable=False),
    # Which rows changed hands, by table, so that history can be told apart later.
    Column("moved", JSON, nullable=False),
)

not_duplicate = Table(
    "not_duplicate",
    metadata,
    Column("lower_id", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("higher_id", ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("staff_id", ForeignKey("staff.id")),
    Column("decided_at", Instant, nullable=False),
)
