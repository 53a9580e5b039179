"""Print rows of the outbox: a list, or all that is known of one."""

import dataclasses
import email
import json
from datetime import UTC, datetime
from email import policy
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import typer

from bot.outbox_words import (
    kind_words,
    moment_words,
    prospect,
    state_words,
    whom_words,
)
from bot.process import opened
from bot.settings import Settings, WrongSettings
from delivery.chat import from_json
from delivery.compose import compose_chat, compose_letter
from delivery.failures import CompositionError
from delivery.kind_words import STATES
from delivery.plain import without_markup
from programme import outbox_desk as desk
from storage import outbox_desk, pauses
from storage.outbox_desk import DeskLine, DeskRow
from texts.translator import Translator

# Stands in for the sender while words are only shown.
SENDER = "akademia@example.org"


async def show_list(
    settings: Settings,
    *,
    states: list[str],
    channel: str | None,
    kind: str | None,
    limit: int,
    as_json: bool,
    t: Translator,
) -> None:
    """Print the newest rows first; states, channel and kind narrow the list."""
    unknown = sorted(set(states) - set(STATES))
    if unknown:
        known = ", ".join(f"{name} ({t(words)})" for name, words in STATES.items())
        sentence = t(
            "There is no state “%(state)s”. Possible: %(known)s.", state=unknown[0], known=known
        )
        raise WrongSettings([sentence])
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        lines = await outbox_desk.listed(
            tx, states=set(states), channel=channel, kind=kind, limit=limit + 1
        )
    shown = lines[:limit]
    if as_json:
        typer.echo(json.dumps([as_json_line(line) for line in shown], ensure_ascii=False, indent=2))
    elif not shown:
        typer.echo(t("There is no such message."))
    else:
        for line in shown:
            typer.echo(as_text(line, zone=settings.timezone, t=t))
        if len(lines) > limit:
            typer.echo(t("There are more. To see them, raise --limit."))


def as_json_line(line: DeskLine) -> dict[str, Any]:
    """Give a row as JSON values; moments in UTC."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in dataclasses.asdict(line).items()
    }


def as_text(line: DeskLine, *, zone: ZoneInfo, t: Translator) -> str:
    """Write a row in two lines: what it is, and below whom it is for."""
    when = moment_words(line.ended_at or line.due_at, zone)
    words = (when, state_words(line, t), kind_words(line.kind, t))
    whom = whom_words(line.person, line.channel, line.address, t)
    return f"{line.id:>6}  {' · '.join(words)}\n        {whom}"


async def show_one(settings: Settings, *, outbox_id: int, t: Translator) -> None:
    """Print all that is known of one row, with its words and what will become of it."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database, database.reading() as tx:
        row = await desk.find(tx, outbox_id=outbox_id)
        resting = await pauses.until(tx, row.channel, now=now)
    coming = prospect(row, now=now, resting=resting, zone=settings.timezone, t=t)
    for name, value in [*_facts(row, settings=settings, t=t), (t("What comes next"), coming)]:
        typer.echo(f"{name}: {value}")
    typer.echo()
    typer.echo(words(row, mail_from=settings.mail_from or SENDER, now=now, t=t))


def _facts(row: DeskRow, *, settings: Settings, t: Translator) -> list[tuple[str, str]]:
    moments = [
        (t("Made"), row.created_at),
        (t("Due"), row.due_at),
        (t("Worth sending until"), row.not_after),
        (t("Held by a sender until"), row.leased_until),
        (t("Began to leave"), row.started_at),
        (t("Ended"), row.ended_at),
        (t("Settled"), row.settled_at),
    ]
    return [
        (t("Message"), f"{row.id}, {kind_words(row.kind, t)}"),
        (t("State"), state_words(row, t)),
        (t("To whom"), whom_words(row.person, row.channel, row.address, t)),
        *((name, moment_words(at, settings.timezone)) for name, at in moments if at is not None),
        (t("Tries"), str(row.attempts)),
        *([(t("Times uncertain"), str(row.doubted))] if row.doubted else []),
        *([(t("Message-ID"), row.message_id)] if row.message_id else []),
        *([(t("Last answer"), row.answer)] if row.answer else []),
        (t("Key"), row.key),
    ]


def words(row: DeskRow, *, mail_from: str, now: datetime, t: Translator) -> str:
    """Give the words of a row as the person reads them, or why there are none."""
    try:
        return _letter(row, mail_from, now, t) if row.channel == "mail" else _message(row, now)
    except (CompositionError, KeyError, ValueError) as error:
        return t(
            "The words cannot be composed: %(error)s", error=str(error) or type(error).__name__
        )


def _message(stored: DeskRow, now: datetime) -> str:
    if stored.kind == "reply":
        message = from_json(stored.facts)
    else:
        message = compose_chat(stored.kind, stored.facts, stored.locale, now=now)
    lines = [unescape(without_markup(message.text))]
    lines += [f"[{file.filename}]" for file in (message.document, message.photo) if file]
    if message.poll is not None:
        lines += [message.poll.question, *(f"( ) {one}" for one in message.poll.options)]
    lines += [f"[{button.label}]" for row in message.buttons for button in row]
    return "\n".join(line for line in lines if line)


def _letter(row: DeskRow, mail_from: str, now: datetime, t: Translator) -> str:
    subject, text = _stored(row.body) if row.body else _composed(row, mail_from, now)
    heading = t("Subject")
    return f"{heading}: {subject}\n\n{text}"


def _stored(body: bytes) -> tuple[str, str]:
    letter = email.message_from_bytes(body, policy=policy.default)
    plain = letter.get_body(("plain",))
    return str(letter["Subject"]), plain.get_content() if plain else ""


def _composed(row: DeskRow, mail_from: str, now: datetime) -> tuple[str, str]:
    letter = compose_letter(
        row.kind,
        row.facts,
        locale=row.locale,
        to_address=row.address,
        mail_from=mail_from,
        now=now,
    )
    return letter.subject, letter.text
