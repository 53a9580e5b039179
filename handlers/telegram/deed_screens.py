"""What staff see of a deed: that it waits, that it was taken back, and what came of it."""

from collections.abc import Callable
from html import escape
from typing import Any

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.deed_words import DEEDS
from handlers.telegram.labels import shorten
from programme import deed_actions as actions
from programme.deeds import WAIT, Deed
from texts.translator import Translator

NAME_LENGTH = 200
NAMES_SHOWN = 15
Rows = tuple[tuple[Button, ...], ...]
Facts = dict[str, Any]


def _what(t: Translator, deed: Deed) -> str:
    name = escape(shorten(deed.arguments["about"]["name"], NAME_LENGTH))
    return t(DEEDS[deed.action], name=name)


def waiting(t: Translator, deed: Deed) -> ChatMessage:
    """Say what will be done in half a minute, with the button that takes it back."""
    seconds = int(WAIT.total_seconds())
    lines = [t("In %(seconds)s seconds: <b>%(what)s</b>.", seconds=seconds, what=_what(t, deed))]
    if told := _told(t, deed):
        lines.append(told)
    lines.append(t("Nothing has been changed yet. If it is a mistake, please press “Undo”."))
    undo = Button(t("Undo"), buttons.write(buttons.DEED_UNDO, deed.id))
    return ChatMessage("\n\n".join(lines), ((undo,),))


def _told(t: Translator, deed: Deed) -> str:
    count = deed.arguments["about"].get("count")
    if not count:
        return ""
    if deed.action == actions.CALL:
        return t.plural(
            "%(n)s organisation gets a letter.", "%(n)s organisations get a letter.", count
        )
    if deed.action == actions.ISSUE:
        return t.plural("%(n)s certificate.", "%(n)s certificates.", count)
    return t.plural("%(n)s person will be told.", "%(n)s people will be told.", count)


def undone(t: Translator, deed: Deed) -> ChatMessage:
    """Say that nothing is done."""
    text = t("Taken back: %(what)s. Nothing was changed, and nobody was told.", what=_what(t, deed))
    return ChatMessage(text, _back(t, deed, {}))


def refused(t: Translator, deed: Deed, sentence: str) -> ChatMessage:
    """Say why a deed was not done."""
    head = t("Not done: %(what)s.", what=_what(t, deed))
    return ChatMessage(f"{head}\n\n{sentence}", _back(t, deed, {}))


def no_longer_staff(sentence: str) -> ChatMessage:
    """Say only that it was not done, to somebody who may no longer read what it was about."""
    return ChatMessage(sentence)


def done(t: Translator, deed: Deed) -> ChatMessage:
    """Say what came of a deed."""
    outcome = deed.outcome or {}
    head = t("Done: %(what)s.", what=_what(t, deed))
    more = SAID.get(deed.action, _nothing_more)(t, outcome)
    return ChatMessage("\n\n".join([head, *more]), _back(t, deed, outcome))


def _nothing_more(_t: Translator, _outcome: Facts) -> list[str]:
    return []


def _people(t: Translator, outcome: Facts) -> list[str]:
    if not outcome["people"]:
        return [t("There was nobody to tell.")]
    return [
        t.plural("%(n)s person is being told.", "%(n)s people are being told.", outcome["people"])
    ]


def _more_seats(t: Translator, outcome: Facts) -> list[str]:
    seats = t("The number of seats is now: %(seats)s.", seats=outcome["seats"])
    moved = t.plural(
        "%(n)s person from the waiting list has a seat or an offer of one now.",
        "%(n)s people from the waiting list have a seat or an offer of one now.",
        outcome["moved"],
    )
    return [f"{seats} {moved}" if outcome["moved"] else seats]


def _called(t: Translator, outcome: Facts) -> list[str]:
    words = t.plural(
        "We ask %(n)s organisation to name people. Letters do not leave at night.",
        "We ask %(n)s organisations to name people. Letters do not leave at night.",
        outcome["organisations"],
    )
    nowhere = outcome["nowhere"]
    if not nowhere:
        return [words]
    lines = [t("We know no address of these, please call them:")]
    lines += [f"– {_with_phone(t, one)}" for one in nowhere[:NAMES_SHOWN]]
    if len(nowhere) > NAMES_SHOWN:
        lines.append(t("… and %(n)s more", n=len(nowhere) - NAMES_SHOWN))
    return [words, "\n".join(lines)]


