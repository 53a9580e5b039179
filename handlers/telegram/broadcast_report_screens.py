"""How staff see what became of a letter: counts that open lists, and what can be done then."""

from html import escape

from delivery.chat import Button, ChatFile, ChatMessage
from delivery.printed_letters import chat_file
from delivery.report_words import ANSWERS, RESULTS
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme import broadcast_reporting as reporting
from programme import staff
from programme.broadcast_reporting import Broadcast, GroupPage, Letters, Recipient, Report
from programme.broadcast_reports import Counts
from programme.broadcasting import TAKEN_BACK
from programme.conversations import StaffMember
from programme.letter_printing import Printed
from texts.dates import until
from texts.translator import Translator, load

SUBJECT_LENGTH = 120
ON_BUTTON = 44
NAME_LENGTH = 60
# What is sent to everybody is written in Polish, whatever language its author reads.
OFFICE_LOCALE = "pl"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = tuple[Button, ...]


def report(
    t: Translator,
    found: Report,
    member: StaffMember,
    *,
    zone: str,
    old: Counts | None = None,
    note: str = "",
) -> ChatMessage:
    """Show the counts of a letter; each is a button that opens its list.

    What this member of staff may not do has no button.
    """
    letter = found.broadcast
    subject = escape(shorten(str(letter.content.get("subject") or ""), SUBJECT_LENGTH))
    moment = until(letter.starts_at or letter.confirmed_at, zone, t.locale)
    head = t("Report on the letter")
    parts = [f"<b>{head}</b>\n{subject}\n{moment}"]
    if note:
        parts.insert(0, note)
    if not found.recorded:
        parts += _of_old(t, old)
    elif letter.because == TAKEN_BACK:
        parts.append(t("This letter was taken back. Nobody got it."))
    elif not found.groups:
        parts.append(t("It has not begun to leave yet."))
    else:
        parts += _sections(t, found)
    return ChatMessage("\n\n".join(parts), _report_rows(t, found, member))


def _of_old(t: Translator, old: Counts | None) -> list[str]:
    words = t(
        "This letter was sent before lists of recipients were kept, so only messages are counted."
    )
    if old is None:
        return [words]
    counts = t(
        "Arrived: %(sent)s. Not delivered: %(failed)s. Waiting: %(queued)s.",
        sent=old.sent,
        failed=old.failed + old.blocked,
        queued=old.queued,
    )
    return [words, counts]


def _sections(t: Translator, found: Report) -> list[str]:
    everybody = t("For: %(n)s recipients", n=found.recipients)
    lines = [_line(t(RESULTS[one]), found, one) for one in reporting.RESULTS]
    sections = ["\n".join([f"<b>{everybody}</b>", *filter(None, lines)])]
    if found.event is not None:
        title = escape(shorten(found.event.title, SUBJECT_LENGTH))
        answers = [_line(t(ANSWERS[one]), found, one) for one in reporting.ANSWERS]
        whose = t("Answers of those whom the letter reaches")
        sections.append("\n".join([f"<b>{title}</b>", f"{whose}:", *filter(None, answers)]))
    sections.append(t("To see who they are, press a button."))
    return sections


def _line(label: str, found: Report, group: str) -> str:
    count = found.count(group)
    return f"{label}: <b>{count}</b>" if count else ""


def _report_rows(t: Translator, found: Report, member: StaffMember) -> tuple[Row, ...]:
    number = found.broadcast.id
    may_write = staff.may(member, "invite")
    may_steer = staff.may(member, "broadcast control")
    groups = [
        Button(
            f"{t(label)}: {found.count(group)}",
            buttons.write(buttons.LETTER_GROUP, number, group, 0),
        )
        for group, label in (*ANSWERS.items(), *RESULTS.items())
        if found.count(group)
    ]
    rows: list[Row] = [(one,) for one in groups]
    rows += _before_it_leaves(t, found.broadcast, member)
    if found.count(reporting.SILENT) and may_write:
        remind = buttons.write(buttons.LETTER_REMIND, number)
        rows.append((Button(t("Write a reminder to those who are silent"), remind),))
    if may_steer and (found.count("postal") or found.count("posted")):
        rows.append((Button(t("Print the letters"), buttons.write(buttons.LETTER_PRINT, number)),))
    if may_steer and found.count("postal"):
        rows.append((_posted(t, number),))
    if found.groups and staff.may(member, "registrations"):
        excel = buttons.write(buttons.LETTER_EXCEL, number)
        rows.append((Button(t("Get the report (Excel)"), excel),))
    if found.groups and may_write:
        correct = buttons.write(buttons.LETTER_CORRECT, number)
        rows.append((Button(t("Write a correction"), correct),))
    rows.append((Button(t("Refresh"), buttons.write(buttons.LETTER_REPORT, number)),))
    rows.append((Button(t("All letters"), buttons.write(buttons.LETTERS, 0)),))
    return tuple(rows)


def _before_it_leaves(t: Translator, letter: Broadcast, member: StaffMember) -> list[Row]:
    """Offer to take back what has not begun, and to write on at what was taken back."""
    if letter.because == TAKEN_BACK:
        is_own = letter.staff_id == member.id and letter.content.get("letter") is not None
        reopen = buttons.write(buttons.LETTER_REOPEN, letter.id)
        return [(Button(t("Back to the letter"), reopen),)] if is_own else []
    if letter.state != "planned" or not staff.may(member, "broadcast control"):
        return []
    back = buttons.write(buttons.BROADCAST_TAKE_BACK, letter.id)
    return [(Button(t("Take it back"), back),)]


