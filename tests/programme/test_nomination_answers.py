"""What people who were named answer, and who may answer for them."""

from datetime import timedelta

import pytest

from programme import nomination_answers, nominations, registration
from programme.nomination_refusals import (
    AnswersThemselves,
    NamedByAnother,
    NominationEnded,
    NominationUnknown,
)
from programme.refusals import DeadlinePassed, EventOver, NotInAudience
from storage import people, registrations
from storage.database import Database, Tx
from storage.tables import event
from tests.programme.audience import make_organisation
from tests.programme.naming import (
    DEADLINE,
    LINK,
    NamingScene,
    accept,
    make_scene,
    name,
    named_count,
    read,
    token_of,
)
from tests.programme.steps import facts_of, kinds_to, register
from tests.storage.rows import FIRST_DAY, NOW, make_person

A_DAY = timedelta(days=1)
CONTACT = "501"


async def decline(tx: Tx, nomination_id: int, person_id: int, proof: str = "") -> None:
    await nomination_answers.decline(
        tx, nomination_id=nomination_id, person_id=person_id, proof=proof, now=NOW
    )


async def of_registration(tx: Tx, number: int | None) -> registrations.Registration:
    found = await registrations.get(tx, number or -1)
    assert found is not None
    return found


async def test_accepting_by_the_link_gives_a_seat_and_tells_the_contact_once(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, name="Anna Wzorowa", chat=7)
        naming = await name(tx, at, email="anna@example.org")

        found = await accept(tx, naming, anna)

        seat = await of_registration(tx, found.registration_id)
        assert (found.state, found.answered_by, found.person_id, found.identity) == (
            "accepted",
            "self",
            anna,
            f"person:{anna}",
        )
        assert (seat.state, seat.answered_by, seat.organisation_id) == (
            "active",
            "self",
            at.organisation_id,
        )
        assert await kinds_to(tx, "7") == ["registration_confirmed"]
        assert await kinds_to(tx, CONTACT) == ["nomination_answered"]
        with pytest.raises(NominationEnded):
            await accept(tx, naming, anna)


async def test_a_nomination_for_a_full_event_is_a_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, capacity=0)
        anna = await make_person(tx, chat=7)
        naming = await name(tx, at)

        await accept(tx, naming, anna)

        key = f"nomination_answered:{naming.nomination_id}:accepted:telegram"
        facts = await facts_of(tx, key)
        assert (facts["answer"], facts["registered"]) == ("accepted", "waiting")


async def test_only_the_person_named_or_the_holder_of_the_link_may_answer(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, name="Anna Wzorowa", chat=7, mail="anna@example.org")
        ewa = await make_person(tx, name="Ewa Druga", chat=8)
        known = await name(tx, at, email="anna@example.org")
        unknown = await name(tx, at, "Ewa Druga")

        for naming, person_id, proof in (
            (known, ewa, token_of(known)),
            (unknown, ewa, ""),
            (unknown, ewa, "wrong"),
            (unknown, anna, token_of(known)),
        ):
            with pytest.raises(NominationUnknown):
                await decline(tx, naming.nomination_id, person_id, proof)

        await decline(tx, known.nomination_id, anna)
        await decline(tx, unknown.nomination_id, ewa, token_of(unknown))
        assert await named_count(tx, at) == 0


