"""The command line: `akademia …`. Exit code 2 and one clear sentence when something is wrong."""

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import (
    certificate_view,
    cli_agenda,
    cli_exports,
    cli_letters,
    cli_mail,
    cli_outbox,
    cli_people,
    cli_reports,
    cli_surveys,
    cli_tasks,
    commands,
    doctor_round,
    fair_view,
    intake,
    resume_view,
    staff_view,
    summary_view,
    trouble_view,
)
from bot.cli_outbox import HIGHEST
from bot.language import name_help_panels, operator_language
from bot.logs import set_up_logs, writes_json
from bot.roles import role_names
from bot.sentences import sentences
from bot.settings import JSON, NOT_SET, close_files_to_others, masked, read_settings

t = operator_language(os.environ)
name_help_panels(t)
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
staff = typer.Typer(no_args_is_help=True, help=t("Who of the office works with the bot."))
event = typer.Typer(no_args_is_help=True, help=t("Move or cancel an event; everyone is told."))
app.add_typer(staff, name="staff")
app.add_typer(event, name="event")
app.add_typer(cli_agenda.app, name="agenda")
app.add_typer(cli_exports.app, name="export")
app.add_typer(cli_outbox.app, name="outbox")
app.add_typer(cli_tasks.app, name="tasks")
app.add_typer(cli_people.app, name="people")
app.add_typer(cli_mail.app, name="mail")
app.add_typer(cli_letters.app, name="letters")
app.add_typer(cli_surveys.app, name="survey")
app.add_typer(cli_reports.app, name="report")
certificate = typer.Typer(no_args_is_help=True, help=t("Check a certificate by its code."))
app.add_typer(certificate, name="certificate")
WRONG = 2
MOST_DAYS = 3650
# In days, and the minutes of one; whatever is moved by more was mistyped.
A_CENTURY, MINUTES = 36_525, 24 * 60


def _run(task: Coroutine[Any, Any, None]) -> None:
    asyncio.run(task)


@app.command(help=t("Work on Telegram and by mail until stopped."))
def run(
    *,
    role: Annotated[
        list[str] | None,
        typer.Option(
            help=t("A part of the work: %(roles)s. Several with commas.", roles=role_names())
        ),
    ] = None,
) -> None:
    """Work on Telegram and by mail until stopped."""
    settings = read_settings()
    set_up_logs(as_json=settings.log_format == JSON)
    _run(commands.serve(settings, role=role or [], t=t))


@app.command(help=t("Let a restored copy of the database work, after a look at what is overdue."))
def resume(
    *,
    yes: Annotated[bool, typer.Option("--yes", help=t("Do not ask."))] = False,
    drop_overdue: Annotated[
        bool, typer.Option("--drop-overdue", help=t("Send nothing of what is overdue."))
    ] = False,
) -> None:
    """Let a restored copy of the database work, after a look at what is overdue."""
    _run(resume_view.resume(read_settings(), yes=yes, drop_overdue=drop_overdue, t=t))


@app.command(help=t("Look whether database, Telegram and mail server can be used."))
def check() -> None:
    """Look whether database, Telegram and mail server can be used."""
    _run(commands.check(read_settings(), t=t))


@app.command(help=t("Look at the whole installation and say what to do; nothing is changed."))
def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help=t("Print JSON."))] = False,
) -> None:
    """Look at the whole installation and say what to do; nothing is changed."""
    doctor_round.show(as_lines=as_json, t=t)


@app.command(help=t("Show the settings; secrets are masked."))
def settings() -> None:
    """Show the settings; secrets are masked."""
    for name, value in masked(read_settings()):
        shown = t("(not set)") if value == NOT_SET else value
        typer.echo(f"{name}={shown}")


