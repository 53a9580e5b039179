"""Ask staff about addresses from which mail comes back: whom to call, and what for."""

from datetime import datetime
from typing import Any

from programme import notices, tasks
from storage import nominations, organisations, people, person_history
from storage.bounces import Lost
from storage.database import Tx
from storage.letter_doors import Door
from storage.nominations import Nomination


async def ask_for_address(
    tx: Tx, *, address: str, lost: Lost, door: Door | None, now: datetime
) -> None:
    """Put it on staff's list that an address takes no mail, once for all whom it concerns."""
    number = (door.subject.get("nomination") if door else None) or 0
    named = await nominations.get(tx, int(number)) if number else None
    without = [one for one in lost.person_ids if not await _has_mail(tx, one)]
    person_id, unit_id = next(iter(without), None), next(iter(lost.organisation_ids), None)
    if person_id is None and unit_id is None:
        # Somebody whom an organisation named, and of whom we know the address alone.
        if named is None or named.person_id is not None or named.email.lower() != address:
            return
        await _ask_about_named(tx, named, address, now=now)
        return
    facts: dict[str, Any] = {"address": address, "chat": False, "more": len(without) > 1}
    if person_id is not None:
        facts |= await _about_person(tx, person_id)
    if unit_id is not None:
        facts |= await _about_organisation(tx, unit_id)
    await tasks.ask(
        tx,
        key=f"address:{address}:{now.isoformat()}",
        kind="address",
        facts=facts,
        person_id=person_id,
        organisation_id=unit_id,
        event_id=door.subject.get("event") if door else None,
        now=now,
    )


async def _ask_about_named(tx: Tx, named: Nomination, address: str, *, now: datetime) -> None:
    # Nobody is known yet who could prove a new address, so this task never ends by itself.
    facts = {"address": address, "name": named.name, "phone": named.phone, "named": True}
    facts |= await _about_organisation(tx, named.organisation_id)
    await tasks.ask(
        tx,
        key=f"address:{address}:named:{named.id}",
        kind="address",
        facts=facts | {"organisation_id": named.organisation_id},
        event_id=named.event_id,
        now=now,
    )


async def ask_to_check(tx: Tx, *, address: str, said: str, now: datetime) -> None:
    """Let staff look at a report that nothing proves; once a month for an address."""
    await tasks.ask(
        tx,
        key=f"returned:{address}:{now:%Y-%m}",
        kind="returned",
        facts={"address": address},
        original=said,
        now=now,
    )


async def _has_mail(tx: Tx, person_id: int) -> bool:
    return notices.choose(await people.contacts(tx, person_id), "mail") is not None


async def _about_person(tx: Tx, person_id: int) -> dict[str, Any]:
    person = await people.get(tx, person_id)
    contacts = await people.contacts(tx, person_id)
    return {
        "name": person.name,
        "phone": await person_history.phone(tx, person_id),
        "organisation": person.organisation,
        "chat": notices.choose(contacts, "telegram") is not None,
    }


async def _about_organisation(tx: Tx, organisation_id: int) -> dict[str, Any]:
    found = await organisations.get(tx, organisation_id)
    if found is None:
        return {}
    return {"organisation": found.name, "organisation_phone": found.phone}
