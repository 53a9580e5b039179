"""Note attendance from a signed paper list in a dialogue: which print, what stands there, save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import attendance, attendance_paper, staff
from programme.asking import Asked, ended, following, fresh, number
from programme.attendance_lists import listed, printed_lists
from programme.attendance_paper import GONE, LIKE, Entry
from programme.attendance_refusals import SeatUnknown
from programme.refusals import AnswerEmpty, OptionUnknown, QuestionPassed
from storage import attendance as rows
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "paper_list"
# What buttons say; nobody is called so.
SAVE, SAVE_SURE, ANEW = "=save", "=sure", "=anew"
NOTHING: dict[str, Any] = {"ids": [], "likes": [], "unknown": []}


@dataclass(frozen=True)
class Noted:
    """What came of a paper list: who is new, who was noted before, and what nobody understood."""

    session_id: int
    added: int
    before: int
    unknown: list[tuple[str, str]]


async def begin(
    tx: Tx, *, state: Conversation, session_id: int, member: StaffMember, now: datetime
) -> Asked:
    """Ask which print the paper is, or what is on it when there was only one.

    Raises SessionUnknown.
    """
    session = await attendance.session_for(tx, session_id=session_id, member=member, now=now)
    papers = await printed_lists(tx, event_id=session.event_id)
    begun = fresh(state, FLOW, session_id=session.id, event_id=session.event_id)
    step = "print" if len(papers) > 1 else "lines"
    printed = papers[0].number if len(papers) == 1 else None
    return await ask(
        tx, state=following(begun, step, printed=printed, **NOTHING), member=member, now=now
    )


async def ask(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "attendance")
    answers, session_id = state.data["answers"], state.data["session_id"]
    session = await attendance.session_for(tx, session_id=session_id, member=member, now=now)
    facts: dict[str, Any] = {"session_id": session.id, "zone": session.zone}
    papers = await printed_lists(tx, event_id=state.data["event_id"])
    if state.step == "print":
        facts["papers"] = [(each.number, each.made_at) for each in reversed(papers)]
    if state.step == "lines":
        facts["paper"] = next(
            ((each.number, each.made_at) for each in papers if each.number == answers["printed"]),
            None,
        )
    if state.step == "confirm":
        facts |= await _look(tx, state)
    return Asked(state, f"paper_{state.step}", facts)


async def _look(tx: Tx, state: Conversation) -> dict[str, Any]:
    answers = state.data["answers"]
    names = await _names(tx, state)
    return {
        "sure": [names[each] for each in answers["ids"]],
        "likes": [(text, names[each]) for text, each in answers["likes"]],
        "unknown": [tuple(each) for each in answers["unknown"]],
    }


async def _names(tx: Tx, state: Conversation) -> dict[int, str]:
    answers = state.data["answers"]
    meant = [*answers["ids"], *(one for _, one in answers["likes"])]
    # Somebody may have cancelled since they were found, and stands on no list any more.
    people = await rows.attendees(tx, state.data["event_id"], also=meant)
    return {each.registration_id: each.name for each in people}


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> Asked | tuple[Conversation, Noted]:
    """Take what was typed or pressed; the last button notes the attendance.

    More lines may be typed until then; they are added to those before. Raises a kind of
    AnswerRefused or QuestionPassed, and changes nothing.
    """
    staff.permit(member, "attendance")
    session_id = state.data["session_id"]
    await attendance.session_for(tx, session_id=session_id, member=member, now=now)
    if state.step == "print":
        coming = await _print(tx, state, raw)
    elif state.step == "confirm" and raw in (SAVE, SAVE_SURE):
        return ended(state), await _save(tx, state, member, now, likes_too=raw == SAVE)
    elif state.step == "confirm" and raw == ANEW:
        coming = following(state, "lines", **NOTHING)
    elif state.step in ("lines", "confirm"):
        coming = await _lines(tx, state, raw)
    else:
        raise QuestionPassed
    return await ask(tx, state=coming, member=member, now=now)


async def _print(tx: Tx, state: Conversation, raw: str) -> Conversation:
    known = {each.number for each in await printed_lists(tx, event_id=state.data["event_id"])}
    chosen = number(raw)
    if chosen not in known:
        raise OptionUnknown
    return following(state, "lines", printed=chosen)


async def _lines(tx: Tx, state: Conversation, raw: str) -> Conversation:
    answers = state.data["answers"]
    people = await listed(tx, event_id=state.data["event_id"], printed=answers["printed"])
    entries = attendance_paper.read(raw, people)
    if not entries:
        raise AnswerEmpty
    ids = _once(
        [
            *answers["ids"],
            *(one for each in entries if each.how != LIKE for one in each.registration_ids),
        ]
    )
    likes = [*answers["likes"], *_likes(entries)]
    return following(
        state,
        "confirm",
        ids=ids,
        likes=[each for each in likes if each[1] not in ids],
        unknown=[
            *answers["unknown"],
            *([each.text, each.how] for each in entries if not each.registration_ids),
        ],
    )


def _likes(entries: Sequence[Entry]) -> list[list[Any]]:
    return [
        [each.text, one] for each in entries if each.how == LIKE for one in each.registration_ids
    ]


def _once(ids: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(ids))


async def _save(
    tx: Tx, state: Conversation, member: StaffMember, now: datetime, *, likes_too: bool
) -> Noted:
    answers, session_id = state.data["answers"], state.data["session_id"]
    unknown = [tuple(each) for each in answers["unknown"]]
    likes = [one for _, one in answers["likes"]]
    if not likes_too:
        unknown += [(text, LIKE) for text, _ in answers["likes"]]
        likes = []
    names = await _names(tx, state)
    added = before = 0
    for registration_id in _once([*answers["ids"], *likes]):
        try:
            changed = await attendance.correct(
                tx,
                session_id=session_id,
                registration_id=registration_id,
                present=True,
                member=member,
                now=now,
                door="paper",
            )
        except SeatUnknown:
            # Cancelled since the lines were typed.
            unknown.append((names[registration_id], GONE))
        else:
            added, before = added + changed, before + (not changed)
    return Noted(session_id, added, before, unknown)
