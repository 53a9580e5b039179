"""The agenda shows what surveys will send, and lets a reminding be stopped or hurried."""

from datetime import timedelta

import pytest

from programme import agenda_desk, survey_reminders, survey_waves
from programme.agenda_desk import OPENING, Occurrence, Span
from programme.agenda_refusals import OccurrenceFixed
from storage import waves
from storage.database import Database, Tx
from tests.programme.audience import make_member, make_organisation, make_staff, queued, seat
from tests.programme.waving import answer, ask_all, make_survey, make_wave
from tests.storage.rows import NOW, ZONE, make_event

DAY = timedelta(days=1)
SPAN = Span(NOW, ZONE)
RULE = {"after": "event", "kinds": ["training"], "days": 1, "at": "10:00", "open_days": 14}
ASKED, REMINDED = "survey_asked", "survey_reminder"


async def _lines(tx: Tx, *kinds: str) -> list[Occurrence]:
    found = await agenda_desk.occurrences(tx, member=None, span=SPAN)
    return [one for one in found if one.kind in kinds and one.name.startswith("q.")]


async def test_waves_to_come_are_shown_with_whom_they_would_ask(database: Database) -> None:
    async with database.transaction() as tx:
        await make_organisation(tx, "KGW", email="kgw@example.org")
        persons = [await make_member(tx, f"Osoba {n}", chat=n) for n in (1, 2)]
        survey = await make_survey(tx, schedule=RULE)
        event_id = await make_event(tx, sessions=(NOW + 2 * DAY,))
        await seat(tx, event_id, persons[0])
        await make_wave(tx, survey, {"kind": "organisations"}, opens_at=NOW + DAY)
        await make_wave(tx, survey, {"kind": "public"}, key="w2", opens_at=NOW + DAY)

        lines = await _lines(tx, ASKED)

        looks = [await agenda_desk.look(tx, member=None, name=one.name, span=SPAN) for one in lines]
        assert [(one.about, one.count, one.counted, one.fixed) for one in lines] == [
            ("Jak oceniają Państwo szkolenie?", 1, "organisations", OPENING),
            ("Jak oceniają Państwo szkolenie? · Budowanie partnerstw", 1, "people", OPENING),
        ]
        assert [[whom.name for whom in look.people] for look in looks] == [["KGW"], ["Osoba 1"]]
        with pytest.raises(OccurrenceFixed):
            await agenda_desk.stop(tx, member=None, name=lines[0].name, span=SPAN)


async def test_reminding_is_shown_thinned_out_hurried_and_stopped(database: Database) -> None:
    async with database.transaction() as tx:
        persons = [await make_member(tx, f"Osoba {n}", chat=n) for n in (1, 2, 3)]
        wave = await make_wave(
            tx, await make_survey(tx), {"kind": "everyone"}, reminder_days=(3, 7)
        )
        await ask_all(tx, wave.id)
        member = await make_staff(tx)
        first, second = await _lines(tx, REMINDED)
        look = await agenda_desk.look(tx, member=member, name=first.name, span=SPAN)

        left = await agenda_desk.leave_out(
            tx, member=member, name=first.name, number=persons[0], span=SPAN
        )
        hurried = await agenda_desk.hurry(tx, member=member, name=first.name, span=SPAN)
        stopped = await agenda_desk.stop(tx, member=member, name=second.name, span=SPAN)
        while await survey_reminders.remind_next(tx, wave_id=wave.id, now=NOW + 8 * DAY):
            pass

        assert [(one.due_at, one.count) for one in (first, second)] == [
            (NOW + 3 * DAY, 3),
            (NOW + 7 * DAY, 3),
        ]
        assert [whom.name for whom in look.people] == ["Osoba 1", "Osoba 2", "Osoba 3"]
        assert look.sample is not None
        assert (left, hurried, stopped) == (1, 2, 3)
        told = [one.address for one in await queued(tx) if one.kind == REMINDED]
        assert (told, await _lines(tx, REMINDED)) == (["2", "3"], [])
        assert (await waves.get(tx, wave.id)) is not None


@pytest.mark.parametrize(
    ("privacy", "named"), [("anonymous", []), ("named", ["Osoba 2", "Osoba 3"])]
)
async def test_letters_that_wait_name_nobody_whose_silence_would_tell_who_answered(
    database: Database, privacy: str, named: list[str]
) -> None:
    async with database.transaction() as tx:
        persons = [await make_member(tx, f"Osoba {n}", chat=n) for n in (1, 2, 3)]
        survey = await make_survey(tx, privacy=privacy)
        wave = await make_wave(tx, survey, {"kind": "everyone"})
        await ask_all(tx, wave.id)
        await answer(tx, wave.id, f"person:{persons[0]}")
        await survey_waves.keep_back_answered(tx, wave_id=wave.id, now=NOW)
        found = await agenda_desk.occurrences(tx, member=None, span=SPAN)

        (line,) = [one for one in found if one.kind == ASKED]
        look = await agenda_desk.look(tx, member=None, name=line.name, span=SPAN)

        assert (line.name[:2], line.count) == ("o.", 2)
        assert [whom.name for whom in look.people] == named
        assert (look.sample is not None) == bool(named)
