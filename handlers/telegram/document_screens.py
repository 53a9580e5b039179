"""What a member sees of their required documents."""

from html import escape

from delivery.chat import Button, ChatFile, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.asking import Asked
from programme.document_kinds import shown_name
from programme.documents import Paper, Papers, StoredFile
from programme.listing import EventView
from texts.translator import Translator, mark

Rows = tuple[tuple[Button, ...], ...]
ON_BUTTON = 40
TITLE = 150
EVENT_TITLE = 200
LISTED = 10
STATES = {
    "missing": mark("we are waiting for it"),
    "handed_in": mark("it has arrived, the office will look at it"),
    "accepted": mark("in order"),
    "returned": mark("please send it once more"),
}
SIGNS = {"missing": "◻️", "handed_in": "📨", "accepted": "✅", "returned": "⚠️"}


def papers_line(t: Translator, view: EventView) -> str:
    """Say in one line how the documents of a registration stand; nothing where none are asked."""
    if view.papers is None:
        return ""
    if view.papers.missing:
        titles = (escape(shorten(title, TITLE)) for title in view.papers.missing[:LISTED])
        return t("Documents missing: %(titles)s.", titles=", ".join(titles))
    if view.papers.all_accepted:
        return t("Your documents are in order.")
    return t("Your documents have arrived. The office will look at them.")


def papers_rows(t: Translator, view: EventView, number: int | None = None) -> Rows:
    """Offer one's documents; in a list the number says which registration it is."""
    if view.papers is None or view.mine is None or view.state == "cancelled" or view.over:
        return ()
    label = t("Hand in documents") if view.papers.missing else t("My documents")
    if number is not None:
        label = f"{number}. {label}"
    return ((Button(label, buttons.write(buttons.DOCUMENTS, view.mine.id)),),)


def papers_page(t: Translator, papers: Papers, *, note: str = "") -> ChatMessage:
    """Show each document with its state, its blank and a button to hand it in."""
    registration_id = papers.registration.id
    head = f"<b>{escape(shorten(papers.event.title, EVENT_TITLE))}</b>"
    if not papers.papers:
        text = t("We ask for no documents for this event. You need not do anything.")
        return ChatMessage(f"{head}\n\n{text}", (_back(t, papers),))
    lines = [_line(t, paper) for paper in papers.papers[:LISTED]]
    own = t("Your documents:")
    parts = [*([note] if note else []), f"{head}\n{own}", "\n".join(lines)]
    parts.append(_advice(t, papers))
    rows: list[tuple[Button, ...]] = []
    for paper in papers.papers[:LISTED]:
        if paper.state == "accepted":
            continue
        if paper.is_wanted and paper.has_blank:
            words = t("Blank form: %(title)s", title=paper.title)
            data = buttons.write(buttons.BLANK, paper.required_id)
            rows.append((Button(shorten(words, ON_BUTTON), data),))
        words = t("Send: %(title)s", title=paper.title)
        if not paper.is_wanted:
            words = t("Send a better one: %(title)s", title=paper.title)
        data = buttons.write(buttons.HAND_IN, registration_id, paper.required_id)
        rows.append((Button(shorten(words, ON_BUTTON), data),))
    return ChatMessage("\n\n".join(parts), (*rows, _back(t, papers)))


def _line(t: Translator, paper: Paper) -> str:
    title = escape(shorten(paper.title, TITLE))
    line = f"{SIGNS[paper.state]} {title}: {t(STATES[paper.state])}"
    if paper.state == "returned" and paper.reason:
        line += "\n" + t("Reason: %(reason)s", reason=escape(paper.reason))
    return line


def _advice(t: Translator, papers: Papers) -> str:
    if papers.complete:
        return t("Everything is in order. You need not do anything more.")
    if papers.missing:
        return t(
            "Please fill in and sign the form, take a photo of it and send it here. A PDF file is "
            "fine, too. You can also bring the paper to the office. Your seat is kept."
        )
    return t("Thank you. We will write to you when the office has looked at everything.")


