"""offers, nominations, documents, attendance, certificates, exhibitors, merged people"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# In words of SQL, because SQLite takes checks and references of a new column only within it.
COLUMNS = {
    "event": (
        "entry VARCHAR(10) DEFAULT 'open' NOT NULL {check} (entry IN ('open', 'nominated'))",
        "seats_per_organisation INTEGER",
        "nomination_deadline_at {moment}",
        "nomination_deadline_wall VARCHAR(16)",
        "approval VARCHAR(10) DEFAULT 'none' NOT NULL {check} (approval IN ('none', 'staff'))",
        "selection VARCHAR(10) DEFAULT 'first_come' NOT NULL {check} (selection IN ('first_come', 'staff'))",
        "fairness VARCHAR(10) DEFAULT 'first_come' NOT NULL {check} (fairness IN ('first_come', 'one_each'))",
        "late VARCHAR(10) DEFAULT 'refuse' NOT NULL {check} (late IN ('refuse', 'line'))",
        "offer_hours INTEGER DEFAULT 0 NOT NULL",
        "last_minute_hours INTEGER DEFAULT 0 NOT NULL",
        "certificate_sessions INTEGER",
        "form_id {id} {reference}_form REFERENCES form (id)",
        "stands INTEGER",
        "stands_taken INTEGER DEFAULT 0 NOT NULL {check} (stands_taken >= 0)",
    ),
    "person": (
        "phone TEXT DEFAULT '' NOT NULL",
        "merged_into_id {id} {reference}_person REFERENCES person (id)",
    ),
    "programme": ("certificate_sequence INTEGER DEFAULT 0 NOT NULL",),
    "registration": (
        "organisation_id {id} {reference}_organisation REFERENCES organisation (id)",
        "answered_by VARCHAR(10) DEFAULT 'self' NOT NULL {check} (answered_by IN ('self', 'contact', 'staff'))",
        "approval VARCHAR(10) DEFAULT 'none' NOT NULL {check} (approval IN ('none', 'asked', 'granted'))",
        "note TEXT DEFAULT '' NOT NULL",
        "ended_because TEXT DEFAULT '' NOT NULL",
        "form_id {id} {reference}_form REFERENCES form (id)",
        "answers JSON DEFAULT '{{}}' NOT NULL",
    ),
}


AUDIENCE = "audience IN ('all', 'ngo', 'office')"
WIDER_AUDIENCE = "audience IN ('all', 'ngo', 'office', 'register')"


def upgrade() -> None:
    make_tables()
    add_columns()
    widen_audience()
    op.create_index("ix_person_merged_into_id", "person", ["merged_into_id"])
    op.create_index("ix_registration_organisation_id", "registration", ["organisation_id"])
    op.create_index(
        "ix_registration_line",
        "registration",
        ["event_id", "position"],
        sqlite_where=sa.text("state = 'waiting' AND approval <> 'asked'"),
        postgresql_where=sa.text("state = 'waiting' AND approval <> 'asked'"),
    )
    # Who came for an organisation came for this one, as far as anybody knows.
    op.execute(
        "INSERT INTO membership (person_id, organisation_id, is_contact, since) "
        "SELECT id, organisation_id, false, created_at FROM person "
        "WHERE organisation_id IS NOT NULL"
    )
    op.execute(
        "UPDATE registration SET organisation_id = "
        "(SELECT organisation_id FROM person WHERE person.id = registration.person_id)"
    )


def widen_audience() -> None:
    """Let an event be meant for the organisations of the register."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_event_audience"), "event", type_="check")
        op.create_check_constraint(op.f("ck_event_audience"), "event", WIDER_AUDIENCE)
        return
    # SQLite cannot alter a check; https://www.sqlite.org/lang_altertable.html (section 8) tells
    # to write its words anew, which is safe for a check that only becomes wider.
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
            "WHERE type = 'table' AND name = 'event' AND instr(sql, :old) > 0"
        ),
        {"old": AUDIENCE, "new": WIDER_AUDIENCE},
    )
    if changed.rowcount != 1:
        message = "the check of event.audience has other words than expected"
        raise RuntimeError(message)
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def add_columns() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in COLUMNS.items():
        for column in columns:
            name = column.split(" ", 1)[0]
            words = column.format(
                id="INTEGER" if on_sqlite else "BIGINT",
                moment="DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE",
                check=f"CONSTRAINT ck_{table}_{name} CHECK",
                reference=f"CONSTRAINT fk_{table}_{name}",
            )
            op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {words}"))


