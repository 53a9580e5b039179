"""Print all that will be sent."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from bot.process import opened
from bot.settings import Settings
from programme.agenda import AgendaRow, agenda
from texts.dates import day, hour
from texts.translator import Translator, mark

KINDS = {
    "reply": mark("answer in the chat"),
    "registration_confirmed": mark("confirmation of a registration"),
    "waiting_listed": mark("place on the waiting list"),
    "promoted": mark("seat from the waiting list"),
    "seat_offered": mark("offer of a seat"),
    "offer_expired": mark("end of an offer of a seat"),
    "application_received": mark("receipt of an application"),
    "application_refused": mark("refusal of an application"),
    "registration_cancelled": mark("confirmation of a cancellation"),
    "seat_given_up": mark("seat given up in a calendar"),
    "day_declined": mark("one day declined in a calendar"),
    "registration_joined": mark("one registration instead of two"),
    "event_moved": mark("change of date or place"),
    "event_cancelled": mark("event called off"),
    "reminder": mark("reminder"),
    "document_returned": mark("document sent back"),
    "documents_complete": mark("receipt of all documents"),
    "documents_missing": mark("reminder of missing documents"),
    "certificate": mark("certificate"),
    "exhibitor_confirmed": mark("confirmation of a stand"),
    "exhibitor_waiting": mark("place on the waiting list for stands"),
    "exhibitor_promoted": mark("stand from the waiting list"),
    "exhibitor_cancelled": mark("confirmation that a stand is given up"),
    "exhibitor_reminder": mark("reminder of a stand"),
    "nomination_call": mark("call to name people"),
    "nomination_reminder": mark("reminder to name people"),
    "nomination_answered": mark("answer of a person named"),
    "nominated": mark("question to a person named"),
    "nominated_reminder": mark("reminder to a person named"),
    "registration_asked": mark("question whether somebody wants to register"),
    "mail_understood": mark("answer to a mail"),
    "mail_unclear": mark("question about a mail"),
    "mail_taken_note": mark("receipt of a mail"),
    "nomination_withdrawn": mark("end of a nomination"),
    "invitation": mark("invitation"),
    "email_code": mark("code for the e-mail address"),
    "address_check": mark("link for a new e-mail address"),
    "address_changed": mark("note to an address that is used no longer"),
    "poll": mark("question to participants"),
    "trouble": mark("apology for an error"),
    "alert": mark("note to staff about sending"),
    "task": mark("note to staff that there is something to do"),
}
CHANNELS = {"telegram": mark("Telegram"), "mail": mark("e-mail")}


async def show(settings: Settings, *, span: timedelta, as_json: bool, t: Translator) -> None:
    """Print the agenda of the coming days, for people or as JSON."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database, database.reading() as tx:
        rows = await agenda(tx, now=now, until=now + span, quiet=settings.quiet_hours)
    if as_json:
        print(as_lines(rows))  # noqa: T201 -- the command's output
    elif not rows:
        print(t("Nothing is planned to be sent in these days."))  # noqa: T201 -- as above
    else:
        Console().print(table(rows, zone=settings.timezone.key, t=t))


def as_lines(rows: list[AgendaRow]) -> str:
    """Write the rows as a JSON list; moments in UTC."""
    listed = [{**dataclasses.asdict(row), "due_at": row.due_at.isoformat()} for row in rows]
    return json.dumps(listed, ensure_ascii=False, indent=2)


def table(rows: list[AgendaRow], *, zone: str, t: Translator) -> Table:
    """Lay the rows out for a screen, in the wall time of the zone."""
    shown = Table(
        title=t.plural("%(n)s message to be sent", "%(n)s messages to be sent", len(rows))
    )
    for column in (t("When"), t("What"), t("About"), t("To whom"), t("How"), t("Address")):
        shown.add_column(column)
    for row in rows:
        when = f"{day(row.due_at, zone, t.locale)}, {hour(row.due_at, zone, t.locale)}"
        kind = t(KINDS.get(row.kind, row.kind))
        channel = t(CHANNELS.get(row.channel, row.channel))
        shown.add_row(when, kind, row.detail, row.person, channel, row.address)
    return shown
