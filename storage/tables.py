"""The tables of the programme, by subject; migrations/ builds the same.

People and organisations have theirs in people_tables.py; forms, surveys and answers in
survey_tables.py, what leaves in outbox_tables.py; arrivals, leases and the installation in
work_tables.py; offers, nominations and exhibitors in seat_tables.py; documents, attendance and
certificates in paper_tables.py; letters that can be answered, tasks for staff and what comes back
by mail in mail_tables.py; what staff write to many, and their notes and deeds, in staff_tables.py.

Moments are UTC (`Instant`). Where a person meant a wall time, it is kept beside the moment
together with its zone. States are short words; docs/glossary.md explains each.
"""

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

from storage import (
    mail_tables,
    outbox_tables,
    paper_tables,
    people_tables,
    seat_tables,
    staff_tables,
    survey_tables,
    work_tables,
)
from storage.columns import BigId, Instant, metadata

# A broadcast may ask a survey, so the survey store's tables are known wherever these are.
SURVEYS = survey_tables.survey.name
# Whoever asks for the metadata must see these tables too.
FORMS = survey_tables.form.name
OFFERS, CERTIFICATES = seat_tables.offer.name, paper_tables.certificate.name
DOORS, INVITATIONS = mail_tables.letter_door.name, staff_tables.invitation.name

# --- who ---

