"""The whole programme on this machine: our Telegram and mail server, the bot, a moved clock."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.blanks import read_blanks
from bot.clock import MovedClock
from bot.process import Process, opened
from bot.settings import Settings
from playground.persona import Persona
from playground.playground import Playground
from programme import agenda, staff, survey_loading
from programme.importing.entries import OrganisationEntry
from programme.importing.load import load_programme, load_register
from programme.importing.programme_file import read_programme
from programme.importing.register_file import read_register
from programme.importing.survey_file import read_survey
from programme.importing.working_days import shift
from storage.database import Database, Tx
from storage.files import FileStore

SAMPLE = Path(__file__).parent / "sample"
ZONE = ZoneInfo("Europe/Warsaw")
MAIL_FROM = "Akademia Współpracy <sekretarz@milki.example.org>"
SECOND_COORDINATOR = Persona(
    user_id=901,
    first_name="Adam",
    last_name="Pomocny",
    language_code="pl",
    description="Zastępuje koordynatorkę",
    email="adam@example.org",
    group="Koordynatorzy",
)
COORDINATOR = Persona(
    user_id=900,
    first_name="Irena",
    last_name="Sekretarska",
    language_code="pl",
    description="Prowadzi program: zaprasza, pyta, patrzy na wyniki",
    email="sekretariat@milki.example.org",
    group="Koordynatorzy",
)


def first_morning(today: date) -> datetime:
    """Give half past nine of the next working day, when an office is awake."""
    day = shift(today, 1)
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZONE).astimezone(UTC)


@dataclass
class Stage:
    """Everything that runs during a demo."""

    playground: Playground
    process: Process
    clock: MovedClock
    # Where the pages are; empty when there are none.
    url: str = ""

    async def move_to(self, moment: datetime) -> None:
        """Put the clock forward and wait until what is due then has been said."""
        # What is leaving now would look like left behind by a dead sender hours ago.
        await self.process.settle()
        self.clock.put_forward(moment)
        await self.process.ticker.tick()
        await self.process.settle()


class StageClock:
    """The clock that the page shows and moves."""

    def __init__(self, clock: MovedClock) -> None:
        self._clock = clock
        self.stage: Stage | None = None

    def now(self) -> datetime:
        """Give the moment that the demo's clock shows."""
        return self._clock()

    async def next_due(self) -> datetime | None:
        """Tell when the next message leaves; None when none is planned."""
        if self.stage is None:
            return None
        async with self.stage.process.database.reading() as tx:
            summary_at = self.stage.process.ticker.summary_at
            return await agenda.next_due(tx, now=self.now(), zone=ZONE.key, summary_at=summary_at)

    async def move_to(self, instant: datetime) -> None:
        """Put the clock forward and let everything due by then happen."""
        if self.stage is not None:
            await self.stage.move_to(instant)


def demo_settings(playground: Playground, folder: Path, **changes: Any) -> Settings:
    """Make the settings of a bot that knows only the playground."""
    values: dict[str, Any] = {
        "telegram_token": playground.token,
        "telegram_api_url": playground.api_url,
        "data_dir": folder,
        "database_url": f"sqlite:///{folder / 'akademia.db'}",
        "smtp_url": f"smtp://127.0.0.1:{playground.smtp_port}",
        "mail_from": MAIL_FROM,
        "imap_url": None,
        "public_url": None,
        "timezone": ZONE.key,
        "quiet_hours": "20:00–08:00",
        # Or "to the next message" would stop each morning; /podsumowanie shows it at any time.
        "summary_at": "no",
    }
    return Settings(**values | changes)


async def load_sample(
    database: Database,
    *,
    now: datetime,
    files: FileStore | None = None,
    ngos: int | None = None,
) -> None:
    """Load the sample programme and register, and make the coordinator staff.

    Without a folder for `files` there are no blanks. `ngos` takes only so many of the register,
    the first ones, and all of the office.
    """
    file = read_programme(
        (SAMPLE / "akademia.toml").read_bytes(),
        today=now.astimezone(ZONE).date(),
        default_zone=ZONE.key,
    )
    register = read_register(
        (SAMPLE / "organisations.csv").read_bytes(), filename="organisations.csv"
    )
    async with database.transaction() as tx:
        await load_register(tx, entries=_some(register.entries, ngos))
        blanks = read_blanks(file, folder=SAMPLE, store=files) if files is not None else None
        await load_programme(tx, file=file, now=now, blanks=blanks)
        for persona in (COORDINATOR, SECOND_COORDINATOR):
            token = staff.new_token()
            await staff.invite_staff(
                tx, name=persona.first_name, role="coordinator", token=token, now=now
            )
            await staff.accept(tx, token=token, chat_id=persona.user_id, now=now)


async def load_surveys(tx: Tx, *, now: datetime) -> None:
    """Load the surveys that come with the program; their waves open by themselves."""
    today = now.astimezone(ZONE).date()
    for file in sorted((SAMPLE / "surveys").glob("*.toml")):
        definition = read_survey(file.read_bytes(), today=today)
        await survey_loading.load(tx, definition=definition, zone=ZONE.key, now=now)


def _some(entries: tuple[OrganisationEntry, ...], ngos: int | None) -> list[OrganisationEntry]:
    associations = [entry for entry in entries if entry.kind == "ngo"][:ngos]
    return [*associations, *(entry for entry in entries if entry.kind == "office")]


@asynccontextmanager
async def set_up(
    *,
    personas: tuple[Persona, ...] = (),
    port: int = 0,
    today: date | None = None,
    ngos: int | None = None,
    by_mail: bool = False,
) -> AsyncGenerator[Stage]:
    """Start everything in a folder of its own and take it down at the end.

    The story begins on the working day after `today`, which is the real one if not given; `ngos`
    makes the register smaller. With `by_mail` people answer mails and open pages from them.
    """
    clock = MovedClock(first_morning(today or datetime.now(ZONE).date()))
    shown = StageClock(clock)
    with tempfile.TemporaryDirectory(prefix="akademia-") as name:
        maildir = Path(name) / "maildir" if by_mail else None
        playground = Playground(personas=personas, demo_clock=shown, port=port, maildir=maildir)
        async with playground:
            doors = _doors(maildir) if maildir is not None else {}
            settings = demo_settings(playground, Path(name), **doors)
            async with opened(settings, now=clock()) as database:
                files = FileStore(settings.files_folder)
                await load_sample(database, now=clock(), files=files, ngos=ngos)
                async with database.transaction() as tx:
                    await load_surveys(tx, now=clock())
                for one in (COORDINATOR, SECOND_COORDINATOR):
                    # They became staff by a link, in their chats.
                    playground.visitor(one.user_id, one.first_name, one.last_name).open_chat()
                process = Process(settings, database, clock=clock, paced=False)
                ready = asyncio.Event()
                task = asyncio.create_task(process.serve(ready=ready))
                await _first(task, ready)
                shown.stage = Stage(playground, process, clock, str(settings.public_url or ""))
                try:
                    yield shown.stage
                finally:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task


def _doors(maildir: Path) -> dict[str, Any]:
    """Let answers come through a folder, and letters lead to pages on a free port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    web = {"web_bind": f"127.0.0.1:{port}", "public_url": f"http://127.0.0.1:{port}"}
    return {"maildir": maildir, **web}


async def _first(task: asyncio.Task[None], ready: asyncio.Event) -> None:
    """Wait until the bot listens, or raise what stopped it."""
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        await task
