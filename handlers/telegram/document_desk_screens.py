"""What staff see of the documents of an event."""

from datetime import datetime
from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.document_screens import (
    EVENT_TITLE,
    ON_BUTTON,
    SIGNS,
    TITLE,
    stored,
)
from handlers.telegram.labels import shorten
from programme.asking import Asked, number
from programme.document_checks import Handed, Overview, PersonCount, Sheet
from programme.document_kinds import JPEG, MEGABYTE
from programme.documents import Paper
from texts.dates import day, hour
from texts.translator import Translator, mark

Rows = tuple[tuple[Button, ...], ...]
ON_PAGE = 10
NAME = 60
# Telegram takes larger pictures as documents only.
MOST_AS_PHOTO = 9 * MEGABYTE
LISTS = {
    "c": mark("Whose documents wait for a check"),
    "m": mark("Who lacks documents"),
    "a": mark("Everybody's documents"),
}
REASONS = (
    mark("The photo cannot be read. Please take it once more in good light, from straight above."),
    mark("The signature is missing. Please sign the paper and send it once more."),
    mark("This is another document, or a page is missing. Please look at the list and send it."),
)
REASON_BUTTONS = (
    mark("It cannot be read"),
    mark("No signature"),
    mark("Wrong or not whole"),
)
PAPER_STATES = {
    "missing": mark("missing"),
    "handed_in": mark("to be checked"),
    "accepted": mark("in order"),
    "returned": mark("sent back"),
}


def _title(event_title: str) -> str:
    return f"<b>{escape(shorten(event_title, EVENT_TITLE))}</b>"


def overview(t: Translator, seen: Overview) -> ChatMessage:
    """Show how the documents of an event stand."""
    event_id = seen.event.id
    back = (Button(t("Back to the event"), buttons.write(buttons.DESK, event_id)),)
    if not seen.required:
        text = t("This event asks for no documents. They are named in the programme file.")
        return ChatMessage(f"{_title(seen.event.title)}\n\n{text}", (back,))
    people = seen.counts
    complete = sum(one.accepted == one.required for one in people)
    lacking = sum(one.missing > 0 for one in people)
    lines = [
        t("Required: %(titles)s", titles=escape(shorten("; ".join(seen.required), 600))),
        "",
        t("People: %(n)s", n=len(people)),
        t("All in order: %(n)s", n=complete),
        t("Documents to check: %(n)s", n=seen.to_check),
        t("People who lack something: %(n)s", n=lacking),
    ]
    rows: list[tuple[Button, ...]] = []
    if seen.to_check:
        rows.append((_next(t, event_id),))
    for which, words in LISTS.items():
        rows.append((Button(t(words), buttons.write(buttons.DOCUMENT_LIST, event_id, which, 0)),))
    return ChatMessage("\n".join([_title(seen.event.title), "", *lines]), (*rows, back))


def _next(t: Translator, event_id: int) -> Button:
    return Button(t("Check the next document"), buttons.write(buttons.CHECK_NEXT, event_id))


def _fits(one: PersonCount, which: str) -> bool:
    return {"c": one.to_check > 0, "m": one.missing > 0}.get(which, True)