async def test_declining_frees_the_quota_and_tells_the_contact_once(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        anna = await make_person(tx, name="Anna Wzorowa", chat=7, mail="anna@example.org")
        naming = await name(tx, at, email="anna@example.org")

        await decline(tx, naming.nomination_id, anna)

        assert (await read(tx, naming.nomination_id)).state == "declined"
        assert await named_count(tx, at) == 0
        assert await kinds_to(tx, CONTACT) == ["nomination_answered"]
        with pytest.raises(NominationEnded):
            await decline(tx, naming.nomination_id, anna)
        await name(tx, at, "Ewa Druga")


async def test_giving_the_seat_back_ends_the_nomination_and_tells_the_contact(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, chat=7)
        found = await accept(tx, await name(tx, at), anna)

        await registration.cancel(
            tx, registration_id=found.registration_id or -1, person_id=anna, now=NOW
        )

        assert (await read(tx, found.id)).state == "declined"
        assert await named_count(tx, at) == 0
        key = f"nomination_answered:{found.id}:cancelled:telegram"
        assert (await facts_of(tx, key))["may_name"] is True
        assert await kinds_to(tx, CONTACT) == ["nomination_answered"] * 2


async def test_withdrawing_tells_the_contact_nothing_of_the_cancelled_seat(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, chat=7)
        found = await accept(tx, await name(tx, at), anna)

        await nominations.withdraw(tx, nomination_id=found.id, speaker=at.contact, now=NOW)

        assert await kinds_to(tx, CONTACT) == ["nomination_answered"]
        assert await kinds_to(tx, "7") == ["registration_confirmed", "registration_cancelled"]


async def test_who_had_registered_alone_keeps_that_when_the_nomination_ends(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, entry="open")
        anna = await make_person(tx, chat=7)
        own = await register(tx, at.event_id, anna)

        found = await accept(tx, await name(tx, at), anna)
        await nominations.withdraw(tx, nomination_id=found.id, speaker=at.contact, now=NOW)

        assert found.registration_id is None
        assert (await of_registration(tx, own.registration_id)).state == "active"


async def test_a_link_leads_nobody_to_two_organisations_at_one_event(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        other = await make_organisation(tx, "OSP Ruda", email="osp@example.org")
        anna = await make_person(tx, chat=7)
        first = await name(tx, at)
        second = await name(tx, at, organisation_id=other)
        await accept(tx, first, anna)

        with pytest.raises(NamedByAnother):
            await accept(tx, second, anna)

        assert (await read(tx, second.nomination_id)).state == "named"


async def test_who_was_named_in_time_may_answer_until_the_event_begins(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await tx.execute(event.update().values(deadline_at=DEADLINE))
        anna, ewa = await make_person(tx, chat=7), await make_person(tx, chat=8)
        first, second = await name(tx, at), await name(tx, at, "Ewa Druga")

        found = await accept(tx, first, anna, now=DEADLINE + A_DAY)

        assert found.state == "accepted"
        with pytest.raises(EventOver):
            await accept(tx, second, ewa, now=FIRST_DAY)


async def test_a_late_answer_where_staff_decide_is_refused_and_changes_nothing(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await tx.execute(event.update().values(deadline_at=DEADLINE, approval="staff"))
        anna = await make_person(tx, chat=7)
        naming = await name(tx, at)

        with pytest.raises(DeadlinePassed):
            await accept(tx, naming, anna, now=DEADLINE + A_DAY)

        assert (await read(tx, naming.nomination_id)).state == "named"


async def test_an_application_follows_where_staff_decide(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await tx.execute(event.update().values(approval="staff"))
        anna = await make_person(tx, chat=7)

        found = await accept(tx, await name(tx, at), anna)

        seat = await of_registration(tx, found.registration_id)
        assert (seat.state, seat.approval) == ("waiting", "asked")


async def test_somebody_of_another_audience_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await tx.execute(event.update().values(audience="ngo"))
        clerk = await make_person(tx, role="clerk", chat=7)
        naming = await name(tx, at)

        for now in (NOW, DEADLINE + A_DAY):
            with pytest.raises(NotInAudience):
                await accept(tx, naming, clerk, now=now)


async def answer_for(
    tx: Tx, at: NamingScene, nomination_id: int, *, staff: bool = False, yes: bool = True
) -> None:
    await nomination_answers.answer_for(
        tx,
        nomination_id=nomination_id,
        speaker=at.staff if staff else at.contact,
        yes=yes,
        note="Rozmawialiśmy.",
        now=NOW,
    )


async def test_a_contact_answers_for_somebody_whom_nothing_reaches(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at)

        await answer_for(tx, at, naming.nomination_id)

        found = await read(tx, naming.nomination_id)
        seat = await of_registration(tx, found.registration_id)
        person = await people.get(tx, seat.person_id)
        assert (found.state, found.answered_by) == ("accepted", "contact")
        assert (seat.answered_by, seat.note, seat.organisation_id) == (
            "contact",
            "Rozmawialiśmy.",
            at.organisation_id,
        )
        assert (person.name, await people.contacts(tx, person.id)) == ("Anna Wzorowa", [])
        # Whoever gave the answer is not told of it.
        assert await kinds_to(tx, CONTACT) == []


async def test_a_contact_does_not_answer_for_somebody_who_is_asked(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=3)
        await make_person(tx, name="Ewa Druga", chat=7, mail="ewa@example.org")
        asked = await name(tx, at, email="anna@example.org")
        known = await name(tx, at, "Ewa Druga", "ewa@example.org")

        for naming in (asked, known):
            with pytest.raises(AnswersThemselves):
                await answer_for(tx, at, naming.nomination_id)

        everyone = await people.everyone(tx)
        assert [one.name for one in everyone] == ["Jan Prezes", "Ewa Druga"]


@pytest.mark.parametrize(("yes", "state"), [(True, "accepted"), (False, "declined")])
async def test_staff_enter_any_answer_that_came_on_paper(
    database: Database, *, yes: bool, state: str
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")

        await answer_for(tx, at, naming.nomination_id, staff=True, yes=yes)

        found = await read(tx, naming.nomination_id)
        assert (found.state, found.answered_by) == (state, "staff")
        assert await kinds_to(tx, CONTACT) == ["nomination_answered"]
        assert await named_count(tx, at) == int(yes)


async def test_a_refused_answer_leaves_no_person_behind(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await tx.execute(event.update().values(deadline_at=DEADLINE, approval="staff"))
        naming = await name(tx, at)

        with pytest.raises(DeadlinePassed):
            await nomination_answers.answer_for(
                tx,
                nomination_id=naming.nomination_id,
                speaker=at.staff,
                yes=True,
                now=DEADLINE + A_DAY,
            )

        assert [one.name for one in await people.everyone(tx)] == ["Jan Prezes"]


async def test_a_new_link_to_hand_on_ends_the_old_one(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, chat=7)
        naming = await name(tx, at)

        link = await nomination_answers.link_to_hand_on(
            tx, nomination_id=naming.nomination_id, link=LINK, now=NOW
        )

        with pytest.raises(NominationUnknown):
            await accept(tx, naming, anna)
        person = await people.get(tx, anna)
        card = await nomination_answers.by_link(
            tx, token=link.partition("?start=n_")[2], person=person
        )
        assert (card.waits, card.is_handed, card.nomination.id) == (
            True,
            False,
            naming.nomination_id,
        )


async def test_no_link_is_handed_on_for_somebody_who_was_written_to(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")

        with pytest.raises(AnswersThemselves):
            await nomination_answers.link_to_hand_on(
                tx, nomination_id=naming.nomination_id, link=LINK, now=NOW
            )


async def test_the_contact_who_opens_the_link_is_asked_to_hand_it_on(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at)
        contact = await people.get(tx, at.contact_id)

        card = await nomination_answers.by_link(tx, token=token_of(naming), person=contact)

        assert card.is_handed


async def test_unanswered_nominations_stand_below_ones_own_trainings(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, name="Anna Wzorowa", chat=7, mail="anna@example.org")
        naming = await name(tx, at, email="anna@example.org")
        person = await people.get(tx, anna)

        waiting = await nomination_answers.waiting_for(tx, person=person)
        await accept(tx, naming, anna)

        assert [card.nomination.id for card in waiting] == [naming.nomination_id]
        assert await nomination_answers.waiting_for(tx, person=person) == []
