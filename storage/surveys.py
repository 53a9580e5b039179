"""Surveys: what is asked, how names are kept; and the one door to the answers in the store."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update

from storage.answers import (
    Answer,
    append,
    count_of,
    current_answers,
    newest_of,
    newest_order,
    respondents,
)
from storage.current_answers import Current, current, current_of
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_counts import count_options, count_retracted, tally
from storage.survey_tables import answer, survey, wave

__all__ = [
    "Answer",
    "Current",
    "Survey",
    "append",
    "count_of",
    "count_options",
    "count_retracted",
    "current",
    "current_answers",
    "current_of",
    "newest_of",
    "newest_order",
    "respondents",
    "tally",
]
_ANONYMOUS = "anonymous"
_STRICTER = ("named", "pseudonymous", _ANONYMOUS)


@dataclass(frozen=True)
class Survey:
    """A form that is asked, once or in waves; `wave` is empty but for surveys of old.

    `privacy` is named, pseudonymous or anonymous; `secret` (hex) hashes pseudonyms and linking
    codes; `style` says how a poll is asked in a chat; programme/survey_schedule.py reads
    `schedule`.
    """

    id: int
    key: str
    kind: str
    form_id: int
    event_id: int | None
    wave: str
    created_at: datetime
    privacy: str = "named"
    threshold: int = 5
    secret: str = ""
    style: str = "native"
    schedule: dict[str, Any] = field(default_factory=dict)

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing may lead from an answer to whoever gave it."""
        return self.privacy == _ANONYMOUS


_SURVEY = [survey.c[name] for name in Survey.__dataclass_fields__]


def _survey(row: Any) -> Survey:
    return Survey(*row)


async def add(
    tx: Tx,
    *,
    key: str,
    kind: str,
    form_id: int,
    event_id: int | None,
    wave: str,
    now: datetime,
    privacy: str = "named",
    threshold: int = 5,
    style: str = "native",
) -> Survey | None:
    """Add a survey with a secret of its own; None when its key is taken."""
    row = {
        "key": key,
        "kind": kind,
        "form_id": form_id,
        "event_id": event_id,
        "wave": wave,
        "created_at": now,
        "privacy": privacy,
        "threshold": threshold,
        "style": style,
        "secret": secrets.token_hex(32),
    }
    return await by_key(tx, key) if await insert_or_ignore(tx, survey, [row]) else None


async def get(tx: Tx, survey_id: int) -> Survey:
    """Read one survey; an unknown id raises NoResultFound."""
    return _survey((await tx.execute(select(*_SURVEY).where(survey.c.id == survey_id))).one())


async def share(tx: Tx, survey_id: int) -> Survey:
    """Read a survey whose rules nobody may change until the transaction ends."""
    found = select(*_SURVEY).where(survey.c.id == survey_id).with_for_update(read=True)
    return _survey((await tx.execute(found)).one())


async def by_key(tx: Tx, key: str) -> Survey | None:
    """Find the survey with this key."""
    row = (await tx.execute(select(*_SURVEY).where(survey.c.key == key))).one_or_none()
    return _survey(row) if row else None


async def newest(tx: Tx, *, kind: str | None = None, limit: int | None = None) -> list[Survey]:
    """List surveys, the newest first."""
    query = select(*_SURVEY).order_by(survey.c.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(survey.c.kind == kind)
    return [_survey(row) for row in await tx.execute(query)]


async def set_form(tx: Tx, survey_id: int, *, form_id: int) -> None:
    """Let whoever begins from now on be asked another version."""
    await tx.execute(update(survey).where(survey.c.id == survey_id).values(form_id=form_id))


async def set_rules(
    tx: Tx, survey_id: int, *, threshold: int, schedule: dict[str, Any], style: str
) -> None:
    """Change what may change at any time."""
    values = {"threshold": threshold, "schedule": schedule, "style": style}
    await tx.execute(update(survey).where(survey.c.id == survey_id).values(values))


async def set_privacy(tx: Tx, survey_id: int, *, privacy: str) -> bool:
    """Change how names are kept; False when an answer is in, which fixes it.

    Once a wave was opened it may only be promised to keep less of the names than before.
    """
    # Whoever hands in shares the row: their answer is waited for here and seen below.
    await tx.execute(select(survey.c.id).where(survey.c.id == survey_id).with_for_update())
    is_answered = select(answer.c.id).where(answer.c.survey_id == survey_id).exists()
    was_opened = exists().where(wave.c.survey_id == survey_id, wave.c.state != "planned")
    keeps_less = survey.c.privacy.in_(_STRICTER[: _STRICTER.index(privacy) + 1])
    changed = await tx.execute(
        update(survey)
        .where(survey.c.id == survey_id, ~is_answered, or_(~was_opened, keeps_less))
        .values(privacy=privacy)
    )
    return changed.rowcount == 1
