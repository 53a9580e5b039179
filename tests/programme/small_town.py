"""A town small enough to be read by a plain loop, with one of each kind of person and letter."""

import itertools
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update

from programme.audience_choice import Choice
from storage import answers_to_events, memberships, organisations, outbox, people, registrations
from storage.database import Tx
from storage.insert import insert_id
from storage.paper_tables import attendance
from storage.staff_tables import broadcast_recipient
from storage.tables import broadcast, organisation, person, session
from storage.tables import outbox as outbox_table
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, entry, make_event

_numbers = itertools.count(1)


@dataclass
class Unit:
    """An organisation of the register."""

    name: str
    kind: str
    locality: str
    areas: tuple[str, ...]
    email: str = ""
    postal: str = ""
    invitations: bool = True
    mail_returns: bool = False
    # How the letter about the event came to it: sent, failed, postal or not at all.
    letter: str = ""
    refused: bool = False
    id: int = 0


@dataclass
class Member:
    """A person; `standing` is how they stand with the event, `letter` what became of theirs."""

    name: str
    role: str
    unit: int | None
    chat: str = ""
    mail: str = ""
    wants: str = ""
    locale: str = "pl"
    invitations: bool = True
    also_of: int | None = None
    standing: str = ""
    letter: str = ""
    merged_into: int | None = None
    id: int = 0


@dataclass
class Town:
    """What the plain loop reads; the numbers are those of the database."""

    units: list[Unit]
    members: list[Member]
    event_id: int = 0
    broadcast_id: int = 0
    staff_chat: int = 900
    staff_id: int = field(default=0)


def town() -> Town:
    """Give the town as it is before it is kept."""
    units = [
        Unit("KGW Ruda", "ngo", "Ruda", ("kultura", "sport"), "kgw@example.org", letter="sent"),
        Unit("OSP Miłki", "ngo", "Miłki", ("bezpieczeństwo",), postal="Miłki 1", letter="postal"),
        Unit("LZS Łąki", "ngo", "Łąki", ("Sport",), "lzs@example.org", mail_returns=True),
        Unit("Klub Ruda", "ngo", "RUDA", (), "klub@example.org", invitations=False),
        Unit("GOPS", "office", "Miłki", ("pomoc",), "gops@example.org", refused=True,
             letter="sent"),
        Unit("GOK", "office", "Miłki", ("kultura",), "ewa@example.org", letter="failed"),
        Unit("Izba", "ngo", "Ruda", ("kultura",), "", "ul. Długa 1", mail_returns=True),
    ]  # fmt: skip
    members = [
        Member("Anna Żak", "ngo", 0, chat="11", mail="anna@example.org", standing="active",
               letter="sent"),
        Member("Jan Łoś", "ngo", 0, mail="klub@example.org", standing="waiting", letter="sent"),
        Member("Ewa Bąk", "ngo", 1, mail="ewa@example.org", locale="en", invitations=False),
        Member("Piotr Ćma", "clerk", 4, chat="12", standing="cancelled", letter="sent"),
        Member("Zofia Lis", "ngo", None, chat="13", letter="sent"),
        Member("Ola Śliwa", "ngo", None, letter="failed", mail="ola@example.org"),
        Member("Adam Kos", "clerk", 5, mail="EWA@example.org", wants="mail", chat="14",
               letter="uncertain"),
        Member("Iga Nowa", "ngo", None, mail="iga@example.org", also_of=2, standing="refused",
               letter="sent", locale="en"),
        Member("Jan Stary", "ngo", 2, chat="15", merged_into=4, letter="sent"),
        Member("Leon Bez", "ngo", 3, standing="attended"),
        Member("Nina Lato", "clerk", None, mail="osoba@example.org", wants="mail",
               letter="cancelled", also_of=6),
        # Reads the mailbox of an organisation that is not hers.
        Member("Ula Góra", "ngo", None, mail="KGW@example.org"),
    ]  # fmt: skip
    return Town(units, members)


