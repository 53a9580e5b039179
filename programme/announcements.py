"""News that can wait: each person gets all of a week's in one message, on Friday.

A letter becomes an announcement when staff choose the digest for it; `digests` makes the messages.
"""

from datetime import date, datetime, timedelta
from typing import Any

from programme import staff
from programme.announcement_refusals import (
    AnnouncementLate,
    AnnouncementNotYours,
    AnnouncementTold,
    AnnouncementUnknown,
    AnnouncementWithdrawn,
    AnnouncementWithFile,
)
from programme.importing.working_days import is_working_day, shift
from programme.wall_time import at, to_moment, to_wall
from storage import announcements as rows
from storage import invitations, outbox_lists
from storage.announcements import News
from storage.database import Tx
from storage.people import Person
from storage.staff import StaffMember

HOME_ZONE = "Europe/Warsaw"
FRIDAY = 4
DIGEST_AT = "10:00"
# So long before the digest nothing more is put into it: whoever confirms now may commit later.
CLOSES_BEFORE = timedelta(minutes=15)
# As which kind of letter its whole text is shown.
WHOLE = "invitation"
# So many make one message that a person can read; the next one goes into the next digest.
MOST = 12
A_WEEK = timedelta(days=7)


def moment_of(day: date, zone: str) -> datetime:
    """Tell when the digest of a day is made."""
    return to_moment(at(day, DIGEST_AT), zone)


def digest_day(now: datetime, zone: str) -> date:
    """Give the day of the next digest: Friday, or the working day before a Friday that is none."""
    today = to_wall(now, zone).date()
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    while True:
        day = friday if is_working_day(friday) else shift(friday, -1)
        if now < moment_of(day, zone) - CLOSES_BEFORE:
            return day
        friday += A_WEEK


async def add(
    tx: Tx,
    *,
    member: StaffMember,
    invitation_id: int,
    now: datetime,
    zone: str = HOME_ZONE,
) -> date:
    """Put a letter of staff into the next digest with room, and return the day of that digest.

    Put in again it stays where it is. Raises AnnouncementUnknown, or AnnouncementWithFile.
    """
    staff.permit(member, "announcements")
    letter = await invitations.find(tx, invitation_id, hold=True)
    if letter is None:
        raise AnnouncementUnknown
    if letter.file_id is not None:
        raise AnnouncementWithFile
    day = digest_day(now, zone)
    while await rows.count_on(tx, day) >= MOST:
        day = digest_day(moment_of(day, zone), zone)
    if await rows.add(tx, invitation_id=invitation_id, digest_on=day, now=now):
        detail = {"letter": invitation_id, "digest": day.isoformat()}
        await staff.record(tx, member, "announcements", detail=detail, now=now)
    return (await rows.of_invitation(tx, invitation_id)).digest_on


async def waiting(tx: Tx, *, member: StaffMember) -> list[News]:
    """List the announcements that nobody has been told, by the day of their digest."""
    staff.permit(member, "announcements")
    return await rows.waiting(tx)


async def one(tx: Tx, *, member: StaffMember, announcement_id: int) -> News:
    """Look at one that waits; raises AnnouncementUnknown, Told or Withdrawn."""
    staff.permit(member, "announcements")
    found = await rows.find(tx, announcement_id)
    if found is None:
        raise AnnouncementUnknown
    if found.state == rows.WITHDRAWN:
        raise AnnouncementWithdrawn
    if found.state == rows.TOLD or found.cursor:
        raise AnnouncementTold
    return found


async def withdraw(tx: Tx, *, member: StaffMember, announcement_id: int, now: datetime) -> News:
    """Take an announcement out of its digest; raises what `one` does.

    Whoever withdraws while the digest begins waits for it, and is told that it is too late.
    """
    found = await one(tx, member=member, announcement_id=announcement_id)
    if not await rows.withdraw(tx, announcement_id, now=now):
        raise AnnouncementTold
    detail = {"withdrawn": announcement_id, "letter": found.invitation_id}
    await staff.record(tx, member, "announcements", detail=detail, now=now)
    return found


async def put_back(
    tx: Tx, *, member: StaffMember, announcement_id: int, now: datetime, zone: str = HOME_ZONE
) -> News:
    """Put an announcement back into the digest that it was taken out of.

    One that waits stays as it is. Raises AnnouncementUnknown, Told, or Late when that digest is
    closed.
    """
    staff.permit(member, "announcements")
    found = await rows.find(tx, announcement_id)
    if found is None:
        raise AnnouncementUnknown
    if found.state != rows.WITHDRAWN:
        return await one(tx, member=member, announcement_id=announcement_id)
    if now >= moment_of(found.digest_on, zone) - CLOSES_BEFORE:
        raise AnnouncementLate
    if await rows.put_back(tx, announcement_id):
        detail = {"put back": announcement_id, "letter": found.invitation_id}
        await staff.record(tx, member, "announcements", detail=detail, now=now)
    return found


def key_of(day: date, whom: int | str) -> str:
    """Name the digest of a day to one person, or to an organisation's own mailbox."""
    return f"digest:{day.isoformat()}:{whom}"


async def read_whole(tx: Tx, *, person: Person | None, announcement_id: int) -> dict[str, Any]:
    """Give an announcement to somebody who got the digest with it, in the words they got.

    Raises AnnouncementNotYours.
    """
    found = await rows.find(tx, announcement_id)
    if found is None or person is None:
        raise AnnouncementNotYours
    facts = await outbox_lists.facts_of(tx, f"{key_of(found.digest_on, person.id)}:telegram")
    told = (facts or {}).get("announcements", ())
    each = next((one for one in told if one.get("id") == announcement_id), None)
    if facts is None or each is None:
        raise AnnouncementNotYours
    return {
        "programme": facts["programme"],
        "person": facts["person"],
        "link": None,
        **{name: fact for name, fact in each.items() if name != "id"},
    }


__all__ = [
    "CLOSES_BEFORE",
    "DIGEST_AT",
    "HOME_ZONE",
    "MOST",
    "WHOLE",
    "News",
    "add",
    "digest_day",
    "key_of",
    "moment_of",
    "one",
    "put_back",
    "read_whole",
    "waiting",
    "withdraw",
]
