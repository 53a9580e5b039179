"""How staff see their notes about a person or an organisation, and every message to one."""

from html import escape

from delivery.chat import Button, ChatMessage
from delivery.kind_words import CHANNELS, KINDS, STATES
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.conversations import StaffMember
from programme.message_history import Messages, Sent
from programme.staff_notes import LENGTH, ON_PAGE, Note, NotePage, Whom, may_remove
from texts.dates import hour, local_day
from texts.translator import Translator

NAME_LENGTH = 100
AUTHOR_LENGTH = 40
ADDRESS_LENGTH = 60
ANSWER_LENGTH = 90
NOTE_ON_CARD = 160
NOTE_ON_PAGE = 500
ANSWERED = ("failed", "uncertain", "retry")


def about(whom: Whom) -> tuple[str, int]:
    """Write whom a button is about: p and a person's number, or o and an organisation's."""
    if whom.person_id is not None:
        return "p", whom.person_id
    return "o", whom.organisation_id or 0


def back(t: Translator, whom: Whom) -> tuple[Button, ...]:
    """Lead back to the card."""
    of, number = about(whom)
    if of == "p":
        return (Button(t("Back to the person"), buttons.write(buttons.PERSON, number)),)
    data = buttons.write(buttons.ORGANISATION_CARD, number)
    return (Button(t("Back to the organisation"), data),)


def ask(t: Translator, name: str, whom: Whom) -> ChatMessage:
    """Ask for a note."""
    text = t(
        "Please write the note about <b>%(name)s</b>. Only the staff of the programme see it, and "
        "the person it is about, if they ask us for their data. At most %(limit)s characters.",
        name=escape(shorten(name, NAME_LENGTH)),
        limit=LENGTH,
    )
    return ChatMessage(text, (back(t, whom),))


def line(t: Translator, note: Note, *, zone: str, limit: int) -> str:
    """Write one note with who wrote it and when."""
    day = f"{local_day(note.written_at, zone):%d.%m.%Y}, {hour(note.written_at, zone, t.locale)}"
    author = escape(shorten(note.author, AUTHOR_LENGTH))
    return f"{escape(shorten(note.text, limit))}\n<i>{author}, {day}</i>"


def notes(t: Translator, page: NotePage, *, zone: str, member: StaffMember) -> ChatMessage:
    """Show one page of notes, each with its author and the way to remove it."""
    of, number = about(page.whom)
    head = t("Notes: %(n)s", n=page.total)
    name = escape(shorten(page.name, NAME_LENGTH))
    parts = [f"<b>{head}</b>\n{name}"]
    numbered = list(enumerate(page.notes, start=page.number * ON_PAGE + 1))
    parts += [
        f"{place}. {line(t, note, zone=zone, limit=NOTE_ON_PAGE)}" for place, note in numbered
    ]
    if not numbered:
        parts.append(t("Nobody has written a note yet."))
    if page.pages > 1:
        parts.append(t("Page %(page)s of %(pages)s", page=page.number + 1, pages=page.pages))
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                t("Remove note %(number)s", number=place),
                buttons.write(buttons.NOTE_REMOVE, note.id),
            ),
        )
        for place, note in numbered
        if may_remove(note, member)
    ]
    rows += _turns(t, buttons.NOTES, of, number, page.number, page.pages)
    return ChatMessage("\n\n".join(parts), (*rows, back(t, page.whom)))


def messages(t: Translator, page: Messages, *, zone: str) -> ChatMessage:
    """Show one page of messages: when, what, how, and what became of it."""
    of, number = about(page.whom)
    head = t("Messages: %(n)s", n=page.total)
    parts = [f"<b>{head}</b>\n{escape(shorten(page.name, NAME_LENGTH))}"]
    parts.append("\n".join(message(t, one, zone=zone) for one in page.listed))
    if not page.listed:
        parts[-1] = t("Nothing was written here so far.")
    if page.pages > 1:
        parts.append(t("Page %(page)s of %(pages)s", page=page.number + 1, pages=page.pages))
    rows = _turns(t, buttons.MESSAGES, of, number, page.number, page.pages)
    return ChatMessage("\n\n".join(parts), (*rows, back(t, page.whom)))


def message(t: Translator, one: Sent, *, zone: str) -> str:
    """Write one message in two lines: when and what, how and what became of it."""
    day = f"{local_day(one.at, zone):%d.%m.%Y}, {hour(one.at, zone, t.locale)}"
    kind, state = t(KINDS.get(one.kind, one.kind)), t(STATES[one.state])
    channel = t(CHANNELS[one.channel])
    where = f" ({escape(shorten(one.address, ADDRESS_LENGTH))})" if one.channel == "mail" else ""
    said = f"{day} – {kind}\n    {channel}{where}: <b>{state}</b>"
    if one.answer and one.state in ANSWERED:
        # What the other side's server said, in its own words.
        said += f" – {escape(shorten(' '.join(one.answer.split()), ANSWER_LENGTH))}"
    return said


def _turns(
    t: Translator, action: str, of: str, number: int, at: int, pages: int
) -> list[tuple[Button, ...]]:
    turns = []
    if at > 0:
        data = buttons.write(action, of, number, at - 1)
        turns.append(Button(t("← Previous page"), data))
    if at + 1 < pages:
        turns.append(Button(t("Next page →"), buttons.write(action, of, number, at + 1)))
    return [tuple(turns)] if turns else []
