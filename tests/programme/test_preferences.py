"""Who wants no invitations gets none, by any way, and still hears of their own seat."""

import pytest
from sqlalchemy import select

from programme import (
    audiences,
    invitations,
    nomination_calls,
    nomination_notices,
    other_channel,
    polls,
    preferences,
    registration,
    votes,
)
from programme.audiences import Gathered
from storage import nominations as nomination_rows
from storage import organisations, outbox_desk, people
from storage.database import Database
from storage.tables import outbox
from tests.programme.audience import (
    CHIEF,
    make_member,
    make_organisation,
    make_staff,
    seat,
)
from tests.programme.inviting import (
    EVERYBODY,
    MAILBOX,
    QUIET,
    invite,
    make_crowd,
    out_door,
    reached,
)
from tests.programme.naming import LINK, make_contact, make_naming_event
from tests.storage.rows import NOW, make_event, make_programme


@pytest.mark.parametrize("who", ["anna", "ewa", "jan", "zofia"])
async def test_invitation_reaches_everybody_but_who_said_no(database: Database, who: str) -> None:
    address = {"anna": "1", "ewa": "2"}.get(who, f"{who}@example.org")
    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)
        assert await invite(tx, member) == len(EVERYBODY)
        assert await reached(tx) == EVERYBODY
        await tx.execute(outbox.delete())

        assert await preferences.want(tx, person_id=crowd[who], wanted=False, now=NOW)

        assert await invite(tx, member, key="900:2") == len(EVERYBODY) - 1
        assert await reached(tx) == [one for one in EVERYBODY if one != address]


async def test_what_waits_is_taken_back_but_not_what_concerns_their_own_seat(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)
        event_id = await make_event(tx)
        await registration.register(
            tx, event_id=event_id, person_id=crowd["ewa"], door="telegram", now=NOW
        )
        await invite(tx, member)
        await polls.ask(
            tx,
            staff=member,
            key="900:9",
            question="Czy Państwo będą?",
            options=["Tak", "Nie"],
            event_id=event_id,
            quiet=QUIET,
            now=NOW,
        )

        await preferences.want(tx, person_id=crowd["ewa"], wanted=False, now=NOW)

        assert await reached(tx, "invitation", "poll") == [one for one in EVERYBODY if one != "2"]
        assert await reached(tx, "registration_confirmed") == ["2"]
        [asked] = await votes.recent(tx, limit=9)
        assert (await votes.results_of(tx, survey_id=asked.survey_id)).people_asked == 0


async def test_preview_counts_whoever_wants_no_invitations(database: Database) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        await make_member(tx, "Nikt")
        for who in ("anna", "jan"):
            await preferences.want(tx, person_id=crowd[who], wanted=False, now=NOW)
        await preferences.organisation_wants(
            tx, organisation_id=crowd["kgw"], wanted=False, now=NOW
        )

        found = await invitations.preview(tx, audience="organisations", event_id=None, now=NOW)

        assert (found.people, found.organisations, found.by_chat, found.by_mail) == (2, 0, 1, 1)
        assert (found.unreachable, found.unwanted) == (1, 3)


async def test_participants_who_want_none_are_left_out_of_letters_to_an_event(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        event_id = await make_event(tx)
        for who in ("anna", "jan", "zofia"):
            await seat(tx, event_id, crowd[who])
        await preferences.want(tx, person_id=crowd["jan"], wanted=False, now=NOW)

        gathered = await audiences.gather(tx, f"event:{event_id}")
        asked = await polls.audience_of(tx, whom=f"event:{event_id}")

        assert [one.address for one in gathered.recipients] == ["1", "zofia@example.org"]
        assert gathered == asked == Gathered(gathered.recipients, 0, 1)


async def test_saying_it_again_changes_nothing_and_taking_it_back_works(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)

        said = [
            await preferences.want(tx, person_id=crowd["jan"], wanted=wanted, now=NOW)
            for wanted in (True, False, False, True, True)
        ]

        assert said == [False, True, False, True, False]
        await invite(tx, member)
        assert await reached(tx) == EVERYBODY


async def test_letter_ends_invitations_for_the_mailbox_that_it_came_to(database: Database) -> None:
    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)
        # The same mailbox: one has a chat besides, one gets letters there, and an organisation.
        shared = "Jan@Example.org"
        chats = await make_member(tx, "Maria", chat=7, mail=shared)
        reads = await make_member(tx, "Piotr", mail=shared)
        owns = await make_organisation(tx, "OSP", email=shared)
        door = await out_door(tx, "jan@example.org", person_id=crowd["jan"])

        changed = await preferences.want_by_letter(tx, door=door, wanted=False, now=NOW)

        wanted = {one.id: one.invitations for one in await people.everyone(tx)}
        assert changed
        assert [wanted[one] for one in (crowd["jan"], reads, chats)] == [False, False, True]
        unit = await organisations.get(tx, owns)
        assert unit is not None
        assert not unit.invitations
        await invite(tx, member)
        assert await reached(tx) == ["1", "2", "7", MAILBOX, "zofia@example.org"]
        assert await preferences.want_by_letter(tx, door=door, wanted=True, now=NOW)
        await invite(tx, member, key="900:2")
        again = [address.lower() for address in await reached(tx)]
        assert again.count("jan@example.org") == 1


