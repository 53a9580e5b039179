"""What staff do with the list of things that only a person can do: look, call it done, undo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import staff
from programme.nomination_terms import names_wanted
from programme.task_refusals import TaskDoneBefore, TaskFileGone, TaskNotToReopen, TaskUnknown
from storage import events, files, organisations, people, person_history, tasks
from storage import staff as staff_rows
from storage.database import Tx
from storage.files import StoredFile
from storage.staff import StaffMember
from storage.tasks import Task

ON_PAGE = 8


@dataclass(frozen=True)
class TaskPage:
    """A part of the list, the oldest first; `number` counts pages from 0."""

    listed: tuple[Task, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class TaskView:
    """One task and everything staff need for it.

    `phones` are whom to call, as name and number. `names_people` says whether the organisation
    names people for the event, so that there is a page of its names.
    """

    task: Task
    person: str
    organisation: str
    organisation_id: int | None
    event: str
    phones: tuple[tuple[str, str], ...]
    files: tuple[StoredFile, ...]
    done_by: str
    names_people: bool

    @property
    def original(self) -> str:
        """What somebody wrote, whole."""
        return self.task.original


async def count(tx: Tx, *, member: StaffMember) -> int:
    """Count what is to be done."""
    staff.permit(member, "task list")
    return await tasks.count_open(tx)


async def page(tx: Tx, *, member: StaffMember, number: int = 0) -> TaskPage:
    """Give a page of what is to be done; one past the end is the last one."""
    staff.permit(member, "task list")
    total = await tasks.count_open(tx)
    pages = max(1, -(-total // ON_PAGE))
    at = min(max(0, number), pages - 1)
    listed = await tasks.open_ones(tx, limit=ON_PAGE, offset=at * ON_PAGE)
    return TaskPage(tuple(listed), at, pages, total)


async def one(tx: Tx, *, task_id: int, member: StaffMember) -> TaskView:
    """Look at one task, also one that is done; raises TaskUnknown."""
    staff.permit(member, "task list")
    return await at_the_console(tx, task_id=task_id)


async def at_the_console(tx: Tx, *, task_id: int) -> TaskView:
    """Look at one task as the operator of the machine; raises TaskUnknown."""
    task = await tasks.get(tx, task_id)
    if task is None:
        raise TaskUnknown
    unit_id = task.organisation_id or task.facts.get("organisation_id")
    unit = await organisations.get(tx, int(unit_id)) if unit_id else None
    event = await events.get(tx, task.event_id) if task.event_id else None
    person = await people.get(tx, task.person_id) if task.person_id else None
    phone = await person_history.phone(tx, task.person_id) if task.person_id else ""
    by = task.ended_by_staff_id
    asked = [
        (str(task.facts.get("name", "")), str(task.facts.get("phone", ""))),
        (person.name if person else "", phone),
        (unit.name if unit else "", unit.phone if unit else ""),
    ]
    held = [await files.get(tx, number) for number in await tasks.files_of(tx, task.id)]
    return TaskView(
        task,
        person.name if person else str(task.facts.get("name", "")),
        unit.name if unit else str(task.facts.get("organisation", "")),
        unit.id if unit else None,
        event.title if event else "",
        tuple({number: (name, number) for name, number in asked if number}.values()),
        tuple(file for file in held if file is not None),
        (await staff_rows.get(tx, by)).name if by else "",
        event is not None and unit is not None and names_wanted(event),
    )


async def done(tx: Tx, *, task_id: int, member: StaffMember, now: datetime) -> None:
    """Note that somebody of staff has done it; raises TaskUnknown or TaskDoneBefore."""
    staff.permit(member, "tasks")
    task = await _known(tx, task_id)
    if not await tasks.end(tx, task_id, staff_id=member.id, now=now):
        raise TaskDoneBefore
    await staff.record(tx, member, "task done", detail=_detail(task), now=now)


async def undo(tx: Tx, *, task_id: int, member: StaffMember, now: datetime) -> None:
    """Put a task back on the list; raises TaskUnknown or TaskNotToReopen."""
    staff.permit(member, "tasks")
    task = await _known(tx, task_id)
    if not await tasks.reopen(tx, task_id):
        raise TaskNotToReopen
    await staff.record(tx, member, "task reopened", detail=_detail(task), now=now)


async def done_at_the_console(tx: Tx, *, task_id: int, now: datetime) -> None:
    """Note at the command line that it is done; raises TaskUnknown or TaskDoneBefore."""
    task = await _known(tx, task_id)
    if not await tasks.end(tx, task_id, staff_id=None, now=now):
        raise TaskDoneBefore
    await staff_rows.log(
        tx,
        chat_id=None,
        staff_id=None,
        action="task done",
        allowed=True,
        detail=_detail(task) | {"door": "command line"},
        now=now,
    )


async def file_of(tx: Tx, *, task_id: int, index: int, member: StaffMember) -> StoredFile:
    """Give a file that came with a task; raises TaskUnknown or TaskFileGone."""
    staff.permit(member, "tasks")
    view = await at_the_console(tx, task_id=task_id)
    if not 0 <= index < len(view.files):
        raise TaskFileGone
    return view.files[index]


async def _known(tx: Tx, task_id: int) -> Task:
    task = await tasks.get(tx, task_id)
    if task is None:
        raise TaskUnknown
    return task


def _detail(task: Task) -> dict[str, Any]:
    return {"task": task.id, "kind": task.kind}


__all__ = [
    "ON_PAGE",
    "StoredFile",
    "Task",
    "TaskPage",
    "TaskView",
    "at_the_console",
    "count",
    "done",
    "done_at_the_console",
    "file_of",
    "one",
    "page",
    "undo",
]
