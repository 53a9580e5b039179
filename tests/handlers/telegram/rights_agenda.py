"""What stands in the agenda of the world of Jan, and what waits to be done."""

from typing import Any

from sqlalchemy import select

from programme import deed_actions, deeds
from storage import staff
from storage.database import Tx
from storage.tables import outbox
from tests.storage.rows import NOW


async def make_agenda(tx: Tx, know: dict[str, Any], *, chat: int) -> None:
    """Let a confirmation to Jan wait in the outbox, and a deed of the assistant."""
    mine = select(outbox.c.id).where(
        outbox.c.kind == "registration_confirmed", outbox.c.person_id == know["jan"]
    )
    know["to_jan"] = (await tx.execute(mine.order_by(outbox.c.id).limit(1))).scalar_one()
    know["line"] = f"o.registration_confirmed.e{know['event']}.{NOW:%y%m%d}"
    assistant = await staff.by_chat(tx, chat)
    assert assistant is not None
    told = {"event_id": know["event"], "about": {"name": "Jan Tajnowski"}}
    deed = await deeds.ask(
        tx,
        key="6:1:sx",
        member=assistant,
        action=deed_actions.CANCEL_EVENT,
        arguments=told,
        now=NOW,
    )
    know["deed"] = deed.id
