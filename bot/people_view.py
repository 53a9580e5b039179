"""Print who was found, and all that we know of one person: what they may ask us for."""

from datetime import UTC, datetime
from html import unescape

import typer

from bot.process import opened
from bot.settings import Settings
from delivery.plain import without_markup
from handlers.telegram import note_screens, person_card_screens
from programme import directory_search, message_history, people_desk, staff_notes
from programme.staff_notes import LENGTH, Whom
from storage.database import Tx
from storage.staff import StaffMember
from texts.translator import Translator

# Whoever may use the command line may read everything; nothing is done here.
OPERATOR = StaffMember(0, "command line", "viewer", 0)


async def find(settings: Settings, *, words: str, t: Translator) -> None:
    """Print who was found, the likeliest first, each with the number; raises AnswerRefused."""
    asked = directory_search.checked(words)
    async with opened(settings, now=_now()) as database, database.reading() as tx:
        found = await directory_search.people(tx, words=asked, member=OPERATOR)
    for one in found:
        who = ", ".join(part for part in (one.name, one.organisation) if part)
        typer.echo(f"{one.id:>6}  {who}")
    if not found:
        typer.echo(t("Nobody was found. Please try a shorter part of the name."))


async def show(settings: Settings, *, person_id: int, t: Translator) -> None:
    """Print the card of a person with all notes and messages; raises PersonNotFound."""
    zone = str(settings.timezone)
    async with opened(settings, now=_now()) as database, database.reading() as tx:
        view = await people_desk.card(tx, person_id=person_id, member=OPERATOR)
        card = person_card_screens.card(t, view, zone=zone, may=(), pages=False)
        lines = [card.text, *await _notes(tx, view.person.id, zone, t)]
        lines += await _messages(tx, view.person.id, zone, t)
    typer.echo(unescape(without_markup("\n\n".join(lines))))


async def _notes(tx: Tx, person_id: int, zone: str, t: Translator) -> list[str]:
    lines, number, whom = [], 0, Whom(person_id=person_id)
    while True:
        page = await staff_notes.page(tx, whom=whom, number=number, member=OPERATOR)
        lines += [note_screens.line(t, one, zone=zone, limit=LENGTH) for one in page.notes]
        number += 1
        if number >= page.pages:
            return [t("Notes: %(n)s", n=page.total), *lines] if lines else []


async def _messages(tx: Tx, person_id: int, zone: str, t: Translator) -> list[str]:
    lines, number, whom = [], 0, Whom(person_id=person_id)
    while True:
        page = await message_history.page(tx, whom=whom, number=number, member=OPERATOR)
        lines += [note_screens.message(t, one, zone=zone) for one in page.listed]
        number += 1
        if number >= page.pages:
            return ["\n".join([t("Messages: %(n)s", n=page.total), *lines])]


def _now() -> datetime:
    return datetime.now(UTC)
