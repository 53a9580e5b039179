"""What became of a letter to many, for staff: counts, the people behind each count, a reminder.

Counts and lists are read when they are asked for, so that they are as true as the outbox and the
registrations are at this moment.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from programme import broadcast_facts, event_questions, invitation_drafts, staff
from programme.audience_choice import Choice
from programme.broadcast_refusals import BroadcastUnknown
from programme.invitations import BODY_LIMIT, HOME_ZONE
from programme.refusals import OptionUnknown
from programme.report_refusals import LetterAsksNothing, NobodySilent
from programme.wall_time import to_wall
from storage import answers_to_events, broadcasts, events, workbooks
from storage import broadcast_results as results
from storage.broadcast_results import Recipient, Tally
from storage.broadcasts import Broadcast
from storage.database import Tx
from storage.events import Event
from storage.invitations import Invitation
from storage.staff import StaffMember
from storage.workbooks import Table

ROWS, LETTERS = 15, 8
AT_ONCE = 1_000
MOMENT = "%d.%m.%Y %H:%M"
GOT = (
    *(results.SENT_CHAT, results.SENT_MAIL, results.UNCERTAIN),
    *(results.POSTAL, results.POSTED),
)
SENT = (results.SENT_CHAT, results.SENT_MAIL)
TROUBLE = (results.FAILED, results.BLOCKED, results.UNCERTAIN, results.MISSED, results.CANCELLED)
LEFT_OUT = ("unreachable", "unwanted", "same_address")
RESULTS = (*SENT, results.WAITING, *TROUBLE, results.POSTAL, results.POSTED, *LEFT_OUT)
ANSWERED = (results.REGISTERED, results.IN_LINE, results.NAMED, results.GAVE_UP)
SILENT, BEGUN = results.SILENT, "begun"
ANSWERS = (*ANSWERED, SILENT, BEGUN)
GROUPS = (*RESULTS, *ANSWERS)
RULE = "– – –"
Words = Callable[[str], str]


@dataclass(frozen=True)
class Counted:
    """People and organisations of one group."""

    people: int = 0
    organisations: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.people + self.organisations


@dataclass(frozen=True)
class Report:
    """What became of a letter: by result, and for an event by answer; only groups with somebody.

    Those `begun` are among the silent. `recorded` is False for letters of before recipients were
    kept, of which only the messages can be counted.
    """

    broadcast: Broadcast
    event: Event | None
    groups: dict[str, Counted] = field(default_factory=dict)
    recorded: bool = True

    @property
    def recipients(self) -> int:
        """Everybody whom the letter was for, reached or not."""
        return sum(self.groups[one].total for one in RESULTS if one in self.groups)

    def count(self, group: str) -> int:
        """How many are in a group."""
        return self.groups.get(group, Counted()).total


@dataclass(frozen=True)
class GroupPage:
    """A page of the recipients in one group; `number` counts from 0 and `first` from 1."""

    broadcast: Broadcast
    group: str
    rows: tuple[Recipient, ...]
    number: int
    pages: int
    first: int
    total: int


@dataclass(frozen=True)
class Letters:
    """A page of the letters that were sent, the newest first."""

    listed: tuple[Broadcast, ...]
    number: int
    pages: int


async def past(tx: Tx, *, member: StaffMember, number: int) -> Letters:
    """List the letters that were confirmed, the newest first, a page at a time."""
    staff.permit(member, "broadcasts")
    total = await broadcasts.count_letters(tx)
    pages = max(1, -(-total // LETTERS))
    at = min(max(0, number), pages - 1)
    listed = await broadcasts.letters(tx, limit=LETTERS, offset=at * LETTERS)
    return Letters(tuple(listed), at, pages)


async def _letter(tx: Tx, broadcast_id: int) -> Broadcast:
    broadcast = await broadcasts.find(tx, broadcast_id)
    if broadcast is None or broadcast.kind not in broadcasts.LETTERS:
        raise BroadcastUnknown
    return broadcast


async def report(tx: Tx, *, member: StaffMember, broadcast_id: int) -> Report:
    """Count what became of a letter; raises BroadcastUnknown."""
    staff.permit(member, "broadcasts")
    broadcast = await _letter(tx, broadcast_id)
    event = None
    if broadcast.event_id is not None:
        event = await events.get(tx, broadcast.event_id)
    tallies = await results.tally(tx, broadcast_id, event_id=broadcast.event_id)
    groups = {one: _sum([each for each in tallies if each.result == one]) for one in RESULTS}
    if event is not None:
        for answer in ANSWERED:
            groups[answer] = _sum([each for each in tallies if each.answer == answer])
        got = [each for each in tallies if each.result in GOT]
        groups[SILENT] = _sum([each for each in got if each.answer == SILENT])
        groups[BEGUN] = Counted(await _count_begun(tx, broadcast))
    found = {name: counted for name, counted in groups.items() if counted.total}
    # Whatever was confirmed before recipients were kept has no moment to start at.
    recorded = bool(tallies) or broadcast.starts_at is not None
    return Report(broadcast, event, found, recorded)


def _sum(fitting: list[Tally]) -> Counted:
    people = sum(one.recipients for one in fitting if one.is_person)
    return Counted(people, sum(one.recipients for one in fitting) - people)


async def _begun(tx: Tx, broadcast: Broadcast) -> list[int]:
    if broadcast.event_id is None:
        return []
    return await answers_to_events.begun(tx, broadcast.event_id, flow=event_questions.FLOW)


async def _count_begun(tx: Tx, broadcast: Broadcast) -> int:
    asked = await _asked(tx, broadcast, BEGUN)
    return await results.count(tx, broadcast.id, event_id=broadcast.event_id, **asked)


async def _asked(tx: Tx, broadcast: Broadcast, group: str) -> dict[str, Any]:
    """Say what a group means, as the storage asks for it."""
    if group in RESULTS:
        return {"results": (group,)}
    if broadcast.event_id is None or group not in ANSWERS:
        raise OptionUnknown
    if group == BEGUN:
        return {"results": GOT, "answers": (SILENT,), "people": await _begun(tx, broadcast)}
    return {"results": GOT, "answers": (SILENT,)} if group == SILENT else {"answers": (group,)}


async def group_page(
    tx: Tx, *, member: StaffMember, broadcast_id: int, group: str, number: int
) -> GroupPage:
    """Give a page of the recipients in a group; raises BroadcastUnknown or OptionUnknown."""
    staff.permit(member, "broadcasts")
    broadcast = await _letter(tx, broadcast_id)
    asked = await _asked(tx, broadcast, group)
    total = await results.count(tx, broadcast_id, event_id=broadcast.event_id, **asked)
    pages = max(1, -(-total // ROWS))
    at = min(max(0, number), pages - 1)
    rows = await results.page(
        tx, broadcast_id, event_id=broadcast.event_id, limit=ROWS, offset=at * ROWS, **asked
    )
    return GroupPage(broadcast, group, tuple(rows), at, pages, at * ROWS + 1, total)


async def workbook(
    tx: Tx,
    *,
    member: StaffMember,
    broadcast_id: int,
    words: Words,
    now: datetime,
    zone: str = HOME_ZONE,
) -> bytes:
    """Write everybody whom a letter was for as a workbook; a cell never computes."""
    staff.permit(member, "registrations")
    broadcast = await _letter(tx, broadcast_id)
    rows: list[tuple[str, ...]] = []
    while True:
        some = await results.page(
            tx,
            broadcast_id,
            event_id=broadcast.event_id,
            limit=AT_ONCE,
            offset=len(rows),
        )
        rows += [_row(one, words, zone) for one in some]
        if len(some) < AT_ONCE:
            break
    columns = ("name", "organisation", "result", "at", "answer")
    heads = tuple(words(f"report_{one}") for one in columns)
    detail = {"broadcast": broadcast_id, "rows": len(rows)}
    await staff.record(tx, member, "report file", detail=detail, now=now)
    return workbooks.to_xlsx([Table(words("report_sheet"), heads, tuple(rows))])


def _row(one: Recipient, words: Words, zone: str) -> tuple[str, ...]:
    at = to_wall(one.at, zone).strftime(MOMENT) if one.at else ""
    answer = one.answer if one.answer != SILENT or one.result in GOT else ""
    return (
        one.name,
        one.organisation,
        words(f"result_{one.result}"),
        at,
        words(f"answer_{answer}") if answer else "",
    )


async def remind(
    tx: Tx,
    *,
    member: StaffMember,
    broadcast_id: int,
    opening: str,
    now: datetime,
    zone: str = HOME_ZONE,
) -> Invitation:
    """Begin a reminder to those who got a letter and have not answered; nothing is sent.

    `opening` is said before the words of the letter, which follow under a line. Raises
    BroadcastUnknown, LetterAsksNothing, NobodySilent, and what an event that nobody can be
    invited to raises.
    """
    staff.permit(member, "invite")
    first = await _letter(tx, broadcast_id)
    if first.event_id is None:
        raise LetterAsksNothing
    await broadcast_facts.open_event(tx, first.event_id, now)
    asked = await _asked(tx, first, SILENT)
    if not await results.count(tx, broadcast_id, event_id=first.event_id, **asked):
        raise NobodySilent
    letter = await invitation_drafts.begin(
        tx,
        member=member,
        event_id=first.event_id,
        now=now,
        zone=zone,
        purpose="reminder",
        about=broadcast_id,
        subject=str(first.content.get("subject") or ""),
        choice=Choice(silent_of=broadcast_id),
    )
    words = {name: str(first.content.get(name) or "") for name in ("case_number", "signature")}
    words["body"] = _under(opening, str(first.content.get("body") or ""))
    return await invitation_drafts.change_words(
        tx,
        member=member,
        invitation_id=letter.id,
        revision=letter.revision,
        words={name: value for name, value in words.items() if value},
        now=now,
    )


def _under(opening: str, body: str) -> str:
    """Put the words of the letter under the reminder; what no letter has room for is cut."""
    room = BODY_LIMIT - len(opening) - len(RULE) - 4
    if len(body) > room:
        body = body[: room - 1].rsplit(" ", 1)[0] + "…"
    return f"{opening}\n\n{RULE}\n\n{body}"


__all__ = [
    "ANSWERS",
    "GROUPS",
    "RESULTS",
    "SILENT",
    "Broadcast",
    "Counted",
    "GroupPage",
    "Letters",
    "Recipient",
    "Report",
    "group_page",
    "past",
    "remind",
    "report",
    "workbook",
]
