"""Give a colleague's letter back with a remark: one question to whoever looked at it."""

from dataclasses import dataclass
from datetime import datetime

from programme import invitation_sending, staff
from programme.answers import text
from programme.asking import Asked, ended, following, fresh
from programme.invitation_drafts import Invitation
from programme.invitation_refusals import LetterChanged
from programme.invitation_sending import Other
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "letter_remark"
REMARK_LIMIT = 1_000
NONE = "none"


@dataclass(frozen=True)
class SentBack:
    """A letter that its author has again, why, and how to speak to the author."""

    conversation: Conversation
    letter: Invitation
    remark: str
    author: Other


async def begin(
    tx: Tx, *, state: Conversation, member: StaffMember, invitation_id: int, revision: int
) -> Asked:
    """Ask what has to be changed; raises what `invitation_sending.proposed` does."""
    staff.permit(member, "second look")
    opened = following(fresh(state, FLOW, letter=invitation_id, revision=revision), "remark")
    return await ask(tx, state=opened, member=member)


async def ask(tx: Tx, *, state: Conversation, member: StaffMember) -> Asked:
    """Gather what the question needs."""
    staff.permit(member, "second look")
    letter = await invitation_sending.proposed(
        tx, member=member, invitation_id=state.data["letter"]
    )
    if letter.revision != state.data["revision"]:
        raise LetterChanged
    return Asked(state, FLOW, {"letter": letter})


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> SentBack:
    """Give the letter back with what was typed, or without a word."""
    staff.permit(member, "second look")
    remark = "" if raw == NONE else text(raw, REMARK_LIMIT)
    letter, author = await invitation_sending.send_back(
        tx,
        member=member,
        invitation_id=state.data["letter"],
        revision=state.data["revision"],
        remark=remark,
        now=now,
    )
    return SentBack(ended(state), letter, remark, author)
