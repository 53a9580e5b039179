"""However votes are repeated, late or out of order: what came last counts."""

from contextlib import suppress
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programme import letter_votes
from programme.poll_manner import Manner
from storage import inbox
from storage import surveys as store
from storage.database import Database, Tx
from storage.inbox import Arrival
from storage.work_tables import inbox as inbox_table
from tests.programme.polling import OPTIONS, Poll, make_poll, native_vote
from tests.storage.rows import NOW

KEYS = [f"o{number}" for number in range(1, len(OPTIONS) + 1)]


@dataclass(frozen=True)
class Step:
    """A vote from the chat or on the page; no index takes the vote back."""

    by_page: bool
    indexes: tuple[int, ...]


# Few, so that the same vote often comes again.
CHOSEN = st.sampled_from([(), (0,), (1,), (0, 2)])
STEPS = st.lists(st.builds(Step, st.booleans(), CHOSEN), min_size=1, max_size=7)


async def _arrive(tx: Tx, update_id: int) -> None:
    # A lane each: what waits for something unknown does not hold the later ones back.
    arrival = Arrival("telegram", str(update_id), f"telegram:{update_id}", "{}")
    await inbox.accept(tx, [arrival], now=NOW)


async def _handle(tx: Tx, update_id: int, step: Step) -> None:
    await native_vote(tx, 1, update_id, *step.indexes)
    mine = inbox_table.c.key == str(update_id)
    await tx.execute(inbox_table.update().where(mine).values(state="done"))


async def _play(tx: Tx, poll: Poll, steps: list[Step], data: st.DataObject) -> None:
    """Let each step happen in order; what arrives from the chat is handled at once or later."""
    waiting: list[tuple[int, Step]] = []
    handled: list[tuple[int, Step]] = []
    for number, step in enumerate(steps, start=100):
        if step.by_page:
            keys = tuple(KEYS[index] for index in step.indexes)
            door = poll.doors[poll.people[0]]
            await letter_votes.vote(tx, door=door, option_keys=keys, now=NOW)
        else:
            await _arrive(tx, number)
            waiting.append((number, step))
        while waiting and bool(data.draw(st.booleans())):
            chosen = waiting.pop(data.draw(st.integers(0, len(waiting) - 1)))
            await _handle(tx, *chosen)
            handled.append(chosen)
    rest = waiting + (data.draw(st.lists(st.sampled_from(handled))) if handled else [])
    for update_id, step in data.draw(st.permutations(rest)):
        await _handle(tx, update_id, step)


class _TakenBack(Exception):
    """The database is the same for all examples, so each leaves it as it was."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(steps=STEPS, data=st.data())
async def test_last_vote_counts_in_any_order_of_handling(
    database: Database, steps: list[Step], data: st.DataObject
) -> None:
    counted: list[tuple[str, ...]] = []

    with suppress(_TakenBack):
        async with database.transaction() as tx:
            poll = await make_poll(tx, manner=Manner(multiple=True))
            await _play(tx, poll, steps, data)
            counted = [one.option_keys for one in await store.current(tx, poll.survey_id)]
            raise _TakenBack

    expected = tuple(KEYS[index] for index in steps[-1].indexes)
    assert counted == ([expected] if expected else [])