def _with_phone(t: Translator, one: dict[str, str]) -> str:
    name = escape(shorten(one["name"], 70))
    if not one["phone"]:
        return name
    return t("%(name)s, telephone: %(phone)s", name=name, phone=escape(shorten(one["phone"], 30)))


def _joined(t: Translator, outcome: Facts) -> list[str]:
    words = t("The two entries are one person now.")
    if not outcome["ended"]:
        return [words]
    ended = t.plural(
        "%(n)s doubled registration was ended.",
        "%(n)s doubled registrations were ended.",
        outcome["ended"],
    )
    return [f"{words} {ended}"]


def _issued(t: Translator, outcome: Facts) -> list[str]:
    if not outcome["count"]:
        return [t("Everybody who attended enough has a certificate already.")]
    lines = [
        t.plural("Issued: %(n)s certificate.", "Issued: %(n)s certificates.", outcome["count"])
    ]
    if outcome["to_print"]:
        lines.append(
            t.plural(
                "%(n)s person has neither chat nor e-mail; please print this certificate.",
                "%(n)s people have neither chat nor e-mail; please print these certificates.",
                outcome["to_print"],
            )
        )
    return ["\n".join(lines)]


def _revoked(t: Translator, _outcome: Facts) -> list[str]:
    return [t("It is no longer valid. The person was not told by us; please tell them.")]


def _reissued(t: Translator, outcome: Facts) -> list[str]:
    return [t("The new certificate: %(number)s.", number=escape(outcome["number"]))]


def _reason_sent(t: Translator, outcome: Facts) -> list[str]:
    if outcome["told"]:
        return [t("We have sent the reason.")]
    return [t("We cannot write to this person, so please call them.")]


def _sent(t: Translator, outcome: Facts) -> list[str]:
    return [t.plural("%(n)s message leaves.", "%(n)s messages leave.", outcome["count"])]


def _asking_begins(t: Translator, outcome: Facts) -> list[str]:
    if outcome["is_public"]:
        return [t("The public link works from now on.")]
    return [t("The questions leave now; at night, on Sundays and on holidays they wait.")]


def _answers_kept(t: Translator, _outcome: Facts) -> list[str]:
    return [t("Nobody can answer any more. All answers that were sent are kept.")]


SAID: dict[str, Callable[[Translator, Facts], list[str]]] = {
    actions.CANCEL_EVENT: _people,
    actions.MOVE_SESSIONS: _people,
    actions.CAPACITY: _more_seats,
    actions.CALL: _called,
    actions.MERGE: _joined,
    actions.ISSUE: _issued,
    actions.REVOKE: _revoked,
    actions.REISSUE: _reissued,
    actions.TAKE_OFF: _reason_sent,
    actions.REFUSE: _reason_sent,
    actions.SEND_NOW: _sent,
    actions.SURVEY_OPEN: _asking_begins,
    actions.SURVEY_CLOSE: _answers_kept,
    actions.SURVEY_REMIND: _sent,
}


def _back(t: Translator, deed: Deed, outcome: Facts) -> Rows:
    """Lead to where the deed can be looked at."""
    told = deed.arguments
    if deed.action == actions.MERGE:
        # Before they are joined there are two to look at.
        pair = (told["kept_id"], told["gone_id"])
        data = buttons.write(buttons.PERSON, outcome["kept_id"]) if outcome else ""
        found = (t("Show the person"), data or buttons.write(buttons.PAIR, *pair))
    elif deed.action in (actions.REVOKE, actions.REISSUE):
        number = outcome.get("certificate_id", told["certificate_id"])
        found = (t("Show the certificate"), buttons.write(buttons.CERTIFICATE, number))
    elif deed.action == actions.ISSUE:
        found = (t("Certificates"), buttons.write(buttons.CERTIFICATES, told["event_id"]))
    elif deed.action == actions.SEND_NOW:
        found = (t("Back to the agenda"), buttons.write(buttons.AGENDA, 0))
    elif deed.action in (actions.SURVEY_OPEN, actions.SURVEY_CLOSE, actions.SURVEY_REMIND):
        found = (t("Back to the survey"), buttons.write(buttons.SURVEY_WAVE, told["wave_id"]))
    elif deed.action == actions.CANCEL_STAND:
        found = (t("Show all stands"), buttons.write(buttons.STANDS, told["event_id"]))
    else:
        found = (t("Back to the event"), buttons.write(buttons.DESK, told["event_id"]))
    return ((Button(*found),),)
