"""letters with doors, tasks for staff, calendar replies, bounces, preferences"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.columns.Instant

# In words of SQL, because SQLite takes checks of a new column only within it.
COLUMNS = {
    "person": (
        "channel VARCHAR(10) DEFAULT '' NOT NULL {check} (channel IN ('', 'telegram', 'mail'))",
        "invitations BOOLEAN DEFAULT true NOT NULL",
    ),
    "organisation": (
        "invitations BOOLEAN DEFAULT true NOT NULL",
        "unreachable_address TEXT DEFAULT '' NOT NULL",
    ),
    "calendar_entry": (
        "answer VARCHAR(20) DEFAULT '' NOT NULL",
        "answered_sequence INTEGER",
        "answer_stamped_at {moment}",
        "answered_at {moment}",
    ),
}


def upgrade() -> None:
    add_columns()
    make_doors()
    make_tasks()
    make_returns()
    make_inbox_for_mail()


def add_columns() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in COLUMNS.items():
        for column in columns:
            name = column.split(" ", 1)[0]
            words = column.format(
                moment="DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE",
                check=f"CONSTRAINT ck_{table}_{name} CHECK",
            )
            op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {words}"))


def make_inbox_for_mail() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(sa.text("ALTER TABLE inbox ADD COLUMN digest VARCHAR(64)"))
    op.execute(
        sa.text(
            f"ALTER TABLE inbox ADD COLUMN file_id {'INTEGER' if on_sqlite else 'BIGINT'} "
            "CONSTRAINT fk_inbox_file_id_stored_file REFERENCES stored_file (id)"
        )
    )
    op.drop_index("ix_inbox_state_id", "inbox")
    op.create_index("ix_inbox_state_source_id", "inbox", ["state", "source", "id"])
    for name, columns in (
        ("uq_inbox_source_digest", ["source", "digest"]),
        ("ix_inbox_file_id", ["file_id"]),
    ):
        exists = sa.text(f"{columns[-1]} IS NOT NULL")
        op.create_index(
            name,
            "inbox",
            columns,
            unique=name.startswith("uq_"),
            sqlite_where=exists,
            postgresql_where=exists,
        )


def make_doors() -> None:
    op.create_table(
        "letter_door",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("outbox_key", sa.String(length=200), server_default="", nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("expires_at", MOMENT(), nullable=True),
        sa.Column("used_at", MOMENT(), nullable=True),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('reply', 'page', 'out', 'address', 'feed', 'register')",
            name=op.f("ck_letter_door_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_door_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_letter_door_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_door")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_letter_door_token_hash")),
    )
    op.create_index(op.f("ix_letter_door_person_id"), "letter_door", ["person_id"])
    op.create_index(op.f("ix_letter_door_organisation_id"), "letter_door", ["organisation_id"])
    op.create_index(
        "uq_letter_door_letter",
        "letter_door",
        ["outbox_key", "purpose"],
        unique=True,
        sqlite_where=sa.text("outbox_key <> ''"),
        postgresql_where=sa.text("outbox_key <> ''"),
    )


def make_tasks() -> None:
    op.create_table(
        "staff_task",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("event_id", ID, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("original", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.Column("ended_by_staff_id", ID, nullable=True),
        sa.Column("told_at", MOMENT(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done')", name=op.f("ck_staff_task_state")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_staff_task_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_staff_task_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_staff_task_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_staff_id"], ["staff.id"], name=op.f("fk_staff_task_ended_by_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_task")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_task_key")),
    )
    for column in ("person_id", "organisation_id", "event_id"):
        op.create_index(op.f(f"ix_staff_task_{column}"), "staff_task", [column])
    op.create_index(
        "ix_staff_task_open",
        "staff_task",
        ["created_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def make_returns() -> None:
    op.create_table(
        "calendar_reply",
        sa.Column("id", ID, nullable=False),
        sa.Column("calendar_entry_id", ID, nullable=False),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("partstat", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamped_at", MOMENT(), nullable=True),
        sa.Column("attendee", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("received_at", MOMENT(), nullable=False),
        sa.Column("undo_until", MOMENT(), nullable=True),
        sa.Column("undone_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_entry_id"],
            ["calendar_entry.id"],
            name=op.f("fk_calendar_reply_calendar_entry_id_calendar_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.id"], name=op.f("fk_calendar_reply_inbox_id_inbox")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_reply")),
    )
    op.create_index(
        op.f("ix_calendar_reply_calendar_entry_id"), "calendar_reply", ["calendar_entry_id"]
    )
    op.create_table(
        "bounce",
        sa.Column("id", ID, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("outbox_key", sa.String(length=200), server_default="", nullable=False),
        sa.Column("inbox_id", ID, nullable=True),
        sa.Column("is_hard", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="", nullable=False),
        sa.Column("diagnostic", sa.Text(), server_default="", nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_bounce_inbox_id_inbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("inbox_id", "address", name=op.f("uq_bounce_inbox_id_address")),
    )
    op.create_index(op.f("ix_bounce_address"), "bounce", ["address"])
    op.create_table(
        "mail_answer",
        sa.Column("id", ID, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=400), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_answer")),
        sa.UniqueConstraint("slot", name=op.f("uq_mail_answer_slot")),
    )
    op.create_index("ix_mail_answer_address_at", "mail_answer", ["address", "at"])
    op.create_table(
        "taken_mail",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_taken_mail")),
    )
    op.create_index("ix_taken_mail_at", "taken_mail", ["at"])
    op.create_table(
        "staff_task_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_task_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_task_id"],
            ["staff_task.id"],
            name=op.f("fk_staff_task_file_staff_task_id_staff_task"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_staff_task_file_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_task_file")),
        sa.UniqueConstraint(
            "staff_task_id", "file_id", name=op.f("uq_staff_task_file_staff_task_id_file_id")
        ),
    )
    op.create_index(op.f("ix_staff_task_file_file_id"), "staff_task_file", ["file_id"])
