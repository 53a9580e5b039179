"""Give one organisation another quota or deadline: one question, asked of staff."""

import re
from datetime import date, datetime, time
from typing import Any

from programme import nominations
from programme.asking import Asked, ended, following, fresh
from programme.nomination_refusals import DayUnfit, SeatsUnfit
from programme.nomination_terms import Place, Speaker, place
from programme.refusals import QuestionPassed
from programme.wall_time import to_moment, write
from storage.conversations import Conversation
from storage.database import Tx

FLOW = "nomination_terms"
STEPS = ("seats", "deadline")
MOST_SEATS = 500
LAST_MINUTE = time(23, 59)
DAY = re.compile(r"(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{4})(?:\D+(\d{1,2})[:.](\d{2}))?")


async def begin(
    tx: Tx, *, state: Conversation, event_id: int, organisation_id: int, step: str
) -> Asked:
    """Ask for the new quota or the new deadline."""
    if step not in STEPS:
        raise QuestionPassed
    about = {"event": event_id, "organisation": organisation_id}
    return await ask(tx, state=following(fresh(state, FLOW, **about), step))


async def ask(tx: Tx, *, state: Conversation) -> Asked:
    """Gather what the open question needs: how it is now."""
    at = await _place(tx, state)
    facts: dict[str, Any] = {
        "organisation": at.organisation.name,
        "seats": at.terms.seats,
        "named": at.terms.named,
        "deadline": at.terms.deadline_at,
        "zone": at.event.zone,
    }
    return Asked(state, f"nomination_{state.step}", facts)


async def _place(tx: Tx, state: Conversation) -> Place:
    return await place(tx, event_id=state.data["event"], organisation_id=state.data["organisation"])


async def answer(
    tx: Tx, *, state: Conversation, raw: str, speaker: Speaker, now: datetime
) -> Conversation:
    """Take the answer; raises SeatsUnfit or DayUnfit and changes nothing.

    A quota below what is named already takes nobody away: it only lets nobody more in.
    """
    terms: dict[str, Any]
    if state.step == "seats":
        terms = {"seats": _seats(raw)}
    elif state.step == "deadline":
        wall = _day(raw)
        at = await _place(tx, state)
        moment = to_moment(wall, at.event.zone)
        if not now < moment <= at.begins:
            raise DayUnfit
        terms = {"deadline_at": moment, "deadline_wall": write(wall)}
    else:
        raise QuestionPassed
    await nominations.change_terms(
        tx,
        event_id=state.data["event"],
        organisation_id=state.data["organisation"],
        speaker=speaker,
        now=now,
        **terms,
    )
    return ended(state)


def _seats(raw: str) -> int:
    words = raw.strip()
    if not re.fullmatch(r"[0-9]{1,4}", words) or int(words) > MOST_SEATS:
        raise SeatsUnfit
    return int(words)


def _day(raw: str) -> datetime:
    found = DAY.fullmatch(raw.strip().rstrip("."))
    if found is None:
        raise DayUnfit
    day, month, year, hour, minute = (int(one) if one else None for one in found.groups())
    try:
        clock = LAST_MINUTE if hour is None else time(hour, minute or 0)
        return datetime.combine(date(year or 0, month or 0, day or 0), clock)
    except ValueError as error:
        raise DayUnfit from error