programme = Table(
    "programme",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("funder_line", Text, nullable=False),
    Column("organiser", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("certificate_sequence", Integer, nullable=False, server_default="0"),
)

privacy_notice = Table(
    "privacy_notice",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("locale", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("valid_from", Instant, nullable=False),
    UniqueConstraint("version", "locale"),
)

organisation, person = people_tables.organisation, people_tables.person
contact, consent = people_tables.contact, people_tables.consent

mail_code = Table(
    "mail_code",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("wrong_tries", Integer, nullable=False, server_default="0"),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("created_at", Instant, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(12), nullable=False),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    Column("granted_at", Instant, nullable=False),
    Column("removed_at", Instant),
    CheckConstraint("role IN ('coordinator', 'assistant', 'viewer', 'trainer')", name="role"),
)

staff_link = Table(
    "staff_link",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(12), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    # Who made it in a chat; their open links end with their rights.
    Column("staff_id", ForeignKey("staff.id"), index=True),
    # The events whose attendance a trainer will keep.
    Column("event_ids", JSON, nullable=False, server_default="[]"),
    Index("ix_staff_link_open", "expires_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("chat_id", BigInteger),
    Column("staff_id", ForeignKey("staff.id")),
    Column("action", String(60), nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("ix_audit_staff_id_id", "staff_id", "id"),
    Index(
        "ix_audit_refused",
        "id",
        sqlite_where=text("NOT allowed"),
        postgresql_where=text("NOT allowed"),
    ),
)

# --- what happens when ---

event = Table(
    "event",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("programme_id", ForeignKey("programme.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("place", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("capacity", Integer),
    Column("taken", Integer, nullable=False, server_default="0"),
    Column("waiting_sequence", Integer, nullable=False, server_default="0"),
    Column("audience", String(10), nullable=False),
    Column("deadline_at", Instant),
    Column("deadline_wall", String(16)),
    Column("zone", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    # Who may come in, and how seats are given; docs/reference/files.md tells what each means.
    Column("entry", String(10), nullable=False, server_default="open"),
    Column("seats_per_organisation", Integer),
    Column("nomination_deadline_at", Instant),
    Column("nomination_deadline_wall", String(16)),
    Column("approval", String(10), nullable=False, server_default="none"),
    Column("selection", String(10), nullable=False, server_default="first_come"),
    Column("fairness", String(10), nullable=False, server_default="first_come"),
    Column("late", String(10), nullable=False, server_default="refuse"),
    Column("offer_hours", Integer, nullable=False, server_default="0"),
    Column("last_minute_hours", Integer, nullable=False, server_default="0"),
    Column("certificate_sessions", Integer),
    Column("form_id", ForeignKey(f"{FORMS}.id")),
    Column("stands", Integer),
    Column("stands_taken", Integer, nullable=False, server_default="0"),
    # Rises with every change that staff make, so that two of them do not undo each other's.
    Column("revision", Integer, nullable=False, server_default="0"),
    CheckConstraint("entry IN ('open', 'nominated')", name="entry"),
    CheckConstraint("approval IN ('none', 'staff')", name="approval"),
    CheckConstraint("selection IN ('first_come', 'staff')", name="selection"),
    CheckConstraint("fairness IN ('first_come', 'one_each')", name="fairness"),
    CheckConstraint("late IN ('refuse', 'line')", name="late"),
    CheckConstraint("stands_taken >= 0", name="stands_taken"),
    CheckConstraint("kind IN ('training', 'meeting', 'fair')", name="kind"),
    CheckConstraint("audience IN ('all', 'ngo', 'office', 'register')", name="audience"),
    CheckConstraint("state IN ('draft', 'published', 'cancelled')", name="state"),
    CheckConstraint("taken >= 0", name="taken"),
)

session = Table(
    "session",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("starts_wall", String(16), nullable=False),
    Column("ends_wall", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("place", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    UniqueConstraint("event_id", "number"),
)

reminder_rule = Table(
    "reminder_rule",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("key", String(20), nullable=False),
    Column("days_before", Integer, nullable=False, server_default="0"),
    Column("at_wall", String(5)),
    Column("minutes_before", Integer, nullable=False, server_default="0"),
    UniqueConstraint("event_id", "key"),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("rule_id", ForeignKey("reminder_rule.id"), nullable=False),
    Column("session_id", ForeignKey("session.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("not_after", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    CheckConstraint("state IN ('planned', 'done', 'missed', 'cancelled')", name="state"),
    UniqueConstraint("rule_id", "session_id", "revision"),
    Index("ix_reminder_state_due_at", "state", "due_at"),
    # Its number stands in keys of the outbox, so the number of a deleted one must not come again.
    sqlite_autoincrement=True,
)

IN_LINE = "state = 'waiting' AND approval <> 'asked'"

registration = Table(
    "registration",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("person_id", ForeignKey("person.id"), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("position", Integer),
    Column("door", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seated_at", Instant),
    Column("cancelled_at", Instant),
    # On whose behalf: a person may change organisations or act for two.
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    # Whose word this is: the person's own, their organisation's contact's or staff's.
    Column("answered_by", String(10), nullable=False, server_default="self"),
    # "asked" waits for staff and is neither a seat nor a place in line.
    Column("approval", String(10), nullable=False, server_default="none"),
    Column("note", Text, nullable=False, server_default=""),
    Column("ended_because", Text, nullable=False, server_default=""),
    Column("form_id", ForeignKey(f"{FORMS}.id")),
    Column("answers", JSON, nullable=False, server_default="{}"),
    CheckConstraint("answered_by IN ('self', 'contact', 'staff')", name="answered_by"),
    CheckConstraint("approval IN ('none', 'asked', 'granted')", name="approval"),
    CheckConstraint("state IN ('active', 'waiting', 'cancelled')", name="state"),
    Index("ix_registration_event_id_state_position", "event_id", "state", "position"),
)
Index(
    "uq_registration_open",
    registration.c.event_id,
    registration.c.person_id,
    unique=True,
    sqlite_where=text("state IN ('active', 'waiting')"),
    postgresql_where=text("state IN ('active', 'waiting')"),
)

# Everybody in line, in order, without those who wait for staff's word.
Index(
    "ix_registration_line",
    registration.c.event_id,
    registration.c.position,
    sqlite_where=text(IN_LINE),
    postgresql_where=text(IN_LINE),
)

calendar_entry = Table(
    "calendar_entry",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("registration_id", ForeignKey("registration.id"), nullable=False),
    Column("session_id", ForeignKey("session.id"), nullable=False, index=True),
    Column("uid", String(120), nullable=False, unique=True),
    Column("sequence", Integer, nullable=False),
    Column("last_method", String(10), nullable=False),
    # What the person's calendar answered last, and to which of our messages.
    Column("answer", String(20), nullable=False, server_default=""),
    Column("answered_sequence", Integer),
    Column("answer_stamped_at", Instant),
    Column("answered_at", Instant),
    UniqueConstraint("registration_id", "session_id"),
)

# --- in and out ---

inbox, cursor = work_tables.inbox, work_tables.cursor

channel_pause = Table(
    "channel_pause",
    metadata,
    Column("channel", String(10), primary_key=True),
    Column("until", Instant, nullable=False),
    Column("because", Text, nullable=False),
    Column("length_seconds", Integer),
)

broadcast = Table(
    "broadcast",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("event_id", ForeignKey("event.id")),
    Column("survey_id", ForeignKey(f"{SURVEYS}.id")),
    Column("audience", JSON, nullable=False),
    Column("content", JSON, nullable=False),
    Column("people", Integer, nullable=False),
    Column("progress_chat_id", BigInteger),
    Column("progress_message_id", BigInteger),
    Column("confirmed_at", Instant, nullable=False),
    Column("reported_at", Instant),
    Column("state", String(10), nullable=False, server_default="running"),
    # The other coordinator who confirmed it, where one had to.
    Column("second_staff_id", ForeignKey("staff.id")),
    Column("starts_at", Instant),
    # Persons are queued by rising number, from after `cursor` up to `ceiling`, a batch at a time.
    Column("cursor", BigInteger, nullable=False, server_default="0"),
    Column("ceiling", BigInteger, nullable=False, server_default="0"),
    # Whether those get it too who come to belong to the audience later, and when we last looked.
    Column("late_joiners", Boolean, nullable=False, server_default=text("false")),
    Column("looked_at", Instant),
    # Why it is paused or stopped: docs/glossary.md has the words.
    Column("because", String(20), nullable=False, server_default=""),
    CheckConstraint("kind IN ('invitation', 'poll', 'correction')", name="kind"),
    CheckConstraint(
        "state IN ('planned', 'queueing', 'running', 'paused', 'stopped')", name="state"
    ),
)

outbox = outbox_tables.outbox
WAITING, UNDER_WAY = outbox_tables.WAITING, outbox_tables.UNDER_WAY

conversation = Table(
    "conversation",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("locale", String(8), nullable=False),
    Column("flow", String(40), nullable=False, server_default=""),
    Column("step", String(60), nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("data", JSON, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