def make_tables() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_file_name")),
    )
    op.create_table(
        "contact_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_contact_link_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_contact_link_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_contact_link_token_hash")),
    )
    op.create_table(
        "exhibitor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("stand", sa.Integer(), nullable=True),
        sa.Column("for_residents", sa.Text(), server_default="", nullable=False),
        sa.Column("for_office", sa.Text(), server_default="", nullable=False),
        sa.Column("tables", sa.Integer(), server_default="1", nullable=False),
        sa.Column("power", sa.Boolean(), nullable=False),
        sa.Column("needs", sa.Text(), server_default="", nullable=False),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("created_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("cancelled_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("reminded_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('active', 'waiting', 'cancelled')", name=op.f("ck_exhibitor_state")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_exhibitor_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_exhibitor_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_exhibitor_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibitor")),
        sa.UniqueConstraint("event_id", "stand", name=op.f("uq_exhibitor_event_id_stand")),
    )
    op.create_index(
        "uq_exhibitor_open",
        "exhibitor",
        ["event_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'waiting')"),
        postgresql_where=sa.text("state IN ('active', 'waiting')"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.Column("since", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("until", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("taken_back_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_membership_open",
        "membership",
        ["person_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "nomination_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("named", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deadline_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("deadline_wall", sa.String(length=16), nullable=True),
        sa.Column("called_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("reminded_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("named >= 0", name=op.f("ck_nomination_call_named")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_nomination_call_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_nomination_call_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_call")),
        sa.UniqueConstraint(
            "event_id", "organisation_id", name=op.f("uq_nomination_call_event_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_nomination_call_organisation_id"),
        "nomination_call",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "not_duplicate",
        sa.Column(
            "lower_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "higher_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["higher_id"], ["person.id"], name=op.f("fk_not_duplicate_higher_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["lower_id"], ["person.id"], name=op.f("fk_not_duplicate_lower_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_not_duplicate_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("lower_id", "higher_id", name=op.f("pk_not_duplicate")),
    )
    op.create_table(
        "person_merge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("merged_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gone_id"], ["person.id"], name=op.f("fk_person_merge_gone_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_person_merge_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
        sa.UniqueConstraint("gone_id", name=op.f("uq_person_merge_gone_id")),
    )
    op.create_index(op.f("ix_person_merge_kept_id"), "person_merge", ["kept_id"], unique=False)
    op.create_table(
        "required_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "blank_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["blank_file_id"],
            ["stored_file.id"],
            name=op.f("fk_required_document_blank_file_id_stored_file"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_required_document_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_required_document")),
        sa.UniqueConstraint("event_id", "key", name=op.f("uq_required_document_event_id_key")),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noted_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "door IN ('code', 'qr', 'staff', 'paper')", name=op.f("ck_attendance_door")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_attendance_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_session_id_session")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_attendance_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "session_id", "registration_id", name=op.f("uq_attendance_session_id_registration_id")
        ),
    )
    op.create_index(
        op.f("ix_attendance_registration_id"), "attendance", ["registration_id"], unique=False
    )
    op.create_table(
        "attendance_code",
        sa.Column(
            "session_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("made_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_code_session_id_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_attendance_code")),
        sa.UniqueConstraint("code", name=op.f("uq_attendance_code_code")),
    )
    op.create_table(
        "attendance_try",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("since", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_try_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_attendance_try")),
    )
    op.create_table(
        "attendance_list",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("registration_ids", sa.JSON(), nullable=False),
        sa.Column("made_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_attendance_list_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_list")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_attendance_list_event_id_number")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("issued_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revoked_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_certificate_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_certificate_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_certificate_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint(
            "programme_id", "number", name=op.f("uq_certificate_programme_id_number")
        ),
    )
    op.create_index(
        op.f("ix_certificate_registration_id"), "certificate", ["registration_id"], unique=False
    )
    op.create_index(
        "uq_certificate_standing",
        "certificate",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "required_document_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('handed_in', 'accepted', 'returned')", name=op.f("ck_document_state")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_document_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["required_document_id"],
            ["required_document.id"],
            name=op.f("fk_document_required_document_id_required_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "registration_id",
            "required_document_id",
            name=op.f("uq_document_registration_id_required_document_id"),
        ),
    )
    op.create_index(
        op.f("ix_document_required_document_id"), "document", ["required_document_id"], unique=False
    )
    op.create_table(
        "nomination",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("identity", sa.String(length=400), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "named_by_person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "named_by_staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answered_by", sa.String(length=10), nullable=True),
        sa.Column(
            "replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("answered_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.Column("reminded_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_by IN ('self', 'contact', 'staff')", name=op.f("ck_nomination_answered_by")
        ),
        sa.CheckConstraint(
            "state IN ('named', 'accepted', 'declined', 'withdrawn', 'replaced', 'expired')",
            name=op.f("ck_nomination_state"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_nomination_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["named_by_person_id"],
            ["person.id"],
            name=op.f("fk_nomination_named_by_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["named_by_staff_id"], ["staff.id"], name=op.f("fk_nomination_named_by_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_nomination_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_nomination_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_nomination_registration_id_registration"),
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["nomination.id"], name=op.f("fk_nomination_replaces_id_nomination")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_nomination_token_hash")),
    )
    op.create_index(
        "ix_nomination_event_id_organisation_id",
        "nomination",
        ["event_id", "organisation_id"],
        unique=False,
    )
    op.create_index(op.f("ix_nomination_person_id"), "nomination", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_nomination_registration_id"), "nomination", ["registration_id"], unique=False
    )
    op.create_index(
        "ix_nomination_named",
        "nomination",
        ["event_id"],
        unique=False,
        sqlite_where=sa.text("state = 'named'"),
        postgresql_where=sa.text("state = 'named'"),
    )
    op.create_index(
        "uq_nomination_open",
        "nomination",
        ["event_id", "identity"],
        unique=True,
        sqlite_where=sa.text("state IN ('named', 'accepted')"),
        postgresql_where=sa.text("state IN ('named', 'accepted')"),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holds_seat", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'declined', 'expired', 'withdrawn')",
            name=op.f("ck_offer_state"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_offer_event_id_event")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_offer_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_registration_id"), "offer", ["registration_id"], unique=False)
    op.create_index(
        "ix_offer_event_id",
        "offer",
        ["event_id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_offer_expires_at",
        "offer",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_offer_open",
        "offer",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "document_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("handed_in_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", storage.columns.Instant(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'returned', 'replaced')",
            name=op.f("ck_document_version_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_version_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_document_version_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_document_version_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
    )
    op.create_index(
        op.f("ix_document_version_document_id"), "document_version", ["document_id"], unique=False
    )
    op.create_table(
        "document_reminder",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", storage.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_document_reminder_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "due_at", name=op.f("pk_document_reminder")),
    )
