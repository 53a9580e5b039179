"""Write a letter to many in a dialogue: event, case number, words, audience, a last look, out.

The conversation only says which letter and which question; every answer is kept in the letter's
own row (invitation_drafts). So a letter that was begun is there after a restart, after another
command and after /anuluj, and whoever begins again is asked whether to go back to it. From the
last look each part can be changed by itself.
"""

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from programme import (
    audience_reading,
    broadcast_facts,
    corrections,
    invitation_drafts,
    invitation_sending,
    letter_facts,
    letter_looks,
    staff,
    typed_days,
    typed_moment,
)
from programme.asking import Asked, ended, following, fresh, number
from programme.audience_choice import Choice, preset
from programme.invitation_drafts import Room
from programme.invitation_refusals import LetterDayUnclear
from programme.invitation_sending import Confirmed, Rules
from programme.refusals import AudienceEmpty, OptionUnknown, QuestionPassed, Refusal
from programme.wall_time import to_wall
from storage import chats, events
from storage.conversations import Conversation
from storage.database import Tx
from storage.invitations import Invitation
from storage.staff import StaffMember

FLOW = "invitation"
# Choosing whom it is for is a dialogue of its own, about the same letter.
AUDIENCE_FLOW = "audience"
NONE, NEW, NOW, DIGEST, BACK, SKIP = "none", "new", "now", "digest", "back", "skip"
CONFIRM, FILE = "confirm", "file"
SUBJECT_LENGTH = 80
# A day without a year is the one nearest to today.
HALF_A_YEAR = timedelta(days=182)
# What the last look changes, each by a question of its own.
PARTS = ("body", "audience", "subject", "case_number", "dated", "signature", "file", "time")


@dataclass(frozen=True)
class _Turn:
    """One answer to the open question."""

    tx: Tx
    state: Conversation
    raw: str
    member: StaffMember
    rules: Rules
    room: Room | None
    now: datetime

    @property
    def letter(self) -> dict[str, Any]:
        """Which letter, from which revision, and by whom: what every change needs."""
        return {
            "member": self.member,
            "invitation_id": self.state.data["letter"],
            "revision": self.state.data["revision"],
            "now": self.now,
        }

    def on(self, letter: Invitation, step: str = CONFIRM) -> Conversation:
        return _on(self.state, letter, step)


def _on(state: Conversation, letter: Invitation, step: str) -> Conversation:
    known = {**state.data, "letter": letter.id, "revision": letter.revision}
    return following(dataclasses.replace(state, data=known), step)


def letter_of(state: Conversation) -> int | None:
    """Tell which letter a conversation is about; None where it is about none."""
    return state.data.get("letter") if state.flow in (FLOW, AUDIENCE_FLOW) else None


def at_last_look(state: Conversation, letter: Invitation) -> Conversation:
    """Go on to the last look at a letter that was changed."""
    return _on(state, letter, CONFIRM)


