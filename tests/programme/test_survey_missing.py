"""Who has not answered: by name, and only as a number where names would tell."""

import pytest

from programme import survey_desk, survey_missing
from programme.survey_refusals import WaveUnknown
from storage import people
from storage import surveys as store
from storage.database import Database, Tx
from storage.waves import Wave
from tests.programme.audience import CHIEF, make_member
from tests.programme.waving import answer, ask_all, make_survey, make_wave
from tests.storage.rows import NOW

EVERYONE = {"kind": "everyone"}


async def _asked(tx: Tx, count: int, privacy: str) -> tuple[Wave, list[int]]:
    persons = [await make_member(tx, f"Osoba {n:02d}", chat=n) for n in range(1, count + 1)]
    wave = await make_wave(tx, await make_survey(tx, privacy=privacy), EVERYONE)
    await ask_all(tx, wave.id)
    return wave, persons


async def _names(tx: Tx, wave_id: int, number: int = 0) -> list[str] | None:
    page = await survey_missing.page(tx, wave_id=wave_id, number=number, member=CHIEF)
    return None if page.names is None else [one.name for one in page.names]


async def test_missing_are_listed_by_name_page_by_page(database: Database) -> None:
    async with database.transaction() as tx:
        wave, persons = await _asked(tx, 18, "named")
        await people.change(tx, persons[1], invitations=False)
        await answer(tx, wave.id, f"person:{persons[0]}")

        first = await survey_missing.page(tx, wave_id=wave.id, number=0, member=CHIEF)
        last = await survey_missing.page(tx, wave_id=wave.id, number=99, member=None)

        assert first.names is not None
        assert [(one.name, one.channel) for one in first.names[:2]] == [
            ("Osoba 02", ""),
            ("Osoba 03", "telegram"),
        ]
        assert (first.total, first.pages, len(first.names)) == (17, 2, 15)
        assert (last.number, last.first, [one.name for one in last.names or ()]) == (
            1,
            16,
            ["Osoba 17", "Osoba 18"],
        )


async def test_names_are_shown_in_an_anonymous_survey_only_among_enough(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        wave, persons = await _asked(tx, 11, "anonymous")
        shown = [await _names(tx, wave.id) is not None]
        for number in persons:
            await answer(tx, wave.id, f"person:{number}")
            shown.append(await _names(tx, wave.id) is not None)

        # Nobody, five and six of eleven have answered; and all of them.
        assert [count for count, is_shown in enumerate(shown) if is_shown] == [0, 5, 6, 11]


async def test_desk_counts_who_was_asked_has_begun_and_answered(database: Database) -> None:
    async with database.transaction() as tx:
        wave, persons = await _asked(tx, 4, "named")
        await answer(tx, wave.id, f"person:{persons[0]}")
        await answer(tx, wave.id, f"person:{persons[1]}", only=1)
        survey = await store.get(tx, wave.survey_id)

        page = await survey_desk.survey_page(tx, number=7, member=CHIEF)
        view = await survey_desk.one(tx, survey_id=survey.id, member=CHIEF)

        assert [(one.title, one.open, one.answered) for one in page.lines] == [
            ("Jak oceniają Państwo szkolenie?", 1, 1)
        ]
        (shown,) = view.waves
        assert (shown.asked, shown.silent, shown.answered, shown.begun, shown.is_asking) == (
            4,
            3,
            1,
            1,
            False,
        )
        assert shown == await survey_desk.wave(tx, wave_id=wave.id, member=CHIEF)
        with pytest.raises(WaveUnknown):
            await survey_desk.one(tx, survey_id=999, member=CHIEF)
        assert shown.wave.asked_at == NOW
