"""Tables around a seat: offers of one, nominations by organisations, and who speaks for these."""

from sqlalchemy import (
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

OFFER_OPEN = "state = 'open'"
NOMINATION_OPEN = "state IN ('named', 'accepted')"
NOMINATION_NAMED = "state = 'named'"
MEMBERSHIP_OPEN = "until IS NULL"
EXHIBITOR_OPEN = "state IN ('active', 'waiting')"

offer = Table(
    "offer",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("registration_id", ForeignKey("registration.id"), nullable=False, index=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    # A last-minute offer holds nothing: whoever presses first has the seat.
    Column("holds_seat", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('open', 'taken', 'declined', 'expired', 'withdrawn')", name="state"),
)
Index(
    "uq_offer_open",
    offer.c.registration_id,
    unique=True,
    sqlite_where=text(OFFER_OPEN),
    postgresql_where=text(OFFER_OPEN),
)
Index(
    "ix_offer_expires_at",
    offer.c.expires_at,
    sqlite_where=text(OFFER_OPEN),
    postgresql_where=text(OFFER_OPEN),
)

Index(
    "ix_offer_event_id",
    offer.c.event_id,
    sqlite_where=text(OFFER_OPEN),
    postgresql_where=text(OFFER_OPEN),
)

membership = Table(
    "membership",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False, index=True),
    Column("is_contact", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    # When staff said that this person speaks for it no more, which no link undoes.
    Column("taken_back_at", Instant),
)
Index(
    "uq_membership_open",
    membership.c.person_id,
    membership.c.organisation_id,
    unique=True,
    sqlite_where=text(MEMBERSHIP_OPEN),
    postgresql_where=text(MEMBERSHIP_OPEN),
)

contact_link = Table(
    "contact_link",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("event_id", ForeignKey("event.id")),
    Column("expires_at", Instant, nullable=False),
)

nomination_call = Table(
    "nomination_call",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False, index=True),
    # None: as many as the event says.
    Column("seats", Integer),
    Column("named", Integer, nullable=False, server_default="0"),
    # None: the event's own deadline for naming.
    Column("deadline_at", Instant),
    Column("deadline_wall", String(16)),
    Column("called_at", Instant),
    Column("reminded_at", Instant),
    CheckConstraint("named >= 0", name="named"),
    UniqueConstraint("event_id", "organisation_id"),
)

nomination = Table(
    "nomination",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    # Who this is as far as we know: "person:7", "mail:anna@…" or "name:3:anna wzorowa".
    Column("identity", String(400), nullable=False),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("registration_id", ForeignKey("registration.id"), index=True),
    Column("state", String(10), nullable=False),
    Column("named_by_person_id", ForeignKey("person.id")),
    Column("named_by_staff_id", ForeignKey("staff.id")),
    Column("answered_by", String(10)),
    Column("replaces_id", ForeignKey("nomination.id")),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("ended_at", Instant),
    Column("reminded_at", Instant),
    CheckConstraint(
        "state IN ('named', 'accepted', 'declined', 'withdrawn', 'replaced', 'expired')",
        name="state",
    ),
    CheckConstraint("answered_by IN ('self', 'contact', 'staff')", name="answered_by"),
    Index("ix_nomination_event_id_organisation_id", "event_id", "organisation_id"),
)
Index(
    "uq_nomination_open",
    nomination.c.event_id,
    nomination.c.identity,
    unique=True,
    sqlite_where=text(NOMINATION_OPEN),
    postgresql_where=text(NOMINATION_OPEN),
)

# Every tick asks for those who have not answered.
Index(
    "ix_nomination_named",
    nomination.c.event_id,
    sqlite_where=text(NOMINATION_NAMED),
    postgresql_where=text(NOMINATION_NAMED),
)

exhibitor = Table(
    "exhibitor",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("person_id", ForeignKey("person.id")),
    Column("state", String(10), nullable=False),
    Column("position", Integer),
    Column("stand", Integer),
    Column("for_residents", Text, nullable=False, server_default=""),
    Column("for_office", Text, nullable=False, server_default=""),
    Column("tables", Integer, nullable=False, server_default="1"),
    Column("power", Boolean, nullable=False),
    Column("needs", Text, nullable=False, server_default=""),
    Column("door", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    Column("reminded_at", Instant),
    CheckConstraint("state IN ('active', 'waiting', 'cancelled')", name="state"),
    # A stand that was given back has no number, so each number is somebody's or nobody's.
    UniqueConstraint("event_id", "stand"),
)
Index(
    "uq_exhibitor_open",
    exhibitor.c.event_id,
    exhibitor.c.organisation_id,
    unique=True,
    sqlite_where=text(EXHIBITOR_OPEN),
    postgresql_where=text(EXHIBITOR_OPEN),
)
