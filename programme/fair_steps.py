"""Ask an organisation, question by question, what it brings to a fair and what it needs there.

The same questions serve a member in the chat, staff with an application on paper, and a change
of what was said before; `keep` stands for what is there already.
"""

from datetime import datetime
from typing import Any

from programme import fair, organisations, staff
from programme.answers import text
from programme.asking import Asked, ended, following, fresh, number
from programme.fair import Exhibiting
from programme.fair_refusals import (
    AlreadyExhibiting,
    OrganisationNeeded,
    OrganisationNotFound,
    WordsWithoutLetters,
)
from programme.refusals import NotInAudience, OptionUnknown, QuestionPassed
from storage import fair as rows
from storage import organisations as register
from storage.conversations import Conversation
from storage.database import Tx
from storage.fair import Exhibitor, Offer
from storage.staff import StaffMember

FLOW = "stand"
WORDS_LIMIT = 400
NAME_LIMIT = 200
FOUND = 5
TABLES = ("1", "2", "3")
YES, NO = {"yes", "tak"}, {"no", "nie"}
ORDER = ("for_residents", "for_office", "tables", "power", "needs", "confirm")
MAY_SKIP = ("for_office", "needs")


async def begin(
    tx: Tx, *, state: Conversation, event_id: int, person_id: int, now: datetime
) -> Asked:
    """Ask which organisation of a person wants a stand, or go on when there is only one.

    Raises OrganisationNeeded, NotInAudience, AlreadyExhibiting when all of theirs have a
    stand, or a refusal about the event.
    """
    event = await fair.check_open(tx, event_id=event_id, now=now)
    belongings = await fair.belongings(tx, person_id)
    if not belongings:
        raise OrganisationNeeded
    mine = [each for each in belongings if event.audience in ("all", "register", each.kind)]
    if not mine:
        raise NotInAudience(event.audience)
    known = [await rows.open_of(tx, event_id=event_id, organisation_id=each.id) for each in mine]
    free = [each for each, has in zip(mine, known, strict=True) if has is None]
    if not free:
        [first, *_] = [each for each in known if each is not None]
        raise AlreadyExhibiting(first.id, first.state)
    begun = fresh(state, FLOW, event_id=event_id, exhibitor_id=None, for_staff=False, before={})
    if len(free) > 1:
        offered = [(each.id, each.name) for each in free]
        return await ask(tx, state=following(begun, "organisation", offered=offered))
    return await ask(tx, state=_with(begun, free[0].id, free[0].name))


async def begin_on_paper(
    tx: Tx, *, state: Conversation, event_id: int, member: StaffMember, now: datetime
) -> Asked:
    """Ask staff which organisation handed an application in on paper."""
    staff.permit(member, "fair")
    await fair.check_open(tx, event_id=event_id, now=now, late=True)
    begun = fresh(state, FLOW, event_id=event_id, exhibitor_id=None, for_staff=True, before={})
    return await ask(tx, state=following(begun, "words"))


async def begin_change(
    tx: Tx,
    *,
    state: Conversation,
    exhibitor_id: int,
    person_id: int | None,
    member: StaffMember | None,
    now: datetime,
) -> Asked:
    """Ask again what a stand brings and needs; each answer may stay as it is."""
    if member is not None:
        staff.permit(member, "fair")
    exhibitor = await fair.check_change(
        tx, exhibitor_id=exhibitor_id, person_id=person_id, member=member, now=now
    )
    begun = fresh(
        state,
        FLOW,
        event_id=exhibitor.event_id,
        exhibitor_id=exhibitor_id,
        for_staff=member is not None,
        before=vars(exhibitor.offer),
    )
    known = _with(begun, exhibitor.organisation_id, exhibitor.organisation)
    return await ask(tx, state=known)


def _with(state: Conversation, organisation_id: int, name: str) -> Conversation:
    return following(state, ORDER[0], organisation_id=organisation_id, organisation=name)


