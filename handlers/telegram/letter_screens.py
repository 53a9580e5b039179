"""What staff see while they write a letter to many: the questions and the last look."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from delivery.compose import compose_chat
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme import placeholders
from programme.asking import Asked
from programme.invitation_drafts import Invitation
from programme.invitation_sending import ANNOUNCEMENT, CORRECTION
from programme.invitations import HOME_ZONE, Audience
from texts.dates import until
from texts.translator import Translator

NAMES_SHOWN = 5
NAME_LENGTH = 80
LABEL_LENGTH = 40
EVENTS_SHOWN = 20
Options = list[tuple[str, str]]
Screen = tuple[str, Options]


def _draft(t: Translator, facts: dict[str, Any]) -> Screen:
    letters: list[Invitation] = facts["letters"]
    if len(letters) == 1:
        text = t("You have begun a letter. Do you want to go back to it?")
    else:
        text = t("You have begun several letters. Which one do you want to go back to?")
    options = [(_begun(t, one), str(one.id)) for one in letters]
    return text, [*options, (t("Begin a new letter"), "new")]


def _begun(t: Translator, letter: Invitation) -> str:
    subject = letter.content.get("subject") or t("a letter without a subject")
    if letter.state == "proposed":
        return t("Take back, it waits for a colleague: %(subject)s", subject=subject)
    return t("Go back to: %(subject)s", subject=subject)


def _event(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "You are writing an invitation. You will see it before it is sent. To which event do you "
        "invite? Please press a button. To stop: /anuluj"
    )
    listed = [(title, str(number)) for number, title in facts["events"][:EVENTS_SHOWN]]
    return text, [*listed, (t("No event, a letter alone"), "none")]


def _back(t: Translator, facts: dict[str, Any]) -> Options:
    return [(t("Back, without a change"), "back")] if facts.get("begun") else []


def _case_number(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t("What is the case number? Please write it below, for example SK.523.3.2015.")
    return text, [(t("No case number"), "skip"), *_back(t, facts)]


def _body(t: Translator, facts: dict[str, Any]) -> Screen:
    letter = facts.get("letter")
    text = t("Please write the letter in one message, at most 3,500 characters.")
    if facts.get("event_id") is not None:
        text = t(
            "Please write the letter in one message, at most 3,500 characters. There is no need "
            "to give the date, the hours and the place: we add them."
        )
    if letter is not None and letter.purpose == CORRECTION:
        text = t(
            "You are writing a correction. Only those who got the first letter get it, and in the "
            "chat the first letter is marked as corrected. Please write the correction in one "
            "message, at most 3,500 characters."
        )
    return f"{text}\n\n{_placeholder_words(t, facts)}", _back(t, facts)


def _placeholder_words(t: Translator, facts: dict[str, Any]) -> str:
    has_event = facts.get("event_id") is not None
    known = placeholders.KNOWN if has_event else placeholders.OF_READER
    words = ", ".join(f"{{{name}}}" for name in known)
    return t("Words in braces are replaced for each reader: %(words)s.", words=words)


def _audience(t: Translator, facts: dict[str, Any]) -> Screen:
    options = [
        (t("All organisations and the office"), "organisations"),
        (t("Only NGOs"), "ngo"),
        (t("Only the office"), "office"),
    ]
    if facts["event_id"] is not None:
        options.append((t("Participants of this event"), f"event:{facts['event_id']}"))
    text = t("Who shall get the invitation? Please press a button.")
    return text, [*options, *_back(t, facts)]


def _subject(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "What is the subject? It is the heading of the letter and of the e-mail. Please write it "
        "below, at most 200 characters."
    )
    now = t("It is now: %(now)s", now=escape(facts["letter"].content["subject"]))
    return f"{text}\n\n{now}", _back(t, facts)


def _dated(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t("Which date shall stand on the letter? Please write it below, as 5 lutego 2027.")
    return text, [(t("No date"), "none"), *_back(t, facts)]


def _signature(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t("Who signs the letter? Please write the line below, for example Wójt Gminy Miłki.")
    return text, [(t("No signature line"), "none"), *_back(t, facts)]


def _file(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "Please send the PDF file here, as a document. It goes with the letter in the chat and by "
        "e-mail. At most 5 MB."
    )
    none = [(t("Without a file"), "none")] if facts["letter"].file_id is not None else []
    return text, [*none, *_back(t, facts)]


def _time(t: Translator, facts: dict[str, Any]) -> Screen:
    text = t(
        "When shall the letter leave? Please write the day and the hour below, for example: jutro "
        "o 9. At night, on Sundays and on public holidays nothing leaves: it waits for the next "
        "working day."
    )
    options = [(t("At once"), "now")]
    if facts["letter"].purpose != CORRECTION:
        options.append((t("In the weekly digest"), "digest"))
    return text, [*options, *_back(t, facts)]


def _confirm(t: Translator, facts: dict[str, Any]) -> Screen:
    if facts.get("closed") is not None:
        text = t(
            "Nobody can be invited to this event any more: it has begun, its deadline has passed, "
            "or it was called off. So this letter cannot leave."
        )
        return text, [(t("Throw the letter away"), "discard")]
    audience = facts["audience"]
    names = [escape(shorten(name, NAME_LENGTH)) for name in audience.names[:NAMES_SHOWN]]
    whom = t("It will go to: %(whom)s.", whom=whom_words(t, audience))
    lines = [
        t("Above is the letter exactly as it will look in the chat. Nothing has been sent yet."),
        "",
        f"<b>{whom}</b>",
        t(
            "On Telegram: %(chat)s. By e-mail: %(mail)s.",
            chat=audience.by_chat,
            mail=audience.by_mail,
        ),
        t("First on the list: %(names)s.", names="; ".join(names)),
    ]
    if audience.unreachable:
        unreachable = t(
            "Not reached, as we know neither chat nor e-mail: %(count)s.",
            count=audience.unreachable,
        )
        lines.append(unreachable)
    lines += unwanted(t, audience.unwanted)
    if audience.postal:
        words = t("Printed letters, for want of another way: %(n)s", n=audience.postal)
        lines.append(words)
    lines += _gaps(t, *facts.get("gaps", ("", ())))
    letter: Invitation | None = facts.get("letter")
    if letter is not None:
        lines += ["", *_rest(t, letter, facts.get("zone", HOME_ZONE))]
    return "\n".join(lines), _choices(t, letter)


def _gaps(t: Translator, name: str, empty: tuple[str, ...]) -> list[str]:
    """Warn of words that would be missing in somebody's letter."""
    if not empty:
        return []
    words = ", ".join(f"{{{one}}}" for one in empty)
    warning = t(
        "Please note: for some readers we do not know %(words)s, for example for %(name)s. In "
        "their letter this place stays empty. “See the e-mail too” shows it.",
        words=words,
        name=escape(shorten(name, NAME_LENGTH)),
    )
    return ["", warning]


