"""letters of staff with their recipients, trainers, notes, deeds that wait, announcements"""

import sqlalchemy as sa
from alembic import op

import storage.columns
from storage import name_keys

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.columns.Instant

STATES = "CHECK (state IN ('planned', 'queueing', 'running', 'paused', 'stopped'))"
# In words of SQL, because SQLite takes checks and references of a new column only within it.
COLUMNS = {
    "organisation": (
        "postal_address TEXT DEFAULT '' NOT NULL",
        *(f"{name} {{plain}} DEFAULT '' NOT NULL" for name in name_keys.OF_ORGANISATION),
    ),
    "person": tuple(f"{name} {{plain}} DEFAULT '' NOT NULL" for name in name_keys.OF_PERSON),
    "staff_link": (
        "staff_id {id} CONSTRAINT fk_staff_link_staff_id_staff REFERENCES staff (id)",
        "event_ids JSON DEFAULT '[]' NOT NULL",
    ),
    "event": ("revision INTEGER DEFAULT 0 NOT NULL",),
    "broadcast": (
        f"state VARCHAR(10) DEFAULT 'running' NOT NULL CONSTRAINT ck_broadcast_state {STATES}",
        "second_staff_id {id} CONSTRAINT fk_broadcast_second_staff_id_staff REFERENCES staff (id)",
        "starts_at {moment}",
        "cursor BIGINT DEFAULT 0 NOT NULL",
        "ceiling BIGINT DEFAULT 0 NOT NULL",
        "late_joiners BOOLEAN DEFAULT false NOT NULL",
        "looked_at {moment}",
        "because VARCHAR(20) DEFAULT '' NOT NULL",
    ),
}
# The table, the name of a check, its words, and its wider words.
WIDER = (
    (
        "staff",
        "ck_staff_role",
        "role IN ('coordinator', 'assistant', 'viewer')",
        "role IN ('coordinator', 'assistant', 'viewer', 'trainer')",
    ),
    (
        "broadcast",
        "ck_broadcast_kind",
        "kind IN ('invitation', 'poll')",
        "kind IN ('invitation', 'poll', 'correction')",
    ),
)


def upgrade() -> None:
    add_columns()
    write_keys()
    for table, name, words, wider in WIDER:
        widen(table, name, words, wider)
    op.create_index("ix_staff_link_open", "staff_link", ["expires_at"])
    op.create_index(op.f("ix_staff_link_staff_id"), "staff_link", ["staff_id"])
    op.create_index("ix_audit_staff_id_id", "audit", ["staff_id", "id"])
    index_where("ix_audit_refused", "audit", ["id"], "NOT allowed", unique=False)
    make_invitations()
    make_recipients()
    make_announcements()
    make_trainers_and_notes()
    make_deeds()
    make_refusals()
    op.drop_index(op.f("ix_outbox_person_id"), table_name="outbox")
    op.create_index("ix_outbox_person_id_due_at", "outbox", ["person_id", "due_at"])
    index_where(
        "ix_outbox_not_delivered",
        "outbox",
        ["ended_at"],
        "state IN ('failed', 'missed')",
        unique=False,
    )


def add_columns() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in COLUMNS.items():
        for column in columns:
            words = column.format(
                id="INTEGER" if on_sqlite else "BIGINT",
                moment="DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE",
                plain="TEXT" if on_sqlite else 'TEXT COLLATE "C"',
            )
            op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {words}"))


def write_keys() -> None:
    """Put everybody who is there into the order of the lists and within reach of the search."""
    bind = op.get_bind()
    for name, made in (
        ("person", name_keys.OF_PERSON),
        ("organisation", name_keys.OF_ORGANISATION),
    ):
        sources = sorted({source for source, _ in made.values()})
        table = sa.table(name, *map(sa.column, ("id", *sources, *made)))
        found = bind.execute(sa.select(table)).mappings().all()
        rows = [
            {key: make(row[source]) for key, (source, make) in made.items()} | {"number": row["id"]}
            for row in found
        ]
        change = sa.update(table).where(table.c.id == sa.bindparam("number"))
        if rows:
            bind.execute(change.values({key: sa.bindparam(key) for key in made}), rows)
    op.create_index("ix_organisation_sort_name", "organisation", ["sort_name", "id"])
    op.drop_index("ix_person_merged_into_id", "person")
    for columns, words in (
        (["sort_name", "id"], "merged_into_id IS NULL"),
        (["merged_into_id"], "merged_into_id IS NOT NULL"),
    ):
        index_where(f"ix_person_{columns[0]}", "person", columns, words, unique=False)


