"""The page behind the button of a letter: which one depends on what the letter is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.web import (
    named_page,
    names_page,
    newcomer_page,
    paper_files,
    seat_page,
    stand_page,
)
from handlers.web.event_facts import event_facts
from handlers.web.pages import Pages
from handlers.web.visits import Act, Goto, Look, Show, Visit
from programme import letter_doors, letter_pages
from programme.letter_doors import Door
from programme.refusals import EventUnknown, OptionUnknown


@dataclass(frozen=True)
class LetterPage:
    """How a page is looked at, and what its forms do."""

    look: Look
    act: Act


SEAT = LetterPage(seat_page.look, seat_page.act)
NAMED = LetterPage(named_page.look, named_page.act)
NAMES = LetterPage(names_page.look, names_page.act)
STAND = LetterPage(stand_page.look, stand_page.act)
NEWCOMER = LetterPage(newcomer_page.look, newcomer_page.act)


async def _only_tell(visit: Visit) -> Show:
    """Show the event of a letter that asks nothing, or only where help is found."""
    try:
        view = await letter_pages.event_of(visit.tx, visit.door, now=visit.now)
    except EventUnknown:
        return Show("letter", {"event": None, "state": ""})
    return Show("letter", event_facts(visit.t, view) | {"state": view.state})


async def _nothing_to_do(_visit: Visit) -> Goto:
    raise OptionUnknown


TOLD = LetterPage(_only_tell, _nothing_to_do)


async def page_of(visit: Visit, kinds: Mapping[str, LetterPage]) -> LetterPage:
    """Choose the page of a letter by its kind, or by what it is about."""
    door = visit.door
    if door.kind in kinds:
        return kinds[door.kind]
    if letter_pages.number(door, "exhibitor") is not None:
        return STAND
    if letter_pages.number(door, "nomination") is not None:
        return NAMED
    event_id = letter_pages.number(door, "event")
    if event_id is None or door.kind in TELL_ONLY:
        return TOLD
    if _is_for_organisation(door):
        return NAMES
    if door.person_id is not None:
        return SEAT
    if door.organisation_id is None:
        return TOLD
    return NAMES if await letter_pages.takes_names(visit.tx, event_id=event_id) else NEWCOMER


# To somebody who had only been named and answered nothing: there is nothing left to do.
TELL_ONLY = frozenset({"nomination_withdrawn"})


def _is_for_organisation(door: Door) -> bool:
    return letter_pages.number(door, "organisation") is not None


def routes(pages: Pages, kinds: Mapping[str, LetterPage]) -> list[BaseRoute]:
    """Make the routes of letters; `kinds` are pages that other modules bring for a kind."""

    async def look(visit: Visit) -> Show | Response:
        return await (await page_of(visit, kinds)).look(visit)

    async def act(visit: Visit) -> Show | Goto | Response:
        return await (await page_of(visit, kinds)).act(visit)

    page, new = letter_doors.PAGE, letter_doors.REGISTER
    return [
        pages.route("/l/{token}", page, look=look, act=act, takes_file=True),
        pages.route("/l/{token}/n", page, look=names_page.look, act=names_page.act),
        pages.route("/l/{token}/b/{required}", page, look=paper_files.blank),
        pages.route("/l/{token}/c", page, look=paper_files.certificate),
        pages.route("/r/{token}", new, look=newcomer_page.look, act=newcomer_page.act),
    ]