def _rest(t: Translator, letter: Invitation, zone: str) -> list[str]:
    if letter.purpose == ANNOUNCEMENT:
        lines = [t("It will stand in the next weekly digest.")]
    elif letter.starts_at is None:
        lines = [t("It leaves as soon as you send it.")]
    else:
        moment = until(letter.starts_at, zone, t.locale)
        lines = [t("It leaves on %(moment)s.", moment=moment)]
    if letter.late_joiners:
        lines.append(t("Those who join the recipients later get it too."))
    return lines


def _choices(t: Translator, letter: Invitation | None) -> Options:
    late = letter is not None and letter.late_joiners
    if letter is not None and letter.purpose == ANNOUNCEMENT:
        send = t("Put it into the digest")
    elif letter is not None and letter.starts_at is not None:
        send = t("Send at that time")
    else:
        send = t("Send now")
    return [
        (send, "send"),
        (t("Change the words"), "body"),
        (t("Change the recipients"), "audience"),
        (t("Subject"), "subject"),
        (t("Case number"), "case_number"),
        (t("Date of the letter"), "dated"),
        (t("Signature"), "signature"),
        (t("Attach a PDF"), "file"),
        (t("When to send"), "time"),
        (t("Not to those who join later") if late else t("Also to those who join later"), "late"),
        (t("Send a test to me"), "test"),
        (t("See the e-mail too"), "preview"),
        (t("Throw the letter away"), "discard"),
    ]