def people_list(t: Translator, seen: Overview, *, which: str, page: int) -> ChatMessage:
    """List people with how far their documents are, a page at a time."""
    event_id = seen.event.id
    which = which if which in LISTS else "a"
    found = [one for one in seen.counts if _fits(one, which)]
    last = max(0, (len(found) - 1) // ON_PAGE)
    page = min(max(page, 0), last)
    shown = found[page * ON_PAGE : (page + 1) * ON_PAGE]
    head = f"{_title(seen.event.title)}\n{t(LISTS[which])}"
    if last:
        head += "\n" + t("Page %(page)s of %(pages)s", page=page + 1, pages=last + 1)
    lines = [_person_line(t, one) for one in shown] or [t("Nobody at the moment.")]
    rows = [
        (
            Button(
                shorten(one.name, ON_BUTTON),
                buttons.write(buttons.PERSON_PAPERS, one.registration_id),
            ),
        )
        for one in shown
    ]
    turning = tuple(
        Button(t(words), buttons.write(buttons.DOCUMENT_LIST, event_id, which, there))
        for words, there in ((mark("Previous"), page - 1), (mark("Next"), page + 1))
        if 0 <= there <= last
    )
    back = (Button(t("All about the documents"), buttons.write(buttons.DOCUMENT_DESK, event_id)),)
    tail = [turning] if turning else []
    return ChatMessage("\n\n".join([head, "\n".join(lines)]), (*rows, *tail, back))


def _person_line(t: Translator, one: PersonCount) -> str:
    name = escape(shorten(one.name, NAME))
    parts = [t("in order: %(n)s of %(all)s", n=one.accepted, all=one.required)]
    if one.to_check:
        parts.append(t("to check: %(n)s", n=one.to_check))
    if one.missing:
        parts.append(t("missing: %(n)s", n=one.missing))
    return f"– {name}: {', '.join(parts)}"


def person_papers(t: Translator, sheet: Sheet, *, note: str = "") -> ChatMessage:
    """Show one person's documents, each with what staff can do about it."""
    papers = sheet.papers
    lines = [_paper_line(t, paper) for paper in papers.papers[:ON_PAGE]]
    head = f"<b>{escape(shorten(sheet.person.name, NAME))}</b>"
    if sheet.person.organisation:
        head += f", {escape(shorten(sheet.person.organisation, NAME))}"
    rows = []
    for paper in papers.papers[:ON_PAGE]:
        if paper.file_id is not None and paper.version_id is not None:
            look = t("Show: %(title)s", title=paper.title)
            data = buttons.write(buttons.CHECK, paper.version_id)
            rows.append((Button(shorten(look, ON_BUTTON), data),))
        if paper.state != "accepted":
            here = t("Paper is at the office: %(title)s", title=paper.title)
            data = buttons.write(buttons.PAPER_HERE, papers.registration.id, paper.required_id)
            rows.append((Button(shorten(here, ON_BUTTON), data),))
    text = "\n\n".join(
        [*([note] if note else []), f"{head}\n{_title(papers.event.title)}", "\n".join(lines)]
    )
    back = buttons.write(buttons.DOCUMENT_DESK, papers.event.id)
    return ChatMessage(text, (*rows, (Button(t("All about the documents"), back),)))


def _paper_line(t: Translator, paper: Paper) -> str:
    title = escape(shorten(paper.title, TITLE))
    line = f"{SIGNS[paper.state]} {title}: {t(PAPER_STATES[paper.state])}"
    if paper.state == "accepted" and paper.file_id is None:
        here = t("paper at the office")
        line += f" ({here})"
    if paper.state == "returned" and paper.reason:
        line += "\n" + t("Reason: %(reason)s", reason=escape(paper.reason))
    return line


def to_check(t: Translator, handed: Handed) -> ChatMessage:
    """Send a document with the two decisions about it."""
    paper, sheet = handed.paper, handed.sheet
    name = escape(shorten(sheet.person.name, NAME))
    where = escape(shorten(sheet.person.organisation, NAME))
    text = "\n".join(
        filter(
            None,
            (
                f"<b>{escape(shorten(paper.title, TITLE))}</b>",
                f"{name}, {where}" if where else name,
                escape(shorten(sheet.papers.event.title, TITLE)),
                t("Sent: %(moment)s", moment=_moment(t, handed, sheet.papers.event.zone)),
                "" if paper.state == "handed_in" else _paper_line(t, paper),
            ),
        )
    )
    rows: list[tuple[Button, ...]] = []
    if paper.state == "handed_in" and paper.version_id is not None:
        rows.append((Button(t("Accept"), buttons.write(buttons.ACCEPT, paper.version_id)),))
        back = buttons.write(buttons.SEND_BACK, paper.version_id)
        rows.append((Button(t("Send back with a reason"), back),))
    mine = buttons.write(buttons.PERSON_PAPERS, sheet.papers.registration.id)
    rows.append((Button(t("All documents of this person"), mine),))
    if handed.file is None:
        return ChatMessage(text, tuple(rows))
    file = stored(f"{paper.title} {sheet.person.name}", handed.file)
    # Without a name it came as a photo, and Telegram takes it as one again.
    is_photo = file.content_type == JPEG.content_type and not handed.file.original_name
    if is_photo and handed.file.size <= MOST_AS_PHOTO:
        return ChatMessage(text, tuple(rows), photo=file)
    return ChatMessage(text, tuple(rows), document=file)


def _moment(t: Translator, handed: Handed, zone: str) -> str:
    at: datetime = handed.handed_in_at
    return f"{day(at, zone, t.locale)}, {hour(at, zone, t.locale)}"


def nothing_to_check(t: Translator, seen: Overview) -> ChatMessage:
    """Say that all documents are checked."""
    back = buttons.write(buttons.DOCUMENT_DESK, seen.event.id)
    text = t("All documents that have arrived are checked.")
    return ChatMessage(
        f"{_title(seen.event.title)}\n\n{text}",
        ((Button(t("All about the documents"), back),),),
    )


def decided(t: Translator, after: Sheet, seen: Overview, *, note: str) -> ChatMessage:
    """Say what was done, and offer the next document."""
    lines = [note, escape(shorten(after.person.name, NAME))]
    lines += [_paper_line(t, paper) for paper in after.papers.papers[:ON_PAGE]]
    lines += ["", t("Documents to check: %(n)s", n=seen.to_check)]
    rows: list[tuple[Button, ...]] = []
    if seen.to_check:
        rows.append((_next(t, seen.event.id),))
    back = buttons.write(buttons.DOCUMENT_DESK, seen.event.id)
    return ChatMessage("\n".join(lines), (*rows, (Button(t("All about the documents"), back),)))


def too_late(t: Translator, seen: Overview, *, note: str) -> ChatMessage:
    """Say that a document was decided on or replaced meanwhile, and offer the next one."""
    back = buttons.write(buttons.DOCUMENT_DESK, seen.event.id)
    rows = [(_next(t, seen.event.id),)] if seen.to_check else []
    return ChatMessage(note, (*rows, (Button(t("All about the documents"), back),)))


def reason_question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask why a document is sent back; three reasons lie ready."""
    handed: Handed = asked.facts["handed"]
    version = asked.conversation.version
    text = t(
        "Why do you send “%(title)s” of %(name)s back? Press a reason or write it in your own "
        "words. The person reads exactly this. To stop: /anuluj",
        title=escape(shorten(handed.paper.title, TITLE)),
        name=escape(shorten(handed.sheet.person.name, NAME)),
    )
    rows = tuple(
        (Button(t(words), buttons.answer(version, f"reason:{place}")),)
        for place, words in enumerate(REASON_BUTTONS)
    )
    return ChatMessage(text, rows)


def ready_reason(t: Translator, raw: str) -> str:
    """Give the words behind a button with a ready reason; empty for what was typed."""
    head, _, place = raw.partition(":")
    known = number(place) if head == "reason" else None
    return t(REASONS[known]) if known is not None and known < len(REASONS) else ""
