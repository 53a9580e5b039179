"""Staff let somebody in, refuse an application, take somebody off the list."""

from datetime import timedelta
from typing import Any

import pytest

from programme import event_desk, seat_desk_steps
from programme.asking import Asked
from programme.desk_refusals import NobodyFound, PersonGone, PersonListed
from programme.quiet_hours import QuietHours
from programme.refusals import AnswerEmpty, AnswerTooLong, OptionUnknown
from programme.seat_desk_steps import (
    AGAIN,
    KEPT,
    NO,
    REFUSE,
    SKIP,
    TAKE_OFF,
    YES,
    Settled,
)
from programme.seat_refusals import NothingToDecide
from storage import registrations, staff
from storage.conversations import Conversation
from storage.database import Database, Tx
from tests.programme.audience import CHIEF, make_member, make_organisation, make_staff
from tests.programme.carrying import carry_out
from tests.programme.steps import facts_of, kinds_to, register
from tests.storage.rows import NOW, make_event, make_person

STATE = Conversation(900, "pl")


async def go_on(tx: Tx, asked: Asked | Settled, *answers: str) -> Asked | Settled:
    member = await staff.by_chat(tx, 900) or await make_staff(tx)
    following = asked
    for raw in answers:
        assert isinstance(following, Asked)
        following = await seat_desk_steps.answer(
            tx, state=following.conversation, raw=raw, member=member, quiet=QuietHours(), now=NOW
        )
    return following


async def letting_in(tx: Tx, event_id: int, *answers: str) -> Asked | Settled:
    asked = await seat_desk_steps.begin_letting_in(
        tx, state=STATE, event_id=event_id, now=NOW, member=CHIEF
    )
    return await go_on(tx, asked, *answers)


async def with_reason(tx: Tx, number: int, deed: str, *answers: str) -> Asked | Settled:
    asked = await seat_desk_steps.begin_with_reason(
        tx, state=STATE, registration_id=number, deed=deed, now=NOW, member=CHIEF
    )
    return await go_on(tx, asked, *answers)


def settled(following: Asked | Settled) -> Settled:
    assert isinstance(following, Settled)
    return following


def matches(following: Asked | Settled) -> list[str]:
    assert isinstance(following, Asked)
    return [one.name for one in following.facts["matches"]]


async def late_event(tx: Tx, **terms: Any) -> int:
    return await make_event(tx, deadline_at=NOW - timedelta(days=1), **terms)