async def ask(tx: Tx, *, state: Conversation) -> Asked:
    """Gather what the open question needs."""
    del tx
    before = state.data["before"]
    facts = {**state.data["answers"], "before": before.get(state.step), "may_keep": bool(before)}
    return Asked(state, f"stand_{state.step}", facts)


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    person_id: int | None,
    member: StaffMember | None,
    now: datetime,
) -> Asked | tuple[Conversation, Exhibiting | Exhibitor]:
    """Take the answer to the open question; the last one takes the stand or keeps the change.

    Returns the next question, or the end of the conversation with what came of it. Raises a
    kind of AnswerRefused, or a refusal of the use case, and changes nothing.
    """
    if member is not None:
        staff.permit(member, "fair")
    if state.step == "organisation":
        coming = _organisation(state, raw)
    elif state.step == "words":
        coming = await _words(tx, state, raw)
    elif state.step == "pick":
        coming = await _pick(tx, state, raw)
    elif state.step == "confirm":
        if raw == "again":
            coming = following(state, ORDER[0])
        elif raw == "send":
            return ended(state), await _send(tx, state, person_id, member, now)
        else:
            raise OptionUnknown
    elif state.step in ORDER:
        value = _value(state, raw)
        coming = following(state, ORDER[ORDER.index(state.step) + 1], **{state.step: value})
    else:
        raise QuestionPassed
    return await ask(tx, state=coming)


def _organisation(state: Conversation, raw: str) -> Conversation:
    chosen = number(raw.removeprefix("org:"))
    for known, name in state.data["answers"]["offered"]:
        if known == chosen:
            return _with(state, known, name)
    raise OptionUnknown


async def _words(tx: Tx, state: Conversation, raw: str) -> Conversation:
    found = await organisations.find(tx, words=text(raw, NAME_LIMIT), limit=FOUND)
    if not found:
        raise OrganisationNotFound
    return following(state, "pick", offered=[(match.id, match.name) for match in found])


async def _pick(tx: Tx, state: Conversation, raw: str) -> Conversation:
    if raw == "other":
        return following(state, "words")
    chosen = number(raw.removeprefix("org:")) if raw.startswith("org:") else None
    if chosen is None:
        return await _words(tx, state, raw)
    organisation = await register.get(tx, chosen)
    if organisation is None:
        raise OptionUnknown
    known = await rows.open_of(tx, event_id=state.data["event_id"], organisation_id=organisation.id)
    if known is not None:
        raise AlreadyExhibiting(known.id, known.state)
    return _with(state, organisation.id, organisation.name)


def _value(state: Conversation, raw: str) -> Any:
    before = state.data["before"]
    if raw == "keep" and before:
        return before[state.step]
    if raw == "skip" and state.step in MAY_SKIP:
        return ""
    typed = raw.strip().casefold().rstrip(".!")
    if state.step == "tables":
        if typed not in TABLES:
            raise OptionUnknown
        return int(typed)
    if state.step == "power":
        if typed not in YES | NO:
            raise OptionUnknown
        return typed in YES
    words = text(raw, WORDS_LIMIT)
    if not any(sign.isalnum() for sign in words):
        raise WordsWithoutLetters
    return words


async def _send(
    tx: Tx,
    state: Conversation,
    person_id: int | None,
    member: StaffMember | None,
    now: datetime,
) -> Exhibiting | Exhibitor:
    answers = state.data["answers"]
    offer = Offer(**{name: answers[name] for name in ORDER[:-1]})
    if state.data["exhibitor_id"] is not None:
        return await fair.change(
            tx,
            exhibitor_id=state.data["exhibitor_id"],
            offer=offer,
            person_id=person_id,
            member=member,
            now=now,
        )
    return await fair.exhibit(
        tx,
        event_id=state.data["event_id"],
        organisation_id=answers["organisation_id"],
        offer=offer,
        person_id=person_id,
        member=member,
        now=now,
    )
