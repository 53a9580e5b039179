"""The page of somebody's seat: how it stands, the papers, giving it back, answering an offer."""

from typing import Any

from handlers.web import form_page
from handlers.web.event_facts import event_facts, overlapping
from handlers.web.page_words import sentence
from handlers.web.visits import Goto, Mistyped, Show, Visit
from programme import (
    conflicts,
    documents,
    giving_up,
    letter_pages,
    own_data,
    registration,
    waiting_list,
)
from programme.document_refusals import DocumentRefused, FileLost
from programme.letter_pages import Seat
from programme.refusals import AlreadyRegistered, NotRegistered, OptionUnknown
from texts.dates import day, until

CANCEL, TAKE, DECLINE, REGISTER, HAND_IN = "cancel", "take", "decline", "register", "hand_in"
UNDO = "undo"
DOOR = "web"


async def look(visit: Visit) -> Show:
    """Show the seat, the place in line, the application, the offer, or what became of them."""
    found = await letter_pages.seat(visit.tx, visit.door, now=visit.now)
    view = found.view
    state = _state(found)
    offered = until(view.offer.expires_at, view.zone, visit.t.locale) if view.offer else ""
    facts: dict[str, Any] = event_facts(visit.t, view) | {
        "state": state,
        "name": found.person.name,
        "position": view.position,
        "is_kept": view.offer is not None and view.offer.holds_seat,
        "offer_until": offered,
        "free": view.free,
        "deadline": until(view.deadline_at, view.zone, visit.t.locale) if view.deadline_at else "",
        "by_nomination": view.by_nomination,
        "meant_for_others": view.meant_for_others,
        "needs_approval": view.needs_approval,
        "can_register": view.can_register,
        "asks_cancel": visit.asked.get("ask") == CANCEL,
        "done": visit.asked.get("done", ""),
        "papers": _papers(visit, found),
        "certificate": _certificate(visit, found),
        "undo_until": await _undo_until(visit, found),
        "overlaps": [],
        "questions": [],
        "organisations": [],
        "chosen_organisation": [visit.typed.one("organisation")],
    }
    if state in ("active", "waiting", "offered"):
        known = await conflicts.of(visit.tx, event_id=view.event_id, person_id=found.person.id)
        facts["overlaps"] = overlapping(known)
    if facts["undo_until"]:
        # The seat comes back as it was, with its papers, so it is not registered for anew.
        facts["can_register"] = False
    elif view.can_register:
        facts |= await _asked(visit, found)
    return Show("seat", facts)


async def _undo_until(visit: Visit, found: Seat) -> str:
    """Say until when a seat that the reader's calendar gave up can be taken back."""
    if found.ended is None:
        return ""
    moment = await giving_up.can_undo_until(visit.tx, registration_id=found.ended.id, now=visit.now)
    return until(moment, found.view.zone, visit.t.locale) if moment else ""


def _state(found: Seat) -> str:
    view = found.view
    if view.state == "cancelled":
        return "cancelled"
    if view.over:
        return "over"
    if view.applied:
        return "applied"
    if view.mine is not None and view.mine.state == "active":
        return "active"
    if view.offer is not None:
        return "offered"
    if view.mine is not None:
        return "waiting"
    return "ended" if found.ended is not None else "none"


def _papers(visit: Visit, found: Seat) -> list[dict[str, Any]]:
    if found.papers is None or found.view.over or found.view.state == "cancelled":
        return []
    return [
        {
            "id": paper.required_id,
            "title": paper.title,
            "state": paper.state,
            "reason": paper.reason,
            "has_blank": paper.has_blank,
            "error": visit.errors.get(f"file-{paper.required_id}", ""),
        }
        for paper in found.papers.papers
    ]


def _certificate(visit: Visit, found: Seat) -> dict[str, str] | None:
    if found.certificate is None:
        return None
    issued = day(found.certificate.issued_at, found.view.zone, visit.t.locale)
    return {"number": found.certificate.number, "issued": issued}


async def _asked(visit: Visit, found: Seat) -> dict[str, Any]:
    asked = await letter_pages.questions(visit.tx, event_id=found.view.event_id)
    held = await own_data.organisations(visit.tx, person=found.person)
    several = [{"key": str(one.organisation_id), "label": one.name} for one in held]
    form = form_page.shown(visit.t, asked.form, visit.typed, visit.errors) if asked else []
    return {"questions": form, "organisations": several if len(several) > 1 else []}


