"""Programmes with their events, sessions, reminder rules and privacy notices, as imported."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select, update

from storage import keyed
from storage.database import Tx
from storage.paper_tables import attendance_code, document, required_document
from storage.registrations import OPEN
from storage.reminders import cancel_planned
from storage.seat_tables import exhibitor, nomination
from storage.tables import (
    event,
    privacy_notice,
    programme,
    registration,
    reminder,
    reminder_rule,
    session,
)


@dataclass(frozen=True)
class Programme:
    """What is kept of a programme itself."""

    key: str
    title: str
    funder_line: str
    organiser: str
    contact: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Event:
    """What an import says of an event; seats taken and the waiting list are not its matter."""

    key: str
    programme_id: int
    title: str
    kind: str
    place: str
    description: str
    capacity: int | None
    audience: str
    deadline_at: datetime | None
    deadline_wall: str | None
    zone: str
    state: str
    entry: str = "open"
    seats_per_organisation: int | None = None
    nomination_deadline_at: datetime | None = None
    nomination_deadline_wall: str | None = None
    approval: str = "none"
    selection: str = "first_come"
    fairness: str = "first_come"
    late: str = "refuse"
    offer_hours: int = 0
    last_minute_hours: int = 0
    certificate_sessions: int | None = None
    form_id: int | None = None
    stands: int | None = None


@dataclass(frozen=True)
class RequiredDocument:
    """A paper that an event asks for; `blank` is the number of the file to fill in, if any."""

    key: str
    number: int
    title: str
    blank_file_id: int | None = None


@dataclass(frozen=True)
class Session:
    """One session; `number` counts from 1 within its event."""

    number: int
    starts_at: datetime
    ends_at: datetime
    starts_wall: str
    ends_wall: str
    zone: str
    place: str


@dataclass(frozen=True)
class Rule:
    """One reminder rule: days before at an hour ("09:00"), or minutes before."""

    key: str
    days_before: int
    at_wall: str | None
    minutes_before: int


@dataclass(frozen=True)
class KeptEvent:
    """An event as it is kept, with how many are registered now and have ever been."""

    id: int
    event: Event
    sessions: tuple[Session, ...]
    registered: int
    ever_registered: int


async def save_programme(tx: Tx, values: Programme) -> keyed.Saved:
    """Add the programme with this key or bring it up to date."""
    return await keyed.save(tx, programme, key={"key": values.key}, values=_without_key(values))


async def save_event(tx: Tx, values: Event) -> keyed.Saved:
    """Add the event with this key or bring it up to date."""
    return await keyed.save(tx, event, key={"key": values.key}, values=_without_key(values))


def _without_key(values: Programme | Event | Rule) -> dict[str, object]:
    fields = asdict(values)
    del fields["key"]
    return fields


async def hold_in_order(tx: Tx, *, keys: Iterable[str]) -> None:
    """Lock these events by rising number, like everybody who needs several of them."""
    these = select(event.c.id).where(event.c.key.in_(list(keys))).order_by(event.c.id)
    await tx.execute(these.with_for_update())


async def hold_event(tx: Tx, *, key: str) -> KeptEvent | None:
    """Find an event and keep anyone from registering for it until the transaction ends."""
    found = (
        await tx.execute(select(event).where(event.c.key == key).with_for_update())
    ).mappings().first()  # fmt: skip
    if found is None:
        return None
    names = Event.__dataclass_fields__
    return KeptEvent(
        id=found["id"],
        event=Event(**{name: found[name] for name in names}),
        sessions=tuple(await list_sessions(tx, event_id=found["id"])),
        registered=await _count(tx, found["id"], OPEN) + await _count_named(tx, found["id"]),
        ever_registered=await _count(tx, found["id"], (*OPEN, "cancelled")),
    )


async def _count(tx: Tx, event_id: int, states: Sequence[str]) -> int:
    count = 0
    # An organisation with a stand is bound to the day and the place like anybody else.
    for table in (registration, exhibitor):
        query = select(func.count()).where(table.c.event_id == event_id, table.c.state.in_(states))
        count += (await tx.execute(query)).scalar_one()
    return count


async def _count_named(tx: Tx, event_id: int) -> int:
    """Count those named who have not answered: they know the day and the place too."""
    named = (nomination.c.event_id == event_id, nomination.c.state == "named")
    query = select(func.count()).select_from(nomination).where(*named)
    return int((await tx.execute(query)).scalar_one())


async def list_sessions(tx: Tx, *, event_id: int) -> list[Session]:
    """List the sessions of an event by number."""
    columns = [session.c[name] for name in Session.__dataclass_fields__]
    query = select(*columns).where(session.c.event_id == event_id).order_by(session.c.number)
    return [Session(*row) for row in await tx.execute(query)]


async def save_sessions(tx: Tx, *, event_id: int, sessions: Iterable[Session]) -> bool:
    """Make these the sessions of an event and tell whether anything changed.

    A session that changes gets a higher revision and its planned reminders are cancelled; one
    that is gone is deleted with its reminders, which only an event nobody ever registered for
    allows. Reminders must be planned afterwards.
    """
    kept = {each.number: each for each in await list_sessions(tx, event_id=event_id)}
    wanted = {each.number: each for each in sessions}
    for number in kept.keys() - wanted.keys():
        await _delete_session(tx, event_id, number)
    for number, each in wanted.items():
        if number not in kept:
            await tx.execute(insert(session).values(event_id=event_id, **asdict(each)))
        elif kept[number] != each:
            await _change_session(tx, event_id, each)
    return kept != wanted


async def _change_session(tx: Tx, event_id: int, values: Session) -> None:
    change = (
        update(session)
        .where(session.c.event_id == event_id, session.c.number == values.number)
        .values(**asdict(values), revision=session.c.revision + 1)
        .returning(session.c.id)
    )
    await cancel_planned(tx, session_id=(await tx.execute(change)).scalar_one())


async def _delete_session(tx: Tx, event_id: int, number: int) -> None:
    is_this = (session.c.event_id == event_id, session.c.number == number)
    ids = select(session.c.id).where(*is_this)
    await tx.execute(delete(reminder).where(reminder.c.session_id.in_(ids)))
    # Its code may have been printed in advance; nobody has used it.
    await tx.execute(delete(attendance_code).where(attendance_code.c.session_id.in_(ids)))
    await tx.execute(delete(session).where(*is_this))


async def save_rules(tx: Tx, *, event_id: int, rules: Iterable[Rule]) -> bool:
    """Make these the reminder rules of an event and tell whether anything changed.

    Reminders that a changed or removed rule has only planned are dropped, so that planning
    afterwards makes them anew.
    """
    columns = [reminder_rule.c[name] for name in ("id", *Rule.__dataclass_fields__)]
    query = select(*columns).where(reminder_rule.c.event_id == event_id)
    kept = {row.key: (row.id, Rule(*row[1:])) for row in await tx.execute(query)}
    wanted = {rule.key: rule for rule in rules}
    for key, (rule_id, _) in kept.items():
        if key not in wanted:
            await tx.execute(delete(reminder).where(reminder.c.rule_id == rule_id))
            await tx.execute(delete(reminder_rule).where(reminder_rule.c.id == rule_id))
    for key, rule in wanted.items():
        if key not in kept:
            await tx.execute(insert(reminder_rule).values(event_id=event_id, **asdict(rule)))
        elif kept[key][1] != rule:
            await _change_rule(tx, kept[key][0], rule)
    return {key: rule for key, (_, rule) in kept.items()} != wanted


async def _change_rule(tx: Tx, rule_id: int, rule: Rule) -> None:
    is_this = reminder_rule.c.id == rule_id
    await tx.execute(update(reminder_rule).where(is_this).values(**_without_key(rule)))
    await tx.execute(
        delete(reminder).where(reminder.c.rule_id == rule_id, reminder.c.state == "planned")
    )


async def privacy_notice_text(tx: Tx, *, version: int, locale: str) -> str | None:
    """Give the words of one version of the privacy notice."""
    query = select(privacy_notice.c.text).where(
        privacy_notice.c.version == version, privacy_notice.c.locale == locale
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def save_privacy_notice(
    tx: Tx, *, version: int, locale: str, text: str, valid_from: datetime
) -> None:
    """Add a version of the privacy notice; a kept one is never changed."""
    await tx.execute(
        insert(privacy_notice).values(
            version=version, locale=locale, text=text, valid_from=valid_from
        )
    )


async def save_required_documents(
    tx: Tx, *, event_id: int, documents: Iterable[RequiredDocument]
) -> bool:
    """Make these the required documents of an event and tell whether anything changed.

    One that is gone from the file stays while somebody has handed it in.
    """
    columns = [required_document.c[name] for name in RequiredDocument.__dataclass_fields__]
    query = select(*columns).where(required_document.c.event_id == event_id)
    kept = {row.key: RequiredDocument(*row) for row in await tx.execute(query)}
    wanted = {each.key: each for each in documents}
    handed_in = select(document.c.id).where(
        document.c.required_document_id == required_document.c.id
    )
    gone = await tx.execute(
        delete(required_document).where(
            required_document.c.event_id == event_id,
            required_document.c.key.not_in(wanted),
            ~handed_in.exists(),
        )
    )
    fresh = {key: each for key, each in wanted.items() if kept.get(key) != each}
    for key, each in fresh.items():
        await keyed.save(
            tx,
            required_document,
            key={"event_id": event_id, "key": key},
            values={
                "number": each.number,
                "title": each.title,
                "blank_file_id": each.blank_file_id,
            },
        )
    return bool(fresh) or gone.rowcount > 0