def widen(table: str, name: str, words: str, wider: str) -> None:
    """Let a check allow more than before."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, wider)
        return
    # SQLite cannot alter a check; https://www.sqlite.org/lang_altertable.html (section 8) tells
    # to write its words anew, which is safe for a check that only becomes wider.
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
            "WHERE type = 'table' AND name = :table AND instr(sql, :old) > 0"
        ),
        {"old": words, "new": wider, "table": table},
    )
    if changed.rowcount != 1:
        message = f"the check {name} has other words than expected"
        raise RuntimeError(message)
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Point a column at the number of a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def index_where(name: str, table: str, columns: list[str], words: str, *, unique: bool) -> None:
    """Index those rows alone for which the words hold."""
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(words),
        postgresql_where=sa.text(words),
    )


def make_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=12), server_default="invitation", nullable=False),
        sa.Column("about_broadcast_id", ID, nullable=True),
        sa.Column("event_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), server_default="draft", nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("starts_at", MOMENT(), nullable=True),
        sa.Column("late_joiners", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("changed_at", MOMENT(), nullable=False),
        sa.Column("proposed_at", MOMENT(), nullable=True),
        sa.Column("broadcast_id", ID, nullable=True),
        sa.CheckConstraint(
            "purpose IN ('invitation', 'correction', 'reminder', 'announcement')",
            name=op.f("ck_invitation_purpose"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'confirmed', 'withdrawn')",
            name=op.f("ck_invitation_state"),
        ),
        reference("invitation", "staff_id", "staff"),
        reference("invitation", "about_broadcast_id", "broadcast"),
        reference("invitation", "event_id", "event"),
        reference("invitation", "file_id", "stored_file"),
        reference("invitation", "broadcast_id", "broadcast"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("broadcast_id", name=op.f("uq_invitation_broadcast_id")),
    )
    for column in ("about_broadcast_id", "event_id", "file_id"):
        op.create_index(op.f(f"ix_invitation_{column}"), "invitation", [column])
    op.create_index("ix_invitation_state_changed_at", "invitation", ["state", "changed_at"])


def make_recipients() -> None:
    table = "broadcast_recipient"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=10), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("outbox_key", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("posted_at", MOMENT(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'unreachable', 'unwanted', 'same_address', 'postal')",
            name=op.f("ck_broadcast_recipient_state"),
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)",
            name=op.f("ck_broadcast_recipient_whom"),
        ),
        reference(table, "broadcast_id", "broadcast"),
        reference(table, "person_id", "person"),
        reference(table, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_recipient")),
    )
    op.create_index("ix_broadcast_recipient_broadcast_id_state", table, ["broadcast_id", "state"])
    for column in ("person_id", "organisation_id"):
        op.create_index(op.f(f"ix_broadcast_recipient_{column}"), table, [column])
        index_where(
            f"uq_broadcast_recipient_{column.removesuffix('_id')}",
            table,
            ["broadcast_id", column],
            f"{column} IS NOT NULL",
            unique=True,
        )
    index_where(
        "uq_broadcast_recipient_address",
        table,
        ["broadcast_id", "channel", "address"],
        "state = 'queued'",
        unique=True,
    )


def make_announcements() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", ID, nullable=False),
        sa.Column("invitation_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("written_at", MOMENT(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'told', 'withdrawn')", name=op.f("ck_announcement_state")
        ),
        reference("announcement", "invitation_id", "invitation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_announcement_invitation_id")),
    )
    index_where(
        "ix_announcement_digest_on",
        "announcement",
        ["digest_on"],
        "state = 'waiting'",
        unique=False,
    )


def make_trainers_and_notes() -> None:
    op.create_table(
        "event_trainer",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("granted_at", MOMENT(), nullable=False),
        reference("event_trainer", "event_id", "event"),
        reference("event_trainer", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("event_id", "staff_id", name=op.f("pk_event_trainer")),
    )
    op.create_index(op.f("ix_event_trainer_staff_id"), "event_trainer", ["staff_id"])
    op.create_table(
        "staff_note",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("written_at", MOMENT(), nullable=False),
        sa.Column("removed_at", MOMENT(), nullable=True),
        sa.Column("removed_by_staff_id", ID, nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_staff_note_whom")
        ),
        reference("staff_note", "person_id", "person"),
        reference("staff_note", "organisation_id", "organisation"),
        reference("staff_note", "staff_id", "staff"),
        reference("staff_note", "removed_by_staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_note")),
    )
    for column in ("person_id", "organisation_id"):
        op.create_index(op.f(f"ix_staff_note_{column}"), "staff_note", [column])


def make_deeds() -> None:
    op.create_table(
        "deed",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="pending", nullable=False),
        sa.Column("asked_at", MOMENT(), nullable=False),
        sa.Column("due_at", MOMENT(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'undone', 'refused')", name=op.f("ck_deed_state")
        ),
        reference("deed", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
        sa.UniqueConstraint("key", name=op.f("uq_deed_key")),
    )
    index_where("ix_deed_due_at", "deed", ["due_at"], "state = 'pending'", unique=False)
    op.create_table(
        "agenda_exception",
        sa.Column("id", ID, nullable=False),
        sa.Column("occurrence", sa.String(length=120), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("said_at", MOMENT(), nullable=False),
        reference("agenda_exception", "person_id", "person"),
        reference("agenda_exception", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_exception")),
        sa.UniqueConstraint(
            "occurrence", "person_id", name=op.f("uq_agenda_exception_occurrence_person_id")
        ),
    )
    op.create_index(op.f("ix_agenda_exception_person_id"), "agenda_exception", ["person_id"])


def make_refusals() -> None:
    table = "event_refusal"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("said_at", MOMENT(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_event_refusal_whom")
        ),
        reference(table, "event_id", "event"),
        reference(table, "person_id", "person"),
        reference(table, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_refusal")),
    )
    for column in ("person_id", "organisation_id"):
        op.create_index(op.f(f"ix_event_refusal_{column}"), table, [column])
        index_where(
            f"uq_event_refusal_{column.removesuffix('_id')}",
            table,
            ["event_id", column],
            f"{column} IS NOT NULL",
            unique=True,
        )
