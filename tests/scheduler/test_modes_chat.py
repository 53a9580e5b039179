"""Every fault of the Bot API server at every kind of call, and what becomes of the message."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from delivery.chat import ChatFile, ChatMessage, PollQuestion, to_json
from playground import faults
from playground.faults import Fault
from storage.outbox import BROADCAST
from tests.scheduler.modes import all_ends, let_time_pass, new_databases, state
from tests.scheduler.post import ANSWER_SECONDS, INVITATION, Post
from tests.storage.rows import entry, make_person

CHATS = {"sendMessage": 1, "editMessageText": 2, "sendPoll": 3, "sendDocument": 4}
MOVED = 70
HELLO = ChatMessage("Dzień <b>dobry</b>")
ICS = ChatFile("terminy.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
# The row's state after the first try and how often the call had had its effect by then; the same
# in the end. An edit that is made twice is one edit.
Ends = tuple[str, int, str, int]
DONE: Ends = ("sent", 1, "sent", 1)
LATER: Ends = ("waits", 0, "sent", 1)
NEVER: Ends = ("failed", 0, "failed", 0)
ONCE_MORE: Ends = ("uncertain", 0, "sent", 1)
TWICE: Ends = ("uncertain", 1, "sent", 2)
EDIT_LATER: Ends = ("waits", 1, "sent", 1)
# The fault, what becomes of a new message, what becomes of an edit.
MODES: dict[str, tuple[Fault, Ends, Ends]] = {
    "well": (Fault(), DONE, DONE),
    "slow": (faults.slow(0.3), DONE, DONE),
    "429": (faults.flood(5), LATER, LATER),
    "blocked": (faults.blocked(), NEVER, NEVER),
    "deactivated": (faults.deactivated(), NEVER, NEVER),
    "no such chat": (faults.bad_request("chat not found"), NEVER, NEVER),
    "no such words": (faults.bad_request("message text is empty"), NEVER, NEVER),
    "markup": (faults.bad_request("can't parse entities: unclosed tag"), DONE, DONE),
    "401": (faults.unauthorized(), LATER, LATER),
    "500": (faults.broken(500), ONCE_MORE, LATER),
    "502": (faults.broken(502), ONCE_MORE, LATER),
    "504": (faults.broken(504), ONCE_MORE, LATER),
    "drop before": (faults.dropped_before(), ONCE_MORE, LATER),
    "silent": (faults.slow(2 * ANSWER_SECONDS), ONCE_MORE, LATER),
    "drop after": (faults.dropped_after(), TWICE, EDIT_LATER),
    "half an answer": (faults.half(), TWICE, EDIT_LATER),
    "no JSON": (faults.garbled(), TWICE, EDIT_LATER),
    "late": (faults.late(2 * ANSWER_SECONDS), TWICE, EDIT_LATER),
    "moved": (faults.migrated(MOVED), DONE, NEVER),
}
SAMPLE = ("429", "blocked", "markup", "502", "drop after", "moved")


@pytest.fixture
def modes(backend: str) -> dict[str, Fault]:
    names = MODES if backend == "sqlite" else SAMPLE
    return {name: MODES[name][0] for name in names}


@pytest.fixture
def new_database(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    with new_databases(backend, request, tmp_path) as maker:
        yield maker


async def _messages(post: Post) -> dict[str, ChatMessage]:
    """Make one message for each call; what is edited has been sent before."""
    for chat in CHATS.values():
        await post.person(chat)
        await post.person(MOVED + chat)
    async with post.database.transaction() as tx:
        for chat in CHATS.values():
            await make_person(tx, chat=chat)
    sending = {"text": "Wysyłam"}
    await post.put(entry("edited", address=str(CHATS["editMessageText"]), facts=sending))
    await post.deliver()
    (before,) = post.server.delivered(CHATS["editMessageText"])
    return {
        "sendMessage": HELLO,
        "editMessageText": replace(HELLO, edits=before["message_id"]),
        "sendPoll": ChatMessage("", poll=PollQuestion("Kiedy?", ("Rano", "Wieczorem"))),
        "sendDocument": replace(HELLO, document=ICS),
    }


async def _run(post: Post, fault: Fault) -> dict[str, Ends]:
    messages = await _messages(post)
    for method, chat in CHATS.items():
        moved = fault == MODES["moved"][0]
        post.server.fail(method, chat, with_=faults.migrated(MOVED + chat) if moved else fault)
    await post.put(
        *(entry(f"{chat}", address=f"{chat}", facts=to_json(messages[method]))
          for method, chat in CHATS.items())
    )  # fmt: skip

    await post.deliver()
    first = {method: await _standing(post, method) for method in CHATS}
    post.server.heal()
    await let_time_pass(post)

    return {method: (*first[method], *(await _standing(post, method))) for method in CHATS}


async def _standing(post: Post, method: str) -> tuple[str, int]:
    chat = CHATS[method]
    arrived = post.server.count(method, chat) + post.server.count(method, MOVED + chat)
    return await state(post, str(chat)), min(arrived, 1) if method.startswith("edit") else arrived


async def test_each_fault_ends_the_message_as_the_table_says(
    modes: dict[str, Fault], new_database: Callable[[], str]
) -> None:
    ends = await all_ends(modes, new_database, _run)

    assert ends == {
        name: {method: MODES[name][2 if method.startswith("edit") else 1] for method in CHATS}
        for name in modes
    }


async def test_no_fault_makes_a_broadcast_arrive_twice(
    modes: dict[str, Fault], new_database: Callable[[], str]
) -> None:
    async def run(post: Post, fault: Fault) -> Ends:
        await post.person(1)
        post.server.fail("sendMessage", 1, with_=fault)
        await post.put(
            entry("1", address="1", kind="invitation", facts=INVITATION, priority=BROADCAST)
        )
        await post.deliver()
        first = await _standing(post, "sendMessage")
        await let_time_pass(post)
        return *first, *(await _standing(post, "sendMessage"))

    doubtful = {name: one for name, one in modes.items() if MODES[name][1][0] == "uncertain"}

    ends = await all_ends(doubtful, new_database, run)

    assert ends == {name: MODES[name][1][:2] * 2 for name in doubtful}
