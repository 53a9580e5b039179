"""The survey store's tables: forms with their versions, surveys, waves, append-only answers, polls.

docs/reference/survey-store.md describes them for programs of others that read the database.
"""

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
    false,
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
    # The version that whoever begins now is asked.
    Column("form_id", ForeignKey("form.id"), nullable=False),
    Column("event_id", ForeignKey("event.id")),
    Column("wave", String(20), nullable=False, server_default=""),
    # May change until the first answer is in.
    Column("privacy", String(12), nullable=False, server_default="named"),
    # Results of fewer people than this are not shown.
    Column("threshold", Integer, nullable=False, server_default="5"),
    # Hex of 32 random bytes: pseudonyms and linking codes are hashed with it.
    Column("secret", String(64), nullable=False, server_default=""),
    # How a poll is asked in a chat: by a native poll, or by buttons.
    Column("style", String(8), nullable=False, server_default="native"),
    # When waves open by themselves, whom they ask, when they remind: programme/survey_schedule.py.
    Column("schedule", JSON, nullable=False, server_default="{}"),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("kind IN ('poll', 'survey')", name="kind"),
    CheckConstraint("privacy IN ('named', 'pseudonymous', 'anonymous')", name="privacy"),
    CheckConstraint("style IN ('native', 'buttons')", name="style"),
)

# One of the times that a survey is held; a poll has one wave whose key is empty.
wave = Table(
    "wave",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("survey_id", ForeignKey("survey.id"), nullable=False),
    Column("key", String(40), nullable=False),
    Column("event_id", ForeignKey("event.id"), index=True),
    Column("state", String(8), nullable=False),
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant),
    Column("closed_at", Instant),
    # What programme/audience_choice.py reads; null when nobody is written to.
    Column("audience", JSON),
    # Whether anybody may answer by the public link, and its address.
    Column("is_public", Boolean, nullable=False, server_default=false()),
    Column("public_key", String(40), unique=True),
    # Days after the opening on which those who have not answered are reminded.
    Column("reminder_days", JSON, nullable=False, server_default="[]"),
    # At most so many responses; and, by question and option, of each kind.
    Column("most_responses", Integer),
    Column("quotas", JSON, nullable=False, server_default="{}"),
    Column("created_at", Instant, nullable=False),
    # Asking goes by rising numbers of people: after whom it goes on, up to whom, and since when
    # everybody is asked, from which reminders count.
    Column("asked_after", BigInteger, nullable=False, server_default="0"),
    Column("asked_up_to", BigInteger),
    Column("asked_at", Instant),
    UniqueConstraint("survey_id", "key"),
    CheckConstraint("state IN ('planned', 'open', 'closed')", name="state"),
    Index("ix_wave_state_opens_at", "state", "opens_at"),
)

# Append-only; of what is equal in survey, wave, respondent and question the newest counts.
answer = Table(
    "answer",
    metadata,
    # Random where the survey is anonymous, so that it tells no order.
    Column("id", BigId, primary_key=True),
    Column("survey_id", ForeignKey("survey.id"), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("respondent", String(80), nullable=False),
    Column("question_key", String(80), nullable=False),
    # Whatever can be counted: options, a point of a scale, a number, a day, a missing code.
    Column("option_keys", JSON, nullable=False),
    # Words, or the number of a stored file.
    Column("text", Text, nullable=False, server_default=""),
    Column("retracted", Boolean, nullable=False),
    Column("door", String(10), nullable=False),
    Column("source_key", String(80), nullable=False),
    Column("source_order", BigInteger, nullable=False),
    # The opening of the wave where the survey is anonymous.
    Column("answered_at", Instant, nullable=False),
    Column("wave", String(40), nullable=False, server_default=""),
    UniqueConstraint("source_key", "question_key"),
    Index("ix_answer_survey_id_respondent", "survey_id", "respondent"),
)

# The newest row of each question and respondent, kept in the transaction that adds the answer,
# so that a million answers can be counted at once; tests hold it equal to `answer`. Its rows lie
# by respondent, so that a file of all answers is read in one go; the index has them by question.
current_answer = Table(
    "current_answer",
    metadata,
    Column("survey_id", ForeignKey("survey.id"), primary_key=True),
    Column("respondent", String(80), primary_key=True),
    Column("wave", String(40), primary_key=True),
    Column("question_key", String(80), primary_key=True),
    # The option keys with spaces between them.
    Column("chosen", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("form_version", Integer, nullable=False),
    Column("retracted", Boolean, nullable=False),
    Column("source_order", BigInteger, nullable=False),
    Column("source_key", String(80), nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index("ix_current_answer_counted", "survey_id", "wave", "retracted", "question_key", "chosen"),
    sqlite_with_rowid=False,
)

# One filled-in form of a survey; what lies in it are its answers.
response = Table(
    "response",
    metadata,
    Column("survey_id", ForeignKey("survey.id"), primary_key=True),
    Column("wave", String(40), primary_key=True),
    Column("respondent", String(80), primary_key=True),
    Column("form_version", Integer, nullable=False),
    # False for what was begun and poured in when the wave closed.
    Column("complete", Boolean, nullable=False),
    # The code that somebody makes for themselves, hashed; it links their waves and nothing else.
    Column("link_hash", String(64), nullable=False, server_default=""),
    Index("ix_response_link_hash", "survey_id", "link_hash"),
    sqlite_with_rowid=False,
)

# Answers on their way: whoever stops can go on days later, in the chat or on the page.
survey_draft = Table(
    "survey_draft",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    # person:12, organisation:5, device:<hash> or code:<hash>
    Column("owner", String(80), primary_key=True),
    Column("form_version", Integer, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("link_hash", String(64), nullable=False, server_default=""),
    Column("door", String(10), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_survey_draft_owner", "owner"),
)

# Whom a wave asks, and whether they have answered; what they answered is not to be found here.
survey_recipient = Table(
    "survey_recipient",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("owner", String(80), primary_key=True),
    Column("person_id", ForeignKey("person.id"), index=True),
    Column("organisation_id", ForeignKey("organisation.id"), index=True),
    Column("done", Boolean, nullable=False, server_default=false()),
    Column("reminders", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

# A code on paper that lets somebody answer once at the public link.
survey_code = Table(
    "survey_code",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
    Column("used", Boolean, nullable=False, server_default=false()),
    sqlite_with_rowid=False,
)

# The counts of an anonymous wave that staff were last shown while it was open, by question.
survey_showing = Table(
    "survey_showing",
    metadata,
    Column("survey_id", ForeignKey("survey.id"), primary_key=True),
    Column("wave", String(40), primary_key=True),
    Column("counts", JSON, nullable=False),
)

# A file that was sent as an answer; as long as it is named here it is not swept away.
survey_file = Table(
    "survey_file",
    metadata,
    Column("file_id", ForeignKey("stored_file.id"), primary_key=True, autoincrement=False),
    Column("survey_id", ForeignKey("survey.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

# What staff say an open answer is about.
answer_tag = Table(
    "answer_tag",
    metadata,
    Column("survey_id", ForeignKey("survey.id"), primary_key=True),
    Column("wave", String(40), primary_key=True),
    Column("question_key", String(80), primary_key=True),
    Column("respondent", String(80), primary_key=True),
    Column("tag", String(60), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    sqlite_with_rowid=False,
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
