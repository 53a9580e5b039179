"""Machines do not talk to each other: what we write is never answered without end."""

import email
import json
from datetime import timedelta
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from delivery import mail_doors
from delivery.compose_notices import NOTICES
from delivery.stencil_mail import Post, mail_copy
from handlers.mail.door import MailDesk
from programme.letter_doors import new_token, purposes
from storage.database import Database, open_database
from tests.handlers.mail.posted import OURS, PAGES, arrive, as_sent, letters
from tests.programme.audience import make_organisation
from tests.programme.mail_steps import answered, mails, open_tasks
from tests.programme.test_mail_replies import invite, invited
from tests.storage.dump import dump
from tests.storage.rows import NOW, make_event, make_person

GOLDEN = Path(__file__).parents[2] / "delivery" / "golden" / "facts.json"
CASES: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text("utf-8"))
BY_MAIL = [name for name in CASES if NOTICES[name.split("-", 1)[0]].carries("mail")]
# What a relay that does not care for them leaves out.
MARKS: tuple[str, ...] = ("auto-submitted", "x-auto-response-suppress", "precedence", "list-id")
MARKS += ("x-akademia", "list-unsubscribe", "list-unsubscribe-post", "feedback-id", "x-loop")


def written(case: str, locale: str, mail_from: str = OURS, *, plus: bool = False) -> bytes:
    """Write a letter of the golden facts as it leaves, with doors as every letter has."""
    kind = case.split("-", 1)[0]
    doors = {purpose: new_token() for purpose in purposes(kind)}
    facts = CASES[case] | ({"doors": doors} if doors else {})
    message_id = mail_doors.message_id(facts, "example.org") or "<row-1-abc@example.org>"
    post = Post(mail_from, "anna@example.org", message_id, NOW, PAGES, plus)
    return mail_copy(kind, facts, locale, post)


def stripped(raw: bytes) -> bytes:
    """Take every header away that says that a machine wrote."""
    mail = email.message_from_bytes(raw, policy=SMTP)
    for name in list(mail.keys()):
        if name.lower().startswith(MARKS):
            del mail[name]
    return mail.as_bytes()


EVERY_LETTER = [
    pytest.param(case, locale, id=f"{case}-{locale}") for case in BY_MAIL for locale in ("pl", "en")
]


@pytest.mark.parametrize("plus", [False, True])
@pytest.mark.parametrize(("case", "locale"), EVERY_LETTER)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_no_letter_of_ours_is_answered(
    database: Database, case: str, locale: str, *, plus: bool
) -> None:
    async with database.transaction() as tx:
        await make_person(tx, mail="anna@example.org")
    raw = written(case, locale, plus=plus)
    to = str(email.message_from_bytes(raw, policy=SMTP)["Reply-To"] or OURS)

    # Where the server takes plus addresses, it comes back by the one that it names itself.
    await arrive(database, f"Delivered-To: {to}\r\n".encode() + raw, number=1)
    # Its envelope turned round, as a server does that reflects mail to its sender.
    turned = raw.replace(b"To: ", b"X-Was: ", 1).replace(b"From: ", b"To: ", 1)
    await arrive(database, b"From: anna@example.org\r\n" + turned, number=2)
    # Without its marks, and with another number, it still comes from ourselves.
    bare = stripped(raw).replace(b"Message-ID: <", b"Message-ID: <again-", 1)
    await arrive(database, bare, number=3)

    async with database.reading() as tx:
        assert await mails(tx) == []
        assert await open_tasks(tx) == []


THEIRS = "szkolenia@drugi.example.net"
THEIR_DESK = MailDesk(our_address=THEIRS, public_url="https://drugi.example.net", bot_link="")


@pytest.fixture
async def other(sqlite_template: Path, tmp_path: Path) -> Any:
    """Open the database of another office's bot."""
    file = tmp_path / "other.db"
    file.write_bytes(sqlite_template.read_bytes())
    opened = open_database(f"sqlite+aiosqlite:///{file}")
    yield opened
    await opened.close()


