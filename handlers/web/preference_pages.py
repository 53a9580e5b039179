"""The pages on which somebody says how we write to them: what, by which way, at which address."""

from typing import Any

from starlette.routing import BaseRoute

from handlers.web.page_words import sentence
from handlers.web.pages import Pages
from handlers.web.visits import Goto, Mistyped, Show, Visit
from programme import address_checks, feeds, identity, preferences
from programme.letter_doors import ADDRESS, OUT, PAGE, DoorClosed
from programme.preferences import CHANNEL, CHANNELS, INVITATIONS, LANGUAGE, LANGUAGES, Preferences
from programme.refusals import AnswerRefused, OptionUnknown, Refusal

YES, NO = "yes", "no"
AGAIN, GONE, CALENDAR, NO_CALENDAR = "again", "out", "calendar", "no_calendar"
FIELDS = ("channel", "invitations", "language", "address")
# What was changed stands in the address of the page that says so, and nothing else does.
SAID = frozenset({CHANNEL, INVITATIONS, LANGUAGE, ADDRESS, NO_CALENDAR, "nothing"})


def routes(pages: Pages) -> list[BaseRoute]:
    """List the addresses of these pages."""
    return [
        pages.route("/o/{token}", OUT, look=look_out, act=go_out),
        pages.route("/u/{token}", PAGE, look=look, act=save),
        pages.route("/a/{token}", ADDRESS, look=look_at_address, act=prove),
    ]


async def look_out(visit: Visit) -> Show:
    """Show the one button that ends invitations; a program that opens links presses none."""
    wanted = await preferences.wants(visit.tx, door=visit.door)
    said = visit.asked.get("said", "")
    true_now = said if said == (AGAIN if wanted else GONE) else ""
    return Show("out", {"wanted": wanted, "said": true_now, "address": visit.door.address})


async def go_out(visit: Visit) -> Show | Goto:
    """End invitations at once, or take them up again.

    RFC 8058: a mail program sends `List-Unsubscribe=One-Click`, and is not led elsewhere.
    """
    deed = visit.typed.one("deed")
    again = deed == AGAIN
    await preferences.want_by_letter(visit.tx, door=visit.door, wanted=again, now=visit.now)
    if not deed:
        return await look_out(visit)
    return Goto(f"/o/{visit.params['token']}?said={AGAIN if again else GONE}")


async def look(visit: Visit) -> Show:
    """Show how things stand and what can be chosen."""
    return await _page(visit)


async def _page(visit: Visit, *, calendar: str = "") -> Show:
    found = await preferences.behind(visit.tx, door=visit.door)
    if found is None:
        return Show("preferences_none", {})
    said = [word for word in visit.asked.get("said", "").split("-") if word in SAID]
    typed = visit.typed
    facts: dict[str, Any] = {
        "name": found.name,
        "is_person": found.person is not None,
        "mail": found.mail,
        "has_chat": found.has_chat,
        "used": found.channel,
        "channels": found.channels,
        "channel": typed.one("channel") or found.channel,
        "invitations": typed.one("invitations") or (YES if found.invitations else NO),
        "language": typed.one("language") or found.locale,
        "address": typed.one("address"),
        "said": [] if visit.errors or visit.trouble else said,
        "wrong": {name: visit.errors.get(name, "") for name in FIELDS},
        "calendar": calendar,
        "webcal": f"webcal://{calendar.partition('://')[2]}" if calendar else "",
        "has_calendar": False,
        "chat_link": await _chat_link(visit, found),
    }
    if found.person is not None:
        facts["has_calendar"] = await feeds.has_one(visit.tx, person_id=found.person.id)
    return Show("preferences", facts)


async def _chat_link(visit: Visit, found: Preferences) -> str:
    link = visit.desk.link()
    if found.person is None or not link or await identity.has_chat(visit.tx, found.person.id):
        return ""
    return f"{link}?start=p_{visit.params['token']}"


async def save(visit: Visit) -> Show | Goto:
    """Keep what was chosen and say what is new; a new address gets a letter with a link first."""
    found = await preferences.behind(visit.tx, door=visit.door)
    if found is None:
        raise DoorClosed
    if visit.typed.one("deed") in (CALENDAR, NO_CALENDAR):
        return await _calendar(visit, found)
    wanted = _one_of(visit, "invitations", (YES, NO))
    if found.person is None:
        changed = await _save_organisation(visit, wanted=wanted)
    else:
        changed = await _save_person(visit, found.person.id, wanted=wanted)
        changed += await _ask_address(visit)
    return _back(visit, *(changed or ("nothing",)))


def _back(visit: Visit, *said: str) -> Goto:
    return Goto(f"/u/{visit.params['token']}?said={'-'.join(said)}")


def _one_of(visit: Visit, name: str, allowed: tuple[str, ...]) -> str | None:
    """Read a choice; None where the page did not offer it."""
    given = visit.typed.one(name)
    if not given:
        return None
    if given not in allowed:
        raise Mistyped({name: _why(visit, OptionUnknown())})
    return given


async def _save_organisation(visit: Visit, *, wanted: str | None) -> tuple[str, ...]:
    if wanted is None or visit.door.organisation_id is None:
        return ()
    changed = await preferences.organisation_wants(
        visit.tx,
        organisation_id=visit.door.organisation_id,
        wanted=wanted == YES,
        now=visit.now,
    )
    return (INVITATIONS,) if changed else ()


async def _save_person(visit: Visit, person_id: int, *, wanted: str | None) -> tuple[str, ...]:
    return await preferences.change(
        visit.tx,
        person_id=person_id,
        channel=_one_of(visit, "channel", CHANNELS),
        invitations=None if wanted is None else wanted == YES,
        locale=_one_of(visit, "language", LANGUAGES),
        now=visit.now,
    )


async def _ask_address(visit: Visit) -> tuple[str, ...]:
    typed = visit.typed.one("address")
    # In the language chosen a moment ago.
    found = await preferences.behind(visit.tx, door=visit.door)
    if not typed.strip() or found is None or found.person is None:
        return ()
    try:
        await address_checks.ask(
            visit.tx,
            person=found.person,
            typed=typed,
            pages=visit.desk.public_url,
            our_address=visit.desk.our_address,
            now=visit.now,
        )
    except AnswerRefused as refusal:
        raise Mistyped({"address": _why(visit, refusal)}) from None
    return (ADDRESS,)


async def _calendar(visit: Visit, found: Preferences) -> Show | Goto:
    """Make the address of a calendar, which can be shown this once, or end it."""
    if found.person is None:
        raise DoorClosed
    if visit.typed.one("deed") == NO_CALENDAR:
        await feeds.end(visit.tx, person_id=found.person.id, now=visit.now)
        return _back(visit, NO_CALENDAR)
    path = await feeds.address_of(visit.tx, person_id=found.person.id, now=visit.now)
    address = visit.desk.public_url.rstrip("/") + path
    return await _page(visit, calendar=address)


async def look_at_address(visit: Visit) -> Show:
    """Ask whether the address is theirs; to open the page proves nothing."""
    asked = await address_checks.behind(visit.tx, door=visit.door)
    facts = {"name": asked.person.name, "address": asked.address, "proved": asked.proved}
    return Show("address", facts)


async def prove(visit: Visit) -> Goto:
    """Write to this address from now on."""
    await address_checks.prove(visit.tx, door=visit.door, now=visit.now, quiet=visit.desk.quiet)
    return Goto(f"/a/{visit.params['token']}")


def _why(visit: Visit, refusal: Refusal) -> str:
    return sentence(visit.t, refusal, zone=visit.desk.zone)
