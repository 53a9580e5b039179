"""Ask organisations to name people for an event, each of them once."""

from dataclasses import dataclass
from datetime import datetime

from programme import audiences, daily_cap, memberships, staff
from programme.audiences import Recipient
from programme.listing import has_begun
from programme.nomination_notices import facts, notice, recipients_of
from programme.nomination_refusals import NamingOver, NobodyToCall
from programme.nomination_terms import Place, fits, place
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventOver, EventUnknown
from storage import documents, events, nominations, organisations
from storage.database import Tx
from storage.events import Event
from storage.organisations import Organisation
from storage.staff import StaffMember


@dataclass(frozen=True)
class Preview:
    """Whom a call would reach now, whom somebody has to telephone, and who wants no invitations."""

    event: Event
    by_chat: tuple[Organisation, ...]
    by_mail: tuple[Organisation, ...]
    nowhere: tuple[Organisation, ...]
    called: int
    deadline_at: datetime
    unwanted: tuple[Organisation, ...] = ()

    @property
    def reached(self) -> int:
        """How many organisations would be asked."""
        return len(self.by_chat) + len(self.by_mail)


@dataclass(frozen=True)
class Called:
    """How many organisations were asked, and which nothing reaches."""

    organisations: int
    nowhere: tuple[Organisation, ...]


async def preview(tx: Tx, *, event_id: int, member: StaffMember, now: datetime) -> Preview:
    """Tell whom a call would reach; those who were asked before are only counted.

    Raises EventUnknown, EventCancelled, EventOver, or NamingOver after the event's deadline.
    """
    staff.permit(member, "nominations")
    event = await events.get(tx, event_id)
    return (await _prepare(tx, event, now))[0]


async def _prepare(
    tx: Tx, event: Event | None, now: datetime, *, hold: bool = False
) -> tuple[Preview, dict[int, list[Recipient]]]:
    if event is None or event.state == "draft":
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    sessions = await events.sessions(tx, event.id)
    if has_begun(sessions, now):
        raise EventOver
    begins = min(session.starts_at for session in sessions)
    deadline = event.nomination_deadline_at or event.deadline_at or begins
    if deadline < now:
        raise NamingOver(deadline)
    calls = await nominations.calls(tx, event.id)
    called = {call.organisation_id for call in calls if call.called_at is not None}
    wanted = [one for one in await organisations.list_all(tx) if fits(event, one)]
    waiting = [one for one in wanted if one.id not in called]
    ways = await recipients_of(tx, waiting, unasked=True, hold=hold)
    silent = [one for one in waiting if not ways[one.id]]
    could = await recipients_of(tx, silent) if silent else {}
    chat = tuple(one for one in waiting if _channel(ways[one.id]) == "telegram")
    mail = tuple(one for one in waiting if _channel(ways[one.id]) == "mail")
    nowhere = tuple(one for one in silent if not could[one.id])
    unwanted = tuple(one for one in silent if could[one.id])
    count = len(wanted) - len(waiting)
    return Preview(event, chat, mail, nowhere, count, deadline, unwanted), ways


def _channel(way: list[Recipient]) -> str | None:
    return way[0].channel if way else None


async def send(
    tx: Tx,
    *,
    event_id: int,
    member: StaffMember,
    link: str,
    quiet: QuietHours,
    now: datetime,
) -> Called:
    """Ask every organisation that has not been asked, in this transaction.

    In the quiet hours the letters wait for the morning. Confirmed once more it asks nobody
    twice; raises NobodyToCall when nobody is left, and what `preview` raises. `link` is the
    bot's deep link without its payload.
    """
    staff.permit(member, "nominations")
    event = await events.lock(tx, event_id)
    found, ways = await _prepare(tx, event, now, hold=True)
    if not found.reached:
        raise NobodyToCall
    if quiet.next_waking(now, found.event.zone) >= found.deadline_at:
        raise NamingOver(found.deadline_at)
    papers = [one.title for one in await documents.required_of_event(tx, event_id)]
    asked = 0
    for organisation in (*found.by_chat, *found.by_mail):
        at = await place(tx, event_id=event_id, organisation_id=organisation.id)
        asked += await _ask(tx, at, ways[organisation.id], link, papers, quiet, now)
    detail = {"event": event_id, "organisations": asked}
    await staff.record(tx, member, "nomination_call", detail=detail, now=now)
    return Called(asked, found.nowhere)


async def _ask(
    tx: Tx,
    at: Place,
    way: list[Recipient],
    link: str,
    papers: list[str],
    quiet: QuietHours,
    now: datetime,
) -> bool:
    call = await nominations.ensure_call(
        tx, event_id=at.event.id, organisation_id=at.organisation.id
    )
    if not await nominations.mark_called(tx, call.id, now=now):
        return False
    token = memberships.new_token()
    await memberships.new_link(
        tx,
        organisation_id=at.organisation.id,
        event_id=at.event.id,
        expires_at=at.begins,
        token=token,
    )
    said = notice(
        "nomination_call",
        f"nomination_call:{call.id}",
        await facts(tx, at, link=f"{link}?start=k_{token}", documents=papers),
        last=at.terms.deadline_at,
        quiet=quiet,
        zone=at.event.zone,
        now=now,
    )
    leaves = await daily_cap.spread(
        tx,
        person_ids=[one.person_id for one in way if one.person_id is not None],
        kind=said.kind,
        due_at=said.due_at,
        not_after=said.not_after,
        quiet=quiet,
        zone=at.event.zone,
    )
    await audiences.tell_all(tx, way, said, now=now, leaves=leaves)
    return True
