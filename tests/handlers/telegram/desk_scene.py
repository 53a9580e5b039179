"""Steps that tests of seats and of the staff desk share."""

from typing import Any

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import event_questions, registration
from programme.deeds import WAIT
from programme.forms import Question
from storage.tables import event as event_table
from tests.handlers.scene import NOW, Scene, heard
from tests.storage.rows import make_person

COORDINATOR = 900


async def set_terms(scene: Scene, event_id: int, **values: Any) -> None:
    """Change columns of an event."""
    async with scene.database.transaction() as tx:
        await tx.execute(event_table.update().where(event_table.c.id == event_id).values(**values))


async def set_questions(scene: Scene, event_id: int, questions: tuple[Question, ...]) -> None:
    """Give an event questions to whoever registers."""
    async with scene.database.transaction() as tx:
        form_id = await event_questions.keep(
            tx, event_key=str(event_id), questions=questions, now=NOW
        )
    await set_terms(scene, event_id, form_id=form_id)


async def plain_event(scene: Scene, seats: int | None, **terms: Any) -> int:
    """Give an event of one day so many seats and no further conditions than these."""
    event_id = (await scene.event("podstawy-prawne")).id
    await set_terms(
        scene,
        event_id,
        capacity=seats,
        **{"offer_hours": 0, "last_minute_hours": 0, "form_id": None, **terms},
    )
    return event_id


async def crowd(scene: Scene, event_id: int, count: int) -> None:
    """Register so many people without a chat, with names as long as may be."""
    async with scene.database.transaction() as tx:
        for number in range(count):
            person_id = await make_person(tx, name=f"{'Ż' * 100} {number:03d}")
            await registration.register(
                tx, event_id=event_id, person_id=person_id, door="import", now=NOW
            )


async def seat_with_offer(scene: Scene) -> tuple[int, Visitor, Visitor]:
    """Let somebody give the only seat back, so that it is offered to the next in line."""
    event_id = await plain_event(scene, 1, offer_hours=24)
    anna, jan = scene.visitor(1, "Anna"), scene.visitor(2, "Jan")
    await scene.introduce(anna)
    await scene.introduce(jan, name="Jan Nowak")
    await scene.register(anna, event_id)
    await scene.register(jan, event_id)
    await scene.say(anna, "/moje")
    await scene.tap(anna, "x:")
    await scene.tap(anna, "xx:")
    return event_id, anna, jan


async def open_desk(scene: Scene, event_id: int) -> tuple[Visitor, SeenMessage]:
    """Let the coordinator open an event's desk."""
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, "/wydarzenia")
    (desk,) = await scene.tap(irena, f"se:{event_id}")
    return irena, desk


async def open_changes(scene: Scene, event_id: int) -> tuple[Visitor, SeenMessage]:
    """Let the coordinator open the page of what can be changed at an event."""
    irena, _desk = await open_desk(scene, event_id)
    (changes,) = await scene.tap(irena, f"sg:{event_id}")
    return irena, changes


async def half_a_minute(scene: Scene, visitor: Visitor) -> list[SeenMessage]:
    """Let the half minute pass in which a deed can be taken back, and give what is said then."""
    before = heard(visitor)
    scene.clock.put_forward(scene.clock() + WAIT)
    await scene.process.ticker.carry_out()
    await scene.settle()
    return heard(visitor)[len(before) :]


def data(message: SeenMessage) -> list[str]:
    """List what lies behind the buttons of a message."""
    return [one["callback_data"] for row in message.rows for one in row]
