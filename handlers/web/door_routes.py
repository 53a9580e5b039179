"""The addresses of all pages behind doors; each module brings its own."""

from dataclasses import replace

from starlette.routing import BaseRoute

from handlers.web import (
    feeds,
    letter_page,
    poll_page,
    preference_pages,
    survey_page,
    survey_public_page,
)
from handlers.web.letter_page import LetterPage
from handlers.web.pages import Pages
from handlers.web.visits import Goto, Show, Visit


async def _look_at_poll(visit: Visit) -> Show:
    return await poll_page.look(_without_option(visit))


async def _vote(visit: Visit) -> Goto:
    return await poll_page.vote(_without_option(visit))


def _without_option(visit: Visit) -> Visit:
    """Open a poll by the letter's own link, in which no option is chosen."""
    return replace(visit, params={**visit.params, "option": "0"})


# Letters whose page is none of those that letter_page.py chooses by itself.
_SURVEY = LetterPage(survey_page.look, survey_page.act)
KINDS = {
    "poll": LetterPage(_look_at_poll, _vote),
    "survey_asked": _SURVEY,
    "survey_reminder": _SURVEY,
}


def routes(pages: Pages) -> list[BaseRoute]:
    """List the routes of every page."""
    return [
        # Before the pages of addresses, which begin alike.
        *survey_public_page.routes(pages),
        *letter_page.routes(pages, KINDS),
        *poll_page.routes(pages),
        *preference_pages.routes(pages),
        *feeds.routes(pages),
    ]
