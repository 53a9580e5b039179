from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from playground.clock import DemoClock
from playground.mailbox import Mailbox
from playground.page_routes import Page
from playground.persona import Persona
from playground.replying import PostBox
from playground.server import TOKEN, BotServer
from playground.state import real_clock
from playground.visitor import Visitor


class Playground:
    """A Telegram server, a mail server and the page that shows both, on loopback.

    Dates of messages and mails come from `demo_clock` if there is one, else from `clock`.
    """

    def __init__(
        self,
        *,
        personas: Sequence[Persona] = (),
        demo_clock: DemoClock | None = None,
        clock: Callable[[], datetime] = real_clock,
        token: str = TOKEN,
        username: str = "akademia_bot",
        port: int = 0,
        smtp_port: int = 0,
        smtp_user: str = "",
        smtp_password: str = "",
        maildir: Path | None = None,
    ) -> None:
        now = demo_clock.now if demo_clock is not None else clock
        self.server = BotServer(
            token=token,
            username=username,
            clock=now,
            port=port,
        )
        self.mailbox = Mailbox(
            port=smtp_port,
            user=smtp_user,
            password=smtp_password,
            clock=now,
            changes=self.server.state.changes,
        )
        self._page = Page(
            self.server,
            self.mailbox,
            personas=personas,
            clock=demo_clock,
            post_box=PostBox(maildir) if maildir is not None else None,
        )
        self.server.add_routes(self._page.routes())

    async def __aenter__(self) -> Self:
        await self.mailbox.start()
        await self.server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.server.stop()
        await self.mailbox.stop()

    @property
    def api_url(self) -> str:
        """The address to put in place of https://api.telegram.org."""
        return self.server.url

    @property
    def page_url(self) -> str:
        """The page's address."""
        return f"{self.server.url}/"

    @property
    def smtp_port(self) -> int:
        """The mail server's port on 127.0.0.1."""
        return self.mailbox.port

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.server.token

    def visitor(
        self, user_id: int, first_name: str, last_name: str = "", language_code: str = "pl"
    ) -> Visitor:
        """Return a person; the same id is the same chat."""
        return Visitor(self.server, user_id, first_name, last_name, language_code)
