"""A calendar gives up the seat of somebody whom an organisation had named."""

import pytest

from programme import giving_up
from programme.giving_up_refusals import NamedInstead
from storage.database import Database, Tx
from tests.programme import naming
from tests.programme.answering import JAN, hear, said
from tests.programme.line import HOUR, heard, send
from tests.programme.naming import CONTACT_CHAT, NamingScene, make_scene, named_count
from tests.programme.steps import uids
from tests.storage.rows import NOW, make_person


async def _declined(tx: Tx, *, entry: str = "nominated") -> tuple[NamingScene, int, int, int]:
    """Name Jan, let him accept by chat and decline in the calendar.

    Gives the scene, the nomination, his registration and his number.
    """
    at = await make_scene(tx, seats=1, entry=entry)
    jan = await make_person(tx, name="Jan Nowy", chat=77, mail=JAN)
    named = await naming.name(tx, at, "Jan Nowy")
    accepted = await naming.accept(tx, named, jan)
    number = accepted.registration_id
    assert number is not None
    await send(tx)
    assert await hear(tx, said((await uids(tx, number))[0], "DECLINED")) == ("gave_up",)
    return at, named.nomination_id, number, jan


async def test_organisation_may_name_somebody_else_as_soon_as_a_calendar_says_no(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at, nomination_id, _, _ = await _declined(tx)

        found = await naming.read(tx, nomination_id)
        assert (found.state, await named_count(tx, at)) == ("declined", 0)
        assert (await heard(tx, CONTACT_CHAT))[-1] == "nomination_answered"


async def test_undo_brings_the_nomination_back_and_the_contact_hears_of_it(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at, nomination_id, number, jan = await _declined(tx)
        await send(tx)
        before = len(await heard(tx, CONTACT_CHAT))

        await giving_up.undo(tx, registration_id=number, person_id=jan, now=NOW + HOUR)

        found = await naming.read(tx, nomination_id)
        assert (found.state, await named_count(tx, at)) == ("accepted", 1)
        assert len(await heard(tx, CONTACT_CHAT)) == before + 1


async def test_contact_who_heard_nothing_of_the_no_hears_nothing_of_the_undo(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        _, _, number, jan = await _declined(tx)
        before = len(await heard(tx, CONTACT_CHAT))

        await giving_up.undo(tx, registration_id=number, person_id=jan, now=NOW + HOUR)

        assert len(await heard(tx, CONTACT_CHAT)) == before - 1


async def test_seat_of_an_organisation_that_named_somebody_else_is_theirs(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at, _, number, jan = await _declined(tx)
        await naming.name(tx, at, "Ewa Nowa")

        with pytest.raises(NamedInstead):
            await giving_up.undo(tx, registration_id=number, person_id=jan, now=NOW + HOUR)

        assert await named_count(tx, at) == 1
        # Nothing was changed, so the time to undo goes on.
        assert await giving_up.can_undo_until(tx, registration_id=number, now=NOW + HOUR)


async def test_where_everybody_may_come_the_seat_comes_back_without_the_nomination(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at, nomination_id, number, jan = await _declined(tx, entry="open")
        await naming.name(tx, at, "Ewa Nowa")

        got = await giving_up.undo(tx, registration_id=number, person_id=jan, now=NOW + HOUR)

        assert got.state == "active"
        assert (await naming.read(tx, nomination_id)).state == "declined"
