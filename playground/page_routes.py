import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from playground import replying
from playground.account import commands_for
from playground.clock import DemoClock
from playground.errors import ApiError
from playground.files import JPEG, PNG
from playground.mail import StoredMail
from playground.mailbox import Mailbox
from playground.page_view import chat_view, mail_line, mail_view, person_view
from playground.persona import Persona
from playground.polls import PollClosed
from playground.replying import PostBox
from playground.server import BotServer
from playground.visitor import Visitor

FOLDER = Path(__file__).with_name("page")
WAIT = 25.0
SHOWN_INLINE = ("image/png", "image/jpeg")
# A mail's HTML lives in a frame that inherits this: styles may be inline, scripts may not.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; form-action 'self'"
)
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Page:
    """The web page: persons, their chats and mailboxes, and the clock."""

    def __init__(
        self,
        server: BotServer,
        mailbox: Mailbox,
        *,
        personas: Sequence[Persona] = (),
        clock: DemoClock | None = None,
        post_box: PostBox | None = None,
    ) -> None:
        self._server = server
        self._state = server.state
        self._mailbox = mailbox
        self._clock = clock
        self._post_box = post_box
        self._personas = {persona.user_id: persona for persona in personas}
        self._visitors = {
            persona.user_id: Visitor(
                server,
                persona.user_id,
                persona.first_name,
                persona.last_name,
                persona.language_code,
            )
            for persona in personas
        }

    def routes(self) -> list[BaseRoute]:
        """Return the page's addresses."""
        asked: list[tuple[str, Endpoint]] = [
            ("/", self._index),
            ("/page/overview", self._overview),
            ("/page/chats/{user:int}", self._chat),
            ("/page/mails/{user:int}", self._mails),
            ("/page/mails/{user:int}/{number:int}", self._mail),
            ("/page/mails/{user:int}/{number:int}/files/{name}", self._mail_file),
            ("/page/files/{file_id}", self._file),
        ]
        told: list[tuple[str, Endpoint]] = [
            ("/page/chats/{user:int}/send", self._send),
            ("/page/chats/{user:int}/file", self._send_file),
            ("/page/chats/{user:int}/press", self._press),
            ("/page/chats/{user:int}/vote", self._vote),
            ("/page/mails/{user:int}/{number:int}/reply", self._reply),
            ("/page/clock/next", self._clock_next),
            ("/page/clock/forward", self._clock_forward),
        ]
        return [
            *(Route(path, endpoint, methods=["GET"]) for path, endpoint in asked),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in told),
            Mount("/page", StaticFiles(directory=FOLDER)),
        ]

    async def _index(self, _request: Request) -> Response:
        return FileResponse(
            FOLDER / "index.html",
            headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
        )

    async def _overview(self, request: Request) -> Response:
        seen = request.query_params.get("seen")
        if seen is not None and not self._server.closing:
            await self._state.changes.wait(int(seen), WAIT)
        persons = [
            person_view(persona, self._state.chats[user], self._mailbox.mails_for(persona.email))
            for user, persona in self._personas.items()
        ]
        return JSONResponse(
            {
                "number": self._state.changes.number,
                "bot": self._state.bot["first_name"],
                "username": self._state.bot["username"],
                "now": self._state.clock().isoformat(),
                "movable": self._clock is not None,
                "persons": persons,
            }
        )

    async def _chat(self, request: Request) -> Response:
        visitor = self._visitor(request)
        chat = self._state.chats[visitor.user_id]
        return JSONResponse(
            {
                "messages": chat_view(self._state, visitor, chat),
                "commands": commands_for(self._state, chat.user),
            }
        )

    async def _send(self, request: Request) -> Response:
        visitor = self._visitor(request)
        text = str((await request.json())["text"]).strip()
        if text:
            await visitor.send(text)
        return JSONResponse({})

    async def _send_file(self, request: Request) -> Response:
        visitor = self._visitor(request)
        content = await request.body()
        try:
            # As on a phone: a picture goes as a photo, anything else as a file.
            if content.startswith((JPEG, PNG)):
                await visitor.send_photo(content)
            else:
                await visitor.send_document(request.query_params.get("name", ""), content)
        except ApiError as refusal:
            raise HTTPException(refusal.code, refusal.description) from refusal
        return JSONResponse({})

    async def _press(self, request: Request) -> Response:
        visitor = self._visitor(request)
        told = await request.json()
        words = await visitor.press_data(
            int(told["message"]), str(told["data"]), label=str(told["label"])
        )
        return JSONResponse({"words": words})

    async def _vote(self, request: Request) -> Response:
        visitor = self._visitor(request)
        told = await request.json()
        try:
            await visitor.vote_in(int(told["message"]), *(int(n) for n in told["options"]))
        except PollClosed as refusal:
            raise HTTPException(409, str(refusal)) from refusal
        return JSONResponse({})

    async def _mails(self, request: Request) -> Response:
        mails = self._mailbox.mails_for(self._persona(request).email)
        return JSONResponse([mail_line(mail) for mail in reversed(mails)])

    async def _mail(self, request: Request) -> Response:
        may_answer = self._post_box is not None
        return JSONResponse({**mail_view(self._read(request)), "may_answer": may_answer})

    async def _mail_file(self, request: Request) -> Response:
        content = self._read(request).attachments.get(request.path_params["name"])
        if content is None:
            raise HTTPException(404)
        return _download(content, request.path_params["name"])

    async def _reply(self, request: Request) -> Response:
        """Send an answer to a mail, in words or the calendar's."""
        persona, mail, now = self._persona(request), self._read(request), self._state.clock()
        if self._post_box is None:
            raise HTTPException(409, "Nobody reads answers here.")
        told = await request.json()
        if text := str(told.get("text", "")).strip():
            answer = replying.words(persona, mail, text, now=now)
        elif mail.calendar is not None and told.get("calendar") in replying.ANSWERS:
            answer = replying.calendar(persona, mail, told["calendar"], now=now)
        else:
            raise HTTPException(400)
        await asyncio.to_thread(self._post_box.post, answer)
        return JSONResponse({})

    def _read(self, request: Request) -> StoredMail:
        for mail in self._mailbox.mails_for(self._persona(request).email):
            if mail.number == request.path_params["number"]:
                return mail
        raise HTTPException(404)

    async def _file(self, request: Request) -> Response:
        try:
            stored = self._state.files.get(request.path_params["file_id"])
        except ApiError:
            raise HTTPException(404) from None
        if stored.content_type in SHOWN_INLINE:
            return Response(stored.content, media_type=stored.content_type)
        return _download(stored.content, stored.filename)

    async def _clock_next(self, _request: Request) -> Response:
        clock = self._movable()
        due = await clock.next_due()
        if due is not None:
            await clock.move_to(max(due, clock.now()))
            self._state.changes.announce()
        return JSONResponse({"moved": due is not None})

    async def _clock_forward(self, request: Request) -> Response:
        clock = self._movable()
        hours = float((await request.json())["hours"])
        await clock.move_to(clock.now() + timedelta(hours=max(hours, 0)))
        self._state.changes.announce()
        return JSONResponse({"moved": True})

    def _movable(self) -> DemoClock:
        if self._clock is None:
            raise HTTPException(409, "The clock stands on its own.")
        return self._clock

    def _visitor(self, request: Request) -> Visitor:
        return self._visitors[self._persona(request).user_id]

    def _persona(self, request: Request) -> Persona:
        persona = self._personas.get(request.path_params["user"])
        if persona is None:
            raise HTTPException(404)
        return persona


def _download(content: bytes, filename: str) -> Response:
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    headers = {
        "Content-Disposition": f'attachment; filename="{safe}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
