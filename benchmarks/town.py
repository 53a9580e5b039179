"""A town of ten thousand: people of two thousand organisations, registrations and messages."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from benchmarks.crowded import NOW, _event, _fill, _programme, _session
from storage.database import Database
from storage.tables import (
    contact,
    event,
    organisation,
    outbox,
    person,
    programme,
    registration,
    session,
    staff,
)

PEOPLE, UNITS, REGISTRATIONS, MESSAGES = 10_000, 2_000, 20_000, 100_000
EVENTS = 20
CHAT = 900
FIRST = (
    *("Anna", "Jan", "Ewa", "Łucja", "Stanisław", "Małgorzata", "Zofia", "Krzysztof"),
    *("Grażyna", "Józef", "Barbara", "Tomasz", "Żaneta", "Czesław", "Halina", "Wojciech"),
)
BEGIN = (
    *("Kow", "Now", "Zaj", "Wiś", "Dąb", "Lew", "Wójc", "Kam", "Ziel", "Szym", "Woź", "Koz"),
    *("Jank", "Mazur", "Krawcz", "Piotr", "Grab", "Paw", "Mich", "Ad", "Łuk", "Świt", "Żur"),
)
MIDDLE = ("al", "ak", "niew", "row", "and", "ik", "ińs", "an", "łow", "ows", "cz", "ar", "oń")
END = ("ski", "ska", "wicz", "ek", "ak", "owa", "owski", "czyk", "ewska")
PLACES = ("Miłki", "Ruda", "Staświny", "Wydminy", "Giżycko", "Rydzewo", "Konopki", "Paprotki")
KINDS = (
    *("Koło Gospodyń Wiejskich w", "Ochotnicza Straż Pożarna w", "Stowarzyszenie Przyjaciół"),
    *("Klub Sportowy", "Fundacja Rozwoju", "Rada Sołecka"),
)
# One of the people, who is looked for with a slip of the finger.
SOUGHT, SOUGHT_AS = "Bronisława Przybyszewska", "Bronislawa Przybszewska"


def _units(count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        place = f"{PLACES[number % len(PLACES)]} {number % 90}"
        yield {
            "id": number,
            "key": f"unit-{number}",
            "name": f"{KINDS[number % len(KINDS)]} {place}",
            "kind": "ngo",
            "email": f"unit{number}@example.org",
            "locality": place,
            "areas": [],
        }


def _people(count: int, units: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)  # noqa: S311 -- names, not secrets
    for number in range(1, count + 1):
        surname = "".join(chance.choice(part) for part in (BEGIN, MIDDLE, END))
        name = SOUGHT if number == count // 2 else f"{chance.choice(FIRST)} {surname}"
        yield {
            "id": number,
            "name": name,
            "role": "ngo",
            "organisation_id": 1 + number % units,
            "locale": "pl",
            "created_at": NOW,
            "phone": str(600_000_000 + number),
        }


def _contacts(count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        yield {
            "person_id": number,
            "channel": "mail",
            "address": f"person{number}@example.org",
            "verified_at": NOW,
            "created_at": NOW,
        }


def _registrations(count: int, people: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "event_id": 1 + (number // people * 7 + number) % EVENTS,
            "person_id": 1 + number % people,
            "state": "cancelled" if number % 9 == 0 else "active",
            "door": "bench",
            "created_at": NOW,
        }


def _messages(count: int, people: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        at = NOW - timedelta(minutes=number)
        yield {
            "key": f"town:{number}",
            "channel": "mail",
            "kind": "reminder",
            "person_id": 1 + number % people,
            "address": "person@example.org",
            "locale": "pl",
            "facts": {},
            "priority": 20,
            "state": "sent",
            "due_at": at,
            "not_after": at,
            "ended_at": at,
            "created_at": at,
        }


async def fill_town(database: Database, *, scale: float) -> int:
    """Fill a database and return how many people there are."""
    people, units = max(200, int(PEOPLE * scale)), max(40, int(UNITS * scale))
    async with database.transaction() as tx:
        await tx.execute(programme.insert().values(_programme()))
        row = {"id": 1, "name": "Maria", "role": "coordinator", "chat_id": CHAT, "granted_at": NOW}
        await tx.execute(staff.insert().values(row))
    numbers = range(1, EVENTS + 1)
    await _fill(database, event, (_event(number) for number in numbers))
    await _fill(database, session, (_session(number) for number in numbers))
    await _fill(database, organisation, _units(units))
    await _fill(database, person, _people(people, units))
    await _fill(database, contact, _contacts(people))
    await _fill(database, registration, _registrations(int(REGISTRATIONS * scale), people))
    await _fill(database, outbox, _messages(int(MESSAGES * scale), people))
    return people
