"""A nomination ends with the place that it was about, whoever had asked for that place."""

from programme import registration
from storage.database import Database
from tests.programme.naming import CONTACT_CHAT, accept, make_scene, name, named_count, read
from tests.programme.steps import kinds_to, register
from tests.storage.rows import NOW, make_event, make_person


async def test_whoever_had_registered_alone_and_cancels_frees_the_quota_too(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, entry="open")
        anna = await make_person(tx, chat=7)
        own = await register(tx, at.event_id, anna)
        found = await accept(tx, await name(tx, at), anna)

        await registration.cancel(tx, registration_id=own.registration_id, person_id=anna, now=NOW)

        assert found.registration_id is None
        assert (await read(tx, found.id)).state == "declined"
        assert await named_count(tx, at) == 0
        assert await kinds_to(tx, str(CONTACT_CHAT)) == ["nomination_answered"] * 2


async def test_a_nomination_for_another_event_does_not_end(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, entry="open")
        anna = await make_person(tx, chat=7)
        await register(tx, at.event_id, anna)
        found = await accept(tx, await name(tx, at), anna)
        elsewhere = await register(tx, await make_event(tx), anna)

        await registration.cancel(
            tx, registration_id=elsewhere.registration_id, person_id=anna, now=NOW
        )

        assert (await read(tx, found.id)).state == "accepted"