@app.command("import", help=t("Load a programme or the register of organisations, all or nothing."))
def import_file(
    file: Annotated[
        Path, typer.Argument(help=t("A programme (.toml) or a register (.csv, .xlsx)."))
    ],
    *,
    accept_warnings: Annotated[
        bool, typer.Option("--accept-warnings", help=t("Import although there are warnings."))
    ] = False,
) -> None:
    """Load a programme or the register of organisations, all or nothing."""
    _run(commands.import_file(read_settings(), file, accept_warnings=accept_warnings, t=t))


@app.command("intake", help=t("Take mails in that a mail server hands over, or from files."))
def take_mails_in(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help=t("Mails as files (.eml); - is what is piped in.")),
    ],
) -> None:
    """Take mails in that a mail server hands over, or from files."""
    intake.take_in(files, t=t)


@app.command(help=t("Print what is new since the last working day, and what waits for staff."))
def summary() -> None:
    """Print what is new since the last working day, and what waits for staff."""
    _run(summary_view.show(read_settings(), t=t))


@app.command(help=t("List what could not be delivered or handled."))
def trouble(
    *,
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help=t("How many days to look back."))
    ] = 14,
) -> None:
    """List what could not be delivered or handled."""
    _run(trouble_view.show(read_settings(), span=timedelta(days=days), t=t))


@staff.command("add", help=t("Print a one-time link that makes the chat that opens it staff."))
def staff_add(
    name: str,
    *,
    role: Annotated[
        str, typer.Option(help=t("coordinator, assistant, viewer or trainer"))
    ] = "coordinator",
    event: Annotated[
        list[str] | None,
        typer.Option(help=t("An event of a trainer, by its key; several times for several.")),
    ] = None,
) -> None:
    """Print a one-time link that makes the chat that opens it staff."""
    _run(commands.add_staff(read_settings(), name=name, role=role, events_of=event or [], t=t))


@staff.command("list", help=t("List who is staff now, with the number of each chat."))
def staff_list() -> None:
    """List who is staff now, with the number of each chat."""
    _run(commands.list_staff(read_settings()))


@staff.command("remove", help=t("Take the rights of staff from a chat at once."))
def staff_remove(
    chat: Annotated[
        int,
        typer.Argument(min=1, max=HIGHEST, help=t("The number of the chat, from the list.")),
    ],
) -> None:
    """Take the rights of staff from a chat at once."""
    _run(commands.remove_staff(read_settings(), chat_id=chat, t=t))


@staff.command("links", help=t("List the one-time links that nobody has opened yet."))
def staff_links() -> None:
    """List the one-time links that nobody has opened yet."""
    _run(staff_view.show_links(read_settings(), t=t))


@app.command(help=t("List who of staff did what, and who tried to without the right."))
def audit(
    *,
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help=t("How many days to look back."))
    ] = 14,
    as_json: Annotated[bool, typer.Option("--json", help=t("Print JSON."))] = False,
) -> None:
    """List who of staff did what, and who tried to without the right."""
    _run(staff_view.show_audit(read_settings(), span=timedelta(days=days), as_json=as_json, t=t))


@event.command(
    "move",
    help=t("Move an event or one of its sessions; calendars follow, and everyone is told once."),
)
def event_move(
    key: str,
    *,
    session: Annotated[
        int | None,
        typer.Option(help=t("Which session, counted from 1; else all that lie ahead.")),
    ] = None,
    by_days: Annotated[
        int, typer.Option(min=-A_CENTURY, max=A_CENTURY, help=t("So many days later."))
    ] = 0,
    by_minutes: Annotated[
        int,
        typer.Option(
            min=-A_CENTURY * MINUTES, max=A_CENTURY * MINUTES, help=t("So many minutes later.")
        ),
    ] = 0,
    start: Annotated[
        str,
        typer.Option(help=t('New start, as "2027-01-15T10:00"; further sessions move along.')),
    ] = "",
    place: Annotated[str, typer.Option(help=t("New place."))] = "",
) -> None:
    """Move an event or one of its sessions; calendars follow, and everyone is told once."""
    _run(
        commands.move_event(
            read_settings(),
            key=key,
            number=session,
            by=timedelta(days=by_days, minutes=by_minutes),
            start=start,
            place=place,
            t=t,
        )
    )


