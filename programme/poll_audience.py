"""Whom a quick poll asks: those with a seat at its event, or the people of organisations.

A vote is one person's, so people who share a mailbox get a letter each, and an organisation
without a person of its own cannot be asked.
"""

from programme import audience_reading, audiences
from programme.audience_choice import preset
from programme.audiences import Gathered
from programme.refusals import EventUnknown
from storage import events
from storage.database import Tx
from storage.people import Person

PRESETS = ("event", *audiences.AUDIENCES)
AT_ONCE = 5_000


async def gather(tx: Tx, *, whom: str, hold: bool = False) -> Gathered:
    """Find whom a question would reach now; `whom` is a word that `preset` knows.

    With `hold` nobody can change what they want to hear until the transaction ends. Raises
    OptionUnknown and EventUnknown.
    """
    choice = preset(whom)
    if choice.asks_event and choice.event_id is not None:
        if await events.get(tx, choice.event_id) is None:
            raise EventUnknown
        persons = await audiences.participants(tx, choice.event_id, hold=hold)
        return await audiences.of_people(tx, persons, each=True)
    return await audiences.of_people(tx, await _persons(tx, whom, hold=hold), each=True)


async def _persons(tx: Tx, whom: str, *, hold: bool) -> list[Person]:
    choice, up_to = preset(whom), await audience_reading.ceiling(tx)
    found: list[Person] = []
    after = 0
    while part := await audience_reading.persons(tx, choice, after, up_to, AT_ONCE, hold=hold):
        found += part
        after = part[-1].id
    return found


def word(chosen: str, event_id: int | None) -> str:
    """Write out what the button "event" means for the event of the poll."""
    return f"{audiences.EVENT}{event_id}" if chosen == PRESETS[0] else chosen
