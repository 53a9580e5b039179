"""Say by the other channel what did not arrive by the first.

The keys decide: what was said by the other channel before, or is on its way there, is not said
again.
"""

from dataclasses import replace
from datetime import datetime

from programme import audiences, nomination_notices, notices
from programme.letter_doors import UNASKED
from programme.notice_policy import POLICY, WakingHours
from programme.notices import Notice
from programme.quiet_hours import QuietHours
from storage import bounces, organisations, people
from storage import outbox_desk as rows
from storage.database import Tx
from storage.outbox import OutboxRow
from storage.outbox_desk import DeskRow

# Said in a chat because the chat asked, or by mail because the mail is what is asked about.
ONE_CHANNEL = frozenset(
    {
        *("reply", "trouble", "email_code", "address_check", "address_changed", "alert", "task"),
        # Both are about a chat or a mailbox themselves.
        *("letter_test", "letter_amended"),
    }
)
_MOST_WAITING = 500
_OF_ONE_LETTER = frozenset({"person", "doors"})
_OF_ONE_SESSION = frozenset({"calendar", "session", "session_number"})
HOME_ZONE = "Europe/Warsaw"


# A message that did not arrive.
Unsaid = OutboxRow | DeskRow


async def say(
    tx: Tx,
    row: Unsaid,
    *,
    now: datetime,
    due_at: datetime | None = None,
    quiet: QuietHours | None = None,
    organisation_id: int | None = None,
) -> None:
    """Say it by the other channel, if there is one that reaches them.

    What goes to an organisation goes to those who speak for it, and a letter to somebody who has
    another address by now goes there. Words that are no longer worth sending are not said.
    """
    other = "mail" if row.channel == "telegram" else "telegram"
    if row.kind in ONE_CHANNEL or other not in POLICY[row.kind].in_doubt or row.not_after <= now:
        return
    # Calendar entries travel by mail already, whenever there is an address.
    if row.facts.get("calendar_entries") or (row.person_id is None and organisation_id is None):
        return
    due = max(now, due_at or now)
    if quiet is not None:
        due = WakingHours(quiet, HOME_ZONE).earliest(row.kind, row.facts, due, row.not_after)
    if due >= row.not_after:
        return
    notice = Notice(
        kind=row.kind,
        key=row.key.removesuffix(f":{row.channel}"),
        facts={name: fact for name, fact in row.facts.items() if name not in _OF_ONE_LETTER},
        priority=row.priority,
        due_at=due,
        not_after=row.not_after,
        broadcast_id=row.broadcast_id,
    )
    if row.person_id is not None:
        await _say_to_person(tx, row, notice, other, now=now)
    elif organisation_id is not None:
        await _say_to_organisation(tx, row, notice, organisation_id, now=now)


async def _say_to_person(tx: Tx, row: Unsaid, notice: Notice, other: str, *, now: datetime) -> None:
    person = await people.get(tx, row.person_id or 0)
    if row.kind in UNASKED and not person.invitations:
        return
    said = await _of_all_sessions(tx, notice) if row.facts.get("calendar") else notice
    if await notices.tell_by(tx, other, [said], person=person, now=now) or row.channel != "mail":
        return
    mail = notices.choose(await people.contacts(tx, person.id), "mail")
    if mail is not None and mail.address.lower() != row.address.lower():
        anew = replace(notice, key=f"{notice.key}:anew")
        await notices.tell_by(tx, "mail", [anew], person=person, now=now)


async def _of_all_sessions(tx: Tx, notice: Notice) -> Notice:
    """Make of the letter of one session the one chat message that speaks of all of them."""
    key = notice.key.rpartition(":")[0]
    letters = await bounces.facts_of_letters(tx, keys_from=f"{key}:")
    calendars = [facts["calendar"] for facts in letters if facts.get("calendar")]
    entries = [{name: one[name] for name in ("uid", "sequence")} for one in calendars]
    facts = {name: fact for name, fact in notice.facts.items() if name not in _OF_ONE_SESSION}
    return replace(notice, key=key, facts=facts | {"calendar_entries": entries})


async def _say_to_organisation(
    tx: Tx, row: Unsaid, notice: Notice, organisation_id: int, *, now: datetime
) -> None:
    organisation = await organisations.get(tx, organisation_id)
    if organisation is None:
        return
    unasked = row.kind in UNASKED
    found = await nomination_notices.recipients(tx, organisation, unasked=unasked)
    others = [one for one in found if one.address.lower() != row.address.lower()]
    own = f":{audiences.ORGANISATION}{organisation_id}"
    said = replace(notice, key=notice.key.removesuffix(own))
    await audiences.tell_all(tx, others, said, now=now)


async def redirect_waiting(
    tx: Tx, *, address: str, now: datetime, quiet: QuietHours | None = None
) -> int:
    """Send what waits for an address that takes no mail by the other channel; say how many.

    A row that a sender holds goes where it was to go, comes back, and is said again then. What
    has no other way stays: the address may work again, and staff ask for another one.
    """
    count = 0
    for row in await bounces.waiting_for(tx, address=address, limit=_MOST_WAITING):
        unit = await bounces.organisation_of_letter(tx, row.key)
        has_other = row.person_id is None or await _has_chat(tx, row.person_id)
        if row.kind in ONE_CHANNEL or not has_other or (row.person_id is None and unit is None):
            continue
        if await rows.cancel(tx, row, now=now):
            due_at = row.due_at
            await say(tx, row, now=now, due_at=due_at, quiet=quiet, organisation_id=unit)
            count += 1
    return count


async def _has_chat(tx: Tx, person_id: int) -> bool:
    return notices.choose(await people.contacts(tx, person_id), "telegram") is not None
