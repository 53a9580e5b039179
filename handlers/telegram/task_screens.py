"""How staff see in a chat what only a person can do: the list, and one task with all it needs."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from delivery.chat import Button, ChatFile, ChatMessage
from handlers.telegram import buttons, calendar_screens
from handlers.telegram.labels import shorten
from programme.task_desk import ON_PAGE, StoredFile, Task, TaskPage, TaskView
from texts.dates import local_day
from texts.translator import Translator, mark

LINE_LENGTH = 120
ON_BUTTON = 44
NAME_LENGTH = 100
ORIGINAL_SHOWN = 1_500
FILES_SHOWN = 5
Facts = Mapping[str, Any]

CALENDAR = {
    "other_time": mark("A calendar asks for another time: %(name)s"),
    "other_person": mark("Somebody else answered an invitation sent to %(name)s"),
    "delegated": mark("%(name)s asks us to let somebody else come"),
    "too_late": mark("%(name)s wants a seat back that was given up, too late"),
    "question": mark("A question from the calendar of %(name)s"),
    "comment": mark("%(name)s wrote a comment in the calendar"),
}
TO_DO = {
    "mail": mark(
        "We could not understand this e-mail, or only in part. Please read it, do what the person "
        "asks for, and answer: we have promised it. Then press “Done”."
    ),
    "names": mark(
        "Please check these names before we write to anybody: we were not sure of their form. "
        "Then press “Done”."
    ),
    "address": mark(
        "E-mails to this address come back. Please call and ask for another address. As soon as "
        "the person has confirmed it, this task ends by itself."
    ),
    "calendar": mark(
        "The calendar program sent what we cannot decide. Please agree with the person what shall "
        "be. Then press “Done”."
    ),
    "paper": mark(
        "A file came by e-mail, and we do not know which document it is. Please look at it and "
        "note it with the person. Then press “Done”."
    ),
    "returned": mark(
        "An e-mail says that this address does not work, but nothing proves it, so we have changed "
        "nothing. Please ask the person when you have a chance. Then press “Done”."
    ),
    "broadcast": mark(
        "This letter has not been sent: whoever planned it no longer works here. Please look at it "
        "and decide: press “Go on sending”, or “Take it back” so that nobody gets it. Then press "
        "“Done”."
    ),
}
GROWN = mark(
    "This letter has not been sent: since it was confirmed, recipients have been added, and it "
    "goes to more people now than one person may write to alone. A coordinator who did not write "
    "it decides: press “Go on sending”, or “Take it back” so that nobody gets it. Then press "
    "“Done”."
)
# Why a mail had no effect at all; nothing or little of it is here.
NOT_TAKEN = mark(
    "This e-mail could not be read by the program. Please open our mailbox with a mail program, "
    "read it there and answer. Then press “Done”."
)
NAMED = mark(
    "E-mails to this address come back. Please call and ask for the right one, and have the "
    "organisation name the person once more with it. Then press “Done”."
)
IN_CHAT = mark("Until then we write in the chat.")
NOT_REACHED = mark("Until then nothing from us reaches this person.")


def _from(t: Translator, words: str, facts: Facts) -> str:
    sender = str(facts.get("sender") or t("(no address)"))
    subject = str(facts.get("subject") or t("(no subject)"))
    return t(words, sender=sender, subject=subject)


def _mail(t: Translator, facts: Facts) -> str:
    if said := " ".join(str(facts.get("words") or "").split()):
        sender = str(facts.get("writer") or facts.get("sender") or t("(no address)"))
        sender = shorten(sender, ON_BUTTON)
        return t("E-mail from %(sender)s: “%(said)s”", sender=sender, said=said)
    return _from(t, mark("E-mail to read from %(sender)s: “%(subject)s”"), facts)


def _names(t: Translator, facts: Facts) -> str:
    names = ", ".join(str(one.get("name", "")) for one in facts.get("people", ()))
    return t("Names to check: %(names)s", names=names)


def _address(t: Translator, facts: Facts) -> str:
    whom = str(facts.get("name") or facts.get("organisation") or facts.get("address", ""))
    return t("Ask for a new e-mail address: %(name)s", name=whom)


def _calendar(t: Translator, facts: Facts) -> str:
    words = CALENDAR.get(str(facts.get("what")), CALENDAR["question"])
    return t(words, name=str(facts.get("name", "")))


def _paper(t: Translator, facts: Facts) -> str:
    return _from(t, mark("Which document is this? From %(sender)s"), facts)


def _returned(t: Translator, facts: Facts) -> str:
    return t("Does this address work? %(address)s", address=str(facts.get("address", "")))


def _broadcast(t: Translator, facts: Facts) -> str:
    if facts.get("because") == "grown":
        return t.plural(
            "A letter to %(n)s recipient waits for a second coordinator: “%(subject)s”",
            "A letter to %(n)s recipients waits for a second coordinator: “%(subject)s”",
            int(facts.get("people", 0)),
            subject=str(facts.get("subject", "")),
        )
    return t(
        "A letter waits: “%(subject)s”, %(author)s no longer works here",
        subject=str(facts.get("subject") or t("(no subject)")),
        author=str(facts.get("author") or "?"),
    )


LINES: dict[str, Callable[[Translator, Facts], str]] = {
    "mail": _mail,
    "names": _names,
    "address": _address,
    "calendar": _calendar,
    "paper": _paper,
    "returned": _returned,
    "broadcast": _broadcast,
}


def line(t: Translator, kind: str, facts: Facts) -> str:
    """Say in one line, without markup, what is to be done."""
    return shorten(LINES[kind](t, facts).strip(), LINE_LENGTH)


def listed(t: Translator, page: TaskPage, *, zone: str) -> ChatMessage:
    """List tasks with a button for each."""
    if not page.total:
        return ChatMessage(t("There is nothing to do. Thank you!"))
    count = t.plural("%(n)s thing to do", "%(n)s things to do", page.total)
    lines = [f"<b>{count}</b>"]
    rows: list[tuple[Button, ...]] = []
    for number, task in enumerate(page.listed, start=page.number * ON_PAGE + 1):
        words = line(t, task.kind, task.facts)
        since = _since(t, task, zone)
        lines += ["", f"{number}. {escape(words)}", f"<i>{since}</i>"]
        label = shorten(f"{number}. {words}", ON_BUTTON)
        rows.append((Button(label, buttons.write(buttons.TASK, task.id)),))
    around = []
    if page.number:
        around.append(Button(t("« Previous"), buttons.write(buttons.TASKS, page.number - 1)))
    if page.number + 1 < page.pages:
        around.append(Button(t("Next »"), buttons.write(buttons.TASKS, page.number + 1)))
    return ChatMessage("\n".join(lines), (*rows, *((tuple(around),) if around else ())))


def card(
    t: Translator, view: TaskView, *, zone: str, may_act: bool, with_original: bool = True
) -> ChatMessage:
    """Show one task: what, for whom, what to do, what somebody wrote."""
    task = view.task
    lines = [f"<b>{escape(line(t, task.kind, task.facts))}</b>"]
    if task.state == "done":
        lines.insert(0, _is_done(t, view) + "\n")
    lines += [f"<i>{_since(t, task, zone)}</i>", ""]
    lines += [*_about(t, view), "", *_to_do(t, view)]
    if view.original.strip() and with_original:
        said = shorten(_first_shown(view), ORIGINAL_SHOWN)
        lines += ["", t("What they wrote:"), f"<blockquote>{escape(said)}</blockquote>"]
    return ChatMessage("\n".join(lines), tuple(_buttons(t, view, may_act=may_act)))


def _first_shown(view: TaskView) -> str:
    """Give what somebody wrote, without the letter that they answered where that is known."""
    return str(view.task.facts.get("words") or view.original).strip()


def _since(t: Translator, task: Task, zone: str) -> str:
    return t("since %(day)s", day=f"{local_day(task.created_at, zone):%d.%m.%Y}")


def _is_done(t: Translator, view: TaskView) -> str:
    if view.done_by:
        return t("✓ Done by %(name)s.", name=escape(shorten(view.done_by, NAME_LENGTH)))
    return t("✓ Done.")


def _about(t: Translator, view: TaskView) -> list[str]:
    facts = view.task.facts
    pairs = [
        (mark("Person: %(value)s"), view.person),
        (mark("Organisation: %(value)s"), view.organisation),
        (mark("Event: %(value)s"), view.event),
        (mark("Address: %(value)s"), str(facts.get("address", ""))),
        (mark("Sent from: %(value)s"), str(facts.get("sender", ""))),
        (mark("Comment: %(value)s"), str(facts.get("comment", ""))),
    ]
    lines = [t(words, value=escape(shorten(value, NAME_LENGTH))) for words, value in pairs if value]
    if view.task.kind == "calendar":
        lines += calendar_screens.about_answer(t, facts)
    lines += [
        t("Telephone: %(number)s", number=_whom(name, number)) for name, number in view.phones
    ]
    if view.task.kind == "address" and not view.phones:
        lines.append(t("We know no telephone number."))
    return lines


def _whom(name: str, number: str) -> str:
    return f"{escape(shorten(number, ON_BUTTON))} ({escape(shorten(name, ON_BUTTON))})"


def _to_do(t: Translator, view: TaskView) -> list[str]:
    facts, kind = view.task.facts, view.task.kind
    if facts.get("because") == "grown":
        return [t(GROWN)]
    if kind != "address":
        return [t(NOT_TAKEN if facts.get("why") else TO_DO[kind])]
    if facts.get("named"):
        return [t(NAMED)]
    return [t(TO_DO[kind]), t(IN_CHAT if facts.get("chat") else NOT_REACHED)]


def _buttons(t: Translator, view: TaskView, *, may_act: bool) -> list[tuple[Button, ...]]:
    task, number = view.task, view.task.id
    rows: list[tuple[Button, ...]] = []
    if may_act and task.state == "open":
        rows.append((Button(t("Done"), buttons.write(buttons.TASK_DONE, number)),))
    elif may_act and view.done_by:
        rows.append((Button(t("Not done yet"), buttons.write(buttons.TASK_UNDO, number)),))
    if len(view.original.strip()) > min(ORIGINAL_SHOWN, len(_first_shown(view))):
        rows.append((Button(t("Show all of it"), buttons.write(buttons.TASK_TEXT, number)),))
    if may_act:
        rows += [
            (
                Button(
                    shorten(t("File: %(name)s", name=file.original_name or "?"), ON_BUTTON),
                    buttons.write(buttons.TASK_FILE, number, index),
                ),
            )
            for index, file in enumerate(view.files[:FILES_SHOWN])
        ]
        rows += _leads(t, view)
    rows.append((Button(t("All tasks"), buttons.write(buttons.TASKS, 0)),))
    return rows


def _leads(t: Translator, view: TaskView) -> list[tuple[Button, ...]]:
    """Lead to where what is asked for can be done."""
    task = view.task
    rows: list[tuple[Button, ...]] = []
    if task.kind == "broadcast" and task.state == "open" and task.facts.get("broadcast_id"):
        number = int(task.facts["broadcast_id"])
        go_on = Button(t("Go on sending"), buttons.write(buttons.BROADCAST_GO_ON, number))
        take_back = Button(t("Take it back"), buttons.write(buttons.BROADCAST_TAKE_BACK, number))
        rows += [(go_on,), (take_back,)]
    if task.facts.get("registration_id"):
        data = buttons.write(buttons.ONE_PERSON, int(task.facts["registration_id"]))
        rows.append((Button(t("The registration"), data),))
    if task.person_id:
        rows.append((Button(t("The person"), buttons.write(buttons.PERSON, task.person_id)),))
    if view.names_people and task.event_id and view.organisation_id:
        data = buttons.write(buttons.ORGANISATION, task.event_id, view.organisation_id)
        rows.append((Button(t("Whom the organisation named"), data),))
    if task.event_id:
        rows.append((Button(t("The event"), buttons.write(buttons.DESK, task.event_id)),))
    return rows


def whole_text(t: Translator, view: TaskView) -> ChatMessage:
    """Send all that somebody wrote as a file of plain text."""
    name = t("letter")
    # With a mark at the beginning, so that every editor knows the Polish letters.
    content = view.original.encode("utf-8-sig", "replace")
    file = ChatFile(f"{name}-{view.task.id}.txt", content, "text/plain")
    back = Button(t("Back to the task"), buttons.write(buttons.TASK, view.task.id))
    return ChatMessage(t("Here is all that they wrote."), ((back,),), document=file)


def sent_file(t: Translator, task_id: int, file: StoredFile) -> ChatMessage:
    """Send a file that came with a mail, under the name it had."""
    name = file.original_name or t("file")
    back = Button(t("Back to the task"), buttons.write(buttons.TASK, task_id))
    kept = ChatFile(name, b"", file.content_type, file.name)
    return ChatMessage(t("Here is the file."), ((back,),), document=kept)
