"""Kill the bot at random moments while people use it, and count what everybody got."""

import asyncio
import signal
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from playground import faults, mishaps
from playground.playground import Playground
from storage.tables import broadcast, inbox, outbox
from tests.soak.crowd import Crowd, gather, invite_again, live
from tests.soak.installation import Installation
from tests.soak.ledger import Report, audit, is_repeated

EVENTS = 6
PEOPLE = 15
CHANCE_OF_AN_EARLY_END = 0.2
STORIES_END_WITHIN = 5.0
# Rounds after the storm, and the seconds without any change that end one: more than a tick takes.
SETTLED_WITHIN = 5
QUIET = 20.0
# Answers take this long, in seconds, so that many a kill comes between an effect and its answer.
SLOWNESS = 0.1
CALLS = ("sendMessage", "sendDocument", "editMessageText")
# What goes wrong by itself in the long soak, beside the kills.
TROUBLES = (faults.flood(1), faults.dropped_before(), faults.dropped_after(), faults.broken(502))
MISHAPS = (
    mishaps.answer("CONNECT", 421),
    mishaps.answer("RCPT", 451),
    mishaps.answer("END", 452),
    mishaps.drop("MAIL"),
    mishaps.reset_after_dot(),
    mishaps.accept_then_drop(),
)


async def soak(
    database_url: str,
    folder: Path,
    *,
    seed: int,
    seconds: float,
    processes: int = 1,
    troubled: bool = False,
) -> Report:
    """Run a migrated database through so many seconds of kills and report what was found.

    `troubled` says that the servers fail as well, now and then.
    """
    chance = Random(seed)  # noqa: S311 -- the same seed kills at the same moments
    async with Playground() as playground:
        installation = Installation(playground, database_url, folder, processes=processes)
        try:
            return await _storm(installation, chance, seconds=seconds, troubled=troubled)
        finally:
            await installation.close()


async def _storm(
    installation: Installation, chance: Random, *, seconds: float, troubled: bool
) -> Report:
    playground, database = installation.playground, installation.database
    crowd = await gather(database, people=PEOPLE, events=EVENTS, reminded_after=seconds / EVENTS)
    await playground.visitor(crowd.staff.chat_id, "Sekretarz").send("/pomoc")
    await installation.start()
    await installation.listen()
    until = asyncio.get_running_loop().time() + seconds
    try:
        slowness = await _live_and_die(installation, crowd, chance, until, troubled=troubled)
    except* TimeoutError:
        left = await _left(installation)
        raise AssertionError(f"Somebody got no answer: {left}\n{installation.log}") from None
    slowness.cancel()
    await _settle(installation)
    await _stop(installation)
    return await audit(database, playground, crowd, installation.kills)


async def _live_and_die(
    installation: Installation, crowd: Crowd, chance: Random, until: float, *, troubled: bool
) -> asyncio.Task[None]:
    """Let people live and the bot die until the moment, and everybody end what they began."""
    playground = installation.playground
    async with asyncio.TaskGroup() as tasks:
        stories = []
        for chat in crowd.people:
            visitor, own = playground.visitor(chat, f"Osoba {chat}"), Random(chance.random())  # noqa: S311 -- as above
            stories.append(tasks.create_task(live(visitor, crowd, own, until)))
        tasks.create_task(_invite(installation, crowd, until))
        if troubled:
            tasks.create_task(_trouble(playground, Random(chance.random()), until))  # noqa: S311 -- as above
        slowness = asyncio.create_task(_answer_slowly(playground))
        await _kill(installation, chance, until)
        while (await asyncio.wait(stories, timeout=STORIES_END_WITHIN))[1]:
            # Somebody waits for an answer that is in doubt or is tried again much later.
            await installation.kill_all()
            await installation.start()
            await installation.listen()
    return slowness


async def _kill(installation: Installation, chance: Random, until: float) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        await asyncio.sleep(chance.uniform(0.1, 2.5))
        if installation.processes > 1:
            # The others go on; what the dead one held is out of reach until its leases end.
            await installation.kill()
            await installation.start()
            await asyncio.sleep(chance.uniform(0.1, 2.5))
        await installation.kill_all()
        await installation.start()
        while chance.random() < CHANCE_OF_AN_EARLY_END:
            await asyncio.sleep(chance.uniform(0.1, 1.5))
            await installation.kill_all()
            await installation.start()
        await installation.listen()


async def _invite(installation: Installation, crowd: Crowd, until: float) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        await invite_again(installation.database, crowd)
        await asyncio.sleep(4)


async def _answer_slowly(playground: Playground) -> None:
    _slow(playground)
    while True:
        await asyncio.sleep(SLOWNESS)
        playground.mailbox.release()


def _slow(playground: Playground) -> None:
    for call in CALLS:
        playground.server.fail(call, with_=faults.late(SLOWNESS), times=None)
    playground.mailbox.behave(mishaps.hang_after_dot(), times=None)


async def _trouble(playground: Playground, chance: Random, until: float) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < until:
        await asyncio.sleep(chance.uniform(1, 4))
        # The oldest order strikes first, so the slowness is ordered anew behind the trouble.
        playground.server.heal()
        playground.mailbox.behave_well()
        playground.server.fail(chance.choice(CALLS), with_=chance.choice(TROUBLES))
        playground.mailbox.behave(chance.choice(MISHAPS))
        _slow(playground)


async def _stop(installation: Installation) -> None:
    # A process that has hardly begun knows nothing of signals yet.
    codes = await installation.stop()
    assert set(codes) <= {0, -signal.SIGTERM}, installation.log
    assert 0 in codes, installation.log


async def _settle(installation: Installation) -> None:
    """Let what was left in doubt be repeated as far as the policy wants it, by servers that work.

    What the last faults of the storm put in doubt in one round is old enough for the next one.
    """
    playground = installation.playground
    playground.server.heal()
    playground.mailbox.behave_well()
    playground.mailbox.release()
    for _ in range(SETTLED_WITHIN):
        await _stop(installation)
        await installation.age()
        await installation.start()
        await installation.listen()
        left = await _left_when_idle(installation)
        if not any(left):
            return
    raise AssertionError(f"rows, arrivals, reports, doubts: {left}\n{installation.log}")


async def _left_when_idle(installation: Installation) -> list[object]:
    """Wait until nothing is left or nothing changes any more, and give what is left."""
    loop = asyncio.get_running_loop()
    left, changed_at = await _left(installation), loop.time()
    while any(left) and loop.time() - changed_at < QUIET:
        await asyncio.sleep(0.1)
        before, left = left, await _left(installation)
        if left != before:
            changed_at = loop.time()
    return left


async def _left(installation: Installation) -> list[object]:
    """List what waits, and what is in doubt and will be repeated."""
    under_way = ("queued", "retry", "leased", "started")
    rows = select(outbox.c.key, outbox.c.state, outbox.c.answer, outbox.c.due_at).where(
        outbox.c.state.in_(under_way)
    )
    waiting = [
        select(func.count()).where(inbox.c.state == "new"),
        select(func.count()).where(broadcast.c.reported_at.is_(None)),
    ]
    # Settled ones are not repeated: what they say was no longer true.
    doubts = select(outbox).where(
        outbox.c.state == "uncertain", outbox.c.doubted == 1, outbox.c.settled_at.is_(None)
    )
    async with installation.database.reading() as tx:
        left: list[object] = list(await tx.execute(rows))
        left += [await tx.scalar(one) for one in waiting]
        left += [row.key for row in await tx.execute(doubts) if is_repeated(row)]
    return [*left, *installation.playground.server.state.updates.pending]