async def test_letter_to_an_organisation_ends_its_invitations(database: Database) -> None:
    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)
        await invite(tx, member)
        door = await out_door(tx, MAILBOX, organisation_id=crowd["kgw"])

        assert await preferences.want_by_letter(tx, door=door, wanted=False, now=NOW)
        assert not await preferences.want_by_letter(tx, door=door, wanted=False, now=NOW)

        assert await reached(tx) == [one for one in EVERYBODY if one != MAILBOX]
        assert not await preferences.wants(tx, door=door)


async def test_organisation_is_not_written_to_where_its_only_person_said_no(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_programme(tx)
        own = await make_organisation(tx, "KGW", email=MAILBOX)
        other = await make_organisation(tx, "OSP", email="osp@example.org")
        anna = await make_member(tx, "Anna", chat=1, mail=MAILBOX.upper(), organisation_id=own)
        jan = await make_member(tx, "Jan", chat=2, organisation_id=other)
        for person_id in (anna, jan):
            await preferences.want(tx, person_id=person_id, wanted=False, now=NOW)

        await invite(tx, member)

        assert await reached(tx) == ["osp@example.org"]


async def test_call_leaves_out_organisations_that_want_none_and_says_so(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_naming_event(tx)
        willing = await make_organisation(tx, "A", email="a@example.org")
        refusing = await make_organisation(tx, "B", email="b@example.org")
        spoken_for = await make_organisation(tx, "C", email="c@example.org")
        speaker = await make_contact(tx, spoken_for, 5)
        silent = await make_organisation(tx, "D", email="d@example.org")
        await people.add_contact(
            tx,
            person_id=await make_contact(tx, silent, 6),
            channel="mail",
            address="D@example.org",
            verified=True,
            now=NOW,
        )
        nowhere = await make_organisation(tx, "E")
        await preferences.organisation_wants(tx, organisation_id=refusing, wanted=False, now=NOW)
        speaks = await nomination_notices.recipients_of(tx, await organisations.list_all(tx))
        for one in (speaker, speaks[silent][0].person_id or 0):
            await preferences.want(tx, person_id=one, wanted=False, now=NOW)

        found = await nomination_calls.preview(tx, event_id=event_id, now=NOW, member=CHIEF)
        sent = await nomination_calls.send(
            tx, event_id=event_id, member=member, link=LINK, quiet=QUIET, now=NOW
        )

        assert [one.id for one in found.by_chat] == []
        assert [one.id for one in found.by_mail] == [willing, spoken_for]
        assert [one.id for one in found.unwanted] == [refusing, silent]
        assert [one.id for one in found.nowhere] == [nowhere]
        assert sent.organisations == 2
        assert await reached(tx, "nomination_call") == ["a@example.org", "c@example.org"]
        calls = await nomination_rows.calls(tx, event_id)
        assert [one.organisation_id for one in calls if one.called_at] == [willing, spoken_for]


@pytest.mark.parametrize("wanted", [True, False])
async def test_what_a_chat_did_not_take_goes_by_mail_only_if_it_is_still_wanted(
    database: Database, wanted: bool
) -> None:
    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)
        await invite(tx, member)
        number = await tx.scalar(select(outbox.c.id).where(outbox.c.address == "1"))
        row = await outbox_desk.get(tx, number or 0)
        assert row is not None
        # Its bytes are on their way when the person says no.
        await tx.execute(outbox.update().where(outbox.c.id == row.id).values(state="started"))
        await preferences.want(tx, person_id=crowd["anna"], wanted=wanted, now=NOW)

        await other_channel.say(tx, row, now=NOW)

        assert ("anna@example.org" in await reached(tx)) == wanted
