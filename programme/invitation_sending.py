"""Let a finished letter leave: at once, after another coordinator's look, or in the digest.

What leaves is the revision that was shown. A letter to more than `second_eyes` people is laid
before the other coordinators, and only one of them can let it go; 0 asks nobody. Confirmed twice,
by two taps or by two people, a letter leaves once: its broadcast's key names letter and revision.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from programme import (
    announcements,
    audience_reading,
    broadcasting,
    invitation_drafts,
    letter_facts,
    letter_looks,
    staff,
)
from programme.audience_choice import Choice
from programme.broadcasting import Started
from programme.invitation_drafts import Room
from programme.invitation_refusals import (
    LetterChanged,
    LetterClosed,
    LetterUnknown,
    LetterUnready,
    NobodyElse,
    OwnLetter,
)
from programme.invitations import HOME_ZONE, Audience
from programme.quiet_hours import QuietHours
from programme.refusals import AudienceEmpty, NotStaff
from storage import chats
from storage import invitations as rows
from storage import staff as staff_rows
from storage.database import Tx
from storage.invitations import Invitation
from storage.staff import StaffMember

SECOND_EYES = 100
ANNOUNCEMENT = "announcement"
CORRECTION = letter_facts.CORRECTION


@dataclass(frozen=True)
class Rules:
    """What the installation says of letters to many: whose look, which hours, where links lead."""

    quiet: QuietHours
    zone: str = HOME_ZONE
    # The bot's deep link without its payload.
    link: str = ""
    second_eyes: int = 0


@dataclass(frozen=True)
class Other:
    """A coordinator who may confirm a letter, and how to speak to them."""

    chat_id: int
    locale: str


@dataclass(frozen=True)
class Proposed:
    """A letter that waits for another coordinator."""

    letter: Invitation
    people: int
    others: tuple[Other, ...]


@dataclass(frozen=True)
class InDigest:
    """A letter that will be part of the weekly digest of that day."""

    letter: Invitation
    day: date


Confirmed = Started | Proposed | InDigest


async def confirm(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    revision: int,
    rules: Rules,
    room: Room | None = None,
    now: datetime,
) -> Confirmed:
    """Let one's own letter leave as it was shown, or lay it before the other coordinators.

    Confirmed again, it gives the same answer as the first time. Raises LetterUnready, NobodyElse,
    LetterChanged, LetterClosed, LetterTooLong, AudienceEmpty, or what `broadcasting.start` raises.
    """
    staff.permit(member, "invite")
    letter = await invitation_drafts.own(tx, member=member, invitation_id=invitation_id)
    if letter.state == rows.CONFIRMED and letter.revision == revision and letter.broadcast_id:
        return await _start(tx, letter, member, None, rules, now)
    if letter.state != rows.DRAFT:
        raise LetterClosed(letter.state)
    if letter.revision != revision:
        raise LetterChanged
    choice = await _ready(tx, letter, room)
    audience = await audience_reading.count(tx, choice, now)
    people = audience.messages
    if audience.is_nobody:
        raise AudienceEmpty
    if 0 < rules.second_eyes < people:
        return await _propose(tx, letter, member, people, rules, now)
    return await _let_go(tx, letter, member, None, rules, now)


async def _ready(tx: Tx, letter: Invitation, room: Room | None) -> Choice:
    choice = Choice.from_json(letter.audience)
    if not letter.content.get("body") or not letter.content.get("subject") or choice.is_empty:
        raise LetterUnready
    await invitation_drafts.check_room(tx, letter, room)
    return choice


async def _propose(
    tx: Tx, letter: Invitation, member: StaffMember, people: int, rules: Rules, now: datetime
) -> Proposed:
    others = await _others(tx, member)
    if not others:
        raise NobodyElse(people, rules.second_eyes)
    if not await rows.propose(tx, letter.id, revision=letter.revision, now=now):
        raise LetterChanged
    detail = {"letter": letter.id, "revision": letter.revision, "people": people}
    await staff.record(tx, member, "letter proposed", detail=detail, now=now)
    return Proposed(await rows.get(tx, letter.id), people, others)


async def _others(tx: Tx, member: StaffMember) -> tuple[Other, ...]:
    may = staff.ACTIONS["second look"]
    everyone = await staff_rows.everyone(tx)
    others = [one for one in everyone if one.id != member.id and one.role in may]
    return tuple([await _other(tx, one.chat_id) for one in others])


async def take_back_proposal(
    tx: Tx, *, member: StaffMember, letter: Invitation, now: datetime
) -> Invitation:
    """Give the author a letter back that waits for another's look; a draft stays as it is."""
    staff.permit(member, "invite")
    if letter.staff_id != member.id:
        raise LetterUnknown
    if letter.state != rows.PROPOSED:
        return letter
    if not await rows.give_back(tx, letter.id, revision=letter.revision, now=now):
        raise LetterChanged
    detail = {"letter": letter.id, "revision": letter.revision}
    await staff.record(tx, member, "letter taken back", detail=detail, now=now)
    return await rows.get(tx, letter.id)


async def proposed(tx: Tx, *, member: StaffMember, invitation_id: int) -> Invitation:
    """Read a letter that waits for this coordinator's look.

    Raises LetterUnknown, OwnLetter, or LetterClosed when it waits no more.
    """
    staff.permit(member, "second look")
    letter = await rows.find(tx, invitation_id)
    if letter is None:
        raise LetterUnknown
    if letter.staff_id == member.id:
        raise OwnLetter
    if letter.state != rows.PROPOSED:
        raise LetterClosed(letter.state)
    return letter


@dataclass(frozen=True)
class Look:
    """Another's letter as one reader will have it, and whom it goes to."""

    letter: Invitation
    facts: dict[str, Any]
    audience: Audience