def _posted(t: Translator, number: int) -> Button:
    return Button(
        t("The printed letters were posted"), buttons.write(buttons.LETTER_POSTED, number)
    )


def group(t: Translator, page: GroupPage, *, zone: str) -> ChatMessage:
    """Show a page of the recipients in one group, with the time and the result of each."""
    number = page.broadcast.id
    head = t((RESULTS | ANSWERS)[page.group])
    parts = [f"<b>{head}: {page.total}</b>"]
    if page.rows:
        lines = [_recipient(t, page, at, one, zone) for at, one in enumerate(page.rows, page.first)]
        parts.append("\n".join(lines))
    else:
        parts.append(t("Nobody is in this group any more."))
    if page.pages > 1:
        parts.append(t("Page %(page)s of %(pages)s", page=page.number + 1, pages=page.pages))
    turns = []
    for label, at, is_there in (
        (t("← Previous page"), page.number - 1, page.number > 0),
        (t("Next page →"), page.number + 1, page.number + 1 < page.pages),
    ):
        if is_there:
            turns.append(Button(label, buttons.write(buttons.LETTER_GROUP, number, page.group, at)))
    back = (Button(t("Back to the report"), buttons.write(buttons.LETTER_REPORT, number)),)
    rows = (tuple(turns), back) if turns else (back,)
    return ChatMessage("\n\n".join(parts), rows)


def _recipient(t: Translator, page: GroupPage, at: int, one: Recipient, zone: str) -> str:
    name = escape(shorten(one.name, NAME_LENGTH))
    of = f", {escape(shorten(one.organisation, NAME_LENGTH))}" if one.organisation else ""
    said = []
    if one.result != page.group:
        said.append(t(RESULTS[one.result]))
    if one.answer and one.answer not in {page.group, reporting.SILENT}:
        said.append(t(ANSWERS[one.answer]))
    if one.at is not None:
        said.append(until(one.at, zone, t.locale))
    told = f"\n    {'; '.join(said)}" if said else ""
    return f"{at}. {name}{of}{told}"


def letters(t: Translator, page: Letters, *, zone: str) -> ChatMessage:
    """List the letters that were sent, the newest first."""
    if not page.listed:
        return ChatMessage(t("No letter has been sent yet. To write one, press /zaproszenie."))
    rows: list[Row] = [
        (
            Button(
                shorten(_title(one.content, until(one.confirmed_at, zone, t.locale)), ON_BUTTON),
                buttons.write(buttons.LETTER_REPORT, one.id),
            ),
        )
        for one in page.listed
    ]
    turns = []
    if page.number:
        turns.append(Button(t("← Newer letters"), buttons.write(buttons.LETTERS, page.number - 1)))
    if page.number + 1 < page.pages:
        turns.append(Button(t("Older letters →"), buttons.write(buttons.LETTERS, page.number + 1)))
    if turns:
        rows.append(tuple(turns))
    lines = [
        f"{escape(shorten(str(one.content.get('subject') or ''), SUBJECT_LENGTH))} – "
        f"{until(one.confirmed_at, zone, t.locale)}"
        for one in page.listed
    ]
    head = t("The letters that were sent, the newest first. For a report, press a button.")
    return ChatMessage("\n\n".join([head, "\n".join(f"– {line}" for line in lines)]), tuple(rows))


def _title(content: dict[str, object], moment: str) -> str:
    return str(content.get("subject") or moment)


def workbook(t: Translator, number: int, content: bytes) -> ChatMessage:
    """Hand over the report as a file."""
    text = t(
        "Here is the report. The file has personal data: please do not pass it on, and delete it "
        "when you no longer need it."
    )
    back = (Button(t("Back to the report"), buttons.write(buttons.LETTER_REPORT, number)),)
    # Translators: the beginning of a file's name; keep it in plain letters.
    name = t("report")
    file = ChatFile(f"{name}-{number}.xlsx", content, XLSX)
    return ChatMessage(text, (back,), document=file)


def printed(t: Translator, number: int, letters_: Printed) -> ChatMessage:
    """Hand over the letters for the printer, and ask to say when they were posted."""
    text = t.plural(
        "Here is %(n)s letter to print, behind a list of addresses. It fits an envelope with a "
        "window on the right. When it is posted, please press the button.",
        "Here are %(n)s letters to print, behind a list of addresses. They fit envelopes with a "
        "window on the right. When they are posted, please press the button.",
        letters_.number,
    )
    back = (Button(t("Back to the report"), buttons.write(buttons.LETTER_REPORT, number)),)
    return ChatMessage(text, ((_posted(t, number),), back), document=chat_file(letters_.facts))


def posted(t: Translator, count: int) -> str:
    """Say that letters are noted as posted."""
    if not count:
        return t("These letters were noted as posted before.")
    return t.plural("Noted: %(n)s letter was posted.", "Noted: %(n)s letters were posted.", count)


def reminder_opening() -> str:
    """Give the words that a reminder begins with, in the language of its readers."""
    t = load(OFFICE_LOCALE)
    return t(
        "We have invited you to the event below and have had no answer yet. Please tell us "
        "whether you will come: yes and no are both welcome."
    )