def unwanted(t: Translator, count: int) -> list[str]:
    """Say how many are left out because they want no invitations."""
    return (
        [t("Left out, as they do not want invitations: %(count)s.", count=count)] if count else []
    )


def whom_words(t: Translator, audience: Audience) -> str:
    """Say how many people and organisations."""
    people = t.plural("%(n)s person", "%(n)s people", audience.people)
    organisations = t.plural("%(n)s organisation", "%(n)s organisations", audience.organisations)
    if not audience.organisations:
        return people
    both = t("%(people)s and %(organisations)s", people=people, organisations=organisations)
    return both if audience.people else organisations


def letter_before(t: Translator, asked: Asked) -> list[ChatMessage]:
    """Show the letter itself before the last look at it."""
    if asked.question != "invitation_confirm":
        return []
    return [compose_chat("invitation", asked.facts["notice"], t.locale)]


def _exactly(t: Translator, asked: Asked) -> tuple[tuple[Button, ...], ...]:
    """Offer to tick the recipients together, where no short button means them."""
    letter: Invitation | None = asked.facts.get("letter")
    if letter is None:
        return ()
    return ((Button(t("Choose more exactly"), buttons.write(buttons.AUDIENCE, letter.id)),),)


def in_pairs(
    t: Translator, asked: Asked, rows: tuple[tuple[Button, ...], ...]
) -> tuple[tuple[Button, ...], ...]:
    """Lay the many small choices of the last look out in pairs, so that a phone shows them."""
    if asked.question == "invitation_audience":
        return (*rows, *_exactly(t, asked))
    if asked.question != "invitation_confirm":
        return rows
    first, last = rows[:3], rows[9:]
    small = [row[0] for row in rows[3:9]]
    pairs = tuple(tuple(small[at : at + 2]) for at in range(0, len(small), 2))
    return (*first, *pairs, *last)


SCREENS: dict[str, Callable[[Translator, dict[str, Any]], Screen]] = {
    "invitation_draft": _draft,
    "invitation_event": _event,
    "invitation_case_number": _case_number,
    "invitation_body": _body,
    "invitation_audience": _audience,
    "invitation_subject": _subject,
    "invitation_dated": _dated,
    "invitation_signature": _signature,
    "invitation_file": _file,
    "invitation_time": _time,
    "invitation_confirm": _confirm,
}


def given_up(t: Translator) -> ChatMessage:
    """Say that a letter was thrown away."""
    return ChatMessage(t("The letter is thrown away. Nothing was sent."))


def left_alone(t: Translator, letter_id: int) -> ChatMessage:
    """Say that a letter stays as it is, and offer the way back."""
    text = t("We have stopped. Your letter is kept as it is, and nothing was sent.")
    return ChatMessage(text, (back_to(t, letter_id),))


def back_to(t: Translator, letter_id: int) -> tuple[Button, ...]:
    """Offer the way back to a letter."""
    return (Button(t("Back to the letter"), buttons.write(buttons.LETTER, letter_id)),)


def test_sent(t: Translator, mails: tuple[str, ...]) -> str:
    """Say where a test went."""
    if mails:
        return t("A test has gone to you: here and to %(mail)s.", mail=escape(", ".join(mails)))
    return t("A test has gone to you here. We do not know your e-mail address; /dane takes it.")


def in_digest(t: Translator, day: str, *, before: str = "") -> ChatMessage:
    """Say in which digest a letter will stand, and offer to look at what waits for it."""
    words = t("The letter will stand in the weekly digest of %(day)s.", day=day)
    news = Button(t("What waits for the digest"), buttons.write(buttons.NEWS))
    return ChatMessage("\n".join(filter(None, [before, words])), ((news,),))


def nothing_happens(t: Translator) -> ChatMessage:
    """Answer the button of a test."""
    return ChatMessage(t("This was a test, so the button does nothing. In the letter it works."))