async def begin(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Ask to which event people are invited, or whether to go back to a letter begun before."""
    begun = await invitation_drafts.begun(tx, member=member)
    opened = following(fresh(state, FLOW), "draft" if begun else "event")
    return await ask(tx, state=opened, member=member, now=now)


async def go_back_to(
    tx: Tx, *, state: Conversation, member: StaffMember, invitation_id: int, now: datetime
) -> Asked:
    """Open a letter of one's own where it was left; raises LetterUnknown or LetterClosed."""
    letter = await invitation_drafts.open_draft(tx, member=member, invitation_id=invitation_id)
    opened = _on(fresh(state, FLOW), letter, _left_at(letter))
    return await ask(tx, state=opened, member=member, now=now)


def _left_at(letter: Invitation) -> str:
    if not letter.content.get("body"):
        return "body"
    return CONFIRM if letter.audience else "audience"


async def begin_correction(
    tx: Tx, *, state: Conversation, member: StaffMember, broadcast_id: int, now: datetime
) -> Asked:
    """Begin a correction to those who got a letter; raises NothingToCorrect."""
    letter = await corrections.begin(tx, member=member, broadcast_id=broadcast_id, now=now)
    return await ask(tx, state=_on(fresh(state, FLOW), letter, "body"), member=member, now=now)


async def expects_file(tx: Tx, *, chat_id: int) -> bool:
    """Tell whether a file from this chat is meant to go with a letter."""
    found = await chats.known(tx, chat_id)
    state = found.conversation
    if found.member is None or state is None:
        return False
    return (state.flow, state.step) == (FLOW, FILE)


async def ask(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "invite")
    facts: dict[str, Any] = {}
    if state.step == "event":
        facts = {"events": [(one.id, one.title) for one in await events.upcoming(tx, now=now)]}
    elif state.step == "draft":
        facts = {"letters": await invitation_drafts.begun(tx, member=member)}
    else:
        letter = await invitation_drafts.open_draft(
            tx, member=member, invitation_id=state.data["letter"]
        )
        if state.step == CONFIRM:
            facts = await _last_look(tx, letter, now)
        facts |= {"letter": letter, "event_id": letter.event_id, "begun": _is_whole(letter)}
    return Asked(state, f"invitation_{state.step}", facts)


async def _last_look(tx: Tx, letter: Invitation, now: datetime) -> dict[str, Any]:
    """Give the letter as it would look to the one with the longest words, and whom it goes to.

    Where the event does not let anybody in any more, `closed` says why.
    """
    choice = Choice.from_json(letter.audience)
    closed: Refusal | None = None
    try:
        if letter.event_id is not None:
            await broadcast_facts.open_event(tx, letter.event_id, now)
    except Refusal as refusal:
        closed = refusal
    longest = (await audience_reading.extremes(tx, choice)).longest
    reader = await letter_facts.reader_of(tx, longest) if longest else letter_facts.Reader("")
    return {
        "notice": await letter_facts.shown(tx, letter, reader),
        "audience": await letter_looks.audience_of(tx, choice, now),
        "gaps": await letter_looks.gaps(tx, letter),
        "closed": closed,
    }


def _is_whole(letter: Invitation) -> bool:
    return bool(letter.content.get("body")) and bool(letter.audience)


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    member: StaffMember,
    rules: Rules,
    room: Room | None = None,
    now: datetime,
) -> Asked | tuple[Conversation, Confirmed | None]:
    """Take the answer to the open question; the last one lets the letter leave.

    Returns the next question, or the end of the conversation with what came of the letter: None
    for one that was given up. `room` measures whether words fit into a message. Raises a refusal
    of the answer, one about the event, LetterChanged or LetterClosed, and changes nothing.
    """
    staff.permit(member, "invite")
    turn = _Turn(tx, state, raw, member, rules, room, now)
    if state.step == CONFIRM and raw == "send":
        confirmed = await invitation_sending.confirm(
            tx,
            member=member,
            invitation_id=state.data["letter"],
            revision=state.data["revision"],
            rules=rules,
            room=room,
            now=now,
        )
        return ended(state), confirmed
    if state.step == CONFIRM and raw == "discard":
        await invitation_drafts.withdraw(tx, **turn.letter)
        return ended(state), None
    if state.step not in _ANSWERS:
        raise QuestionPassed
    return await ask(tx, state=await _ANSWERS[state.step](turn), member=member, now=now)


async def _draft(turn: _Turn) -> Conversation:
    if turn.raw == NEW:
        return following(turn.state, "event")
    known = number(turn.raw)
    begun = {one.id: one for one in await invitation_drafts.begun(turn.tx, member=turn.member)}
    if known not in begun:
        raise OptionUnknown
    letter = await invitation_sending.take_back_proposal(
        turn.tx, member=turn.member, letter=begun[known], now=turn.now
    )
    return turn.on(letter, _left_at(letter))


async def _event(turn: _Turn) -> Conversation:
    known = number(turn.raw)
    event = await events.get(turn.tx, known) if known is not None else None
    if event is None and turn.raw != NONE:
        raise OptionUnknown
    letter = await invitation_drafts.begin(
        turn.tx,
        member=turn.member,
        event_id=event.id if event else None,
        now=turn.now,
        zone=turn.rules.zone,
    )
    return turn.on(letter, "case_number")


