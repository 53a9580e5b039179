"""Tables of people and organisations, how they are reached, and what they were told.

`storage.tables` hands them on.
"""

from collections.abc import Iterator, Mapping

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
from storage.name_keys import OF_ORGANISATION, OF_PERSON, Follower, PlainText, following

STANDS, JOINED = "merged_into_id IS NULL", "merged_into_id IS NOT NULL"


def _keys(made: Mapping[str, Follower]) -> Iterator[Column[str]]:
    """Give the columns that follow others; a new row has them without anybody naming them."""
    for name in made:
        yield Column(
            name, PlainText, nullable=False, server_default="", default=following(name, made)
        )


organisation = Table(
    "organisation",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("email", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("locality", Text, nullable=False, server_default=""),
    Column("areas", JSON, nullable=False),
    # Whether they want invitations; what concerns a seat of theirs comes in any case.
    Column("invitations", Boolean, nullable=False, server_default=text("true")),
    # The address, in lower case, from which mail comes back; another one works until it does too.
    Column("unreachable_address", Text, nullable=False, server_default=""),
    # Where a printed letter goes, lines as on the envelope.
    Column("postal_address", Text, nullable=False, server_default=""),
    # Made of the name and the locality: how they stand in a list, and how they are searched.
    *_keys(OF_ORGANISATION),
    CheckConstraint("kind IN ('ngo', 'office')", name="kind"),
    Index("ix_organisation_sort_name", "sort_name", "id"),
)

person = Table(
    "person",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(10), nullable=False),
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    Column("organisation_text", Text, nullable=False, server_default=""),
    Column("locale", String(8), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("phone", Text, nullable=False, server_default=""),
    # Staff found out that this is somebody we know already; nothing is deleted.
    Column("merged_into_id", ForeignKey("person.id")),
    # How they want to hear of us; empty is the chat, or mail where there is none.
    Column("channel", String(10), nullable=False, server_default=""),
    Column("invitations", Boolean, nullable=False, server_default=text("true")),
    *_keys(OF_PERSON),
    CheckConstraint("role IN ('clerk', 'ngo')", name="role"),
    CheckConstraint("channel IN ('', 'telegram', 'mail')", name="channel"),
)

# The list of all people who are still themselves, a page at a time.
Index(
    "ix_person_sort_name",
    person.c.sort_name,
    person.c.id,
    sqlite_where=text(STANDS),
    postgresql_where=text(STANDS),
)
# Without those who were never joined: SQLite would read the list from here, and sort it each time.
Index(
    "ix_person_merged_into_id",
    person.c.merged_into_id,
    sqlite_where=text(JOINED),
    postgresql_where=text(JOINED),
)

contact = Table(
    "contact",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("address", Text, nullable=False),
    Column("verified_at", Instant),
    Column("unreachable_at", Instant),
    Column("unreachable_because", Text),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("channel IN ('telegram', 'mail')", name="channel"),
    UniqueConstraint("person_id", "channel", "address"),
)
Index(
    "uq_contact_chat",
    contact.c.address,
    unique=True,
    sqlite_where=text("channel = 'telegram'"),
    postgresql_where=text("channel = 'telegram'"),
)

consent = Table(
    "consent",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("notice_version", Integer, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("shown_at", Instant, nullable=False),
)
