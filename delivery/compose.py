"""Write a notice in the reader's language as a chat message or a letter.

Nothing here knows how a message leaves. The same kind, facts and locale give the same
value, so tests compare whole messages.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any

from delivery import (
    certificates,
    digest_words,
    mail_buttons,
    mail_doors,
    office_letters,
    poll_messages,
    summary_words,
)
from delivery.chat import Button, ChatFile, ChatMessage, PollQuestion
from delivery.compose_calendar import chat_file, letter_part
from delivery.compose_facts import LONGEST_LINE, view
from delivery.compose_notices import check_facts
from delivery.document_buttons import document_buttons
from delivery.headers import parse_mailbox
from delivery.letter import Attachment, Letter
from delivery.limits import CAPTION_LENGTH, TEXT_LENGTH, visible_length
from delivery.nomination_buttons import nomination_buttons
from delivery.seat_buttons import seat_buttons
from programme.letter_doors import UNASKED
from texts.translator import Translator, load

_SHORTER_LINES = (LONGEST_LINE, 160, 60)
_WITH_MY_TRAININGS = frozenset(
    {
        *("registration_confirmed", "promoted", "waiting_listed", "application_received"),
        "event_changed",
    }
)
# Their words stand beside a file or a poll.
_CAPTIONED = frozenset({"poll", "certificate"})
_SURVEYS = frozenset({"survey_asked", "survey_reminder"})
_ELLIPSIS = " …"
# Kept free for the ellipsis, and for a remark that the sender may set before the text.
_SPARE = 40
# A file made without a moment is older than any mailed copy of the same entry.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def compose_chat(
    kind: str, facts: Mapping[str, Any], locale: str, *, now: datetime = _LONG_AGO
) -> ChatMessage:
    """Write a notice as one Telegram message within Telegram's limits.

    `now` only stamps the calendar file. Long lines are shortened when nothing else
    helps; after that the file is left out, because the words matter more.
    """
    check_facts(kind, "chat", facts)
    t = load(locale)
    seen, text = fitting(kind, facts, t)
    if kind == "poll":
        if seen["buttons_of"] is not None:
            return poll_messages.first(text, seen, t)
        poll = PollQuestion(seen["question"], tuple(seen["options"]), bool(seen["multiple"]))
        return ChatMessage(text, poll=poll)
    return ChatMessage(
        text=text,
        buttons=buttons(kind, seen, t),
        document=_paper(kind, facts)
        or office_letters.chat_file(kind, seen)
        or chat_file(kind, seen, t, stamp=now),
        edits=seen["edits"] if kind == office_letters.AMENDED else None,
        captioned=kind == office_letters.AMENDED and seen["captioned"],
    )


def compose_letter(
    kind: str,
    facts: Mapping[str, Any],
    *,
    locale: str,
    to_address: str,
    mail_from: str,
    now: datetime,
    public_url: str | None = None,
    plus: bool = False,
    attached: bytes | None = None,
) -> Letter:
    """Write a notice as a mail, with its calendar part when the facts have one.

    `attached` are the bytes of the file that the facts name, read by whoever sends.

    Its doors are links where there is a `public_url`; with `plus` answers come to an address of
    their own. An answer to somebody's mail names that mail: `in_reply_to` and `references` of the
    facts, as they stood in it.
    """
    check_facts(kind, "mail", facts)
    t = load(locale)
    seen = _seen_by_mail(kind, facts, t, public_url)
    sender = parse_mailbox(mail_from)
    answered = mail_doors.message_ids(facts.get("in_reply_to"))
    return Letter(
        to_name=seen["person"]["name"],
        to_address=to_address,
        subject=" ".join(t.render(f"notices/{kind}/subject.txt", seen).split()),
        text=t.render(f"notices/{kind}/body.txt", seen) + "\n",
        html=t.render(f"notices/{kind}/body.html", seen),
        calendar=letter_part(
            kind, seen, t, organiser_address=sender.address, to_address=to_address, now=now
        ),
        list_unsubscribe=mail_doors.ways_out(
            kind, facts, sender.address, public_url=public_url, plus=plus
        ),
        attachments=_attached(kind, facts) or office_letters.attachment(facts, attached),
        kind=kind,
        reply_to=mail_doors.answer_address(facts, sender.address, plus=plus),
        list_id=mail_doors.list_id(kind, sender.address),
        in_reply_to=answered[-1] if answered else "",
        references=mail_doors.message_ids([*(facts.get("references") or ()), *answered[-1:]]),
    )


def _seen_by_mail(
    kind: str, facts: Mapping[str, Any], t: Translator, public_url: str | None
) -> dict[str, Any]:
    seen = view(kind, "mail", facts, t) | mail_doors.links(facts, public_url)
    return seen | {
        "button": mail_buttons.button(kind, seen, t),
        "telegram_link": mail_buttons.telegram_link(kind, seen),
        "unasked": kind in UNASKED,
    }


def _paper(kind: str, facts: Mapping[str, Any]) -> ChatFile | None:
    return certificates.chat_file(facts["certificate"]) if kind == "certificate" else None


def _attached(kind: str, facts: Mapping[str, Any]) -> tuple[Attachment, ...]:
    return (certificates.attachment(facts["certificate"]),) if kind == "certificate" else ()


def fitting(kind: str, facts: Mapping[str, Any], t: Translator) -> tuple[dict[str, Any], str]:
    """Say as much as one message holds: whole lines before short ones, a file before none."""
    for with_file, longest in product((True, False), _SHORTER_LINES):
        seen = view(kind, "chat", facts, t, longest=longest)
        if not with_file:
            seen["calendar_entries"] = []
        text = _chat_text(kind, seen, t)
        captioned = seen["calendar_entries"] or (kind in _CAPTIONED and seen["buttons_of"] is None)
        if kind in office_letters.LETTERS:
            text = _letter_text(kind, seen, t, text)
            captioned = seen["captioned"]
        if kind == digest_words.DIGEST:
            text = digest_words.fitting(seen, partial(_chat_text, kind, t=t), _cut)
        limit = CAPTION_LENGTH if captioned else TEXT_LENGTH
        if visible_length(text) <= limit - _SPARE:
            break
    return seen, text


def _letter_text(kind: str, seen: dict[str, Any], t: Translator, text: str) -> str:
    """Let a letter's file stand below where the words are no caption; cut what fits nowhere.

    Cut is only what time made longer: whoever writes a letter is told that it is too long.
    """
    if seen["file"] and not seen["captioned"]:
        if visible_length(text) <= CAPTION_LENGTH - _SPARE:
            return text
        seen["file_below"] = True
        text = _chat_text(kind, seen, t)
    limit = CAPTION_LENGTH if seen["captioned"] else TEXT_LENGTH
    return text if visible_length(text) <= limit - _SPARE else _with_cut_body(kind, seen, t, limit)


def _with_cut_body(kind: str, seen: dict[str, Any], t: Translator, limit: int) -> str:
    """Cut a letter's body until the message, with a note about the cut, fits."""
    seen["body_cut"] = True
    text = _chat_text(kind, seen, t)
    body, room = seen["body"], len(seen["body"])
    # A character counts as two at most, so half of what is too much is never too far.
    while room and (too_many := visible_length(text) - limit + _SPARE) > 0:
        room = max(0, room - (too_many + 1) // 2)
        seen["body"] = body[:room]
        text = _chat_text(kind, seen, t)
    seen["body"] = _cut(body, room)
    return _chat_text(kind, seen, t)


def _cut(body: str, room: int) -> str:
    """Cut at the end of a paragraph, or at a word where that would lose too much."""
    kept = body[:room]
    paragraph_end = kept.rfind("\n\n")
    if paragraph_end >= room // 2:
        return kept[:paragraph_end]
    word_end = kept.rfind(" ")
    words = kept[:word_end] if word_end > 0 else kept
    return words + _ELLIPSIS if words else ""


def _chat_text(kind: str, seen: dict[str, Any], t: Translator) -> str:
    return t.render(f"notices/{kind}/chat.txt", seen)


def buttons(kind: str, seen: Mapping[str, Any], t: Translator) -> tuple[tuple[Button, ...], ...]:
    """Offer what fits the notice: its own registration, or the list of all."""
    my_trainings = Button(t("My trainings"), data="m")
    registration = seen["registration_id"]
    cannot_come = Button(t("I cannot come"), data=f"x:{registration}")
    if stand := _stand_buttons(kind, seen, t):
        return stand
    if (own_papers := document_buttons(kind, seen, t)) is not None:
        return own_papers
    if named := nomination_buttons(kind, seen, t):
        return named
    if (about_seat := seat_buttons(kind, seen, t)) is not None:
        return about_seat
    if kind in _WITH_MY_TRAININGS:
        return ((my_trainings,),)
    if (listed := _listed(kind, seen, t)) is not None:
        return listed
    if kind == "event_moved":
        return ((cannot_come,), (my_trainings,)) if registration else ((my_trainings,),)
    if kind == "reminder":
        return ((cannot_come,),) if registration else ((my_trainings,),)
    return office_letters.buttons(kind, seen, t) if kind in office_letters.LETTERS else ()


def _listed(
    kind: str, seen: Mapping[str, Any], t: Translator
) -> tuple[tuple[Button, ...], ...] | None:
    """Offer the ways from a notice that tells of several things; None for any other."""
    if kind == "task":
        return ((Button(t("Show the list"), data="ut:0"),),)
    if kind == "summary":
        return summary_words.buttons(seen["summary"], t)
    if kind in _SURVEYS:
        # Who speaks for two organisations has two of these; each opens its own.
        unit = f":{seen['organisation']['id']}" if seen.get("organisation") else ""
        return ((Button(t("I answer the survey"), data=f"ga:{seen['wave_id']}{unit}"),),)
    return digest_words.buttons(seen, t) if kind == digest_words.DIGEST else None


def _stand_buttons(
    kind: str, seen: Mapping[str, Any], t: Translator
) -> tuple[tuple[Button, ...], ...]:
    """Offer the way to a stand that a notice is about, unless it is gone."""
    stand = seen["exhibitor_id"]
    if stand is None or kind in {"exhibitor_cancelled", "event_cancelled"}:
        return ()
    return ((Button(t("Show the stand"), data=f"fv:{stand}"),),)
