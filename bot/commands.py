"""What each command does, once the settings are read."""

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from bot.blanks import read_blanks
from bot.doctor import BROKEN, Site
from bot.doctor_mailbox import mailbox
from bot.logs import writes_json
from bot.process import Process, opened
from bot.resume_view import held_words
from bot.roles import ALL, Role, RoleUnknown, read_roles, unknown_words
from bot.settings import Settings, WrongSettings
from bot.signatures import signer
from bot.written import write
from delivery.attendance_sheets import signing_list
from delivery.smtp import MailSender
from handlers.telegram.doubt_words import doubt_words
from programme import attendance_lists, events, staff, staff_leaving
from programme.doubts import find_doubts
from programme.importing.load import Loaded, load_programme, load_register
from programme.importing.programme_file import read_programme
from programme.importing.register_file import read_register
from programme.refusals import EventUnknown
from programme.wall_time import read
from storage import events as event_rows
from storage import restored
from storage import staff as staff_rows
from storage.database import Database, Tx
from storage.events import Session
from storage.files import FileStore
from texts.translator import Translator

logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


async def serve(settings: Settings, *, role: list[str], t: Translator) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    try:
        roles = read_roles(role)
    except RoleUnknown as error:
        raise WrongSettings([unknown_words(error, t)]) from None
    ready = asyncio.Event()
    async with opened(settings, now=_now()) as database:
        process = Process(settings, database, roles=roles)
        task = asyncio.create_task(process.serve(ready=ready))
        telling = asyncio.create_task(_tell_ready(process, ready, roles, t))
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, task.cancel)
        try:
            with suppress(asyncio.CancelledError):
                await task
        finally:
            telling.cancel()


async def _tell_ready(
    process: Process, ready: asyncio.Event, roles: frozenset[Role], t: Translator
) -> None:
    await ready.wait()
    held = process.held_since is not None
    if writes_json():
        if held:
            logger.warning("copy_held")
        else:
            logger.info("process_ready")
        return
    if held:
        typer.echo(held_words(t), err=True)
        return
    done = t("listening to Telegram and sending")
    if roles != ALL:
        done = t("this process has the part %(roles)s", roles=", ".join(sorted(roles)))
    typer.echo(t("Ready: %(done)s. To stop, press Ctrl+C.", done=done), err=True)


async def check(settings: Settings, *, t: Translator) -> None:
    """Try database, Telegram, mail server and mailbox once, and say what each answered."""
    async with opened(settings, now=_now()) as database:
        held = await restored.look(database, now=_now())
        typer.echo(t("Database: ready.") if held is None else held_words(t))
        process = Process(settings, database)
        try:
            typer.echo(t("Telegram: ready, as @%(bot)s.", bot=await process.door.open()))
        finally:
            await process.door.close()
    if settings.smtp_url is not None:
        await MailSender(settings.smtp_url).check()
        typer.echo(t("Mail server: ready."))
    for found in await mailbox(Site(settings, t)):
        typer.echo("\n".join(filter(None, (found.says, found.advice))), err=found.mark == BROKEN)
        if found.mark == BROKEN:
            raise typer.Exit(2)
    if (signed_by := signer(settings)) is not None:
        typer.echo(t("Mails are signed. This record belongs into DNS (TXT):"))
        typer.echo(f"{signed_by.record_name}\n{signed_by.record}")


async def import_file(
    settings: Settings, file: Path, *, accept_warnings: bool, t: Translator
) -> None:
    """Load a programme or a register; warnings stop it until they are accepted."""
    content = file.read_bytes()
    async with opened(settings, now=_now()) as database:
        if file.suffix.lower() == ".toml":
            loaded = await _programme(
                settings,
                database,
                content,
                folder=file.parent,
                accept_warnings=accept_warnings,
                t=t,
            )
        else:
            register = read_register(content, filename=file.name)
            if register.ignored:
                names = ", ".join(register.ignored)
                typer.echo(t("Columns that are not read: %(names)s", names=names), err=True)
            async with database.transaction() as tx:
                loaded = await load_register(tx, entries=register.entries)
    typer.echo(
        t(
            "Imported. New: %(added)s, changed: %(changed)s, as before: %(same)s.",
            added=loaded.added,
            changed=loaded.changed,
            same=loaded.same,
        )
    )


async def _programme(
    settings: Settings,
    database: Database,
    content: bytes,
    *,
    folder: Path,
    accept_warnings: bool,
    t: Translator,
) -> Loaded:
    now = _now()
    zone = settings.timezone
    file = read_programme(content, today=now.astimezone(zone).date(), default_zone=zone.key)
    blanks = read_blanks(file, folder=folder, store=FileStore(settings.files_folder))
    doubts = find_doubts(file, now=now)
    for doubt in doubts:
        typer.echo(t("Warning: %(doubt)s", doubt=doubt_words(doubt, t=t)), err=True)
    if doubts and not accept_warnings:
        nothing = t("Nothing was imported. To import all the same, add --accept-warnings.")
        typer.echo(nothing, err=True)
        raise typer.Exit(2)
    async with database.transaction() as tx:
        return await load_programme(tx, file=file, now=now, quiet=settings.quiet, blanks=blanks)