async def settle(tx: Tx, known: Town) -> Town:
    """Keep the town; every row gets its number."""
    member = await make_staff(tx, chat_id=known.staff_chat)
    known.staff_id = member.id
    known.event_id = await make_event(tx)
    for unit in known.units:
        await _keep_unit(tx, unit)
        if unit.refused:
            await answers_to_events.refuse(
                tx, event_id=known.event_id, organisation_id=unit.id, now=NOW
            )
    for each in known.members:
        await _keep_member(tx, known, each)
    for each in known.members:
        if each.merged_into is not None:
            values = {"merged_into_id": known.members[each.merged_into].id}
            await tx.execute(update(person).where(person.c.id == each.id).values(values))
    known.broadcast_id = await insert_id(
        tx,
        broadcast,
        key=f"invitation:{next(_numbers)}",
        kind="invitation",
        staff_id=member.id,
        event_id=known.event_id,
        audience=Choice(kinds=("ngo", "office")).to_json(),
        content={"case_number": "SK.1", "subject": "Spotkanie", "body": "Zapraszamy."},
        people=7,
        confirmed_at=NOW,
    )
    for each in known.members:
        await _write(tx, known, each.letter, person_id=each.id, mail=each.wants == "mail")
    for unit in known.units:
        await _write(tx, known, unit.letter, organisation_id=unit.id, mail=True)
    return known


async def _keep_unit(tx: Tx, unit: Unit) -> None:
    saved = await organisations.save(
        tx, key=unit.name, name=unit.name, kind=unit.kind, email=unit.email, phone="",
        locality=unit.locality, areas=unit.areas, postal_address=unit.postal,
    )  # fmt: skip
    unit.id = saved.id
    values = {
        "invitations": unit.invitations,
        "unreachable_address": unit.email.lower() if unit.mail_returns else "",
    }
    await tx.execute(update(organisation).where(organisation.c.id == saved.id).values(values))


async def _keep_member(tx: Tx, known: Town, each: Member) -> None:
    each.id = await people.add(
        tx, name=each.name, role=each.role, organisation_text="", locale=each.locale, now=NOW,
        organisation_id=None if each.unit is None else known.units[each.unit].id,
    )  # fmt: skip
    await people.change(tx, each.id, channel=each.wants, invitations=each.invitations)
    for channel, address in (("telegram", each.chat), ("mail", each.mail)):
        if address:
            await people.add_contact(
                tx, person_id=each.id, channel=channel, address=address, verified=True, now=NOW
            )
    if each.also_of is not None:
        await memberships.add(
            tx,
            person_id=each.id,
            organisation_id=known.units[each.also_of].id,
            is_contact=False,
            now=NOW,
        )
    await _stand(tx, known, each)


async def _stand(tx: Tx, known: Town, each: Member) -> None:
    if each.standing == "refused":
        await answers_to_events.refuse(tx, event_id=known.event_id, person_id=each.id, now=NOW)
    elif each.standing:
        state = "active" if each.standing == "attended" else each.standing
        number = await registrations.add(
            tx,
            event_id=known.event_id,
            person_id=each.id,
            state=state,
            position=1 if state == "waiting" else None,
            door="chat",
            now=NOW,
        )
        if each.standing == "attended":
            first = select(session.c.id).where(session.c.event_id == known.event_id)
            values = {"session_id": await tx.scalar(first), "registration_id": number}
            noted = {"present": True, "door": "staff", "noted_at": NOW}
            await tx.execute(insert(attendance).values(**values, **noted))


async def _write(
    tx: Tx,
    known: Town,
    letter: str,
    *,
    person_id: int | None = None,
    organisation_id: int | None = None,
    mail: bool,
) -> None:
    if not letter:
        return
    channel = "mail" if mail else "telegram"
    whom = person_id or f"organisation:{organisation_id}"
    key = f"invitation:{known.broadcast_id}:{whom}:{channel}"
    postal = letter == "postal"
    await tx.execute(
        insert(broadcast_recipient).values(
            broadcast_id=known.broadcast_id,
            person_id=person_id,
            organisation_id=organisation_id,
            state="postal" if postal else "queued",
            channel="" if postal else channel,
            address="" if postal else key,
            outbox_key="" if postal else key,
            created_at=NOW,
        )
    )
    if postal:
        return
    row = entry(key, channel=channel, person_id=person_id, broadcast_id=known.broadcast_id)
    await outbox.put(tx, [row], now=NOW)
    await tx.execute(
        update(outbox_table).where(outbox_table.c.key == key).values(state=letter, ended_at=NOW)
    )


