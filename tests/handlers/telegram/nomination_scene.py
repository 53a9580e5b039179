"""An organisation that names people in the chat, for tests of nominations."""

import json
from datetime import timedelta
from typing import Any

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import memberships
from storage.tables import event as event_table
from tests.handlers.scene import Scene

KEY = "lider-spolecznosci"
ORGANISATION = 1
MARIA, JAN, ANNA, EWA = 90, 11, 12, 13
DAYS = 5


async def prepared(scene: Scene, *, seats: int = 2, capacity: int | None = None) -> int:
    """Let organisations name people for an event of the sample; return its number."""
    event = await scene.event(KEY)
    values = {
        "entry": "nominated",
        "seats_per_organisation": seats,
        "nomination_deadline_at": scene.clock() + timedelta(days=DAYS),
        "capacity": capacity,
    }
    async with scene.database.transaction() as tx:
        await tx.execute(event_table.update().where(event_table.c.id == event.id).values(values))
    return event.id


async def fact(scene: Scene, kind: str, name: str) -> Any:
    """Read a fact of the oldest notice of a kind."""
    rows = await scene.rows("SELECT facts FROM outbox WHERE kind = :kind ORDER BY id", kind=kind)
    facts = rows[-1][0]
    return (json.loads(facts) if isinstance(facts, str) else facts)[name]


async def contact(scene: Scene, event_id: int) -> Visitor:
    """Make Jan a contact of the first organisation by a link, as a letter would bring it."""
    token = memberships.new_token()
    async with scene.database.transaction() as tx:
        await memberships.new_link(
            tx,
            organisation_id=ORGANISATION,
            event_id=event_id,
            expires_at=scene.clock() + timedelta(days=DAYS + 5),
            token=token,
        )
    jan = scene.visitor(JAN, "Jan")
    await open_letter(scene, jan, f"k_{token}")
    return jan


async def open_letter(scene: Scene, jan: Visitor, link: str) -> list[SeenMessage]:
    """Follow the link in a letter to the organisation, which need not be named any more."""
    await scene.say(jan, f"/start {link}")
    await scene.choose(jan, "accept")
    await scene.say(jan, "Jan Prezes")
    return await scene.choose(jan, "skip")


async def name(scene: Scene, jan: Visitor, *words: str) -> list[SeenMessage]:
    """Name somebody in the dialogue that is open, up to the last look, and send it."""
    for said in words:
        await scene.say(jan, said)
    return await scene.choose(jan, "send")


async def states(scene: Scene) -> list[tuple[Any, ...]]:
    """List who was named, in order, with the state."""
    return await scene.rows("SELECT name, state FROM nomination ORDER BY id")


async def told(scene: Scene, address: str) -> list[str]:
    """List the kinds of notices to one address."""
    rows = await scene.rows(
        "SELECT kind FROM outbox WHERE address = :address AND kind <> 'reply' ORDER BY id",
        address=address,
    )
    return [row[0] for row in rows]


def texts(messages: list[SeenMessage]) -> str:
    return "\n".join(message.text for message in messages)