@event.command("cancel", help=t("Cancel an event; everyone with a seat or in line is told once."))
def event_cancel(key: str) -> None:
    """Cancel an event; everyone with a seat or in line is told once."""
    _run(commands.cancel_event(read_settings(), key=key, t=t))


@app.command("attendance-list", help=t("Write the list of participants to be signed, as a PDF."))
def attendance_list(
    key: Annotated[str, typer.Argument(metavar="EVENT", help=t("The event, by its key."))],
    *,
    out: Annotated[Path, typer.Option(help=t("The file to write."))],
    session: Annotated[
        int | None, typer.Option(help=t("Which session, counted from 1; else a sheet for each."))
    ] = None,
) -> None:
    """Write the list of participants to be signed, as a PDF."""
    _run(commands.write_attendance_list(read_settings(), key=key, number=session, file=out, t=t))


@app.command("fair-programme", help=t("Write the programme of a fair as a PDF to print."))
def fair_programme(
    key: Annotated[
        str, typer.Argument(metavar="EVENT", help=t("The event's key in the programme file."))
    ],
    *,
    out: Annotated[Path, typer.Option(help=t("The file to write."))] = Path("program-targow.pdf"),
    needs: Annotated[
        bool, typer.Option("--needs", help=t("What the stands need instead, for the office."))
    ] = False,
) -> None:
    """Write the programme of a fair as a PDF to print."""
    _run(fair_view.write_pdf(read_settings(), key=key, out=out, needs=needs))


@app.command(help=t("Write an event's certificates into one PDF, a page each, for the printer."))
def certificates(
    key: Annotated[
        str, typer.Argument(metavar="EVENT", help=t("The event's key in the programme file."))
    ],
    *,
    out: Annotated[Path, typer.Option(help=t("The file to write."))] = Path("zaswiadczenia.pdf"),
    unreached: Annotated[
        bool, typer.Option("--unreached", help=t("Only for people without chat and e-mail."))
    ] = False,
) -> None:
    """Write an event's certificates into one PDF, a page each, for the printer."""
    _run(certificate_view.write_pdf(read_settings(), key=key, out=out, unreached=unreached, t=t))


@certificate.command("check", help=t("Say what the certificate with this code says."))
def certificate_check(
    code: Annotated[str, typer.Argument(help=t("The code at the bottom of the paper."))],
) -> None:
    """Say what the certificate with this code says."""
    _run(certificate_view.check(read_settings(), code=code, t=t))


@app.command(help=t("Run the whole programme on this machine: no account, no token, no internet."))
def demo(
    *,
    tour: Annotated[
        bool, typer.Option("--tour", help=t("Play the story without a person."))
    ] = False,
    out: Annotated[Path, typer.Option(help=t("Where the tour writes its files."))] = Path("tour"),
    port: Annotated[int, typer.Option(help=t("Port of the page; 0 picks a free one."))] = 8080,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=t("Let the story begin after this day.")),
    ] = None,
) -> None:
    """Run the whole programme on this machine: no account, no token, no internet."""
    from bot.demo import play  # noqa: PLC0415 -- the playground is not loaded by any other command

    begin = today.date() if today else None
    _run(play(do_tour=tour, out=out, port=port, today=begin, t=t))


def main() -> None:
    """Run the command line and turn what went wrong into a sentence."""
    close_files_to_others()
    set_up_logs()
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        told = sentences(error, t)
        if told is None:
            logging.getLogger(__name__).exception("command_failed")
            sys.exit(1)
        for sentence in told:
            if writes_json():
                logging.getLogger(__name__).critical("command_refused", extra={"why": sentence})
            else:
                typer.echo(sentence, err=True)
        sys.exit(WRONG)
