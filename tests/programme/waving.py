"""Surveys and waves for tests about who is asked, reminded and missing."""

from datetime import datetime
from typing import Any

from programme import survey_filling, survey_waves, surveys
from programme.forms import Form, Option, Question
from programme.questions import NO, YES
from storage import attendance, outbox, registrations, survey_recipients, waves
from storage import surveys as store
from storage.database import Tx
from storage.surveys import Survey
from storage.waves import Wave
from tests.programme.audience import queued, seat
from tests.storage.rows import NOW

FORM = Form(
    "po-szkoleniu",
    1,
    (
        Question("useful", "yes_no", "Czy było warto?", (Option(YES, "Tak"), Option(NO, "Nie"))),
        Question("again", "yes_no", "Jeszcze raz?", (Option(YES, "Tak"), Option(NO, "Nie"))),
    ),
    title="Jak oceniają Państwo szkolenie?",
    title_en="How do you like the training?",
)


async def make_survey(
    tx: Tx,
    *,
    privacy: str = "named",
    schedule: dict[str, Any] | None = None,
    key: str = "po-szkoleniu",
    now: datetime = NOW,
) -> Survey:
    """Load a survey of two questions."""
    row = await surveys.keep_form(tx, FORM, now=now)
    survey = await store.add(
        tx,
        key=key,
        kind="survey",
        form_id=row.id,
        event_id=None,
        wave="",
        now=now,
        privacy=privacy,
    )
    assert survey is not None
    if schedule:
        await store.set_rules(tx, survey.id, threshold=5, schedule=schedule, style="native")
    return await store.get(tx, survey.id)


async def make_wave(tx: Tx, survey: Survey, audience: dict[str, Any], **terms: Any) -> Wave:
    """Plan a wave that opens now, of these people."""
    kept = {"key": "w1", "opens_at": NOW, "now": NOW, **terms}
    wave = await waves.add(tx, survey_id=survey.id, audience=audience, **kept)
    assert wave is not None
    return wave


async def ask_all(tx: Tx, wave_id: int, *, now: datetime = NOW) -> int:
    """Ask batch after batch until nobody is left; return how many batches that took."""
    batches = 1
    while await survey_waves.ask_next(tx, wave_id=wave_id, now=now):
        batches += 1
    return batches


async def told(tx: Tx) -> list[tuple[str, str, str]]:
    """List the rows of the outbox: kind, address, as whom the reader answers."""
    return sorted((one.kind, one.address, one.facts["owner"]) for one in await queued(tx))


async def asked(tx: Tx, wave_id: int) -> list[tuple[str, bool]]:
    """List whom a wave asks, and whether they have answered."""
    silent = [(one.owner, False) for one in await survey_recipients.missing(tx, wave_id)]
    return sorted(silent)


async def answer(tx: Tx, wave_id: int, owner: str, *, now: datetime = NOW, only: int = 2) -> None:
    """Answer the first questions; all of them are handed in."""
    filling = await survey_filling.open_for(tx, wave_id=wave_id, owner=owner, now=now)
    given = dict(list({"useful": YES, "again": NO}.items())[:only])
    filling = await survey_filling.save(tx, filling=filling, given=given, door="chat", now=now)
    if only == 2:
        await survey_filling.hand_in(tx, filling=filling, door="chat", now=now)


async def note_present(tx: Tx, event_id: int, person_id: int, session_id: int) -> None:
    """Give a person a seat and note that they were there."""
    await seat(tx, event_id, person_id)
    seats = await registrations.of_event(tx, event_id, state="active")
    number = next(one.id for one in seats if one.person_id == person_id)
    await attendance.note(
        tx,
        session_id=session_id,
        registration_id=number,
        present=True,
        door="staff",
        staff_id=None,
        now=NOW,
    )


async def row(tx: Tx, key: str) -> outbox.Entry:
    """Read one row of the outbox."""
    return next(one for one in await queued(tx) if one.key == key)
