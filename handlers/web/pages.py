"""Open the pages behind the links in letters.

Looking (GET, HEAD) changes nothing, because mail scanners open every link; only a form that
somebody sends changes something, and it may be sent twice. A link that is unknown, too old, or of
another purpose gives one and the same page, so that nobody learns anything by trying.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from handlers.web.bodies import NOTHING, Typed, Unreadable, read_form
from handlers.web.headers import bare_headers, page_headers, style
from handlers.web.page_words import sentence
from handlers.web.rate import Gate
from handlers.web.uploads import AT_ONCE, keep, leave
from handlers.web.visits import (
    Act,
    Arrived,
    Goto,
    Look,
    Mistyped,
    OpenPage,
    Show,
    Visit,
    WebDesk,
)
from programme import letter_doors, letter_pages
from programme.letter_doors import Door, DoorClosed
from programme.refusals import Refusal
from storage.database import Database, Tx
from storage.outage import is_deadlock, is_lost
from texts.translator import Translator, load

LOCALE = "pl"
LOOKING = ("GET", "HEAD")
TOO_LARGE = 413
FORM = "application/x-www-form-urlencoded"
# What a crowd has typed is handed back to it; a program that sends more gets nothing back.
MOST_CARRIED = 16 * 1024
NO_PROGRAMME = {"title": "", "funder_line": "", "organiser": "", "contact": ""}
Held = Callable[[Tx], Awaitable[datetime | None]]
logger = logging.getLogger(__name__)


async def _never_held(_tx: Tx) -> None:
    return None


class Pages:
    """Finds the door of a request, lets a page do its work, and writes what it says."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        desk: WebDesk,
        wake: Callable[[], None],
        gate: Gate | None = None,
        held: Held = _never_held,
    ) -> None:
        self.desk = desk
        self._database = database
        self._clock = clock
        self._wake = wake
        self.gate = gate or Gate()
        self._held = held
        self._hands = asyncio.Semaphore(AT_ONCE)

    def route(
        self,
        path: str,
        purpose: str,
        *,
        look: Look,
        act: Act | None = None,
        takes_file: bool = False,
    ) -> Route:
        """Make the route of a page; `path` has `{token}`. Without `act` nothing can be sent."""

        async def answer(request: Request) -> Response:
            return await self.open(request, purpose, look, act, takes_file=takes_file)

        return Route(path, answer, methods=["GET", "POST"] if act else ["GET"])

    async def open(
        self,
        request: Request,
        purpose: str,
        look: Look,
        act: Act | None = None,
        *,
        takes_file: bool = False,
    ) -> Response:
        """Answer a request to the page behind a door of this purpose.

        `look` writes the page. `act` does what a form asks for, in one transaction with the
        notices that follow; a refusal, or Mistyped, takes all of it back and shows the page again
        with the reason and with what was typed.
        """
        try:
            if wait := self.gate.wait(request):
                return too_many(wait)
            if act is None or request.method in LOOKING:
                return await self._look(request, purpose, look)
            return await self._act(request, purpose, look, act, takes_file=takes_file)
        except DoorClosed:
            return await self.closed()
        except _TooOften as wait_for:
            return too_many(wait_for.seconds)
        except Unreadable as why:
            return unreadable(why.status)
        except Exception as error:  # noqa: BLE001 -- the reader sees a kind page, we see the fault
            return self._failed(error)

    async def read_out(
        self, request: Request, say: Callable[[Tx, datetime], Awaitable[Response]]
    ) -> Response:
        """Answer what anybody may read, who has no door; the limits hold all the same."""
        if wait := self.gate.wait(request) or self.gate.wait_for_public():
            return too_many(wait)
        try:
            async with self._database.reading() as tx:
                return await say(tx, self._clock())
        except Exception as error:  # noqa: BLE001 -- the reader sees a kind page, we see the fault
            return self._failed(error)

    async def open_to_all(self, request: Request, name: str, page_of: OpenPage) -> Response:
        """Answer a request to a page that anybody may open by its name, who has no door.

        Whatever was typed stays: a refusal, and a crowd that has to wait, show it once more.
        """
        try:
            if wait := self.gate.wait_for_survey(request, name):
                return await wait_with(request, wait, page_of.locale)
            if request.method in LOOKING:
                async with self._database.reading() as tx:
                    return await page_of.look(tx, self._clock(), NOTHING, None)
            async with self._database.reading() as tx:
                held_since = await self._held(tx)
            if held_since is not None:
                return out_of_order(page_of.locale)
            typed = await read_form(request, takes_file=True)
            arrived = await keep(self.desk.files, typed.file, hands=self._hands, now=self._clock())
            try:
                return await self._changed_by_all(page_of, typed, arrived)
            except DoorClosed:
                raise
            except Refusal as why:
                async with self._database.reading() as tx:
                    return await page_of.look(tx, self._clock(), typed, why)
            finally:
                await leave(self.desk.files, arrived)
        except DoorClosed:
            return await self.closed(page_of.locale)
        except Unreadable as why:
            return unreadable(why.status, page_of.locale)
        except Exception as error:  # noqa: BLE001 -- the reader sees a kind page, we see the fault
            return self._failed(error, page_of.locale)

    async def _changed_by_all(
        self, page_of: OpenPage, typed: Typed, arrived: Arrived | None
    ) -> Response:
        for is_last in (False, True):
            try:
                async with self._database.transaction() as tx:
                    return await page_of.act(tx, self._clock(), typed, arrived)
            except Exception as error:
                if is_last or not is_deadlock(error):
                    raise
        raise AssertionError

    async def _look(self, request: Request, purpose: str, look: Look) -> Response:
        async with self._database.reading() as tx:
            door = await self._door(tx, request, purpose)
            return await self._shown(self._visit(tx, request, door), look)

    async def _act(
        self, request: Request, purpose: str, look: Look, act: Act, *, takes_file: bool
    ) -> Response:
        # Nobody may send a file who has no link.
        async with self._database.reading() as tx:
            door = await self._door(tx, request, purpose)
            held_since = await self._held(tx)
        if held_since is not None:
            return out_of_order()
        typed = await read_form(request, takes_file=takes_file)
        arrived = await keep(self.desk.files, typed.file, hands=self._hands, now=self._clock())
        try:
            return await self._changed(request, purpose, act, typed, arrived)
        except DoorClosed:
            raise
        except (Refusal, Mistyped) as why:
            async with self._database.reading() as tx:
                visit = self._refused(self._visit(tx, request, door, typed), why)
                status = 422 if isinstance(why, Mistyped) else 409
                return await self._shown(visit, look, status=status)
        finally:
            await leave(self.desk.files, arrived)

    async def _changed(
        self, request: Request, purpose: str, act: Act, typed: Typed, arrived: Arrived | None
    ) -> Response:
        try:
            return await self._change(request, purpose, act, typed, arrived)
        except Exception as error:
            if not is_deadlock(error):
                raise
        # Nothing was written, and whoever stood in the way has gone on.
        if arrived is not None:
            arrived.taken = False
        return await self._change(request, purpose, act, typed, arrived)

    async def _change(
        self, request: Request, purpose: str, act: Act, typed: Typed, arrived: Arrived | None
    ) -> Response:
        async with self._database.transaction() as tx:
            # Found again: it may have been closed while the form came in. Held: whoever presses
            # a button twice must not be taken for two people.
            token, now = request.path_params["token"], self._clock()
            door = await letter_doors.find(tx, token=token, purpose=purpose, now=now, hold=True)
            visit = replace(self._visit(tx, request, door, typed), arrived=arrived)
            answer = await self._written(visit, await act(visit))
            await letter_doors.use(tx, door, now=now)
        self._wake()
        return answer

    async def _door(self, tx: Tx, request: Request, purpose: str) -> Door:
        token = request.path_params["token"]
        door = await letter_doors.find(tx, token=token, purpose=purpose, now=self._clock())
        if wait := self.gate.wait_for_link(door.id):
            raise _TooOften(wait)
        return door

    def _visit(self, tx: Tx, request: Request, door: Door, typed: Typed = NOTHING) -> Visit:
        return Visit(
            tx=tx,
            door=door,
            t=load(door.locale),
            now=self._clock(),
            desk=self.desk,
            path=request.url.path,
            params=request.path_params,
            asked=request.query_params,
            typed=typed,
        )

    def _refused(self, visit: Visit, why: Refusal | Mistyped) -> Visit:
        if isinstance(why, Mistyped):
            return replace(visit, errors=why.errors)
        return replace(visit, trouble=sentence(visit.t, why, zone=self.desk.zone))

    async def _shown(self, visit: Visit, look: Look, *, status: int = 0) -> Response:
        try:
            answer = await look(visit)
        except DoorClosed:
            raise
        except Refusal as refusal:
            # There is nothing left to look at, so the reason is all that there is to say.
            why = visit.trouble or sentence(visit.t, refusal, zone=self.desk.zone)
            answer = Show("sorry", {"sentence": why}, 409)
        return await self._written(visit, answer, status=status)

    async def _written(
        self, visit: Visit, answer: Show | Goto | Response, *, status: int = 0
    ) -> Response:
        if isinstance(answer, Goto):
            # 303: whatever was sent, the next thing is to look, and that can be done again.
            said = f"?done={answer.done}" if answer.done else ""
            to = self.desk.root + (answer.path or visit.path) + said
            return RedirectResponse(to, 303, headers=page_headers())
        if isinstance(answer, Response):
            for name, value in bare_headers().items():
                answer.headers.setdefault(name, value)
            return answer
        facts = {
            "here": visit.here,
            "trouble": visit.trouble,
            "errors": dict(visit.errors),
            "programme": await letter_pages.programme_of(visit.tx, visit.door),
            **answer.facts,
        }
        return page(visit.t, answer.name, facts, status=status or answer.status)

    async def closed(self, locale: str = LOCALE) -> Response:
        """Say that a link opens nothing: unknown, too old or meant for something else."""
        try:
            async with self._database.reading() as tx:
                programme = await letter_pages.programme_of(tx, None)
        except Exception as error:  # noqa: BLE001 -- as for every page
            return self._failed(error, locale)
        return page(load(locale), "closed", {"programme": programme}, status=404)

    def _failed(self, error: Exception, locale: str = LOCALE) -> Response:
        if is_lost(error):
            logger.warning("database_away", extra={"error": type(error).__name__})
            return out_of_order(locale)
        logger.error("page_failed", exc_info=error)
        return page(load(locale), "failed", {}, status=500)


