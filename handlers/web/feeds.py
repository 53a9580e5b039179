"""Calendars that people's programs fetch by an address: a person's own, and all events.

Programs ask every few hours, so what has not changed is not sent again: the ETag is made from the
sessions alone. The moment at which something changed is not kept anywhere; the first moment at
which this process saw it will do, because it is never too early.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from delivery.compose_feed import Shown, compose_feed
from handlers.web.headers import bare_headers
from handlers.web.pages import LOCALE, Pages
from handlers.web.visits import Show, Visit
from programme import feeds
from programme.feeds import Feed
from programme.letter_doors import FEED, DoorClosed
from storage.database import Tx
from texts.translator import Translator, load

PERSONAL, PUBLIC, PAGE = "/k/{token}.ics", "/k/program.ics", "/k/{token}"
MOST_REMEMBERED = 5_000
_TYPE = "text/calendar; charset=utf-8"
# A program may keep it for itself for a while; nobody between us and it may.
_KEPT = "private, max-age=900"


class Seen:
    """When each state of a feed was first seen; the oldest are forgotten first."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._first: OrderedDict[str, datetime] = OrderedDict()

    def first(self, digest: str, now: datetime) -> datetime:
        """Give the moment at which this state was seen first, in whole seconds."""
        moment = self._first.setdefault(digest, now.astimezone(UTC).replace(microsecond=0))
        if len(self._first) > self._most:
            self._first.popitem(last=False)
        return moment


def routes(pages: Pages) -> list[BaseRoute]:
    """Make the routes of the feeds; the one without a secret comes first."""
    seen = Seen()

    async def public(request: Request) -> Response:
        async def say(tx: Tx, now: datetime) -> Response:
            feed = await feeds.public(tx, now=now)
            return answer(request, feed, load(LOCALE), seen=seen, now=now)

        return await pages.read_out(request, say)

    async def personal(request: Request) -> Response:
        async def look(visit: Visit) -> Response:
            if visit.door.person_id is None:
                raise DoorClosed
            feed = await feeds.personal(visit.tx, person_id=visit.door.person_id)
            return answer(request, feed, visit.t, seen=seen, now=visit.now)

        return await pages.open(request, FEED, look)

    return [
        Route(PUBLIC, public, methods=["GET"]),
        Route(PERSONAL, personal, methods=["GET"]),
        pages.route(PAGE, FEED, look=_page),
    ]


async def _page(visit: Visit) -> Show:
    """Show how to put the calendar into a telephone; a chat can open no other link than https."""
    here = f"{visit.desk.public_url}/k/{visit.params['token']}.ics"
    # Programs take this for "subscribe", and fetch it by https.
    webcal = f"webcal://{here.partition('://')[2]}"
    return Show("feed", {"address": here, "webcal": webcal})


def answer(request: Request, feed: Feed, t: Translator, *, seen: Seen, now: datetime) -> Response:
    """Send a feed, or say that the program has it as it is."""
    write = _writer(feed, t)
    digest = hashlib.sha256(write(None)).hexdigest()[:32]
    changed_at = seen.first(digest, now)
    # Weak: two processes may stamp the same sessions differently.
    headers = bare_headers() | {
        "ETag": f'W/"{digest}"',
        "Last-Modified": format_datetime(changed_at, usegmt=True),
        "Cache-Control": _KEPT,
    }
    if _has_it(request, digest, changed_at):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="akademia.ics"'
    return Response(write(changed_at), headers=headers, media_type=_TYPE)


def _writer(feed: Feed, t: Translator) -> Callable[[datetime | None], bytes]:
    def write(stamp: datetime | None) -> bytes:
        shown = [Shown(each.uid, each.sequence, each.facts, each.number) for each in feed.entries]
        moment = {"stamp": stamp} if stamp is not None else {}
        return compose_feed(shown, t, title=feed.title, name=feed.name, **moment)

    return write


def _has_it(request: Request, digest: str, changed_at: datetime) -> bool:
    """Compare what the program has (RFC 9110 section 13.2.2: a tag is asked before a date)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return "*" in _tags(tags) or digest in _tags(tags)
    since = request.headers.get("If-Modified-Since")
    try:
        return since is not None and parsedate_to_datetime(since) >= changed_at
    except (TypeError, ValueError):
        return False


def _tags(listed: str) -> Iterable[str]:
    return [each.strip().removeprefix("W/").strip('"') for each in listed.split(",")]