GOT = ("sent", "uncertain")
EVENT_STATES = {"registered": ("active", "attended"), "waiting": ("waiting",),
                "attended": ("attended",)}  # fmt: skip


def persons_of(known: Town, choice: Choice) -> list[int]:
    """Read whom a choice means with a plain loop."""
    return sorted(each.id for each in known.members if _is_meant(known, choice, each))


def _is_meant(known: Town, choice: Choice, each: Member) -> bool:
    of = {known.units[at].id for at in (each.unit, each.also_of) if at is not None}
    out = each.id in _now(known, choice.excluded_people) or of & set(choice.excluded_organisations)
    if each.merged_into is not None or out:
        return False
    if each.id in _now(known, choice.people) or of & set(choice.organisations):
        return True
    return choice.by_criteria and _fits(known, choice, each, of)


def _now(known: Town, numbers: tuple[int, ...]) -> set[int]:
    who = {each.id: each.merged_into for each in known.members}
    return {
        number if who.get(number) is None else known.members[who[number] or 0].id
        for number in numbers
    }


def _fits(known: Town, choice: Choice, each: Member, of: set[int]) -> bool:
    kind = "office" if each.role == "clerk" else "ngo"
    return (
        (not choice.kinds or kind in choice.kinds)
        and (not choice.locales or each.locale in choice.locales)
        and (not (choice.localities or choice.areas) or bool(of & places_of(known, choice)))
        and (not choice.asks_event or any(_stands(each, one) for one in choice.states))
        and (choice.got is None or each.letter in GOT)
        and (choice.silent_of is None or (each.letter in GOT and not each.standing))
    )


def _stands(each: Member, state: str) -> bool:
    if state == "invited_silent":
        return bool(each.letter) and not each.standing
    return each.standing in EVENT_STATES[state]


def places_of(known: Town, choice: Choice) -> set[int]:
    """Name the organisations of the chosen localities and areas."""
    wanted = {one.casefold() for one in choice.localities}
    areas = {one.casefold() for one in choice.areas}
    return {
        unit.id
        for unit in known.units
        if (not wanted or unit.locality.casefold() in wanted)
        and (not areas or areas & {one.casefold() for one in unit.areas})
    }


def units_of(known: Town, choice: Choice) -> list[tuple[int, str]]:
    """Read which organisations are written to themselves, and what they get, with a plain loop."""
    meant = persons_of(known, choice)
    members = [each for each in known.members if each.id in meant]
    reached = {
        known.units[each.unit].id
        for each in members
        if each.unit is not None and each.invitations and (each.chat or each.mail)
    }
    refusing = {each.mail.casefold() for each in members if not each.invitations} - {""}
    read = {
        each.mail.casefold()
        for each in members
        if each.invitations and (each.wants == "mail" or not each.chat)
    }
    return [
        (unit.id, _gets(unit, refusing, read))
        for unit in known.units
        if _unit_is_meant(known, choice, unit) and unit.id not in reached
    ]


def _gets(unit: Unit, refusing: set[str], read: set[str]) -> str:
    if not unit.invitations or unit.email.casefold() in refusing:
        return "unwanted"
    if unit.email and not unit.mail_returns:
        return "same_address" if unit.email.casefold() in read else "queued"
    return "postal" if unit.postal else "unreachable"


def _unit_is_meant(known: Town, choice: Choice, unit: Unit) -> bool:
    if unit.id in choice.excluded_organisations:
        return False
    if unit.id in choice.organisations:
        return True
    if not choice.by_criteria or (choice.locales and "pl" not in choice.locales):
        return False
    answered = unit.refused or any(
        each.unit is not None and known.units[each.unit].id == unit.id
        and each.standing not in {"", "refused"}
        for each in known.members
    )  # fmt: skip
    got = unit.letter in {*GOT, "postal"}
    return (
        (not choice.kinds or unit.kind in choice.kinds)
        and (not (choice.localities or choice.areas) or unit.id in places_of(known, choice))
        and (
            not choice.asks_event
            or ("invited_silent" in choice.states and bool(unit.letter) and not answered)
        )
        and (choice.got is None or got)
        and (choice.silent_of is None or (got and not answered))
    )
