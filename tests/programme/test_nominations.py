"""Naming, replacing and withdrawing, on both databases."""

from datetime import timedelta

import pytest

from programme import memberships, nominations
from programme.nomination_refusals import (
    AlreadyNamed,
    NamesNotWanted,
    NamingOver,
    NominationEnded,
    QuotaFull,
)
from programme.refusals import (
    AddressWrong,
    AnswerTooLong,
    EventOver,
    NameWithoutLetters,
    NotInAudience,
    PersonUnknown,
    Refusal,
)
from storage.database import Database
from storage.seat_tables import nomination as table
from storage.tables import event
from tests.programme.audience import make_organisation
from tests.programme.naming import (
    CONTACT_CHAT,
    DEADLINE,
    accept,
    make_scene,
    name,
    named_count,
    read,
)
from tests.programme.steps import facts_of, kinds_to, read_event, told
from tests.storage.rows import FIRST_DAY, NOW, make_person

SECOND = timedelta(seconds=1)


async def test_somebody_with_an_address_is_asked_there_and_only_there(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        naming = await name(tx, at, email="anna@example.org")

        found = await read(tx, naming.nomination_id)
        key = f"nominated:{found.id}:named:mail"
        assert (naming.channel, found.state, found.identity, found.person_id) == (
            "mail",
            "named",
            "mail:anna@example.org",
            None,
        )
        assert await told(tx) == [(key, "nominated", "anna@example.org")]
        assert (await facts_of(tx, key))["link"] == naming.link
        assert await named_count(tx, at) == 1


async def test_a_secret_is_not_kept_where_the_nomination_is(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        naming = await name(tx, at)

        stored = (await tx.execute(table.select())).one()
        assert naming.link.partition("n_")[2] not in {str(value) for value in stored}


async def test_somebody_known_by_a_verified_address_and_name_is_asked_in_the_chat(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, name="Anna Wzorowa", chat=7, mail="anna@example.org")

        naming = await name(tx, at, "anna  WZOROWA", "Anna@example.org")

        assert (naming.channel, (await read(tx, naming.nomination_id)).identity) == (
            "telegram",
            f"person:{anna}",
        )
        assert await kinds_to(tx, "7") == ["nominated"]


async def test_another_name_at_the_same_address_is_somebody_else(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await make_person(tx, name="Zofia Inna", chat=7, mail="anna@example.org")

        naming = await name(tx, at, email="anna@example.org")

        assert (naming.channel, (await read(tx, naming.nomination_id)).person_id) == ("mail", None)
        assert await kinds_to(tx, "7") == []


async def test_the_organisations_own_mailbox_may_serve_several_people(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        for one in ("Anna Wzorowa", "Jan Przykładowy"):
            await name(tx, at, one, "KGW@example.org")

        assert await named_count(tx, at) == 2


async def test_somebody_without_address_gets_the_link_from_the_contact(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        naming = await name(tx, at)

        assert naming.channel is None
        assert await told(tx) == []


async def test_a_member_of_the_organisation_may_be_chosen_and_nobody_else(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        stranger = await make_person(tx, chat=8)

        naming = await name(tx, at, person_id=at.contact_id)

        assert naming.name == "Jan Prezes"
        with pytest.raises(PersonUnknown):
            await name(tx, at, person_id=stranger)


@pytest.mark.parametrize(("email", "other"), [("anna@example.org", "ANNA@example.org"), ("", "")])
async def test_the_same_person_is_named_once_in_an_organisation(
    database: Database, email: str, other: str
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=3)
        await name(tx, at, email=email)

        with pytest.raises(AlreadyNamed):
            await name(tx, at, "Anna  wzorowa", other)

        assert await named_count(tx, at) == 1


async def test_the_same_address_in_another_organisation_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        other = await make_organisation(tx, "OSP Ruda", email="osp@example.org")
        await name(tx, at, email="anna@example.org")

        with pytest.raises(AlreadyNamed):
            await name(tx, at, email="anna@example.org", organisation_id=other)

        # Two people may have the same name.
        await name(tx, at, "Anna Wzorowa", organisation_id=other)
        assert await named_count(tx, at) == 1


async def test_a_full_quota_refuses_and_leaves_nothing_behind(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        await name(tx, at)

        with pytest.raises(QuotaFull) as refusal:
            await name(tx, at, "Ewa Druga", "ewa@example.org")

        assert refusal.value.seats == 1
        assert len((await tx.execute(table.select())).all()) == 1
        assert await kinds_to(tx, "ewa@example.org") == []


async def test_staff_may_raise_the_quota_of_one_organisation(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        await name(tx, at)
        await nominations.change_terms(
            tx,
            event_id=at.event_id,
            organisation_id=at.organisation_id,
            speaker=at.staff,
            now=NOW,
            seats=2,
        )

        await name(tx, at, "Ewa Druga")

        assert await named_count(tx, at) == 2


async def test_an_event_without_a_quota_takes_as_many_as_are_named(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=None)

        for number in range(5):
            await name(tx, at, f"Osoba Numer{number}")

        assert await named_count(tx, at) == 5


@pytest.mark.parametrize(
    ("full", "email", "why"),
    [
        ("x" * 500, "", AnswerTooLong),
        ("🎉🎉🎉", "", NameWithoutLetters),
        ("Anna Wzorowa", "nie wiem", AddressWrong),
    ],
)
async def test_what_is_no_name_and_no_address_is_refused(
    database: Database, full: str, email: str, why: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        with pytest.raises(why):
            await name(tx, at, full, email)

        assert await named_count(tx, at) == 0


async def test_a_second_after_the_deadline_only_staff_may_name(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await name(tx, at, now=DEADLINE)

        with pytest.raises(NamingOver) as refusal:
            await name(tx, at, "Ewa Druga", now=DEADLINE + SECOND)

        assert refusal.value.deadline == DEADLINE
        late = await name(tx, at, "Ewa Druga", speaker=at.staff, now=DEADLINE + SECOND)
        assert (await read(tx, late.nomination_id)).named_by_person_id is None


async def test_staff_may_give_one_organisation_more_time(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await nominations.change_terms(
            tx,
            event_id=at.event_id,
            organisation_id=at.organisation_id,
            speaker=at.staff,
            now=NOW,
            deadline_at=DEADLINE + timedelta(days=1),
            deadline_wall="2027-01-25T11:00",
        )

        naming = await name(tx, at, now=DEADLINE + SECOND)

        assert (await read(tx, naming.nomination_id)).state == "named"


async def test_nobody_is_named_once_the_event_has_begun(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)

        with pytest.raises(EventOver):
            await name(tx, at, speaker=at.staff, now=FIRST_DAY)


async def test_an_event_that_asks_no_organisation_takes_no_names(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        values = {"entry": "open", "seats_per_organisation": None, "nomination_deadline_at": None}
        await tx.execute(event.update().values(values))

        with pytest.raises(NamesNotWanted):
            await name(tx, at)


async def test_an_event_for_others_takes_no_names(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await tx.execute(event.update().values(audience="office"))

        with pytest.raises(NotInAudience):
            await name(tx, at)


async def test_replacing_keeps_the_quota_and_tells_each_once(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        anna = await make_person(tx, name="Anna Wzorowa", chat=7, mail="anna@example.org")
        first = await name(tx, at, email="anna@example.org")
        await accept(tx, first, anna)

        second = await name(tx, at, "Ewa Druga", "ewa@example.org", replaces_id=first.nomination_id)

        old = await read(tx, first.nomination_id)
        assert (old.state, (await read(tx, second.nomination_id)).state) == ("replaced", "named")
        assert await named_count(tx, at) == 1
        assert (await read_event(tx, at.event_id)).taken == 0
        # The calendar entry is taken back by mail as well.
        assert (await kinds_to(tx, "7"))[-1] == "registration_cancelled"
        assert await kinds_to(tx, "ewa@example.org") == ["nominated"]
        assert await kinds_to(tx, "501") == ["nomination_answered"]


async def test_a_replacement_that_is_refused_leaves_the_old_one_in(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        first = await name(tx, at)
        await name(tx, at, "Ewa Druga", "ewa@example.org")

        with pytest.raises(AlreadyNamed):
            await name(tx, at, "Ewa D", "ewa@example.org", replaces_id=first.nomination_id)

        assert (await read(tx, first.nomination_id)).state == "named"
        assert await named_count(tx, at) == 2


async def test_withdrawing_frees_the_place_and_the_seat(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, capacity=1)
        anna = await make_person(tx, chat=7)
        ewa = await make_person(tx, chat=8)
        first, second = await name(tx, at), await name(tx, at, "Ewa Druga")
        await accept(tx, first, anna)
        await accept(tx, second, ewa)

        await nominations.withdraw(
            tx, nomination_id=first.nomination_id, speaker=at.contact, now=NOW
        )

        assert (await read(tx, first.nomination_id)).state == "withdrawn"
        assert await named_count(tx, at) == 1
        assert (await kinds_to(tx, "8"))[-1] == "promoted"
        facts = await facts_of(tx, "registration_cancelled:1:telegram")
        assert facts["withdrawn_by"] == "KGW Miłki"
        with pytest.raises(NominationEnded):
            await nominations.withdraw(
                tx, nomination_id=first.nomination_id, speaker=at.contact, now=NOW
            )


async def test_whoever_never_heard_of_it_is_not_told_that_it_is_over(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")

        await nominations.withdraw(
            tx, nomination_id=naming.nomination_id, speaker=at.contact, now=NOW
        )

        assert await kinds_to(tx, "anna@example.org") == ["nominated"]
        state = (await tx.exec_driver_sql("SELECT state FROM outbox")).scalars().all()
        assert state == ["cancelled"]


async def test_whoever_heard_of_it_is_told_once_that_it_is_over(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")

        await nominations.withdraw(
            tx, nomination_id=naming.nomination_id, speaker=at.contact, now=NOW
        )

        assert await kinds_to(tx, "anna@example.org") == ["nominated", "nomination_withdrawn"]


async def test_whoever_was_withdrawn_may_be_named_again(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        first = await name(tx, at, email="anna@example.org")
        await nominations.withdraw(
            tx, nomination_id=first.nomination_id, speaker=at.contact, now=NOW
        )

        again = await name(tx, at, email="anna@example.org")

        assert (await read(tx, again.nomination_id)).state == "named"


async def test_who_names_themselves_is_asked_where_they_are(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await memberships.join(
            tx, person_id=at.contact_id, organisation_id=at.organisation_id, now=NOW
        )

        naming = await name(tx, at, person_id=at.contact_id)

        assert naming.channel == nominations.SELF
        assert await kinds_to(tx, str(CONTACT_CHAT)) == []
