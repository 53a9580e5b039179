"""The survey store's tables: forms with their versions, surveys, append-only answers, polls."""

from sqlalchemy import (
    JSON,
    BigInteger,
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
)

from storage.columns import BigId, Instant, metadata

form = Table(
    "form",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("key", "version"),
)

survey = Table(
    "survey",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("form_id", ForeignKey("form.id"), nullable=False),
    Column("event_id", ForeignKey("event.id")),
    Column("wave", String(20), nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("kind IN ('poll', 'survey')", name="kind"),
)

answer = Table(
    "answer",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("survey_id", ForeignKey("survey.id"), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("respondent", String(80), nullable=False),
    Column("question_key", String(80), nullable=False),
    Column("option_keys", JSON, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("retracted", Boolean, nullable=False),
    Column("door", String(10), nullable=False),
    Column("source_key", String(80), nullable=False),
    Column("source_order", BigInteger, nullable=False),
    Column("answered_at", Instant, nullable=False),
    UniqueConstraint("source_key", "question_key"),
    Index("ix_answer_survey_id_respondent", "survey_id", "respondent"),
)

poll_message = Table(
    "poll_message",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("poll_id", String(80), nullable=False, unique=True),
    Column("survey_id", ForeignKey("survey.id"), nullable=False, index=True),
    Column("outbox_id", ForeignKey("outbox.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
)
