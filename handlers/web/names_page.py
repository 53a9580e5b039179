"""The page on which an organisation says who comes: see, name, replace, withdraw."""

from typing import Any

from handlers.web.event_facts import described
from handlers.web.page_words import sentence
from handlers.web.visits import Goto, Mistyped, Show, Visit
from programme import answers, letter_pages, nomination_answers, nominations
from programme.letter_pages import Nomination, OrganisationPage
from programme.nomination_refusals import AlreadyNamed, NominationEnded
from programme.nominations import Named
from programme.refusals import AddressWrong, AnswerRefused, OptionUnknown
from texts.dates import until

NAME, WITHDRAW, AGREES = "name", "withdraw", "agrees"
DOOR = "web"


async def look(visit: Visit) -> Show:
    """Show whom the organisation has named, and the form to name one more or another one."""
    found = await letter_pages.names(visit.tx, visit.door, now=visit.now)
    page, at = found.page, found.page.place
    days = [letter_pages.session_facts(each) for each in at.sessions]
    listed = [_shown(page, each, is_reached=each.id in found.reached) for each in page.named]
    known = {one["id"]: one for one in listed if one["is_open"]}
    asked = visit.typed.number("replaces") or _number(visit.asked.get("replace", ""))
    facts: dict[str, Any] = described(visit.t, at.event.title, at.event.place, days) | {
        "organisation": at.organisation.name,
        "state": _state(visit, page),
        "seats": page.terms.seats,
        "free": page.terms.free,
        "deadline": until(page.terms.deadline_at, at.event.zone, visit.t.locale),
        "named": listed,
        "can_change": page.can_change,
        "can_name": page.can_name,
        "replaces": known.get(asked),
        "withdraws": known.get(_number(visit.asked.get("withdraw", ""))),
        "done": visit.asked.get("done", ""),
        "typed": {name: visit.typed.one(name) for name in ("name", "email", "phone")},
    }
    return Show("names", facts)


def _number(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else -1  # noqa: PLR2004 -- what fits every database


def _state(visit: Visit, page: OrganisationPage) -> str:
    if page.place.event.state == "cancelled":
        return "cancelled"
    if page.place.begins <= visit.now:
        return "over"
    if page.late:
        return "late"
    return "open" if page.can_change else "unwanted"


def _shown(page: OrganisationPage, one: Nomination, *, is_reached: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "state": one.state,
        "registered": page.registered.get(one.id, ""),
        "is_open": one.state in ("named", "accepted"),
        "is_reached": is_reached,
    }


async def act(visit: Visit) -> Goto:
    """Name, replace or withdraw somebody, or say that somebody without an address agrees."""
    deed = visit.typed.one("deed")
    if deed == NAME:
        await _name(visit)
    elif deed == WITHDRAW:
        await _withdraw(visit)
    elif deed == AGREES:
        await _agrees(visit)
    else:
        raise OptionUnknown
    return Goto(done=deed)


async def _name(visit: Visit) -> None:
    found = await letter_pages.names(visit.tx, visit.door, now=visit.now)
    page = found.page
    wrong = _wrong(visit)
    if wrong:
        raise Mistyped(wrong)
    replaces_id = visit.typed.number("replaces")
    full, address = visit.typed.one("name"), visit.typed.one("email").strip()
    try:
        await nominations.name(
            visit.tx,
            event_id=page.place.event.id,
            organisation_id=page.place.organisation.id,
            who=Named(full, address, visit.typed.one("phone").strip()),
            speaker=found.speaker,
            link=visit.desk.link(),
            replaces_id=replaces_id,
            now=visit.now,
            quiet=visit.desk.quiet,
        )
    except (AlreadyNamed, NominationEnded) as refusal:
        # Pressed twice: the name stands in the list, and so it was said.
        if not _stands(page, full, address):
            raise refusal from None


def _stands(page: OrganisationPage, full: str, address: str) -> bool:
    wanted = (answers.name(full), address.casefold())
    return any((one.name, one.email.casefold()) == wanted for one in page.open)


def _wrong(visit: Visit) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        answers.name(visit.typed.one("name"))
    except AnswerRefused as refusal:
        found["name"] = sentence(visit.t, refusal, zone=visit.desk.zone)
    try:
        if visit.typed.one("email").strip():
            answers.address(visit.typed.one("email"))
    except AddressWrong as refusal:
        found["email"] = sentence(visit.t, refusal, zone=visit.desk.zone)
    return found


async def _chosen(visit: Visit) -> Nomination:
    number = visit.typed.number("nomination")
    return await letter_pages.named(visit.tx, visit.door, number)


async def _withdraw(visit: Visit) -> None:
    one = await _chosen(visit)
    if one.state == "withdrawn":
        return
    _organisation, who = await letter_pages.speaker(visit.tx, visit.door)
    await nominations.withdraw(
        visit.tx,
        nomination_id=one.id,
        speaker=who,
        now=visit.now,
        quiet=visit.desk.quiet,
    )


async def _agrees(visit: Visit) -> None:
    one = await _chosen(visit)
    if one.state == "accepted":
        return
    _organisation, who = await letter_pages.speaker(visit.tx, visit.door)
    await nomination_answers.answer_for(
        visit.tx,
        nomination_id=one.id,
        speaker=who,
        yes=True,
        door=DOOR,
        now=visit.now,
        quiet=visit.desk.quiet,
    )
