"""The outbox at the command line: what is shown of it, and what may be done with a row."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from storage import migrate, outbox_desk, staff
from storage.database import Database, open_database
from storage.outbox_desk import DeskRow
from storage.tables import outbox as table
from tests.bot.office import Office, Starter, quick_starter
from tests.scheduler.post import CODE, INVITATION
from tests.storage.desk import put_in_state
from tests.storage.rows import make_person, sqlite_url

Put = Callable[..., Any]
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


@pytest.fixture
async def desk(office: Office) -> AsyncIterator[Database]:
    """Open the database that the command works on."""
    opened = open_database(sqlite_url(office.data / "akademia.db"))
    await migrate.apply(opened, now=datetime.now(UTC))
    yield opened
    await opened.close()


async def _put(desk: Database, state: str, **changes: Any) -> DeskRow:
    """Put a row of today."""
    now = datetime.now(UTC)
    doubted = changes.pop("doubted", 0)
    async with desk.transaction() as tx:
        row = await put_in_state(tx, state, due_at=now, not_after=now + DAY, **changes)
        await tx.execute(update(table).where(table.c.id == row.id).values(doubted=doubted))
        return await _read(desk, row, tx)


async def _read(desk: Database, row: DeskRow, tx: Any = None) -> DeskRow:
    if tx is None:
        async with desk.reading() as reading:
            return await _read(desk, row, reading)
    found = await outbox_desk.get(tx, row.id)
    assert found is not None
    return found


async def test_list_of_an_empty_outbox_says_so(office: Office) -> None:
    said = await office.say("outbox", "list")

    assert (said.code, said.out, said.err) == (0, "There is no such message.\n", "")


async def test_list_shows_rows_and_says_when_there_are_more(office: Office, desk: Database) -> None:
    async with desk.transaction() as tx:
        person_id = await make_person(tx)
    await _put(desk, "queued")
    failed = await _put(
        desk, "failed", person_id=person_id, channel="mail", address="jan@x.example"
    )

    both = await office.say("outbox", "list")
    one = await office.say("outbox", "list", "--limit", "1")
    failures = await office.say("outbox", "list", "--state", "failed")

    assert (both.code, both.err, len(both.out.splitlines())) == (0, "", 4)
    assert one.out.splitlines()[-1] == "There are more. To see them, raise --limit."
    first, second = failures.out.splitlines()
    assert first.split()[0] == str(failed.id)
    assert first.endswith(" · not delivered · answer in the chat")
    assert second.strip() == "Jan Przykładowy <jan@x.example>, e-mail"


async def test_list_as_json_is_narrowed_and_leaves_words_out(
    office: Office, desk: Database
) -> None:
    await _put(desk, "queued")
    failed = await _put(desk, "failed", channel="mail", kind="email_code", facts=CODE)

    said = await office.say(
        *("outbox", "list", "--state", "failed", "--channel", "mail"),
        *("--kind", "email_code", "--json"),
    )

    [line] = json.loads(said.out)
    assert (line["id"], line["state"], line["channel"]) == (failed.id, "failed", "mail")
    assert {"facts", "body"} & set(line) == set()


async def test_list_of_an_unknown_state_names_the_known_ones(office: Office) -> None:
    said = await office.say("outbox", "list", "--state", "fialed")

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("There is no state “fialed”. Possible: queued (waiting), leased (")


async def test_show_of_a_chat_message_tells_words_and_prospect(
    office: Office, desk: Database
) -> None:
    button = {"label": "Moje szkolenia", "data": "m"}
    facts = {"text": "Dzień <b>dobry</b> &amp; do zobaczenia", "buttons": [[button]]}
    row = await _put(desk, "queued", facts=facts)

    said = await office.say("outbox", "show", str(row.id))

    lines = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert lines[-2:] == ["Dzień dobry & do zobaczenia", "[Moje szkolenia]"]
    assert "State: waiting" in lines
    assert any(line.startswith("What comes next: It leaves as soon as") for line in lines)


async def test_show_of_a_mail_tells_subject_and_text(office: Office, desk: Database) -> None:
    row = await _put(desk, "failed", channel="mail", kind="invitation", facts=INVITATION)

    said = await office.say("outbox", "show", str(row.id))

    assert "Subject: Zaproszenie na szkolenie\n" in said.out
    assert "Zapraszamy.\n" in said.out


async def test_show_of_a_mail_that_left_tells_the_words_that_left(
    office: Office, desk: Database
) -> None:
    row = await _put(desk, "sent", channel="mail", kind="invitation", facts=INVITATION)
    body = b"Subject: Old =?utf-8?q?=C5=BB?=\r\nContent-Type: text/plain\r\n\r\nAs it was.\r\n"
    async with desk.transaction() as tx:
        await tx.execute(update(table).values(body=body, message_id="<1@example.org>"))

    said = await office.say("outbox", "show", str(row.id))

    assert "Subject: Old Ż\n\nAs it was.\n" in said.out
    assert "Message-ID: <1@example.org>\n" in said.out


async def test_show_of_words_that_cannot_be_composed_says_so(
    office: Office, desk: Database
) -> None:
    row = await _put(desk, "failed", kind="reminder", facts={})

    said = await office.say("outbox", "show", str(row.id))

    assert said.code == 0
    assert said.out.splitlines()[-1].startswith("The words cannot be composed: ")


async def test_show_of_an_unknown_number_is_one_sentence(office: Office) -> None:
    said = await office.say("outbox", "show", "4711")

    assert (said.code, said.out) == (2, "")
    assert said.err == "There is no message with the number 4711.\n"


async def test_again_queues_and_drop_settles(office: Office, desk: Database) -> None:
    failed, missed = await _put(desk, "failed"), await _put(desk, "missed")

    again = await office.say("outbox", "again", str(failed.id))
    drop = await office.say("outbox", "drop", str(missed.id))

    assert (again.code, again.err) == (0, "")
    assert again.out.startswith(f"Message {failed.id} waits again, until ")
    assert (drop.code, drop.out) == (0, f"Message {missed.id} is dropped.\n")
    assert (await _read(desk, failed)).state == "queued"
    assert (await _read(desk, missed)).settled_at is not None
    async with desk.reading() as tx:
        trail = await staff.audit_trail(tx, limit=9)
    assert [one.action for one in trail] == ["outbox drop", "outbox again"]


async def test_dropped_trouble_is_no_trouble_any_more(office: Office, desk: Database) -> None:
    failed = await _put(desk, "failed")

    before = await office.say("trouble")
    await office.say("outbox", "drop", str(failed.id))
    after = await office.say("trouble")

    assert "not delivered" in before.out
    assert after.out == "Everything was delivered and handled in these days.\n"


async def test_again_of_a_doubt_asks_first_and_no_answer_is_a_no(
    office: Office, desk: Database
) -> None:
    doubt = await _put(desk, "uncertain", doubted=1)

    asked = await office.say("outbox", "again", str(doubt.id))
    left = await _read(desk, doubt)
    yes = await office.say("outbox", "again", str(doubt.id), "--yes")

    assert (asked.code, asked.out) == (2, f"Message {doubt.id} is left as it is.\n")
    assert "1001 may get it twice. Send it again? [y/N]" in asked.err
    assert (left.state, yes.code, (await _read(desk, doubt)).state) == ("uncertain", 0, "queued")


async def test_deeds_on_some_rows_go_on_after_a_refusal(office: Office, desk: Database) -> None:
    sent, failed = await _put(desk, "sent"), await _put(desk, "failed")

    again = await office.say("outbox", "again", "4711", str(sent.id), str(failed.id))

    assert again.code == 2
    assert [line.split(":")[0] for line in again.err.splitlines()] == [
        "There is no message with the number 4711.",
        f"Message {sent.id} is not sent again",
    ]
    assert (await _read(desk, failed)).state == "queued"


async def test_drop_of_what_is_leaving_is_one_sentence(office: Office, desk: Database) -> None:
    row = await _put(desk, "started")

    said = await office.say("outbox", "drop", str(row.id))

    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert said.err.startswith(f"Message {row.id} is not dropped: it is in the state “being sent”.")
    assert (await _read(desk, row)).state == "started"
