import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from playground import account, polls, receiving, sending
from playground.errors import ApiError
from playground.faults import Fault, Faults
from playground.params import Params, read_params
from playground.serving import HttpServer
from playground.state import BotState, Message, real_clock
from playground.webhook import Webhook

Method = Callable[[BotState, Params], Any]
TOKEN = "700700700:AAplayground-token-of-no-real-bot"  # noqa: S105 - opens nothing but this server
METHODS: dict[str, Method] = {
    "getme": account.get_me,
    "getchat": account.get_chat,
    "getchatmember": account.get_chat_member,
    "getfile": account.get_file,
    "setmycommands": account.set_my_commands,
    "getmycommands": account.get_my_commands,
    "deletemycommands": account.delete_my_commands,
    "setmyname": account.set_profile,
    "setmydescription": account.set_profile,
    "setmyshortdescription": account.set_profile,
    "setchatmenubutton": account.set_profile,
    "getchatmenubutton": account.get_chat_menu_button,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": sending.edit_message_text,
    "editmessagecaption": sending.edit_message_caption,
    "editmessagereplymarkup": sending.edit_message_reply_markup,
    "deletemessage": sending.delete_message,
    "answercallbackquery": sending.answer_callback_query,
    "sendpoll": polls.send_poll,
    "stoppoll": polls.stop_poll,
}


@dataclass
class Call:
    """One call that reached the server; `done` says whether it had its effect."""

    at: datetime
    method: str
    chat_id: int | None
    params: dict[str, Any]
    outcome: str = ""
    done: bool = False


class BotServer:
    """A Telegram Bot API server for one bot, over real HTTP on loopback.

    `calls` is the log of everything the bot asked for; a chat's `delivered` list holds what
    really arrived there. People write to the bot through visitor.Visitor.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "akademia_bot",
        name: str = "Akademia Współpracy",
        clock: Callable[[], datetime] = real_clock,
        port: int = 0,
    ) -> None:
        self.token = token
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": name,
            "username": username,
        }
        self.state = BotState(bot, clock)
        self.webhook = Webhook(self.state.updates)
        self.calls: list[Call] = []
        self._faults = Faults()
        self._closing = asyncio.Event()
        routes: list[BaseRoute] = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
        ]
        self._app = Starlette(routes=routes)
        self._http = HttpServer(self._app, port=port)

    @property
    def url(self) -> str:
        """The address to put in place of api.telegram.org, without a slash at its end."""
        return self._http.url

    def add_routes(self, routes: list[BaseRoute]) -> None:
        """Serve more under the same address."""
        self._app.router.routes.extend(routes)

    async def start(self) -> None:
        """Listen; after stop() it is the same port and the same chats."""
        self._closing.clear()
        await self._http.start()
        self.webhook.go_on()

    async def stop(self) -> None:
        """Be unreachable."""
        self._closing.set()
        self.webhook.rest()
        self.state.updates.interrupt()
        self.state.changes.announce()
        await self._http.stop()

    @property
    def closing(self) -> bool:
        """Whether the server is on its way out, so that nobody should wait for more."""
        return self._closing.is_set()

    def fail(
        self,
        method: str | None = None,
        chat_id: int | None = None,
        *,
        with_: Fault,
        times: int | None = 1,
    ) -> None:
        """Order a fault (see faults.py) for a method or a chat, or for the next call of any kind.

        None as `times` lasts until heal(). getUpdates fails only when named.
        """
        self._faults.order(with_, method=method, chat_id=chat_id, times=times)

    def heal(self) -> None:
        """Forget all ordered faults."""
        self._faults.clear()

    def delivered(self, chat_id: int) -> list[Message]:
        """Return what the bot has sent to a chat, in order, as it was when sent."""
        chat = self.state.chats.get(chat_id)
        return list(chat.delivered) if chat else []

    def count(self, method: str, chat_id: int | None = None) -> int:
        """Return how many calls of a method had their effect."""
        return sum(
            call.done and call.method.lower() == method.lower() and chat_id in (None, call.chat_id)
            for call in self.calls
        )

    def expire_queries(self) -> None:
        """Make all button presses so far too old to be answered."""
        self.state.queries.clear()

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        try:
            self._check_token(request)
            params = await read_params(request)
        except ApiError as error:
            return _refused(error)
        except ClientDisconnect:
            # Killed in the middle of its words: nothing was asked, and nobody waits.
            return Response()
        call = Call(self.state.clock(), method, params.chat_id(), params.logged())
        self.calls.append(call)
        return await self._answer(request, call, params)

    async def _answer(self, request: Request, call: Call, params: Params) -> Response:
        fault = self._faults.take(call.method.lower(), call.chat_id)
        await self._pause(fault.delay_before)
        if fault.drop == "before":
            return await self._drop(request, call)
        try:
            if fault.error is not None:
                raise fault.error
            result = await self._handle(call.method.lower(), params)
        except ApiError as error:
            call.outcome = error.description
            return _refused(error)
        call.outcome, call.done = "ok", True
        await self._pause(fault.delay_after)
        if fault.drop == "after":
            return await self._drop(request, call)
        if fault.drop == "half":
            return StreamingResponse(self._half(request), headers={"content-length": "1000"})
        if fault.garbled:
            return HTMLResponse("<html>Please sign in</html>")
        date = format_datetime(self.state.clock().astimezone(UTC), usegmt=True)
        return JSONResponse({"ok": True, "result": result}, headers={"date": date})

    async def _handle(self, method: str, params: Params) -> Any:
        if method == "getupdates":
            return await receiving.get_updates(self.state, params)
        if method == "setwebhook":
            return receiving.set_webhook(self.state, self.webhook, params)
        if method == "deletewebhook":
            return receiving.delete_webhook(self.state, self.webhook, params)
        if method == "getwebhookinfo":
            return receiving.get_webhook_info(self.state, self.webhook, params)
        if method not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        return METHODS[method](self.state, params)

    async def _pause(self, seconds: float) -> None:
        if seconds:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._closing.wait()

    async def _drop(self, request: Request, call: Call) -> Response:
        call.outcome = "dropped"
        await self._cut(request)
        return Response()

    async def _half(self, request: Request) -> AsyncIterator[bytes]:
        yield b'{"ok": tr'
        await self._cut(request)

    async def _cut(self, request: Request) -> None:
        if request.client is not None:
            self._http.cut((request.client.host, request.client.port))
            await asyncio.sleep(0)

    async def _download(self, request: Request) -> Response:
        try:
            self._check_token(request)
            file_id = request.path_params["path"].split("/")[1]
            stored = self.state.files.downloadable(file_id)
        except (ApiError, IndexError):
            return _refused(ApiError(404, "Not Found"))
        return Response(stored.content, media_type=stored.content_type)

    def _check_token(self, request: Request) -> None:
        if request.path_params["token"] != self.token:
            raise ApiError(401, "Unauthorized")


def _refused(error: ApiError) -> Response:
    return JSONResponse(error.body(), status_code=error.code)