async def converse(
    ours: Database,
    theirs: Database,
    *,
    are_marks_lost: bool,
    plus: bool = False,
    rounds: int = 12,
) -> tuple[int, int]:
    """Carry mails between two bots until nobody writes; count what each has said."""
    seen: dict[int, set[int]] = {0: set(), 1: set()}
    bots = ((ours, OURS, THEIR_DESK, theirs), (theirs, THEIRS, None, ours))
    # Where each was last asked to answer to.
    back = {0: OURS, 1: THEIRS}
    now = NOW
    for _round in range(rounds):
        now += timedelta(minutes=5)
        moved = 0
        for number, (own, address, desk, to) in enumerate(bots):
            async with own.reading() as tx:
                rows = [row for row in await letters(tx) if row.id not in seen[number]]
            for row in rows:
                seen[number].add(row.id)
                raw = as_sent(row, mail_from=address, plus=plus)
                answer_to = email.message_from_bytes(raw, policy=SMTP)["Reply-To"]
                back[number] = str(answer_to or address)
                raw = f"Delivered-To: {back[1 - number]}\r\n".encode() + raw
                moved += 1
                raw = stripped(raw) if are_marks_lost else raw
                key = number * 1000 + len(seen[number])
                if desk is None:
                    await arrive(to, raw, now=now, number=key)
                else:
                    await arrive(to, raw, desk=desk, now=now, number=key)
        if not moved:
            return len(seen[0]), len(seen[1])
    pytest.fail("The two bots go on writing to each other.")


@pytest.mark.parametrize("plus", [False, True])
@pytest.mark.parametrize("are_marks_lost", [False, True])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_two_bots_say_little_to_each_other(
    database: Database, other: Database, *, are_marks_lost: bool, known: bool, plus: bool
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_organisation(tx, "Drugi Urząd", kind="office", email=THEIRS)
        await invite(tx, event_id, "organisations")
        before = len(await mails(tx))
    async with other.transaction() as tx:
        if known:
            await make_organisation(tx, "Urząd Gminy", kind="office", email=OURS)
        await make_event(tx)

    ours, theirs = await converse(database, other, are_marks_lost=are_marks_lost, plus=plus)

    # With the marks nobody answers at all; without them each does so once at most.
    most = 1 if are_marks_lost else 0
    assert (ours - before <= most, theirs <= most) == (True, True)


@pytest.mark.parametrize("plus", [False, True])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_two_bots_that_have_invited_each_other(
    database: Database, other: Database, *, plus: bool
) -> None:
    for one, address in ((database, THEIRS), (other, OURS)):
        async with one.transaction() as tx:
            event_id = await make_event(tx)
            await make_organisation(tx, "Drugi Urząd", kind="office", email=address)
            await invite(tx, event_id, "organisations")

    ours, theirs = await converse(database, other, are_marks_lost=True, plus=plus)

    # The invitation of each, and one answer at most.
    assert (ours <= 2, theirs <= 2) == (True, True)
    for one in (database, other):
        async with one.reading() as tx:
            said = [what for _, _, lines in await answered(tx) for what, _ in lines]
        assert {"registered", "named", "asked", "stopped", "cancelled"} & set(said) == set()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("case", "locale"), EVERY_LETTER)
async def test_letter_of_another_bot_that_answers_ours_does_nothing(
    database: Database, case: str, locale: str
) -> None:
    async with database.transaction() as tx:
        _event_id, _person_id, token = await invited(tx)
        before = await dump(tx)
    raw = stripped(written(case, locale, THEIRS))
    proof = f"In-Reply-To: <{token}@example.org>\r\n".encode()

    await arrive(database, proof + raw.replace(b"In-Reply-To:", b"X-Was:"), number=1)

    async with database.reading() as tx:
        after = await dump(tx)
        answers = (await mails(tx))[1:]
    # No seat is taken, nobody's invitations end, and one answer at most says so.
    changed = {table for table in after if after[table] != before[table]}
    assert changed <= {"inbox", "letter_door", "mail_answer", "outbox", "staff_task", "taken_mail"}
    assert len(answers) <= 1
