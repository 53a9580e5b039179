"""surveys in waves: whom they ask, drafts and responses, current answers, tags"""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.columns.Instant

PRIVACY = "CHECK (privacy IN ('named', 'pseudonymous', 'anonymous'))"
STYLE = "CHECK (style IN ('native', 'buttons'))"
# In words of SQL, because SQLite takes checks of a new column only within it.
COLUMNS = {
    "survey": (
        f"privacy VARCHAR(12) DEFAULT 'named' NOT NULL CONSTRAINT ck_survey_privacy {PRIVACY}",
        "threshold INTEGER DEFAULT '5' NOT NULL",
        "secret VARCHAR(64) DEFAULT '' NOT NULL",
        f"style VARCHAR(8) DEFAULT 'native' NOT NULL CONSTRAINT ck_survey_style {STYLE}",
        "schedule JSON DEFAULT '{}' NOT NULL",
    ),
    "answer": ("wave VARCHAR(40) DEFAULT '' NOT NULL",),
}
KEYS_OF_ANSWERS = ("survey_id", "respondent", "wave", "question_key")
KEYS_OF_TAGS = ("survey_id", "wave", "question_key", "respondent", "tag")
KEYS_OF_RESPONSES = ("survey_id", "wave", "respondent")


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {column}".replace(":", r"\:")))
    make_waves()
    make_answers()
    make_drafts()
    make_recipients()
    give_secrets()
    give_polls_their_wave()
    fill_current_answers()


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def make_waves() -> None:
    op.create_table(
        "wave",
        sa.Column("id", ID, nullable=False),
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("event_id", ID, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("opens_at", MOMENT(), nullable=False),
        sa.Column("closes_at", MOMENT(), nullable=True),
        sa.Column("closed_at", MOMENT(), nullable=True),
        sa.Column("audience", sa.JSON(), nullable=True),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("public_key", sa.String(40), nullable=True),
        sa.Column("reminder_days", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("most_responses", sa.Integer(), nullable=True),
        sa.Column("quotas", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("asked_after", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("asked_up_to", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", MOMENT(), nullable=True),
        sa.CheckConstraint("state IN ('planned', 'open', 'closed')", name=op.f("ck_wave_state")),
        reference("wave", "survey_id", "survey"),
        reference("wave", "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("survey_id", "key", name=op.f("uq_wave_survey_id_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_wave_public_key")),
    )
    op.create_index("ix_wave_state_opens_at", "wave", ["state", "opens_at"])
    op.create_index(op.f("ix_wave_event_id"), "wave", ["event_id"])


def make_answers() -> None:
    op.create_table(
        "current_answer",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("respondent", sa.String(80), nullable=False),
        sa.Column("wave", sa.String(40), nullable=False),
        sa.Column("question_key", sa.String(80), nullable=False),
        sa.Column("chosen", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("source_order", sa.BigInteger(), nullable=False),
        sa.Column("source_key", sa.String(80), nullable=False),
        sa.Column("answered_at", MOMENT(), nullable=False),
        reference("current_answer", "survey_id", "survey"),
        sa.PrimaryKeyConstraint(*KEYS_OF_ANSWERS, name=op.f("pk_current_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_current_answer_counted",
        "current_answer",
        ["survey_id", "wave", "retracted", "question_key", "chosen"],
    )
    op.create_table(
        "response",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("wave", sa.String(40), nullable=False),
        sa.Column("respondent", sa.String(80), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("link_hash", sa.String(64), server_default="", nullable=False),
        reference("response", "survey_id", "survey"),
        sa.PrimaryKeyConstraint(*KEYS_OF_RESPONSES, name=op.f("pk_response")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_response_link_hash", "response", ["survey_id", "link_hash"])
    op.create_table(
        "survey_showing",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("wave", sa.String(40), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        reference("survey_showing", "survey_id", "survey"),
        sa.PrimaryKeyConstraint("survey_id", "wave", name=op.f("pk_survey_showing")),
    )
    op.create_table(
        "answer_tag",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("wave", sa.String(40), nullable=False),
        sa.Column("question_key", sa.String(80), nullable=False),
        sa.Column("respondent", sa.String(80), nullable=False),
        sa.Column("tag", sa.String(60), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        reference("answer_tag", "survey_id", "survey"),
        reference("answer_tag", "staff_id", "staff"),
        sa.PrimaryKeyConstraint(*KEYS_OF_TAGS, name=op.f("pk_answer_tag")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_file",
        sa.Column("file_id", ID, autoincrement=False, nullable=False),
        sa.Column("survey_id", ID, nullable=False),
        reference("survey_file", "file_id", "stored_file"),
        reference("survey_file", "survey_id", "survey"),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_survey_file")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_file_survey_id"), "survey_file", ["survey_id"])


def make_drafts() -> None:
    op.create_table(
        "survey_draft",
        sa.Column("wave_id", ID, nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("link_hash", sa.String(64), server_default="", nullable=False),
        sa.Column("door", sa.String(10), nullable=False),
        sa.Column("changed_at", MOMENT(), nullable=False),
        reference("survey_draft", "wave_id", "wave"),
        sa.PrimaryKeyConstraint("wave_id", "owner", name=op.f("pk_survey_draft")),
    )
    op.create_index("ix_survey_draft_owner", "survey_draft", ["owner"])


def make_recipients() -> None:
    op.create_table(
        "survey_recipient",
        sa.Column("wave_id", ID, nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        reference("survey_recipient", "wave_id", "wave"),
        reference("survey_recipient", "person_id", "person"),
        reference("survey_recipient", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("wave_id", "owner", name=op.f("pk_survey_recipient")),
        sqlite_with_rowid=False,
    )
    for column in ("person_id", "organisation_id"):
        op.create_index(op.f(f"ix_survey_recipient_{column}"), "survey_recipient", [column])
    op.create_table(
        "survey_code",
        sa.Column("wave_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used", sa.Boolean(), server_default=sa.false(), nullable=False),
        reference("survey_code", "wave_id", "wave"),
        sa.PrimaryKeyConstraint("wave_id", "code_hash", name=op.f("pk_survey_code")),
        sqlite_with_rowid=False,
    )


def give_secrets() -> None:
    """Give each survey what pseudonyms and linking codes are hashed with."""
    bind = op.get_bind()
    survey = sa.table("survey", sa.column("id"), sa.column("secret"))
    for survey_id in bind.execute(sa.select(survey.c.id)).scalars().all():
        its = sa.update(survey).where(survey.c.id == survey_id)
        bind.execute(its.values(secret=secrets.token_hex(32)))


def give_polls_their_wave() -> None:
    """Open the one wave of each poll that is there."""
    op.execute(
        "INSERT INTO wave (survey_id, key, event_id, state, opens_at, created_at) "
        "SELECT id, wave, event_id, 'open', created_at, created_at FROM survey"
    )
    op.execute(
        "UPDATE answer SET wave = (SELECT wave FROM survey WHERE survey.id = answer.survey_id)"
    )


def fill_current_answers() -> None:
    """Put the newest answer of each respondent where it is counted."""
    bind = op.get_bind()
    kept = ("text", "form_version", "retracted", "source_order", "source_key", "answered_at")
    typed: dict[str, Any] = {
        "option_keys": sa.JSON(),
        "retracted": sa.Boolean(),
        "answered_at": MOMENT(),
    }
    named = (*KEYS_OF_ANSWERS, "option_keys", *kept)
    answer = sa.table("answer", *(sa.column(name, typed.get(name)) for name in named))
    oldest_first = (answer.c.source_order, answer.c.source_key)
    rows = {}
    for row in bind.execute(sa.select(answer).order_by(*oldest_first)).mappings():
        keys = tuple(row[name] for name in KEYS_OF_ANSWERS)
        facts = {name: row[name] for name in (*KEYS_OF_ANSWERS, *kept)}
        rows[keys] = {**facts, "chosen": " ".join(row["option_keys"])}
    columns = (sa.column(name, typed.get(name)) for name in (*KEYS_OF_ANSWERS, "chosen", *kept))
    table = sa.table("current_answer", *columns)
    if rows:
        bind.execute(sa.insert(table), list(rows.values()))
    op.execute(
        "INSERT INTO response (survey_id, wave, respondent, form_version, complete) "
        "SELECT survey_id, wave, respondent, max(form_version), true "
        "FROM answer GROUP BY survey_id, wave, respondent"
    )