def _back(t: Translator, papers: Papers) -> tuple[Button, ...]:
    return (
        Button(t("About the event"), buttons.write(buttons.EVENT, papers.event.id)),
        Button(t("My trainings"), buttons.write(buttons.MINE)),
    )


def blank_form(t: Translator, title: str, file: StoredFile) -> ChatMessage:
    """Send the blank of a document."""
    text = t(
        "<b>%(title)s</b>\nPlease print this form, fill it in and sign it. Then take a photo of it "
        "and send it here. If you cannot print it, forms lie ready at the office.",
        title=escape(shorten(title, TITLE)),
    )
    return ChatMessage(text, document=stored(title, file))


def stored(title: str, file: StoredFile) -> ChatFile:
    """Name a kept file after its document; its bytes are read when it leaves."""
    return ChatFile(shown_name(title, file.content_type), b"", file.content_type, file.name)


def question(t: Translator, asked: Asked) -> ChatMessage:
    """Ask for a file, or which document a file is."""
    version = asked.conversation.version
    if asked.question == "document_file":
        return _file_wanted(t, asked)
    offered = asked.facts["options"]
    several = len({event for _, _, event in offered}) > 1
    named = _named(t, asked.facts["name"])
    no = Button(t("None of these, throw it away"), buttons.answer(version, "none"))
    if len(offered) == 1:
        text = t(
            "Thank you, we have got %(file)s. Is this your document “%(title)s”?",
            file=named,
            title=escape(shorten(offered[0][1], TITLE)),
        )
        yes = Button(t("Yes, this is it"), buttons.answer(version, offered[0][0]))
        no = Button(t("No, throw it away"), no.data)
        return ChatMessage(f"{text}\n{_of_event(t, offered[0][2])}", ((yes,), (no,)))
    text = t("Thank you, we have got %(file)s. Which document is it?", file=named)
    rows = tuple(
        (
            Button(
                shorten(f"{title} ({event})" if several else title, ON_BUTTON),
                buttons.answer(version, value),
            ),
        )
        for value, title, event in offered[:LISTED]
    )
    return ChatMessage(text, (*rows, (no,)))


def _of_event(t: Translator, title: str) -> str:
    return t("Event: %(title)s", title=escape(shorten(title, TITLE)))


def _named(t: Translator, name: str) -> str:
    return t("the file “%(name)s”", name=escape(name)) if name else t("your photo")


def _file_wanted(t: Translator, asked: Asked) -> ChatMessage:
    paper: Paper = asked.facts["paper"]
    papers: Papers = asked.facts["papers"]
    text = t(
        "Please send “%(title)s” now: a photo of the signed page or a PDF file.\n\nIf there are "
        "several pages, please put them into one PDF file or into one photo.",
        title=escape(shorten(paper.title, TITLE)),
    )
    rows = []
    if paper.has_blank:
        words = t("Send me the blank form")
        rows.append((Button(words, buttons.write(buttons.BLANK, paper.required_id)),))
    later = buttons.write(buttons.DOCUMENTS, papers.registration.id)
    rows.append((Button(t("Later"), later),))
    return ChatMessage(text, tuple(rows))


def handed_in(t: Translator, papers: Papers, title: str) -> ChatMessage:
    """Say that a document has arrived, and what is missing still."""
    note = t("Thank you, “%(title)s” has arrived.", title=escape(shorten(title, TITLE)))
    return papers_page(t, papers, note=note)


def one_more_held(t: Translator) -> ChatMessage:
    """Say that another file has come while an earlier one is being asked about."""
    return ChatMessage(
        t(
            "We have got this file, too, and will ask about it in a moment. Please answer the "
            "question above first."
        )
    )


def thrown_away(t: Translator) -> ChatMessage:
    """Say that a file was not kept."""
    rows = ((Button(t("My trainings"), buttons.write(buttons.MINE)),),)
    return ChatMessage(t("We have thrown this file away. Nothing was changed."), rows)