async def _case_number(turn: _Turn) -> Conversation:
    case = "" if turn.raw == SKIP else turn.raw
    letter = await _words(turn, case_number=case)
    return turn.on(letter, CONFIRM if _is_whole(letter) else _left_at(letter))


async def _body(turn: _Turn) -> Conversation:
    letter = await invitation_drafts.open_draft(
        turn.tx, member=turn.member, invitation_id=turn.state.data["letter"]
    )
    words = {"body": turn.raw}
    # A letter without a subject is called by its first line, until somebody names it.
    if letter.content["subject"] in ("", _first_line(letter.content["body"])):
        words["subject"] = _first_line(turn.raw) or "x"
    letter = await _words(turn, **words)
    return turn.on(letter, CONFIRM if letter.audience else "audience")


def _first_line(body: str) -> str:
    lines = body.strip().splitlines()
    return lines[0][:SUBJECT_LENGTH].strip() if lines else ""


async def _subject(turn: _Turn) -> Conversation:
    return turn.on(await _words(turn, subject=turn.raw))


async def _signature(turn: _Turn) -> Conversation:
    return turn.on(await _words(turn, signature="" if turn.raw == NONE else turn.raw))


async def _dated(turn: _Turn) -> Conversation:
    if turn.raw == NONE:
        return turn.on(await _words(turn, dated=""))
    today = to_wall(turn.now, turn.rules.zone).date()
    return turn.on(await _words(turn, dated=_day(turn.raw, today).isoformat()))


def _day(raw: str, today: date) -> date:
    try:
        return typed_days.moment(raw, today=today - HALF_A_YEAR).date()
    except Refusal:
        raise LetterDayUnclear from None


async def _words(turn: _Turn, **words: str) -> Invitation:
    return await invitation_drafts.change_words(turn.tx, **turn.letter, room=turn.room, words=words)


async def _audience(turn: _Turn) -> Conversation:
    choice = preset(turn.raw)
    letter = await invitation_drafts.open_draft(
        turn.tx, member=turn.member, invitation_id=turn.state.data["letter"]
    )
    if letter.event_id is not None:
        await broadcast_facts.open_event(turn.tx, letter.event_id, turn.now)
    if not (await audience_reading.count(turn.tx, choice, turn.now)).messages:
        raise AudienceEmpty
    return turn.on(await invitation_drafts.change_audience(turn.tx, **turn.letter, choice=choice))


async def _time(turn: _Turn) -> Conversation:
    if turn.raw == DIGEST:
        return turn.on(await invitation_drafts.put_into_digest(turn.tx, **turn.letter))
    moment = None
    if turn.raw != NOW:
        moment = typed_moment.read(turn.raw, now=turn.now, zone=turn.rules.zone)
    return turn.on(await invitation_drafts.change_moment(turn.tx, **turn.letter, starts_at=moment))


async def _file(turn: _Turn) -> Conversation:
    if turn.raw != NONE:
        raise OptionUnknown
    return turn.on(await invitation_drafts.change_file(turn.tx, **turn.letter, file_id=None))


async def _confirm(turn: _Turn) -> Conversation:
    if turn.raw == "late":
        return turn.on(await invitation_drafts.change_late_joiners(turn.tx, **turn.letter))
    if turn.raw not in PARTS:
        raise OptionUnknown
    return following(turn.state, turn.raw)


def _or_back(take: Callable[[_Turn], Awaitable[Conversation]]) -> Any:
    async def taken(turn: _Turn) -> Conversation:
        return following(turn.state, CONFIRM) if turn.raw == BACK else await take(turn)

    return taken


_ANSWERS: dict[str, Callable[[_Turn], Awaitable[Conversation]]] = {
    "draft": _draft,
    "event": _event,
    "case_number": _or_back(_case_number),
    "body": _or_back(_body),
    "audience": _or_back(_audience),
    "subject": _or_back(_subject),
    "dated": _or_back(_dated),
    "signature": _or_back(_signature),
    "file": _or_back(_file),
    "time": _or_back(_time),
    CONFIRM: _confirm,
}