async def act(visit: Visit) -> Goto:
    """Do what was asked for; what is done already is no trouble."""
    found = await letter_pages.seat(visit.tx, visit.door, now=visit.now)
    deed = visit.typed.one("deed")
    if deed == HAND_IN:
        return await _hand_in(visit, found)
    deeds = {CANCEL: _cancel, TAKE: _take, DECLINE: _decline, REGISTER: _register, UNDO: _undo}
    if deed not in deeds:
        raise OptionUnknown
    await deeds[deed](visit, found)
    return Goto(done=deed)


def _own(found: Seat) -> int:
    if found.view.mine is None:
        raise NotRegistered
    return found.view.mine.id


async def _cancel(visit: Visit, found: Seat) -> None:
    # Pressed twice: the seat is given back already.
    if found.view.mine is None and found.ended is not None:
        return
    await registration.cancel(
        visit.tx,
        registration_id=_own(found),
        person_id=found.person.id,
        now=visit.now,
        quiet=visit.desk.quiet,
    )


async def _take(visit: Visit, found: Seat) -> None:
    try:
        await waiting_list.accept_offer(
            visit.tx,
            registration_id=_own(found),
            person_id=found.person.id,
            now=visit.now,
            quiet=visit.desk.quiet,
        )
    except AlreadyRegistered:
        return


async def _decline(visit: Visit, found: Seat) -> None:
    if found.view.mine is None and found.ended is not None:
        return
    await waiting_list.decline_offer(
        visit.tx,
        registration_id=_own(found),
        person_id=found.person.id,
        now=visit.now,
        quiet=visit.desk.quiet,
    )


async def _undo(visit: Visit, found: Seat) -> None:
    # Pressed twice: the seat, or the place in line, is theirs again already.
    if found.view.mine is not None:
        return
    if found.ended is None:
        raise NotRegistered
    await giving_up.undo(
        visit.tx,
        registration_id=found.ended.id,
        person_id=found.person.id,
        now=visit.now,
        quiet=visit.desk.quiet,
    )


async def _register(visit: Visit, found: Seat) -> None:
    if found.view.mine is not None:
        return
    asked = await letter_pages.questions(visit.tx, event_id=found.view.event_id)
    answers, wrong = form_page.errors_of(visit, asked.form if asked else None)
    organisation_id = await _for_whom(visit, found, wrong)
    if wrong:
        raise Mistyped(wrong)
    await registration.register(
        visit.tx,
        event_id=found.view.event_id,
        person_id=found.person.id,
        door=DOOR,
        organisation_id=organisation_id,
        answers=answers,
        form_id=asked.form_id if asked else None,
        now=visit.now,
        quiet=visit.desk.quiet,
    )


async def _for_whom(visit: Visit, found: Seat, wrong: dict[str, str]) -> int | None:
    held = {
        one.organisation_id for one in await own_data.organisations(visit.tx, person=found.person)
    }
    if len(held) < 2:  # noqa: PLR2004 -- there is something to choose
        return None
    chosen = visit.typed.number("organisation")
    if chosen not in held:
        wrong["organisation"] = sentence(visit.t, OptionUnknown(), zone=visit.desk.zone)
    return chosen


async def _hand_in(visit: Visit, found: Seat) -> Goto:
    required_id = visit.typed.number("document") or -1
    arrived = visit.arrived
    try:
        if arrived is None:
            raise FileLost
        if arrived.refusal is not None:
            raise arrived.refusal
        assert arrived.kept is not None  # noqa: S101 -- kept, or refused with the reason
        await documents.hand_in(
            visit.tx,
            registration_id=_own(found),
            required_id=required_id,
            person_id=found.person.id,
            file=arrived.kept,
            door=DOOR,
            now=visit.now,
        )
    except DocumentRefused as refusal:
        words = sentence(visit.t, refusal, zone=visit.desk.zone)
        raise Mistyped({f"file-{required_id}": words}) from None
    arrived.taken = True
    return Goto(done=HAND_IN)
