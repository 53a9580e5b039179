from typing import Any

import pytest
from sqlalchemy import event as engine_event
from sqlalchemy import insert, select, update

from delivery.report_words import Words
from programme import audience_reading, broadcast_reporting, letter_printing
from programme.audience_choice import Choice
from programme.broadcast_refusals import BroadcastUnknown
from programme.broadcast_reporting import GROUPS, RULE, Counted
from programme.refusals import EventOver, NotStaff, OptionUnknown
from programme.report_refusals import LetterAsksNothing, NobodySilent
from storage import answers_to_events, people, staff
from storage.database import Database, Tx
from storage.sheets import read_sheet
from storage.staff import StaffMember
from storage.tables import audit, broadcast, conversation, session
from storage.tables import outbox as outbox_table
from tests.programme.audience import make_staff
from tests.programme.small_town import Town, persons_of, settle, town, units_of
from tests.storage.rows import FIRST_DAY, NOW
from texts.translator import load

OPENING = "Przypominamy."


@pytest.fixture
async def known(database: Database) -> Town:
    """Settle the small town, to which one invitation was sent."""
    async with database.transaction() as tx:
        return await settle(tx, town())


async def _author(tx: Tx, known: Town) -> StaffMember:
    return await staff.get(tx, known.staff_id)


async def _groups(tx: Tx, known: Town) -> dict[str, Counted]:
    found = await broadcast_reporting.report(
        tx, member=await _author(tx, known), broadcast_id=known.broadcast_id
    )
    return found.groups


async def _names(tx: Tx, known: Town, group: str) -> list[str]:
    page = await broadcast_reporting.group_page(
        tx,
        member=await _author(tx, known),
        broadcast_id=known.broadcast_id,
        group=group,
        number=0,
    )
    return [one.name for one in page.rows]


async def test_report_counts_each_recipient_once(database: Database, known: Town) -> None:
    async with database.reading() as tx:
        groups = await _groups(tx, known)

    assert groups == {
        "sent_chat": Counted(6),
        "sent_mail": Counted(0, 2),
        "failed": Counted(1, 1),
        "uncertain": Counted(1),
        "cancelled": Counted(1),
        "postal": Counted(0, 1),
        "registered": Counted(1, 1),
        "in_line": Counted(1),
        "gave_up": Counted(2, 1),
        # Leon's organisation has none of the letters, and a joined person stays as they were.
        "silent": Counted(3, 1),
    }


async def test_each_count_opens_the_list_of_those_whom_it_counts(
    database: Database, known: Town
) -> None:
    async with database.reading() as tx:
        groups = await _groups(tx, known)
        lists = {group: await _names(tx, known, group) for group in GROUPS}

    assert {group: len(names) for group, names in lists.items()} == {
        group: groups.get(group, Counted()).total for group in GROUPS
    }
    assert lists["gave_up"] == ["Piotr Ćma", "GOPS", "Iga Nowa"]
    assert lists["postal"] == ["OSP Miłki"]
    assert lists["in_line"] == ["Jan Łoś"]


