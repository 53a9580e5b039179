"""What each command does, once the settings are read."""

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from bot.import_words import doubt_words
from bot.logs import writes_json
from bot.process import Process, opened
from bot.resume_view import held_words
from bot.roles import ALL, Role, RoleUnknown, read_roles, unknown_words
from bot.settings import Settings, WrongSettings
from delivery.smtp import MailSender
from programme import events, staff, surveys
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
    """Try database, Telegram and mail server once, and say what each answered."""
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


async def import_file(
    settings: Settings, file: Path, *, accept_warnings: bool, t: Translator
) -> None:
    """Load a programme or a register; warnings stop it until they are accepted."""
    content = file.read_bytes()
    async with opened(settings, now=_now()) as database:
        if file.suffix.lower() == ".toml":
            loaded = await _programme(
                settings, database, content, accept_warnings=accept_warnings, t=t
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
    accept_warnings: bool,
    t: Translator,
) -> Loaded:
    now = _now()
    zone = settings.timezone
    file = read_programme(content, today=now.astimezone(zone).date(), default_zone=zone.key)
    doubts = find_doubts(file, now=now)
    for doubt in doubts:
        typer.echo(t("Warning: %(doubt)s", doubt=doubt_words(doubt, t=t)), err=True)
    if doubts and not accept_warnings:
        nothing = t("Nothing was imported. To import all the same, add --accept-warnings.")
        typer.echo(nothing, err=True)
        raise typer.Exit(2)
    async with database.transaction() as tx:
        return await load_programme(tx, file=file, now=now, quiet=settings.quiet_hours)


async def add_staff(settings: Settings, *, name: str, role: str, t: Translator) -> None:
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
            await staff.invite_staff(tx, name=name, role=role, token=token, now=_now())
    typer.echo(f"https://t.me/{bot}?start=s_{token}")
    typer.echo(
        t("The link works once, within 48 hours. Please give it to this person and nobody else.")
    )


async def list_staff(settings: Settings) -> None:
    """Print who is staff: the number of the chat, the role, the name."""
    async with opened(settings, now=_now()) as database, database.reading() as tx:
        members = await staff_rows.everyone(tx)
    for member in members:
        typer.echo(f"{member.chat_id}  {member.role}  {member.name}")


async def remove_staff(settings: Settings, *, chat_id: int, t: Translator) -> None:
    """Take the rights of staff from a chat."""
    async with opened(settings, now=_now()) as database, database.transaction() as tx:
        await staff.remove(tx, chat_id=chat_id, now=_now())
    typer.echo(t("Removed. This chat has no rights of staff any more."))


async def _session(tx: Tx, key: str, number: int) -> Session:
    found = await event_rows.by_key(tx, key)
    listed = await event_rows.sessions(tx, found.id) if found else []
    fitting = [session for session in listed if session.number == number]
    if not fitting:
        raise EventUnknown
    return fitting[0]


async def move_event(
    settings: Settings,
    *,
    key: str,
    number: int,
    by: timedelta,
    start: str,
    place: str,
    t: Translator,
) -> None:
    """Move a session by a span or to a start, keep its length, and tell everyone."""
    if not (by or start or place):
        nothing = t("Nothing was moved. Please add --by-minutes, --start or --place.")
        raise WrongSettings([nothing])
    async with opened(settings, now=_now()) as database, database.transaction() as tx:
        session = await _session(tx, key, number)
        starts, ends = events.shifted(session, by)
        if start:
            try:
                wanted = read(start)
            except ValueError:
                raise WrongSettings(
                    [
                        t(
                            "“%(start)s” is not a start. Write for example 2027-01-15T10:00.",
                            start=start,
                        )
                    ]
                ) from None
            starts, ends = wanted, wanted + (ends - starts)
        told = await events.move_session(
            tx,
            session_id=session.id,
            starts_wall=starts,
            ends_wall=ends,
            place=place or session.place,
            quiet=settings.quiet_hours,
            now=_now(),
        )
    typer.echo(t("Moved. People told: %(told)s.", told=told))


async def cancel_event(settings: Settings, *, key: str, t: Translator) -> None:
    """Cancel an event and tell everyone."""
    async with opened(settings, now=_now()) as database, database.transaction() as tx:
        found = await event_rows.by_key(tx, key)
        if found is None:
            raise EventUnknown
        told = await events.cancel_event(tx, event_id=found.id, now=_now())
    typer.echo(t("Cancelled. People told: %(told)s.", told=told))


async def export_survey(settings: Settings, *, key: str, form: str, folder: Path) -> None:
    """Write the answers and the codebook next to each other."""
    async with opened(settings, now=_now()) as database, database.reading() as tx:
        exported = await surveys.export(tx, survey_key=key, file_format=form)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (
        (f"{key}.{form}", exported.answers),
        (f"{key}-codebook.csv", exported.codebook),
    ):
        (folder / name).write_bytes(content)
        typer.echo(str(folder / name))
