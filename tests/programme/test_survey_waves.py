"""Opening, asking and closing a wave: whom, once, and with no answer lost."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from programme import memberships, survey_asking, survey_waves
from programme.survey_audiences import participants
from programme.survey_refusals import NotAsked, SurveyClosed, WaveRunning, WaveUnknown
from programme.wave_refusals import WaveClosed, WaveStillAsking, WaveTaken, WaveTimesWrong
from storage import events, people, responses, survey_drafts, survey_recipients, wave_asking, waves
from storage import surveys as store
from storage.database import Database, Tx, open_database
from storage.tables import outbox
from tests.programme.at_once import at_once
from tests.programme.audience import make_member, make_organisation, make_staff, queued, seat
from tests.programme.waving import (
    answer,
    ask_all,
    asked,
    make_survey,
    make_wave,
    note_present,
    told,
)
from tests.storage.rows import FIRST_DAY, NOW, make_event

DAY = timedelta(days=1)
EVERYONE = {"kind": "everyone"}
ORGANISATIONS = {"kind": "organisations"}


async def test_participants_are_those_who_were_there_and_else_those_with_seats(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        session = (await events.sessions(tx, event_id))[0]
        there = await make_member(tx, "Anna", chat=1)
        away = await make_member(tx, "Jan", mail="jan@example.org")
        await make_member(tx, "Ewa", chat=3)
        survey = await make_survey(tx)
        await seat(tx, event_id, away)
        first = await make_wave(tx, survey, participants(event_id), event_id=event_id)
        await ask_all(tx, first.id)
        await note_present(tx, event_id, there, session.id)
        later = await make_wave(tx, survey, participants(event_id), key="w2")
        of_session = await make_wave(tx, survey, participants(event_id, session.id), key="w3")

        await ask_all(tx, later.id)
        await ask_all(tx, of_session.id)

        assert await asked(tx, first.id) == [(f"person:{away}", False)]
        assert await asked(tx, later.id) == [(f"person:{there}", False)]
        assert await asked(tx, of_session.id) == [(f"person:{there}", False)]
        assert await told(tx) == [
            ("survey_asked", "1", f"person:{there}"),
            ("survey_asked", "1", f"person:{there}"),
            ("survey_asked", "jan@example.org", f"person:{away}"),
        ]


async def test_organisations_are_asked_once_each_and_their_speakers_answer_for_them(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        chats = await make_organisation(tx, "KGW", email="kgw@example.org")
        mails = await make_organisation(tx, "OSP", email="osp@example.org")
        silent = await make_organisation(tx, "LKS")
        await make_organisation(tx, "Biblioteka", kind="office", email="b@example.org")
        speaker = await make_member(tx, "Anna", organisation_id=chats, chat=1)
        other = await make_member(tx, "Jan", organisation_id=chats, chat=2)
        await memberships.join(
            tx, person_id=speaker, organisation_id=chats, now=NOW, is_contact=True
        )
        wave = await make_wave(tx, await make_survey(tx), ORGANISATIONS)

        await ask_all(tx, wave.id)

        owners = sorted(f"organisation:{one}" for one in (chats, mails, silent))
        assert await asked(tx, wave.id) == [(owner, False) for owner in owners]
        assert await told(tx) == [
            ("survey_asked", "1", f"organisation:{chats}"),
            ("survey_asked", "osp@example.org", f"organisation:{mails}"),
        ]
        owner = await survey_asking.owner_of(tx, wave_id=wave.id, person_id=speaker)
        assert owner == f"organisation:{chats}"
        with pytest.raises(NotAsked):
            await survey_asking.owner_of(tx, wave_id=wave.id, person_id=other)


async def test_whoever_wants_no_invitations_may_answer_and_is_not_written_to(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        unwilling = await make_member(tx, "Anna", chat=1)
        await people.change(tx, unwilling, invitations=False)
        nowhere = await make_member(tx, "Jan")
        english = await make_member(tx, "Ewa", chat=3)
        await people.change(tx, english, locale="en")
        closes_at = NOW + 14 * DAY
        wave = await make_wave(tx, await make_survey(tx), EVERYONE, closes_at=closes_at)

        await ask_all(tx, wave.id)

        numbers = sorted(f"person:{one}" for one in (unwilling, nowhere, english))
        assert await asked(tx, wave.id) == [(owner, False) for owner in numbers]
        (entry,) = await queued(tx)
        assert entry.not_after == closes_at
        assert {name: entry.facts[name] for name in ("title", "minutes", "privacy")} == {
            "title": "How do you like the training?",
            "minutes": 1,
            "privacy": "named",
        }
        owner = await survey_asking.owner_of(tx, wave_id=wave.id, person_id=unwilling)
        assert owner == f"person:{unwilling}"


async def test_asking_goes_on_behind_the_last_batch_after_a_crash(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_waves, "BATCH", 2)
    async with database.transaction() as tx:
        for number in range(1, 6):
            await make_member(tx, f"Osoba {number}", chat=number)
        wave = await make_wave(tx, await make_survey(tx), EVERYONE)
    async with database.transaction() as tx:
        assert await survey_waves.ask_next(tx, wave_id=wave.id, now=NOW)
    # Killed in the second batch: nothing of it stands.
    with pytest.raises(KeyboardInterrupt):
        await _ask_and_die(database, wave.id)
    async with database.transaction() as tx:
        assert len(await queued(tx)) == 2

        assert await ask_all(tx, wave.id) == 2

        assert [entry.address for entry in await queued(tx)] == ["1", "2", "3", "4", "5"]
        after = await waves.get(tx, wave.id)
        assert after is not None
        assert (after.state, after.asked_at, after.asked_up_to) == ("open", NOW, None)


async def _ask_and_die(database: Database, wave_id: int) -> None:
    async with database.transaction() as tx:
        await survey_waves.ask_next(tx, wave_id=wave_id, now=NOW)
        raise KeyboardInterrupt


async def _crowd(database: Database, people_count: int = 6) -> int:
    async with database.transaction() as tx:
        for number in range(1, people_count + 1):
            await make_member(tx, f"Osoba {number}", chat=number)
        return (await make_wave(tx, await make_survey(tx), EVERYONE)).id


async def test_opened_twice_at_once_a_wave_asks_once(database: Database, database_url: str) -> None:
    wave_id = await _crowd(database)
    other = open_database(database_url)

    async def step(tx: Tx) -> object:
        return await survey_waves.ask_next(tx, wave_id=wave_id, now=NOW)

    try:
        assert await at_once((database, other), (step, step)) == [False, False]
    finally:
        await other.close()

    async with database.reading() as tx:
        assert [entry.address for entry in await queued(tx)] == list("123456")


async def test_from_an_old_look_at_the_wave_two_would_write_twice(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave_id = await _crowd(database)
    other = open_database(database_url)
    numbers, keys_of = itertools.count(), survey_asking.keys_of
    async with database.reading() as tx:
        before = await waves.get(tx, wave_id)

    async def unheld(*_: Any, **__: Any) -> Any:
        return before

    async def nobody(*_: Any, **__: Any) -> set[str]:
        return set()

    # Without the keys, too: they alone would keep the second letters out.
    keyless = {"keys_of": lambda kind, wave: f"{next(numbers)}:{keys_of(kind, wave)}"}

    async def step(tx: Tx) -> object:
        return await survey_waves.ask_next(tx, wave_id=wave_id, now=NOW)

    with monkeypatch.context() as unguarded:
        unguarded.setattr(waves, "get", unheld)
        unguarded.setattr(survey_recipients, "known", nobody)
        unguarded.setattr(survey_asking, "keys_of", keyless["keys_of"])
        try:
            await at_once((database, other), (step, step))
        finally:
            await other.close()

    async with database.reading() as tx:
        assert len(await queued(tx)) == 12


async def test_closing_keeps_begun_answers_and_keeps_back_what_waits(database: Database) -> None:
    async with database.transaction() as tx:
        persons = [await make_member(tx, f"Osoba {n}", chat=n) for n in (1, 2, 3)]
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, EVERYONE, closes_at=NOW + DAY)
        await ask_all(tx, wave.id)
        await answer(tx, wave.id, f"person:{persons[0]}")
        await answer(tx, wave.id, f"person:{persons[1]}", only=1)
        # Handed in, and begun to be changed.
        await answer(tx, wave.id, f"person:{persons[0]}", only=1)

        assert not await survey_waves.close_due(tx, wave_id=wave.id, now=NOW)
        assert await survey_waves.close_due(tx, wave_id=wave.id, now=NOW + DAY)
        assert not await survey_waves.close_due(tx, wave_id=wave.id, now=NOW + DAY)

        assert await responses.count(tx, survey.id, wave_key="w1") == (2, 1)
        assert {
            key: dict(said)
            for key, said in (await store.tally(tx, survey.id, wave_key="w1")).items()
        } == {"useful": {"yes": 2}, "again": {"no": 1}}
        assert await survey_drafts.of_wave(tx, wave.id) == []
        assert await _states(tx) == ["cancelled"] * 3
        with pytest.raises(SurveyClosed):
            await answer(tx, wave.id, f"person:{persons[2]}", now=NOW + DAY)


async def _states(tx: Tx) -> list[str]:
    return list((await tx.execute(select(outbox.c.state))).scalars())


async def test_begun_answers_to_an_anonymous_survey_stay_only_of_whom_we_do_not_know(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_waves, "POURED", 1)
    async with database.transaction() as tx:
        person_id = await make_member(tx, "Anna", chat=1)
        survey = await make_survey(tx, privacy="anonymous")
        wave = await make_wave(tx, survey, EVERYONE, public_key="miastko")
        await ask_all(tx, wave.id)
        for owner in ("device:1", f"person:{person_id}"):
            await answer(tx, wave.id, owner, only=1)
        member = await make_staff(tx)

        await survey_waves.close(tx, wave_id=wave.id, member=member, now=NOW + DAY)

        # The rest waits for the next tick, and is found by it.
        assert await wave_asking.with_leftovers(tx) == [wave.id]
        assert await survey_waves.pour_begun(tx, wave_id=wave.id, now=NOW + 2 * DAY) == 1
        assert await wave_asking.with_leftovers(tx) == []
        kept = await responses.of_wave(tx, survey.id, wave_key="w1")
        assert [(one.respondent[:2], one.complete) for one in kept] == [("a:", False)]
        with pytest.raises(WaveClosed):
            await survey_waves.close(tx, wave_id=wave.id, member=member, now=NOW + DAY)


async def test_wave_closes_when_it_has_all_it_wants(database: Database) -> None:
    async with database.transaction() as tx:
        persons = [await make_member(tx, f"Osoba {n}", chat=n) for n in (1, 2)]
        survey = await make_survey(tx)
        most = await make_wave(tx, survey, EVERYONE, most_responses=1)
        quota = await make_wave(
            tx, survey, EVERYONE, key="w2", quotas={"useful": {"yes": 1, "no": 0}}
        )
        partly = await make_wave(tx, survey, EVERYONE, key="w3", quotas={"useful": {"yes": 1}})
        found = []
        for wave in (most, quota, partly):
            await ask_all(tx, wave.id)
            before = await survey_waves.close_due(tx, wave_id=wave.id, now=NOW)
            await answer(tx, wave.id, f"person:{persons[0]}")
            found.append((before, await survey_waves.close_due(tx, wave_id=wave.id, now=NOW)))

        # "No" is still wanted in the last one, without limit.
        assert found == [(False, True), (False, True), (False, False)]


async def test_wave_whose_time_passed_while_nothing_ran_asks_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        await make_member(tx, "Anna", chat=1)
        wave = await make_wave(tx, await make_survey(tx), EVERYONE, closes_at=NOW + DAY)

        assert not await survey_waves.ask_next(tx, wave_id=wave.id, now=NOW + DAY)

        closed = await waves.get(tx, wave.id)
        assert closed is not None
        assert (closed.state, await queued(tx)) == ("closed", [])


async def test_staff_plan_open_ask_newcomers_and_close(database: Database) -> None:
    async with database.transaction() as tx:
        await make_member(tx, "Anna", chat=1)
        survey, member = await make_survey(tx), await make_staff(tx)
        terms: dict[str, Any] = {
            "survey_key": survey.key,
            "key": "wiosna",
            "audience": EVERYONE,
            "member": member,
            "now": NOW,
        }
        planned = await survey_waves.plan(
            tx, opens_at=FIRST_DAY, closes_at=FIRST_DAY + DAY, **terms
        )
        with pytest.raises(WaveTaken):
            await survey_waves.plan(tx, opens_at=NOW, closes_at=None, **terms)
        with pytest.raises(WaveTimesWrong):
            await survey_waves.plan(
                tx, opens_at=FIRST_DAY, closes_at=FIRST_DAY, **(terms | {"key": "x"})
            )
        assert not await survey_waves.ask_next(tx, wave_id=planned.id, now=NOW)

        opened = await survey_waves.open_now(tx, wave_id=planned.id, member=member, now=NOW)
        with pytest.raises(WaveRunning):
            await survey_waves.open_now(tx, wave_id=planned.id, member=member, now=NOW)
        with pytest.raises(WaveStillAsking):
            await survey_waves.ask_newcomers(tx, wave_id=planned.id, member=member, now=NOW)
        await ask_all(tx, planned.id)
        late = await make_member(tx, "Jan", chat=2)
        await survey_waves.ask_newcomers(tx, wave_id=planned.id, member=member, now=NOW + DAY)
        await ask_all(tx, planned.id, now=NOW + DAY)
        await survey_waves.close(tx, wave_id=planned.id, member=member, now=NOW + DAY)

        assert (opened.state, opened.opens_at) == ("open", NOW)
        assert [entry.address for entry in await queued(tx)] == ["1", "2"]
        assert (f"person:{late}", False) in await asked(tx, planned.id)
        with pytest.raises(WaveClosed):
            await survey_waves.ask_newcomers(tx, wave_id=planned.id, member=member, now=NOW)
        with pytest.raises(WaveUnknown):
            await survey_waves.close(tx, wave_id=9999, member=member, now=NOW)
