"""A letter to many while it is written: a row from the first answer on, changed by its author.

Every change names the revision that was shown; whoever comes second, in another chat or with a
button tapped twice, changes nothing and raises LetterChanged. What was begun stays until it is
sent or given up, whatever else the author does meanwhile.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from programme import invitations, letter_facts, placeholders, staff
from programme.answers import one_line
from programme.audience_choice import Choice
from programme.invitation_refusals import (
    LetterChanged,
    LetterClosed,
    LetterTooLong,
    LetterUnknown,
    SendingMomentPassed,
)
from programme.refusals import TextTooLong
from programme.wall_time import to_wall
from storage import events
from storage import invitations as rows
from storage.database import Tx
from storage.invitations import Invitation
from storage.staff import StaffMember

SIGNATURE_LIMIT = 120
SHOWN = 5
# Whose office it is, and who signs for it.
_OFFICES = {
    "Urząd Gminy ": "Wójt Gminy ",
    "Urząd Miejski w ": "Burmistrz – Urząd Miejski w ",
}
# By how many characters a message made of these facts is too long.
Room = Callable[[Mapping[str, Any]], int]


async def begin(
    tx: Tx,
    *,
    member: StaffMember,
    event_id: int | None,
    now: datetime,
    zone: str = invitations.HOME_ZONE,
    purpose: str = "invitation",
    about: int | None = None,
    subject: str = "",
    choice: Choice | None = None,
) -> Invitation:
    """Begin a letter: dated today, signed as the office signs, named like its event."""
    staff.permit(member, "invite")
    event = await events.get(tx, event_id) if event_id is not None else None
    programme = await events.get_programme(tx, event.programme_id if event else None)
    content = {
        "case_number": "",
        "dated": to_wall(now, zone).date().isoformat(),
        "subject": subject or (event.title[: invitations.SUBJECT_LIMIT] if event else ""),
        "body": "",
        "signature": signature_of(programme.organiser if programme else ""),
    }
    return await rows.add(
        tx,
        staff_id=member.id,
        purpose=purpose,
        about_broadcast_id=about,
        event_id=event_id,
        content=content,
        audience=choice.to_json() if choice else {},
        now=now,
    )


def signature_of(organiser: str) -> str:
    """Name who signs for an office; an organiser of another kind signs with its own name."""
    for office, head in _OFFICES.items():
        if organiser.startswith(office):
            return head + organiser.removeprefix(office)
    return organiser


async def begun(tx: Tx, *, member: StaffMember) -> list[Invitation]:
    """List the letters that a member has begun and neither sent nor given up, newest first."""
    staff.permit(member, "invite")
    return (await rows.open_of(tx, member.id))[:SHOWN]


async def own(tx: Tx, *, member: StaffMember, invitation_id: int) -> Invitation:
    """Read a letter of one's own; raises LetterUnknown."""
    staff.permit(member, "invite")
    letter = await rows.find(tx, invitation_id)
    if letter is None or letter.staff_id != member.id:
        raise LetterUnknown
    return letter


async def open_draft(tx: Tx, *, member: StaffMember, invitation_id: int) -> Invitation:
    """Read a letter of one's own that can still be changed; raises LetterClosed too."""
    letter = await own(tx, member=member, invitation_id=invitation_id)
    if letter.state != rows.DRAFT:
        raise LetterClosed(letter.state)
    return letter


async def change_words(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    revision: int,
    words: Mapping[str, str],
    room: Room | None = None,
    now: datetime,
) -> Invitation:
    """Change case_number, dated, subject, body or signature of a draft.

    Raises TextTooLong, AnswerEmpty, PlaceholderUnknown, EventNotNamed and, where `room` is given,
    LetterTooLong for what would not fit with the longest names.
    """
    letter = await _seen(tx, member, invitation_id, revision)
    content = letter.content | _tidied(letter, words)
    fitting = _with(letter, content=content)
    await check_room(tx, fitting, room)
    return await _change(tx, letter, now=now, content=content)