async def wait_with(request: Request, seconds: int, locale: str) -> Response:
    """Ask kindly to wait; a small form is kept on the page, to be sent again with one press."""
    length = request.headers.get("Content-Length", "")
    is_form = request.headers.get("Content-Type", "").startswith(FORM)
    if request.method in LOOKING or not is_form or not length.isdecimal():
        return too_many(seconds, locale)
    if int(length) > MOST_CARRIED:
        return too_many(seconds, locale)
    typed = await read_form(request, takes_file=False)
    carried = [[name, value] for name, values in typed.fields.items() for value in values]
    after = {"Retry-After": str(seconds)}
    return page(load(locale), "survey_wait", {"carried": carried}, status=429, **after)


class _TooOften(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def page(
    t: Translator, name: str, facts: dict[str, Any], *, status: int, **headers: str
) -> Response:
    """Write a page."""
    known = {"style": style(), "programme": NO_PROGRAMME, "trouble": "", "errors": {}}
    html = t.render(f"pages/{name}.html", known | facts)
    return HTMLResponse(html, status, headers=page_headers() | headers)


def too_many(seconds: int, locale: str = LOCALE) -> Response:
    """Ask kindly to wait, and tell programs how long."""
    after = {"Retry-After": str(seconds)}
    return page(load(locale), "too_many", {}, status=429, **after)


def out_of_order(locale: str = LOCALE) -> Response:
    """Say that nothing can be changed now, and was not."""
    after = {"Retry-After": "120"}
    return page(load(locale), "out_of_order", {}, status=503, **after)


def unreadable(status: int, locale: str = LOCALE) -> Response:
    """Say that a form was too large, came too slowly or could not be read."""
    # What a stranger goes on sending is not worth a connection.
    close, facts = {"Connection": "close"}, {"is_large": status == TOO_LARGE}
    return page(load(locale), "unreadable", facts, status=status, **close)


async def not_found(_request: Request, _error: Exception) -> Response:
    """Answer an address that leads nowhere."""
    return page(load(LOCALE), "closed", {}, status=404)


async def not_so(_request: Request, error: Exception) -> Response:
    """Answer a method that a page does not know."""
    allow = getattr(error, "headers", None) or {}
    return page(load(LOCALE), "unreadable", {"is_large": False}, status=405, **allow)