async def add_staff(
    settings: Settings, *, name: str, role: str, events_of: list[str], t: Translator
) -> None:
    """Print a one-time link that makes the chat that opens it staff."""
    if role not in staff.ROLES:
        known = ", ".join(staff.ROLES)
        raise WrongSettings(
            [t("There is no role “%(role)s”. Possible: %(known)s.", role=role, known=known)]
        )
    token = staff.new_token()
    async with opened(settings, now=_now()) as database:
        process = Process(settings, database)
        try:
            bot = await process.door.open()
        finally:
            await process.door.close()
        async with database.transaction() as tx:
            event_ids = [await _event_id(tx, key) for key in events_of]
            await staff.invite_staff(
                tx, name=name, role=role, token=token, event_ids=event_ids, now=_now()
            )
    typer.echo(f"https://t.me/{bot}?start=s_{token}")
    typer.echo(
        t("The link works once, within 48 hours. Please give it to this person and nobody else.")
    )


async def _event_id(tx: Tx, key: str) -> int:
    found = await event_rows.by_key(tx, key)
    if found is None:
        raise EventUnknown
    return found.id


async def list_staff(settings: Settings) -> None:
    """Print who is staff: the number of the chat, the role, the name."""
    async with opened(settings, now=_now()) as database, database.reading() as tx:
        members = await staff_rows.everyone(tx)
    for member in members:
        typer.echo(f"{member.chat_id}  {member.role}  {member.name}")


async def remove_staff(settings: Settings, *, chat_id: int, t: Translator) -> None:
    """Take the rights of staff from a chat."""
    async with opened(settings, now=_now()) as database, database.transaction() as tx:
        await staff_leaving.remove_at_the_console(tx, chat_id=chat_id, now=_now())
    typer.echo(t("Removed. This chat has no rights of staff any more."))


async def _chosen(tx: Tx, event_id: int, number: int | None, now: datetime) -> list[Session]:
    """Pick one session by its number, or all that lie ahead."""
    listed = await event_rows.sessions(tx, event_id)
    if number is None:
        return events.ahead(listed, now)
    fitting = [session for session in listed if session.number == number]
    if not fitting:
        raise EventUnknown
    return fitting


async def move_event(
    settings: Settings,
    *,
    key: str,
    number: int | None,
    by: timedelta,
    start: str,
    place: str,
    t: Translator,
) -> None:
    """Move sessions by a span, or the first to a start, keep their length, and tell everyone."""
    if not (by or start or place):
        nothing = t("Nothing was moved. Please add --by-days, --by-minutes, --start or --place.")
        raise WrongSettings([nothing])
    wanted = _start(start, t) if start else None
    async with opened(settings, now=_now()) as database, database.transaction() as tx:
        found = await event_rows.by_key(tx, key)
        if found is None:
            raise EventUnknown
        sessions = await _chosen(tx, found.id, number, _now())
        if wanted is not None:
            by = wanted - min(read(session.starts_wall) for session in sessions)
        told = await events.move_sessions(
            tx,
            event_id=found.id,
            moves=events.shifted_moves(sessions, by, place or None),
            quiet=settings.quiet,
            now=_now(),
        )
    typer.echo(t("Moved. People told: %(told)s.", told=told))


def _start(start: str, t: Translator) -> datetime:
    try:
        return read(start)
    except ValueError:
        wrong = t("“%(start)s” is not a start. Write for example 2027-01-15T10:00.", start=start)
        raise WrongSettings([wrong]) from None


async def cancel_event(settings: Settings, *, key: str, t: Translator) -> None:
    """Cancel an event and tell everyone."""
    async with opened(settings, now=_now()) as database, database.transaction() as tx:
        found = await event_rows.by_key(tx, key)
        if found is None:
            raise EventUnknown
        told = await events.cancel_event(tx, event_id=found.id, quiet=settings.quiet, now=_now())
    typer.echo(t("Cancelled. People told: %(told)s.", told=told))


async def write_attendance_list(
    settings: Settings, *, key: str, number: int | None, file: Path, t: Translator
) -> None:
    """Write the list to be signed as a PDF, and keep which number stands for whom."""
    async with opened(settings, now=_now()) as database, database.transaction() as tx:
        found = await event_rows.by_key(tx, key)
        if found is None:
            raise EventUnknown
        facts = await attendance_lists.print_list(
            tx, event_id=found.id, session_number=number, now=_now()
        )
    write(file, signing_list(facts))
    typer.echo(
        t(
            "%(file)s: %(people)s people, list no. %(number)s.",
            file=file,
            people=len(facts["rows"]),
            number=facts["printed"]["number"],
        )
    )