async def look(tx: Tx, *, member: StaffMember, invitation_id: int, now: datetime) -> Look:
    """Show a coordinator what waits for their look; raises what `proposed` does."""
    letter = await proposed(tx, member=member, invitation_id=invitation_id)
    choice = Choice.from_json(letter.audience)
    longest = (await audience_reading.extremes(tx, choice)).longest
    reader = await letter_facts.reader_of(tx, longest) if longest else letter_facts.Reader("")
    facts = await letter_facts.shown(tx, letter, reader)
    return Look(letter, facts, await letter_looks.audience_of(tx, choice, now))


async def with_author(
    tx: Tx, *, member: StaffMember, invitation_id: int
) -> tuple[Invitation, Other]:
    """Read a letter that was confirmed, and how to speak to whoever wrote it."""
    staff.permit(member, "second look")
    letter = await rows.get(tx, invitation_id)
    return letter, await _author_of(tx, letter)


async def _author_of(tx: Tx, letter: Invitation) -> Other:
    author = await staff_rows.get(tx, letter.staff_id)
    return await _other(tx, author.chat_id)


async def _other(tx: Tx, chat_id: int) -> Other:
    known = await chats.known(tx, chat_id)
    return Other(chat_id, known.conversation.locale if known.conversation else "pl")


async def waiting(tx: Tx, *, member: StaffMember) -> list[Invitation]:
    """List the letters that wait for this coordinator's look, the oldest first."""
    staff.permit(member, "second look")
    return [one for one in await rows.proposed(tx) if one.staff_id != member.id]


async def confirm_second(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    revision: int,
    rules: Rules,
    room: Room | None = None,
    now: datetime,
) -> Started | InDigest:
    """Let another's letter leave, the very one that was shown to this coordinator.

    Where the author is no longer of the office, the letter is this coordinator's from now on.
    """
    staff.permit(member, "second look")
    letter = await proposed(tx, member=member, invitation_id=invitation_id)
    if letter.revision != revision:
        raise LetterChanged
    await _ready(tx, letter, room)
    author = await _still_there(tx, letter.staff_id) or member
    return await _let_go(tx, letter, author, member, rules, now)


async def send_back(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    revision: int,
    remark: str,
    now: datetime,
) -> tuple[Invitation, Other]:
    """Give another's letter back to its author, with a word on what to change.

    Returns the letter, a draft again, and how to speak to the author.
    """
    staff.permit(member, "second look")
    letter = await proposed(tx, member=member, invitation_id=invitation_id)
    if not await rows.give_back(tx, letter.id, revision=revision, now=now):
        raise LetterChanged
    detail = {"letter": letter.id, "revision": revision, "remark": remark}
    await staff.record(tx, member, "letter sent back", detail=detail, now=now)
    return await rows.get(tx, letter.id), await _author_of(tx, letter)


async def reopen(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> Invitation:
    """Make a draft again of one's own letter that was taken back before anything of it left.

    Raises LetterUnknown, or LetterClosed for one that was not taken back or is a draft already.
    """
    staff.permit(member, "invite")
    letter = await rows.of_broadcast(tx, broadcast_id)
    if letter is None or letter.staff_id != member.id:
        raise LetterUnknown
    if not await rows.reopen(tx, broadcast_id, now=now):
        raise LetterClosed(letter.state)
    return await rows.get(tx, letter.id)


async def _let_go(
    tx: Tx,
    letter: Invitation,
    author: StaffMember,
    second: StaffMember | None,
    rules: Rules,
    now: datetime,
) -> Started | InDigest:
    if letter.purpose == ANNOUNCEMENT:
        if not await rows.confirm(
            tx, letter.id, revision=letter.revision, broadcast_id=None, now=now
        ):
            raise LetterChanged
        day = await announcements.add(
            tx, member=second or author, invitation_id=letter.id, now=now, zone=rules.zone
        )
        return InDigest(await rows.get(tx, letter.id), day)
    started = await _start(tx, letter, author, second, rules, now)
    if not await rows.confirm(
        tx, letter.id, revision=letter.revision, broadcast_id=started.broadcast_id, now=now
    ):
        raise LetterChanged
    if second is not None:
        detail = {"letter": letter.id, "broadcast": started.broadcast_id}
        await staff.record(tx, second, "letter confirmed", detail=detail, now=now)
    return started


async def _start(
    tx: Tx,
    letter: Invitation,
    author: StaffMember,
    second: StaffMember | None,
    rules: Rules,
    now: datetime,
) -> Started:
    link = f"{rules.link}?start=e_{letter.event_id}" if rules.link and letter.event_id else None
    content: dict[str, Any] = letter_facts.content_of(letter, link=link)
    return await broadcasting.start(
        tx,
        member=author,
        key=f"letter:{letter.id}:{letter.revision}",
        kind=CORRECTION if letter.purpose == CORRECTION else "invitation",
        event_id=letter.event_id,
        choice=Choice.from_json(letter.audience),
        content=content,
        file=await letter_facts.file_of(tx, letter),
        # A moment that passed while another coordinator looked means: now.
        starts_at=letter.starts_at,
        late_joiners=letter.late_joiners,
        second=second,
        about=letter.about_broadcast_id,
        quiet=rules.quiet,
        now=now,
        zone=rules.zone,
    )


async def _still_there(tx: Tx, staff_id: int) -> StaffMember | None:
    author = await staff_rows.get(tx, staff_id)
    known = await staff_rows.by_chat(tx, author.chat_id)
    if known is None or known.id != staff_id:
        return None
    try:
        staff.permit(known, "invite")
    except NotStaff:
        return None
    return known
