"""Correct a letter that has left: a new one to those who got the first, which says so itself.

Whoever has the first letter in the chat sees it rewritten as well, in the moment in which the
correction arrives: the row that rewrites it is made together with the end of the correction's.
"""

from datetime import datetime

from programme import audience_reading, broadcast_facts, invitation_drafts, letter_facts, staff
from programme.audience_choice import Choice
from programme.broadcast_refusals import BroadcastUnknown
from programme.invitation_refusals import NothingToCorrect
from programme.invitations import HOME_ZONE
from programme.notice_policy import POLICY
from programme.refusals import Refusal
from storage import broadcasts, letters, outbox
from storage.database import Tx
from storage.invitations import Invitation
from storage.outbox import Entry
from storage.staff import StaffMember

CORRECTION = letter_facts.CORRECTION
AMENDED = POLICY["letter_amended"]
CORRECTABLE = ("invitation", CORRECTION)
# What belongs to the way of the first message and not to its words.
_NOT_OF_THE_WORDS = frozenset({"doors", "in_reply_to", "references"})


async def begin(
    tx: Tx,
    *,
    member: StaffMember,
    broadcast_id: int,
    now: datetime,
    zone: str = HOME_ZONE,
) -> Invitation:
    """Begin a correction to those who got a letter: same case, same signature, new words.

    Raises BroadcastUnknown, or NothingToCorrect where nobody has got it. Where its event is over
    or called off, the correction is about none: nobody can be invited to it any more.
    """
    staff.permit(member, "invite")
    first = await broadcasts.find(tx, broadcast_id)
    if first is None or first.kind not in CORRECTABLE:
        raise BroadcastUnknown
    choice = Choice(got=broadcast_id)
    if not (await audience_reading.count(tx, choice, now)).messages:
        raise NothingToCorrect
    letter = await invitation_drafts.begin(
        tx,
        member=member,
        event_id=await _open_event(tx, first.event_id, now),
        now=now,
        zone=zone,
        purpose=CORRECTION,
        about=broadcast_id,
        subject=str(first.content.get("subject", "")).removeprefix(letter_facts.CORRECTS),
        choice=choice,
    )
    same = ("case_number", "signature")
    kept = {name: str(first.content[name]) for name in same if name in first.content}
    return await invitation_drafts.change_words(
        tx, member=member, invitation_id=letter.id, revision=letter.revision, words=kept, now=now
    )


async def _open_event(tx: Tx, event_id: int | None, now: datetime) -> int | None:
    if event_id is None:
        return None
    try:
        await broadcast_facts.open_event(tx, event_id, now)
    except Refusal:
        return None
    return event_id


async def amend(
    tx: Tx, *, about: int, by: int | None, person_id: int | None, now: datetime
) -> bool:
    """Rewrite the first letter in a person's chat, now that its correction has arrived.

    `about` is the first letter's broadcast, `by` the correction's. False where they have no such
    message in a chat.
    """
    if person_id is None:
        return False
    first = await letters.sent_to_chat(tx, about, person_id=person_id)
    if first is None:
        return False
    words = {name: fact for name, fact in first.facts.items() if name not in _NOT_OF_THE_WORDS}
    entry = Entry(
        key=f"{AMENDED.kind}:{first.key}:{by}",
        channel=letters.CHAT,
        kind=AMENDED.kind,
        address=first.address,
        locale=first.locale,
        facts=words | {"edits": first.message_id, "captioned": first.captioned},
        priority=AMENDED.priority,
        due_at=now,
        not_after=AMENDED.worth_until(now),
        person_id=person_id,
    )
    return await outbox.put(tx, [entry], now=now) == 1