async def test_late_person_is_let_in_with_a_note(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await late_event(tx, entry="nominated", audience="office")
        person_id = await make_member(tx, "Piotr Ćwik", chat=5)

        done = settled(
            await letting_in(tx, event_id, "cwik", str(person_id), "Dzwonił, \n jedzie z daleka")
        )
        assert done.got is not None
        found = await registrations.get(tx, done.got.attending.registration_id)
        told = await kinds_to(tx, "5")

    assert found is not None
    assert (found.state, found.door, found.answered_by) == ("active", "staff", "staff")
    assert found.note == "Dzwonił, jedzie z daleka"
    assert (done.conversation.flow, done.name, told) == (
        "",
        "Piotr Ćwik",
        ["registration_confirmed"],
    )


async def test_note_may_be_left_out(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await late_event(tx)
        person_id = await make_member(tx, "Piotr Ćwik")

        done = settled(await letting_in(tx, event_id, "Piotr", str(person_id), SKIP))

    assert done.got is not None
    assert done.got.attending.note == ""


async def test_person_let_in_to_a_full_event_stands_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        await register(tx, event_id, await make_person(tx, chat=1))
        person_id = await make_member(tx, "Piotr Ćwik")

        done = settled(await letting_in(tx, event_id, "Ćwik", str(person_id), SKIP))

    assert done.got is not None
    assert (done.got.attending.state, done.got.position) == ("waiting", 1)


async def test_name_or_organisation_finds_people(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        osp = await make_organisation(tx, "Ochotnicza Straż Pożarna w Rydzewie")
        await make_member(tx, "Anna Wzorowa")
        await make_member(tx, "Anna Inna", organisation_id=osp)

        both = await letting_in(tx, event_id, "Anna")
        one = await letting_in(tx, event_id, "OSP Rydzewo")
        other = await go_on(tx, one, "wzorowa")
        anew = await go_on(tx, one, AGAIN)

    assert sorted(matches(both)) == ["Anna Inna", "Anna Wzorowa"]
    assert (matches(one), matches(other)) == (["Anna Inna"], ["Anna Wzorowa"])
    assert isinstance(anew, Asked)
    assert anew.question == "seat_name"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("Nikt Taki", NobodyFound),
        ("🌻🌻🌻", NobodyFound),
        ("  ", AnswerEmpty),
        ("ż" * 500, AnswerTooLong),
    ],
)
async def test_name_that_finds_nobody_is_refused(
    database: Database, raw: str, why: type[Exception]
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_member(tx, "Anna Wzorowa")

        with pytest.raises(why):
            await letting_in(tx, event_id, raw)


async def test_person_who_was_not_offered_cannot_be_picked(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_member(tx, "Anna Wzorowa")
        other = await make_member(tx, "Jan Inny")

        with pytest.raises(OptionUnknown):
            await letting_in(tx, event_id, "Anna", str(other))


async def test_person_on_the_list_already_is_not_let_in_twice(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        person_id = await make_member(tx, "Anna Wzorowa")
        await register(tx, event_id, person_id)

        with pytest.raises(PersonListed) as refused:
            await letting_in(tx, event_id, "Anna", str(person_id), SKIP)

    assert refused.value.name == "Anna Wzorowa"


async def test_application_is_refused_with_a_reason_that_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, approval="staff")
        got = await register(tx, event_id, await make_person(tx, chat=5))
        number = got.registration_id

        done = settled(await with_reason(tx, number, REFUSE, " Brak \n miejsc. ", YES))
        nothing_yet = await kinds_to(tx, "5")
        await carry_out(tx)
        told = await facts_of(tx, f"application_refused:{number}:telegram")
        with pytest.raises(PersonGone):
            await with_reason(tx, number, REFUSE)

    assert nothing_yet == ["application_received"]
    assert (done.deed, told["reason"]) == (REFUSE, "Brak miejsc.")


async def test_person_is_taken_off_with_a_reason_that_is_told_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        first = await register(tx, event_id, await make_person(tx, chat=5))
        await register(tx, event_id, await make_person(tx, chat=6))
        number = first.registration_id

        settled(await with_reason(tx, number, TAKE_OFF, "Zapis był podwójny.", YES))
        await carry_out(tx)
        told = await facts_of(tx, f"registration_cancelled:{number}:telegram")
        found = await registrations.get(tx, number)
        promoted = await kinds_to(tx, "6")
        (deed,) = await staff.audit_trail(tx, limit=1)

    assert found is not None
    assert (found.state, found.ended_because) == ("cancelled", "Zapis był podwójny.")
    assert told["reason"] == "Zapis był podwójny."
    assert promoted == ["waiting_listed", "promoted"]
    assert (deed.action, deed.detail) == (
        "take_off",
        {"event": event_id, "registration": number},
    )


@pytest.mark.parametrize(("raw", "why"), [(" ", AnswerEmpty), ("ż" * 301, AnswerTooLong)])
@pytest.mark.parametrize("deed", [REFUSE, TAKE_OFF])
async def test_reason_must_be_words_of_a_fitting_length(
    database: Database, deed: str, raw: str, why: type[Exception]
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, approval="staff")
        got = await register(tx, event_id, await make_person(tx, chat=5))

        with pytest.raises(why):
            await with_reason(tx, got.registration_id, deed, raw)
        desk = await event_desk.person(tx, registration_id=got.registration_id, member=CHIEF)

    assert desk.attending.approval == "asked"


async def test_reason_alone_does_nothing_and_can_be_written_anew(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, approval="staff")
        got = await register(tx, event_id, await make_person(tx, chat=5))
        surely = await with_reason(tx, got.registration_id, REFUSE, "Brak miejsc.")
        assert isinstance(surely, Asked)

        again = await go_on(tx, surely, AGAIN)
        kept = settled(await go_on(tx, surely, NO))
        with pytest.raises(OptionUnknown):
            await go_on(tx, surely, "tak")
        await carry_out(tx)
        desk = await event_desk.person(tx, registration_id=got.registration_id, member=CHIEF)

    assert surely.facts["reason"] == "Brak miejsc."
    assert isinstance(again, Asked)
    assert again.question == "seat_reason"
    assert (kept.deed, kept.waits) == (KEPT, None)
    assert desk.attending.approval == "asked"


async def test_application_decided_meanwhile_is_not_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=5, approval="staff")
        got = await register(tx, event_id, await make_person(tx, chat=5))
        asked = await with_reason(tx, got.registration_id, REFUSE)
        await registrations.grant(tx, await _read(tx, got.registration_id))

        settled(await go_on(tx, asked, "Brak miejsc.", YES))
        with pytest.raises(NothingToDecide):
            await carry_out(tx)


async def _read(tx: Tx, number: int) -> registrations.Registration:
    found = await registrations.get(tx, number)
    assert found is not None
    return found
