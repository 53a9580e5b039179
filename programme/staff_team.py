"""How coordinators look after the team: invite, give roles and events, remove.

There is always a coordinator left: whoever takes that role from somebody holds all coordinators'
rows first, so that two who remove each other at the same moment go one after another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from programme import staff, staff_leaving
from programme.refusals import EventUnknown, NotStaff
from programme.staff_leaving import REMOVED
from programme.staff_refusals import LastCoordinator, LinkGone, StaffGone, TrainerOnly
from storage import events, staff_team, trainers
from storage import staff as staff_rows
from storage.database import Tx
from storage.events import Event
from storage.staff import StaffMember
from storage.staff_team import Colleague, OpenLink


@dataclass(frozen=True)
class Team:
    """Everybody of staff, and the links that nobody has opened yet."""

    colleagues: tuple[Colleague, ...]
    links: tuple[OpenLink, ...]
    me: int


@dataclass(frozen=True)
class OneOfTeam:
    """One of staff as a coordinator sees them."""

    colleague: Colleague
    is_me: bool


async def team(tx: Tx, *, member: StaffMember, now: datetime) -> Team:
    """List the staff, coordinators first, and the open links."""
    staff.permit(member, "staff")
    found = await staff_team.colleagues(tx)
    found.sort(key=lambda one: (staff.ROLES.index(one.role), one.id))
    return Team(tuple(found), tuple(await staff_team.open_links(tx, now=now)), member.id)


async def one(tx: Tx, *, staff_id: int, member: StaffMember) -> OneOfTeam:
    """Look at one of staff; raises StaffGone."""
    staff.permit(member, "staff")
    return OneOfTeam(await _colleague(tx, staff_id), staff_id == member.id)


async def _colleague(tx: Tx, staff_id: int) -> Colleague:
    for found in await staff_team.colleagues(tx):
        if found.id == staff_id:
            return found
    raise StaffGone


async def invite(
    tx: Tx,
    *,
    name: str,
    role: str,
    event_ids: Sequence[int],
    token: str,
    member: StaffMember,
    now: datetime,
) -> None:
    """Keep a one-time link for somebody; the record of it does not hold the link."""
    staff.permit(member, "staff")
    given = list(event_ids) if role == staff.TRAINER else []
    await staff.invite_staff(
        tx, name=name, role=role, token=token, by=member, event_ids=given, now=now
    )
    detail = {"name": name, "role": role, "events": given}
    await staff.record(tx, member, "staff_invite", detail=detail, now=now)


async def withdraw_link(tx: Tx, *, link_id: int, member: StaffMember, now: datetime) -> str:
    """Let a link that nobody has opened work no more, and name whom it was for; or LinkGone."""
    staff.permit(member, "staff")
    gone = await staff_team.drop_link(tx, link_id)
    if gone is None:
        raise LinkGone
    name, role = gone
    detail = {"name": name, "role": role}
    await staff.record(tx, member, "staff_link_withdrawn", detail=detail, now=now)
    return name


async def change_role(
    tx: Tx, *, staff_id: int, role: str, member: StaffMember, now: datetime
) -> None:
    """Give somebody another role; what they may no more do ends at once.

    Raises StaffGone, or LastCoordinator when nobody else is one.
    """
    staff.permit(member, "staff")
    before = await _held(tx, staff_id, member, loses=role not in staff.COORDINATORS)
    if before.role == role:
        return
    await staff_rows.set_role(tx, staff_id, role=role)
    detail = {"staff": staff_id, "before": before.role, "role": role}
    await staff.record(tx, member, "staff_role", detail=detail, now=now)
    await staff_leaving.rights_lost(tx, member=before, role=role, by=member, now=now)


async def remove(tx: Tx, *, staff_id: int, member: StaffMember, now: datetime) -> Colleague:
    """End somebody's rights at once, with all that they have begun.

    Raises StaffGone, or LastCoordinator when nobody else is one.
    """
    staff.permit(member, "staff")
    before = await _held(tx, staff_id, member, loses=True)
    gone = await _colleague(tx, staff_id)
    await staff_rows.remove(tx, chat_id=before.chat_id, now=now)
    detail = {"staff": staff_id, "role": before.role}
    await staff.record(tx, member, "staff_remove", detail=detail, now=now)
    await staff_leaving.rights_lost(tx, member=before, role=REMOVED, by=member, now=now)
    return gone


async def _held(tx: Tx, staff_id: int, member: StaffMember, *, loses: bool) -> StaffMember:
    """Read somebody whose rights change, so that no other change of roles comes between."""
    coordinators = await staff_rows.hold_coordinators(tx)
    if member.id not in coordinators:
        # Somebody else removed whoever asks a moment ago.
        raise NotStaff
    if loses and coordinators == {staff_id}:
        raise LastCoordinator
    found = next((one for one in await staff_rows.everyone(tx) if one.id == staff_id), None)
    if found is None:
        raise StaffGone
    return found


async def choosable(tx: Tx, *, member: StaffMember, now: datetime) -> list[Event]:
    """List the events that a trainer can be given: those ahead, and the newest of the others."""
    staff.permit(member, "staff")
    ahead = await events.upcoming(tx, now=now)
    numbers = {event.id for event in ahead}
    over = [event for event in await events.recent(tx, now=now) if event.id not in numbers]
    return [*ahead, *reversed(over)]


async def give_event(
    tx: Tx, *, staff_id: int, event_id: int, member: StaffMember, now: datetime
) -> None:
    """Let a trainer keep the attendance of an event; or raise StaffGone, TrainerOnly."""
    staff.permit(member, "staff")
    if await events.lock(tx, event_id) is None:
        raise EventUnknown
    if (await _colleague(tx, staff_id)).role != staff.TRAINER:
        raise TrainerOnly
    if await trainers.give(tx, staff_id=staff_id, event_ids=[event_id], now=now):
        detail = {"staff": staff_id, "event": event_id}
        await staff.record(tx, member, "trainer_event", detail=detail, now=now)


async def take_event(
    tx: Tx, *, staff_id: int, event_id: int, member: StaffMember, now: datetime
) -> None:
    """Take an event from a trainer; one who has it not is left as they are."""
    staff.permit(member, "staff")
    if await trainers.take(tx, staff_id=staff_id, event_id=event_id):
        detail = {"staff": staff_id, "event": event_id}
        await staff.record(tx, member, "trainer_event_taken", detail=detail, now=now)


__all__ = [
    "Colleague",
    "Event",
    "OneOfTeam",
    "OpenLink",
    "Team",
    "change_role",
    "choosable",
    "give_event",
    "invite",
    "one",
    "remove",
    "take_event",
    "team",
    "withdraw_link",
]