def _tidied(letter: Invitation, words: Mapping[str, str]) -> dict[str, str]:
    both = {"case_number": "", "subject": "x", "body": "x", **words}
    wording = invitations.checked(both["case_number"], both["subject"], both["body"])
    signature = one_line(words.get("signature", ""))
    if len(signature) > SIGNATURE_LIMIT:
        raise TextTooLong(SIGNATURE_LIMIT, len(signature))
    tidied = {**vars(wording), "signature": signature, "dated": words.get("dated", "")}
    for name in ("subject", "body"):
        if name in words:
            placeholders.check(tidied[name], has_event=letter.event_id is not None)
    return {name: tidied[name] for name in words}


async def check_room(tx: Tx, letter: Invitation, room: Room | None) -> None:
    """Refuse words that the longest names make too long; raises LetterTooLong."""
    if room is None or not letter.content.get("body"):
        return
    worst = await letter_facts.worst_reader(tx)
    too_many = room(await letter_facts.shown(tx, letter, worst))
    if too_many > 0:
        raise LetterTooLong(too_many)


async def change_audience(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    revision: int,
    choice: Choice,
    now: datetime,
) -> Invitation:
    """Say whom a draft is for."""
    letter = await _seen(tx, member, invitation_id, revision)
    return await _change(tx, letter, now=now, audience=choice.to_json())


async def change_moment(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    revision: int,
    starts_at: datetime | None,
    now: datetime,
) -> Invitation:
    """Say when a draft shall leave, None for at once; raises SendingMomentPassed."""
    letter = await _seen(tx, member, invitation_id, revision)
    if starts_at is not None and starts_at <= now:
        raise SendingMomentPassed(starts_at)
    purpose = "invitation" if letter.purpose == "announcement" else letter.purpose
    return await _change(tx, letter, now=now, starts_at=starts_at, purpose=purpose)


async def put_into_digest(
    tx: Tx, *, member: StaffMember, invitation_id: int, revision: int, now: datetime
) -> Invitation:
    """Let a letter wait for the weekly digest, as news that nobody needs at once."""
    staff.permit(member, "announcements")
    letter = await _seen(tx, member, invitation_id, revision)
    return await _change(tx, letter, now=now, starts_at=None, purpose="announcement")


async def change_late_joiners(
    tx: Tx, *, member: StaffMember, invitation_id: int, revision: int, now: datetime
) -> Invitation:
    """Let those get it too who come to belong to the audience later, or no longer so."""
    letter = await _seen(tx, member, invitation_id, revision)
    return await _change(tx, letter, now=now, late_joiners=not letter.late_joiners)


async def change_file(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    revision: int,
    file_id: int | None,
    room: Room | None = None,
    now: datetime,
) -> Invitation:
    """Let a kept file go with the letter, or none."""
    letter = await _seen(tx, member, invitation_id, revision)
    await check_room(tx, _with(letter, file_id=file_id), room)
    return await _change(tx, letter, now=now, file_id=file_id)


async def withdraw(
    tx: Tx, *, member: StaffMember, invitation_id: int, revision: int, now: datetime
) -> None:
    """Give up a letter that was not sent."""
    letter = await own(tx, member=member, invitation_id=invitation_id)
    if letter.state not in rows.OPEN:
        raise LetterClosed(letter.state)
    if not await rows.withdraw(tx, letter.id, revision=revision, now=now):
        raise LetterChanged
    await staff.record(tx, member, "letter given up", detail={"letter": letter.id}, now=now)


async def _seen(tx: Tx, member: StaffMember, invitation_id: int, revision: int) -> Invitation:
    letter = await open_draft(tx, member=member, invitation_id=invitation_id)
    if letter.revision != revision:
        raise LetterChanged
    return letter


def _with(letter: Invitation, **values: Any) -> Invitation:
    return Invitation(**{**vars(letter), **values})


async def _change(tx: Tx, letter: Invitation, *, now: datetime, **values: Any) -> Invitation:
    if not await rows.change(tx, letter.id, revision=letter.revision, now=now, **values):
        raise LetterChanged
    return await rows.get(tx, letter.id)


__all__ = [
    "SHOWN",
    "Invitation",
    "Room",
    "begin",
    "begun",
    "change_audience",
    "change_file",
    "change_late_joiners",
    "change_moment",
    "change_words",
    "check_room",
    "open_draft",
    "own",
    "put_into_digest",
    "signature_of",
    "withdraw",
]
