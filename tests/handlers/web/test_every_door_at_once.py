"""One seat given up by mail, page, calendar and chat at the same moment, on both databases."""

import asyncio
from pathlib import Path

from sqlalchemy import func, select

from programme import letter_doors, registration
from storage.database import Database, Tx
from storage.tables import event, outbox
from tests.handlers.web import letters
from tests.handlers.web.house import ADDRESS, open_house
from tests.programme import answering
from tests.programme.at_once import at_once
from tests.programme.mail_steps import answer, wish
from tests.storage.rows import NOW, make_person

FAREWELLS = ("registration_cancelled", "seat_given_up")


async def test_seat_that_is_given_up_by_every_door_at_once_is_given_up_once(
    database: Database, second: Database, tmp_path: Path
) -> None:
    async with open_house(second, tmp_path) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx, capacity=2)
            waiting = await registration.register(
                tx,
                event_id=scene.event_id,
                person_id=await make_person(tx, mail="maria@example.org"),
                door="telegram",
                now=NOW,
            )
            token = await letter_doors.make(
                tx,
                purpose="reply",
                kind="registration_confirmed",
                address=ADDRESS,
                locale="pl",
                subject={"event": scene.event_id, "registration": scene.registration_id},
                person_id=scene.person_id,
                lasts=None,
                now=NOW,
            )
            mine = registration.Registered(scene.registration_id, "active", None)
            uid = await answering.uid_of(tx, mine)
        path = f"/l/{await letters.seat_door(house, scene)}"

        async def by_mail(tx: Tx) -> None:
            await answer(tx, token, wish("no"), sender=ADDRESS)

        async def by_calendar(tx: Tx) -> None:
            await answering.hear(tx, answering.said(uid, "DECLINED", attendee=ADDRESS))

        async def by_page(_tx: object = None) -> int:
            return (await house.post(path, deed="cancel")).status_code

        async def by_chat(tx: Tx) -> None:
            await registration.cancel(
                tx,
                registration_id=scene.registration_id,
                person_id=scene.person_id,
                now=NOW,
            )

        rest, *pages = await asyncio.gather(
            at_once([database, second], [by_mail, by_calendar, by_chat, by_mail]),
            by_page(),
            by_page(),
        )

        assert set(pages) <= {303, 409}
        assert {type(one).__name__ for one in rest} <= {"NoneType", "NotRegistered"}
        async with database.reading() as tx:
            told = await tx.scalar(
                select(func.count())
                .select_from(outbox)
                .where(outbox.c.kind.in_(FAREWELLS), outbox.c.person_id == scene.person_id)
            )
            promoted = await tx.scalar(
                select(func.count()).select_from(outbox).where(outbox.c.kind == "promoted")
            )
            taken = await tx.scalar(select(event.c.taken).where(event.c.id == scene.event_id))
        assert (told, promoted, taken) == (1, 1, 2)
        assert waiting.state == "waiting"
