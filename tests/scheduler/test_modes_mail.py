"""Every way in which a mail server can misbehave, and what becomes of the mail and of the next."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from delivery.smtp import SmtpTimeouts
from playground import mishaps
from playground.mishaps import Mishap, answer, drop, half, hang, reset
from storage.outbox import BROADCAST, REPLY
from tests.scheduler.modes import all_ends, let_time_pass, new_databases, state
from tests.scheduler.post import INVITATION, Post, mail
from tests.storage.rows import NOW, make_person

HERS, HIS = "anna@ngo.example.org", "jan@ngo.example.org"
LOGIN = "urzad:tajne-haslo"
# Long enough for a slow machine that runs several modes at once.
TIMEOUTS = SmtpTimeouts(connect=3, command=3, data=3)
# The row's state after the first try and how many copies had arrived by then; the same in the end.
Ends = tuple[str, int, str, int]
HARMLESS: Ends = ("sent", 1, "sent", 1)
LATER: Ends = ("waits", 0, "sent", 1)
NEVER: Ends = ("failed", 0, "failed", 0)
# Nobody can know: once more, with the same bytes. The first copy may have arrived.
ONCE_MORE: Ends = ("uncertain", 0, "sent", 1)
TWICE: Ends = ("uncertain", 1, "sent", 2)
MODES: dict[str, tuple[Mishap, Ends]] = {
    "CONNECT 421": (answer("CONNECT", 421), LATER),
    "CONNECT 554": (answer("CONNECT", 554), LATER),
    "CONNECT drop": (drop("CONNECT"), LATER),
    "CONNECT reset": (reset("CONNECT"), LATER),
    "CONNECT hang": (hang("CONNECT"), LATER),
    "CONNECT half": (half("CONNECT"), LATER),
    "EHLO 421": (answer("EHLO", 421), LATER),
    "EHLO 502": (answer("EHLO", 502), LATER),
    "EHLO drop": (drop("EHLO"), LATER),
    "EHLO reset": (reset("EHLO"), LATER),
    "EHLO hang": (hang("EHLO"), LATER),
    "EHLO half": (half("EHLO"), LATER),
    "AUTH 421": (answer("AUTH", 421), LATER),
    "AUTH 454": (answer("AUTH", 454), LATER),
    "AUTH 535": (answer("AUTH", 535), LATER),
    "AUTH drop": (drop("AUTH"), LATER),
    "AUTH reset": (reset("AUTH"), LATER),
    "AUTH hang": (hang("AUTH"), LATER),
    "AUTH half": (half("AUTH"), LATER),
    "MAIL 421": (answer("MAIL", 421), LATER),
    "MAIL 451": (answer("MAIL", 451), LATER),
    "MAIL 530": (answer("MAIL", 530), LATER),
    "MAIL 550": (answer("MAIL", 550), NEVER),
    "MAIL drop": (drop("MAIL"), LATER),
    "MAIL reset": (reset("MAIL"), LATER),
    "MAIL hang": (hang("MAIL"), LATER),
    "MAIL half": (half("MAIL"), LATER),
    "RCPT 421": (answer("RCPT", 421), LATER),
    "RCPT 450": (answer("RCPT", 450), LATER),
    "RCPT 550": (mishaps.refuse(HERS), NEVER),
    "RCPT drop": (drop("RCPT"), LATER),
    "RCPT reset": (reset("RCPT"), LATER),
    "RCPT hang": (hang("RCPT"), LATER),
    "RCPT half": (half("RCPT"), LATER),
    "DATA 421": (answer("DATA", 421), LATER),
    "DATA 451": (answer("DATA", 451), LATER),
    "DATA 554": (answer("DATA", 554), NEVER),
    "DATA drop": (drop("DATA"), ONCE_MORE),
    "DATA reset": (reset("DATA"), ONCE_MORE),
    "DATA hang": (hang("DATA"), ONCE_MORE),
    "DATA half": (half("DATA"), ONCE_MORE),
    "dot 421": (answer("END", 421), LATER),
    "dot 451": (answer("END", 451), LATER),
    "dot 552": (answer("END", 552), NEVER),
    "dot 354": (answer("END", 354), ONCE_MORE),
    "dot drop": (drop("END"), ONCE_MORE),
    "dot drop, kept": (mishaps.accept_then_drop(), TWICE),
    "dot reset": (mishaps.reset_after_dot(), ONCE_MORE),
    "dot reset, kept": (mishaps.reset_after_dot(keep=True), TWICE),
    "dot hang": (mishaps.hang_after_dot(keep=False), ONCE_MORE),
    "dot hang, kept": (mishaps.hang_after_dot(), TWICE),
    "dot half": (half("END"), ONCE_MORE),
    "dot half, kept": (half("END", keep=True), TWICE),
    "QUIT 421": (answer("QUIT", 421), HARMLESS),
    "QUIT drop": (drop("QUIT"), HARMLESS),
    "QUIT reset": (reset("QUIT"), HARMLESS),
    "QUIT half": (half("QUIT"), HARMLESS),
}
SAMPLE = ("AUTH 535", "RCPT 450", "MAIL 550", "dot drop, kept", "dot reset", "QUIT drop")


@pytest.fixture
def modes(backend: str) -> dict[str, Mishap]:
    """Give all modes on SQLite, a few on PostgreSQL: what they touch is the same code."""
    names = MODES if backend == "sqlite" else SAMPLE
    return {name: MODES[name][0] for name in names}


@pytest.fixture
def new_database(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], str]]:
    with new_databases(backend, request, tmp_path) as maker:
        yield maker


async def _run(post: Post, mishap: Mishap, **changes: object) -> tuple[Ends, tuple[str, int]]:
    async with post.database.transaction() as tx:
        await make_person(tx, mail=HERS)
    # A client that is refused one way to log in tries the other one.
    post.mailbox.behave(mishap, times=2 if mishap.phase == "AUTH" and mishap.code else 1)
    first_in_line = {"due_at": NOW - timedelta(minutes=1), "priority": REPLY}
    await post.put(mail("struck", address=HERS, **(first_in_line | changes)))
    await post.put(mail("next", address=HIS, priority=BROADCAST))

    await post.deliver(post.mails(timeouts=TIMEOUTS))
    first = await state(post, "struck"), len(post.mailbox.mails_for(HERS))
    post.mailbox.release()
    await let_time_pass(post)

    copies = post.mailbox.mails_for(HERS)
    assert len({(one.raw, one.message_id) for one in copies}) <= 1
    last = await state(post, "struck"), len(copies)
    return (*first, *last), (await state(post, "next"), len(post.mailbox.mails_for(HIS)))


async def test_each_mishap_ends_the_mail_as_the_table_says(
    modes: dict[str, Mishap], new_database: Callable[[], str]
) -> None:
    ends = await all_ends(modes, new_database, _run, login=LOGIN)

    assert {name: end for name, (end, _) in ends.items()} == {
        name: MODES[name][1] for name in modes
    }
    assert {name: after for name, (_, after) in ends.items()} == dict.fromkeys(modes, ("sent", 1))


async def test_no_mishap_makes_a_broadcast_arrive_twice(
    modes: dict[str, Mishap], new_database: Callable[[], str]
) -> None:
    async def run(post: Post, mishap: Mishap) -> tuple[Ends, tuple[str, int]]:
        many = {"kind": "invitation", "facts": INVITATION, "priority": BROADCAST}
        return await _run(post, mishap, **many)

    doubtful = {name: one for name, one in modes.items() if MODES[name][1][0] == "uncertain"}

    ends = await all_ends(doubtful, new_database, run, login=LOGIN)

    assert {name: end for name, (end, _) in ends.items()} == {
        name: MODES[name][1][:2] * 2 for name in doubtful
    }
