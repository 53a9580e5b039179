import pytest

from programme import task_desk, tasks
from programme.task_refusals import TaskDoneBefore, TaskFileGone, TaskNotToReopen, TaskUnknown
from storage import files
from storage import staff as staff_rows
from storage import tasks as rows
from storage.database import Database, Tx
from storage.files import Bytes
from storage.tables import organisation, person
from tests.programme.audience import CHIEF, make_organisation, make_staff
from tests.storage.rows import NOW, make_event, make_person


async def _ask(tx: Tx, key: str = "mail:1", **values: object) -> int:
    facts = {"sender": "anna@ngo.example.org", "subject": "Pytanie"}
    await tasks.ask(tx, key=key, kind="mail", facts=facts, now=NOW, **values)  # type: ignore[arg-type]
    found = await rows.by_key(tx, key)
    assert found is not None
    return found.id


async def test_the_list_has_pages_with_the_oldest_first(database: Database) -> None:
    async with database.transaction() as tx:
        numbers = [await _ask(tx, f"mail:{number}") for number in range(10)]

        first = await task_desk.page(tx, member=CHIEF)
        last = await task_desk.page(tx, number=7, member=CHIEF)

    assert [task.id for task in first.listed] == numbers[:8]
    assert (first.number, first.pages, first.total) == (0, 2, 10)
    assert [task.id for task in last.listed] == numbers[8:]
    assert last.number == 1


async def test_an_empty_list_has_one_page(database: Database) -> None:
    async with database.transaction() as tx:
        found = await task_desk.page(tx, number=-1, member=CHIEF)

    assert (found.listed, found.pages, found.total) == ((), 1, 0)


async def test_a_task_shows_whom_to_call_each_number_once(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        await tx.execute(organisation.update().values(phone="87 421 10 00"))
        ewa = await make_person(tx, name="Ewa Wzorowa")
        await tx.execute(person.update().values(phone="600 100 200"))
        event_id = await make_event(tx, entry="nominated")
        number = await _ask(tx, person_id=ewa, organisation_id=unit, event_id=event_id)

        view = await task_desk.one(tx, task_id=number, member=CHIEF)

    assert view.phones == (("Ewa Wzorowa", "600 100 200"), ("KGW Miłki", "87 421 10 00"))
    assert (view.person, view.organisation, view.event) == (
        "Ewa Wzorowa",
        "KGW Miłki",
        "Budowanie partnerstw",
    )
    assert (view.organisation_id, view.names_people, view.done_by) == (unit, True, "")


async def test_who_has_done_a_task_is_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        maria = await make_staff(tx)
        number = await _ask(tx)

        await task_desk.done(tx, task_id=number, member=maria, now=NOW)

        view = await task_desk.one(tx, task_id=number, member=CHIEF)
        (newest,) = await staff_rows.audit_trail(tx, limit=1)
        assert (view.task.state, view.done_by) == ("done", "Sekretarz Gminy")
        assert (newest.staff_id, newest.action, newest.detail) == (
            maria.id,
            "task done",
            {"task": number, "kind": "mail"},
        )
        with pytest.raises(TaskDoneBefore):
            await task_desk.done(tx, task_id=number, member=maria, now=NOW)


async def test_a_task_can_be_put_back(database: Database) -> None:
    async with database.transaction() as tx:
        maria = await make_staff(tx)
        number = await _ask(tx)
        await task_desk.done(tx, task_id=number, member=maria, now=NOW)

        await task_desk.undo(tx, task_id=number, member=maria, now=NOW)

        assert (await task_desk.one(tx, task_id=number, member=CHIEF)).task.state == "open"
        (newest,) = await staff_rows.audit_trail(tx, limit=1)
        assert newest.action == "task reopened"
        with pytest.raises(TaskNotToReopen):
            await task_desk.undo(tx, task_id=number, member=maria, now=NOW)


async def test_what_ended_by_itself_is_not_put_back(database: Database) -> None:
    async with database.transaction() as tx:
        maria = await make_staff(tx)
        number = await _ask(tx)
        await rows.end(tx, number, staff_id=None, now=NOW)

        with pytest.raises(TaskNotToReopen):
            await task_desk.undo(tx, task_id=number, member=maria, now=NOW)


async def test_a_task_done_at_the_command_line_is_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        number = await _ask(tx)

        await task_desk.done_at_the_console(tx, task_id=number, now=NOW)

        (newest,) = await staff_rows.audit_trail(tx, limit=1)
        assert newest.detail == {"task": number, "kind": "mail", "door": "command line"}
        with pytest.raises(TaskDoneBefore):
            await task_desk.done_at_the_console(tx, task_id=number, now=NOW)


async def test_a_task_that_is_not_there_is_unknown(database: Database) -> None:
    async with database.transaction() as tx:
        maria = await make_staff(tx)
        for step in (
            task_desk.one(tx, task_id=99, member=CHIEF),
            task_desk.done(tx, task_id=99, member=maria, now=NOW),
            task_desk.undo(tx, task_id=99, member=maria, now=NOW),
            task_desk.done_at_the_console(tx, task_id=99, now=NOW),
            task_desk.file_of(tx, task_id=99, index=0, member=CHIEF),
        ):
            with pytest.raises(TaskUnknown):
                await step


async def test_a_file_that_came_with_a_task_is_found(database: Database) -> None:
    async with database.transaction() as tx:
        number = await _ask(tx)
        kept = Bytes("a" * 40, 3, "b" * 64)
        file = await files.add(
            tx, kept, original_name="lista.pdf", content_type="application/pdf", now=NOW
        )
        await rows.add_file(tx, task_id=number, file_id=file.id)

        assert await task_desk.file_of(tx, task_id=number, index=0, member=CHIEF) == file
        for index in (-1, 1):
            with pytest.raises(TaskFileGone):
                await task_desk.file_of(tx, task_id=number, index=index, member=CHIEF)
