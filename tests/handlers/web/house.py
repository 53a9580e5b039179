"""The real web application on one database, asked without a network, and doors to its pages."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from starlette.applications import Starlette

from handlers.web.application import build
from handlers.web.door_routes import routes
from handlers.web.health import Health
from handlers.web.metrics import Metrics
from handlers.web.pages import Pages
from handlers.web.pulse import Pulse
from handlers.web.rate import Gate
from handlers.web.visits import WebDesk
from programme import letter_doors
from programme.quiet_hours import QuietHours
from storage.columns import metadata
from storage.database import Database
from storage.files import FileStore
from tests.storage.rows import NOW, ZONE

BASE = "https://gmina.example.org"
LINK = "https://t.me/example_bot"
ADDRESS = "anna@example.org"
MONTH = timedelta(days=30)


@dataclass
class StillClock:
    """A clock that stands until it is set."""

    moment: datetime

    def __call__(self) -> datetime:
        """Give the moment."""
        return self.moment


@dataclass
class House:
    """The pages on one database; `woken` counts how often the outbox was woken."""

    database: Database
    app: Starlette
    pages: Pages
    client: httpx.AsyncClient
    clock: StillClock
    files: FileStore
    woken: list[datetime] = field(default_factory=list)

    async def door(
        self,
        kind: str,
        *,
        purpose: str = "page",
        address: str = ADDRESS,
        person_id: int | None = None,
        organisation_id: int | None = None,
        locale: str = "pl",
        lasts: timedelta | None = MONTH,
        **subject: Any,
    ) -> str:
        """Make a door as a letter of this kind has it, and return its token."""
        async with self.database.transaction() as tx:
            return await letter_doors.make(
                tx,
                purpose=purpose,
                kind=kind,
                address=address,
                locale=locale,
                subject=subject,
                person_id=person_id,
                organisation_id=organisation_id,
                lasts=lasts,
                now=self.clock(),
            )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Look at a page."""
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form; what a browser is led to is not looked at."""
        return await self.client.post(path, data=fields)

    async def send_file(
        self, path: str, name: str, content: bytes, *, field_name: str = "file", **fields: str
    ) -> httpx.Response:
        """Send a form with a file."""
        return await self.client.post(path, data=fields, files={field_name: (name, content)})

    async def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Give every row of every table."""
        return await dump(self.database)


async def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table, each table in the order of its keys."""
    found = {}
    async with database.reading() as tx:
        for table in metadata.sorted_tables:
            rows = await tx.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(repr(value) for value in row) for row in rows]
    return found


def make_app(
    database: Database,
    files: FileStore,
    *,
    clock: StillClock,
    wake: Callable[[], None],
    public_url: str = BASE,
    gate: Gate | None = None,
    **more: Any,
) -> tuple[Starlette, Pages]:
    """Wire the application as a process does."""
    desk = WebDesk(
        public_url=public_url,
        quiet=QuietHours(),
        zone=ZONE,
        files=files,
        our_address="akademia@example.org",
        link=lambda: LINK,
    )
    pages = Pages(database=database, clock=clock, desk=desk, wake=wake, gate=gate, **more)
    pulse = Pulse(lambda: 0.0)
    app = build(
        health=Health(database=database, pulse=pulse),
        metrics=Metrics(database=database, pulse=pulse, clock=clock, version="1"),
        updates=None,
        pages=routes(pages),
    )
    return app, pages


@asynccontextmanager
async def open_house(
    database: Database, folder: Path, *, client: str = "127.0.0.1", **more: Any
) -> AsyncIterator[House]:
    """Open the pages; `client` is where whoever asks connects from."""
    clock, woken = StillClock(NOW), list[datetime]()
    files = FileStore(folder)
    app, pages = make_app(database, files, clock=clock, wake=lambda: woken.append(clock()), **more)
    transport = httpx.ASGITransport(app, client=(client, 123), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as asking:
        yield House(database, app, pages, asking, clock, files, woken)
