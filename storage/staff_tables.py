"""Tables of staff's work: what they write to many, whom it goes to, notes, trainers, deeds."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
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

QUEUED = "state = 'queued'"
DEED_OPEN = "state = 'pending'"
NOTE_STANDS = "removed_at IS NULL"
OF_PERSON, OF_ORGANISATION = "person_id IS NOT NULL", "organisation_id IS NOT NULL"
UNDIGESTED = "state = 'waiting'"

# What staff write, from the first word on; a draft is never sent. docs/glossary.md has the states.
invitation = Table(
    "invitation",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("purpose", String(12), nullable=False, server_default="invitation"),
    # The earlier broadcast that a correction or a reminder to the silent is about.
    Column("about_broadcast_id", ForeignKey("broadcast.id"), index=True),
    Column("event_id", ForeignKey("event.id"), index=True),
    Column("state", String(10), nullable=False, server_default="draft"),
    # case_number, dated (ISO date), subject, body, signature; placeholders are still in them.
    Column("content", JSON, nullable=False),
    # What programme/audience_choice.py reads: kinds, localities, areas, people, exclusions, …
    Column("audience", JSON, nullable=False),
    Column("file_id", ForeignKey("stored_file.id"), index=True),
    Column("starts_at", Instant),
    Column("late_joiners", Boolean, nullable=False, server_default=text("false")),
    # Rises with every change, so that what is confirmed is what was shown.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("proposed_at", Instant),
    Column("broadcast_id", ForeignKey("broadcast.id"), unique=True),
    CheckConstraint(
        "purpose IN ('invitation', 'correction', 'reminder', 'announcement')", name="purpose"
    ),
    CheckConstraint("state IN ('draft', 'proposed', 'confirmed', 'withdrawn')", name="state"),
    Index("ix_invitation_state_changed_at", "state", "changed_at"),
)

# Whom a broadcast goes to, each person, organisation and address once; also who is left out.
broadcast_recipient = Table(
    "broadcast_recipient",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("broadcast_id", ForeignKey("broadcast.id"), nullable=False),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    Column("state", String(12), nullable=False),
    Column("channel", String(10), nullable=False, server_default=""),
    # In lower case; empty for whoever is left out.
    Column("address", Text, nullable=False, server_default=""),
    Column("outbox_key", String(200), nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    # When staff said that the printed letter was posted.
    Column("posted_at", Instant),
    CheckConstraint(
        "state IN ('queued', 'unreachable', 'unwanted', 'same_address', 'postal')", name="state"
    ),
    CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="whom"),
    # The report on a broadcast reads its recipients and no other's.
    Index("ix_broadcast_recipient_broadcast_id_state", "broadcast_id", "state"),
)
Index(
    "uq_broadcast_recipient_person",
    broadcast_recipient.c.broadcast_id,
    broadcast_recipient.c.person_id,
    unique=True,
    sqlite_where=text(OF_PERSON),
    postgresql_where=text(OF_PERSON),
)
Index(
    "uq_broadcast_recipient_organisation",
    broadcast_recipient.c.broadcast_id,
    broadcast_recipient.c.organisation_id,
    unique=True,
    sqlite_where=text(OF_ORGANISATION),
    postgresql_where=text(OF_ORGANISATION),
)
Index(
    "uq_broadcast_recipient_address",
    broadcast_recipient.c.broadcast_id,
    broadcast_recipient.c.channel,
    broadcast_recipient.c.address,
    unique=True,
    sqlite_where=text(QUEUED),
    postgresql_where=text(QUEUED),
)

# News that can wait: each person gets all of a week in one message.
announcement = Table(
    "announcement",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("invitation_id", ForeignKey("invitation.id"), nullable=False, unique=True),
    Column("state", String(10), nullable=False, server_default="waiting"),
    Column("digest_on", Date, nullable=False),
    # Up to which person the digest with it is queued.
    Column("cursor", BigInteger, nullable=False, server_default="0"),
    Column("written_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('waiting', 'told', 'withdrawn')", name="state"),
)
Index(
    "ix_announcement_digest_on",
    announcement.c.digest_on,
    sqlite_where=text(UNDIGESTED),
    postgresql_where=text(UNDIGESTED),
)

# Whose attendance a trainer may keep.
event_trainer = Table(
    "event_trainer",
    metadata,
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True, index=True),
    Column("granted_at", Instant, nullable=False),
)

staff_note = Table(
    "staff_note",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    Column("text", Text, nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("removed_at", Instant),
    Column("removed_by_staff_id", ForeignKey("staff.id")),
    CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="whom"),
)

# A confirmed deed that waits half a minute, so that whoever confirmed it can take it back.
deed = Table(
    "deed",
    metadata,
    Column("id", BigId, primary_key=True),
    # Names the confirmation: a button tapped twice makes one deed.
    Column("key", String(120), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("action", String(40), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", String(10), nullable=False, server_default="pending"),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", JSON),
    CheckConstraint("state IN ('pending', 'done', 'undone', 'refused')", name="state"),
)
Index(
    "ix_deed_due_at",
    deed.c.due_at,
    sqlite_where=text(DEED_OPEN),
    postgresql_where=text(DEED_OPEN),
)

# Staff said of a message that time will bring: not to this person.
agenda_exception = Table(
    "agenda_exception",
    metadata,
    Column("id", BigId, primary_key=True),
    # What the message is, as the agenda names it: kind, rule, session, revision.
    Column("occurrence", String(120), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    # Empty for whoever said it on the command line.
    Column("staff_id", ForeignKey("staff.id")),
    Column("said_at", Instant, nullable=False),
    UniqueConstraint("occurrence", "person_id"),
)

# Somebody answered an invitation with no; whoever has a registration has changed their mind.
event_refusal = Table(
    "event_refusal",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    Column("said_at", Instant, nullable=False),
    CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="whom"),
)
Index(
    "uq_event_refusal_person",
    event_refusal.c.event_id,
    event_refusal.c.person_id,
    unique=True,
    sqlite_where=text(OF_PERSON),
    postgresql_where=text(OF_PERSON),
)
Index(
    "uq_event_refusal_organisation",
    event_refusal.c.event_id,
    event_refusal.c.organisation_id,
    unique=True,
    sqlite_where=text(OF_ORGANISATION),
    postgresql_where=text(OF_ORGANISATION),
)
