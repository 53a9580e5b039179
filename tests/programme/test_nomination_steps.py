"""The dialogues in which somebody is named, and in which staff change what may be named."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import nomination_steps, nomination_term_steps
from programme.asking import Asked
from programme.nomination_refusals import DayUnfit, NamingOver, QuotaFull, SeatsUnfit
from programme.nomination_steps import Done
from programme.nomination_terms import place
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AddressWrong,
    AnswerRefused,
    AnswerTooLong,
    NameWithoutLetters,
    OptionUnknown,
    QuestionPassed,
)
from storage.conversations import Conversation
from storage.database import Database, Tx
from tests.programme.naming import DEADLINE, LINK, NamingScene, make_scene, name, read
from tests.storage.rows import NOW

START = Conversation(501, "pl")


async def begin(tx: Tx, at: NamingScene, *, replaces_id: int | None = None) -> Asked:
    return await nomination_steps.begin(
        tx,
        state=START,
        event_id=at.event_id,
        organisation_id=at.organisation_id,
        speaker=at.contact,
        replaces_id=replaces_id,
        now=NOW,
    )


async def answer(tx: Tx, at: NamingScene, asked: Asked, *words: str) -> Any:
    following: Any = asked
    for raw in words:
        following = await nomination_steps.answer(
            tx,
            state=following.conversation,
            raw=raw,
            speaker=at.contact,
            link=LINK,
            quiet=QuietHours(),
            now=NOW,
        )
    return following


async def test_a_name_and_an_address_name_somebody(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        done = await answer(tx, at, await begin(tx, at), "Anna Wzorowa", "anna@example.org", "send")

        assert isinstance(done, Done)
        found = await read(tx, done.naming.nomination_id)
        assert (done.conversation.flow, found.name, found.email) == (
            "",
            "Anna Wzorowa",
            "anna@example.org",
        )


@pytest.mark.parametrize("nothing", ["none", "nie ma", "Brak.", "-"])
async def test_without_an_address_the_telephone_is_asked(database: Database, nothing: str) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        asked = await answer(tx, at, await begin(tx, at), "Anna Wzorowa", nothing)
        done = await answer(tx, at, asked, "600 100 200", "send")

        found = await read(tx, done.naming.nomination_id)
        assert asked.question == "nomination_phone"
        assert (found.email, found.phone) == ("", "600 100 200")


async def test_a_member_is_named_by_one_button(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await begin(tx, at)

        done = await answer(tx, at, asked, f"person:{at.contact_id}", "send")

        assert [one.person_id for one in asked.facts["members"]] == [at.contact_id]
        assert (await read(tx, done.naming.nomination_id)).person_id == at.contact_id
        assert (await begin(tx, at)).facts["members"] == []


async def test_the_last_look_can_go_back(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await answer(tx, at, await begin(tx, at), "Anna", "anna@example.org")

        again = await answer(tx, at, asked, "again")

        assert (asked.question, again.question) == ("nomination_confirm", "nomination_who")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("x" * 500,), AnswerTooLong),
        (("🎉🎉",), NameWithoutLetters),
        (("person:999",), OptionUnknown),
        (("Anna", "anna"), AddressWrong),
        (("Anna", "none", "1" * 50), AnswerTooLong),
        (("Anna", "none", "none", "tak"), OptionUnknown),
    ],
)
async def test_what_does_not_fit_is_refused_and_names_nobody(
    database: Database, words: tuple[str, ...], why: type[AnswerRefused]
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await begin(tx, at)

        with pytest.raises(why):
            await answer(tx, at, asked, *words)


async def test_a_replacement_says_whom_it_replaces(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        old = await name(tx, at)

        asked = await begin(tx, at, replaces_id=old.nomination_id)
        done = await answer(tx, at, asked, "Ewa Druga", "none", "none", "send")

        assert asked.facts["old"] == "Anna Wzorowa"
        assert (await read(tx, old.nomination_id)).state == "replaced"
        assert (await read(tx, done.naming.nomination_id)).state == "named"


async def test_what_the_end_would_refuse_is_refused_at_the_beginning(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        await name(tx, at)

        with pytest.raises(QuotaFull):
            await begin(tx, at)
        with pytest.raises(NamingOver):
            await nomination_steps.begin(
                tx,
                state=START,
                event_id=at.event_id,
                organisation_id=at.organisation_id,
                speaker=at.contact,
                now=DEADLINE.replace(second=1),
            )


async def test_an_answer_to_no_question_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = Asked(START, "", {})

        with pytest.raises(QuestionPassed):
            await answer(tx, at, asked, "Anna")


async def terms(tx: Tx, at: NamingScene, step: str, raw: str) -> None:
    asked = await nomination_term_steps.begin(
        tx,
        state=START,
        event_id=at.event_id,
        organisation_id=at.organisation_id,
        step=step,
    )
    await nomination_term_steps.answer(
        tx, state=asked.conversation, raw=raw, speaker=at.staff, now=NOW
    )


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("20.01.2027", datetime(2027, 1, 20, 22, 59, tzinfo=UTC)),
        (" 20.1.2027, 15:30 ", datetime(2027, 1, 20, 14, 30, tzinfo=UTC)),
        ("20-01-2027 godz. 8.00", datetime(2027, 1, 20, 7, tzinfo=UTC)),
    ],
)
async def test_staff_give_an_organisation_a_deadline_of_its_own(
    database: Database, raw: str, moment: datetime
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        await terms(tx, at, "deadline", raw)

        found = await place(tx, event_id=at.event_id, organisation_id=at.organisation_id)
        assert found.terms.deadline_at == moment


@pytest.mark.parametrize(
    "raw", ["jutro", "32.01.2027", "30.02.2027", "03.01.2027", "11.02.2027", "20.01.2027 25:00", ""]
)
async def test_what_is_no_day_before_the_event_is_refused(database: Database, raw: str) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        with pytest.raises(DayUnfit):
            await terms(tx, at, "deadline", raw)


async def test_a_quota_below_what_is_named_takes_nobody_away(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=3)
        await name(tx, at)
        await name(tx, at, "Ewa Druga")

        await terms(tx, at, "seats", "1")

        found = await place(tx, event_id=at.event_id, organisation_id=at.organisation_id)
        assert (found.terms.seats, found.terms.named, found.terms.free) == (1, 2, 0)


@given(raw=st.text(max_size=20))
def test_any_words_are_a_number_or_refused(raw: str) -> None:
    try:
        seats = nomination_term_steps._seats(raw)
    except SeatsUnfit:
        return

    assert 0 <= seats <= 500


@given(raw=st.one_of(st.text(max_size=20), st.from_regex(nomination_term_steps.DAY)))
def test_any_words_are_a_day_or_refused(raw: str) -> None:
    try:
        wall = nomination_term_steps._day(raw)
    except DayUnfit:
        return

    assert wall.tzinfo is None