async def test_message_that_went_by_mail_after_the_chat_failed_counts_as_arrived(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        failed = known.members[5].id
        key = f"invitation:{known.broadcast_id}:{failed}:telegram"
        row = (await tx.execute(select(outbox_table).where(outbox_table.c.key == key))).one()
        again = {**row._mapping, "key": key.replace("telegram", "mail"), "channel": "mail"}
        await tx.execute(insert(outbox_table).values(**{**again, "id": 9_999, "state": "sent"}))

        groups = await _groups(tx, known)

    assert (groups["sent_mail"], groups["failed"]) == (Counted(1, 2), Counted(0, 1))


async def test_chat_that_was_closed_is_told_apart_from_other_failures(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        person_id = known.members[5].id
        await people.add_contact(
            tx, person_id=person_id, channel="telegram", address="1001", verified=True, now=NOW
        )
        await people.set_unreachable(tx, channel="telegram", address="1001", why="403", now=NOW)

        assert await _names(tx, known, "blocked") == ["Ola Śliwa"]
        assert await _names(tx, known, "failed") == ["GOK"]


async def test_whoever_is_in_the_middle_of_the_questions_has_begun(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        for chat, event_id in ((13, known.event_id), (14, known.event_id + 1)):
            await tx.execute(
                insert(conversation).values(
                    chat_id=chat,
                    locale="pl",
                    flow="questions",
                    step="x",
                    data={"event_id": event_id, "answers": {}},
                    changed_at=NOW,
                )
            )

        assert await _names(tx, known, "begun") == ["Zofia Lis"]


async def test_reminder_is_for_those_whom_the_report_calls_silent(
    database: Database, known: Town
) -> None:
    choice = Choice(silent_of=known.broadcast_id)
    async with database.reading() as tx:
        names = await _names(tx, known, "silent")
        ceiling = await audience_reading.ceiling(tx)
        persons = await audience_reading.persons(tx, choice, 0, ceiling, 100)
        units = await audience_reading.units(tx, choice)

    # Whoever was joined into somebody else is that one, and written to once.
    people_named = {one.name for one in persons} | {one.organisation.name for one in units}
    assert people_named == set(names) - {"Jan Stary"} | {
        unit.name for unit in known.units if unit.id in dict(units_of(known, choice))
    }
    assert [one.id for one in persons] == persons_of(known, choice)


async def test_reminder_is_a_draft_with_the_letter_under_a_line(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        before = (await tx.execute(select(outbox_table.c.id))).all()

        letter = await broadcast_reporting.remind(
            tx,
            member=await _author(tx, known),
            broadcast_id=known.broadcast_id,
            opening=OPENING,
            now=NOW,
        )

        assert (await tx.execute(select(outbox_table.c.id))).all() == before
    assert (letter.purpose, letter.state) == ("reminder", "draft")
    assert (letter.about_broadcast_id, letter.event_id) == (known.broadcast_id, known.event_id)
    assert Choice.from_json(letter.audience) == Choice(silent_of=known.broadcast_id)
    assert letter.content["body"] == f"{OPENING}\n\n{RULE}\n\nZapraszamy."
    assert (letter.content["subject"], letter.content["case_number"]) == ("Spotkanie", "SK.1")


async def test_reminder_of_the_longest_letter_still_fits(database: Database, known: Town) -> None:
    long = {"subject": "Spotkanie", "body": "słowo " * 583}
    async with database.transaction() as tx:
        await tx.execute(
            update(broadcast).where(broadcast.c.id == known.broadcast_id).values(content=long)
        )
        letter = await broadcast_reporting.remind(
            tx,
            member=await _author(tx, known),
            broadcast_id=known.broadcast_id,
            opening=OPENING,
            now=NOW,
        )

    assert letter.content["body"].startswith(OPENING)
    assert letter.content["body"].endswith("słowo…")


async def test_reminder_is_refused_when_nobody_is_silent_or_could_still_come(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        member = await _author(tx, known)

        async def remind(broadcast_id: int) -> None:
            await broadcast_reporting.remind(
                tx, member=member, broadcast_id=broadcast_id, opening=OPENING, now=NOW
            )

        with pytest.raises(BroadcastUnknown):
            await remind(known.broadcast_id + 100)
        this = broadcast.c.id == known.broadcast_id
        await tx.execute(update(broadcast).where(this).values(event_id=None))
        with pytest.raises(LetterAsksNothing):
            await remind(known.broadcast_id)
        await tx.execute(update(broadcast).where(this).values(event_id=known.event_id))
        for one in known.members:
            await answers_to_events.refuse(tx, event_id=known.event_id, person_id=one.id, now=NOW)
        for unit in known.units:
            await answers_to_events.refuse(
                tx, event_id=known.event_id, organisation_id=unit.id, now=NOW
            )
        with pytest.raises(NobodySilent):
            await remind(known.broadcast_id)
        await tx.execute(update(session).values(starts_at=NOW))
        with pytest.raises(EventOver):
            await remind(known.broadcast_id)
    assert FIRST_DAY > NOW


async def test_workbook_holds_everybody_and_computes_nothing(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        await people.change(tx, known.members[0].id, name="=HYPERLINK(1)")
        content = await broadcast_reporting.workbook(
            tx,
            member=await _author(tx, known),
            broadcast_id=known.broadcast_id,
            words=Words(load("pl")),
            now=NOW,
        )
        recorded = await tx.scalar(select(audit.c.action).order_by(audit.c.id.desc()))

    sheet = read_sheet(content, most_rows=100)
    assert sheet.uncomputed == frozenset()
    assert sheet.rows[0] == (
        "Nazwisko lub nazwa",
        "Organizacja",
        "Co się stało z listem",
        "Kiedy",
        "Odpowiedź",
    )
    assert len(sheet.rows) == 14
    assert (
        "=HYPERLINK(1)",
        "KGW Ruda",
        "dotarło na czacie",
        "04.01.2027 11:00",
        "ma miejsce",
    ) in sheet.rows
    assert recorded == "report file"


async def test_letters_are_listed_newest_first_without_polls(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        member = await _author(tx, known)
        for number in range(9):
            await tx.execute(
                insert(broadcast).values(
                    key=f"more:{number}",
                    kind="poll" if number % 3 == 0 else "invitation",
                    audience={},
                    staff_id=member.id,
                    content={"subject": str(number)},
                    people=0,
                    confirmed_at=NOW,
                )
            )
        first = await broadcast_reporting.past(tx, member=member, number=0)
        last = await broadcast_reporting.past(tx, member=member, number=9)

    subjects = [one.content["subject"] for one in first.listed]
    assert subjects == ["8", "7", "5", "4", "2", "1", "Spotkanie"]
    assert (first.pages, last) == (1, first)


async def test_unknown_group_or_letter_is_refused(database: Database, known: Town) -> None:
    async with database.reading() as tx:
        member = await _author(tx, known)
        for number, group, why in (
            (known.broadcast_id, "x", OptionUnknown),
            (known.broadcast_id + 9, "silent", BroadcastUnknown),
        ):
            with pytest.raises(why):
                await broadcast_reporting.group_page(
                    tx, member=member, broadcast_id=number, group=group, number=0
                )


async def test_viewer_reads_the_report_and_does_nothing_else(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        viewer = await make_staff(tx, chat_id=901, role="viewer")
        found = await broadcast_reporting.report(tx, member=viewer, broadcast_id=known.broadcast_id)
        whose: dict[str, Any] = {
            "member": viewer,
            "broadcast_id": known.broadcast_id,
            "now": NOW,
        }
        with pytest.raises(NotStaff):
            await broadcast_reporting.remind(tx, opening=OPENING, **whose)
        with pytest.raises(NotStaff):
            await broadcast_reporting.workbook(tx, words=Words(load("pl")), **whose)
        with pytest.raises(NotStaff):
            await letter_printing.letters(tx, **whose)
        with pytest.raises(NotStaff):
            await letter_printing.mark_posted(tx, **whose)

    assert found.recipients == 14 - 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_other_letters_make_the_report_no_dearer(database: Database, known: Town) -> None:
    """Every step of the plan looks into an index; none reads a table of all letters."""
    async with database.transaction() as tx:
        plans: list[str] = []

        def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.lstrip().startswith("SELECT"):
                plans.append(statement)

        sync = tx.sync_connection
        assert sync is not None
        engine_event.listen(sync, "before_cursor_execute", listen)
        await _groups(tx, known)
        engine_event.remove(sync, "before_cursor_execute", listen)
        tally = next(one for one in plans if "GROUP BY" in one and "broadcast_recipient" in one)
        count = tally.count("?")
        rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {tally}", tuple([1] * count))
        steps = [str(row.detail) for row in rows]

    whole = [one for one in steps if one.startswith("SCAN") and "USING" not in one]
    assert [one for one in whole if "outbox" in one or "broadcast_recipient" in one] == []
