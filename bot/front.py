"""The web port of a process with all that is behind it.

Loaded only where there is a web port: the libraries for it take a part of the time of a start.
"""

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version

from bot.settings import WEBHOOK, Settings
from bot.web import WebPort
from delivery.headers import parse_mailbox
from handlers.telegram.webhook import secret_of
from handlers.web.application import build
from handlers.web.door_routes import routes
from handlers.web.health import Health
from handlers.web.metrics import Metrics
from handlers.web.pages import Pages
from handlers.web.pulse import Pulse
from handlers.web.updates import UpdateDoor
from handlers.web.visits import WebDesk
from storage import restored
from storage.database import Database
from storage.files import FileStore


class Front:
    """What others reach of this process: `open`, then `run` until cancelled, then `close`."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        clock: Callable[[], datetime],
        pulse: Pulse,
        wake: Callable[[], None],
        wake_outbox: Callable[[], None],
        link: Callable[[], str],
    ) -> None:
        self.metrics = Metrics(
            database=database, pulse=pulse, clock=clock, version=version("akademia")
        )
        self._health = Health(database=database, pulse=pulse)
        updates = None
        if settings.telegram_door == WEBHOOK and settings.telegram_token is not None:
            updates = UpdateDoor(
                secret=secret_of(settings.telegram_token.get_secret_value()),
                database=database,
                clock=clock,
                wake=wake,
                count=self.metrics.note_answer,
            )
        pages = None
        if settings.public_url is not None:
            pages = Pages(
                database=database,
                clock=clock,
                desk=_desk(settings, settings.public_url, link),
                wake=wake_outbox,
                held=restored.held_since,
            )
        doors = routes(pages) if pages is not None else []
        app = build(health=self._health, metrics=self.metrics, updates=updates, pages=doors)
        self._port = WebPort(app, settings.web_bind)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port.port

    def open(self) -> None:
        """Take the port, before Telegram is told of it. Raises PortTaken."""
        self._port.open()

    async def run(self) -> None:
        """Serve until cancelled; a request that is under way gets its answer first."""
        await self._port.run()

    async def close(self) -> None:
        """Give the port back."""
        self._port.close()
        await self._health.close()


def _desk(settings: Settings, public_url: str, link: Callable[[], str]) -> WebDesk:
    sender = settings.mail_from
    return WebDesk(
        public_url=public_url,
        quiet=settings.quiet,
        zone=settings.timezone.key,
        files=FileStore(settings.files_folder),
        our_address=parse_mailbox(sender).address if sender else "",
        link=link,
    )
