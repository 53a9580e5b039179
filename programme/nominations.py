"""Name people for an event, replace and withdraw them, on behalf of an organisation.

The database decides: a unique key lets nobody be named twice for one event, and one conditional
UPDATE takes a place in the organisation's quota. What the person named does about it is in
nomination_answers.
"""

from dataclasses import dataclass
from datetime import datetime

from programme import answers, memberships, registration, staff
from programme.importing.spelling import fold
from programme.nomination_ends import tell_withdrawn
from programme.nomination_notices import facts, notice, tell_named
from programme.nomination_refusals import (
    AlreadyNamed,
    NominationEnded,
    NominationUnknown,
    QuotaFull,
)
from programme.nomination_terms import Place, Speaker, check_open, place
from programme.quiet_hours import QuietHours
from programme.refusals import NotRegistered, PersonUnknown
from storage import events as event_rows
from storage import memberships as member_rows
from storage import nominations
from storage.database import Tx
from storage.nominations import Nomination

PHONE_LENGTH = 40
IDENTITY_LENGTH = 400
SELF = "self"


@dataclass(frozen=True)
class Named:
    """Who is named: somebody of the organisation whom we know, or a name with what is known."""

    name: str = ""
    email: str = ""
    phone: str = ""
    person_id: int | None = None


@dataclass(frozen=True)
class Naming:
    """What became of it; without a channel nobody was told, and the link is to be handed on.

    Whoever names themselves (SELF) is not told either: they are asked at once where they are.
    """

    nomination_id: int
    name: str
    channel: str | None
    link: str


async def name(
    tx: Tx,
    *,
    event_id: int,
    organisation_id: int,
    who: Named,
    speaker: Speaker,
    link: str,
    now: datetime,
    quiet: QuietHours | None = None,
    replaces_id: int | None = None,
) -> Naming:
    """Name a person, or put them in the place of one named before, and tell them once.

    `link` is the bot's deep link without its payload. Raises a refusal and changes nothing when
    the event or the deadline does not allow it, when the quota is used up (QuotaFull), when the
    person is named already, here or elsewhere (AlreadyNamed), or when the one to be replaced
    has ended (NominationEnded).
    """
    at = await place(tx, event_id=event_id, organisation_id=organisation_id, lock=True)
    check_open(at, speaker, now)
    checked = await _checked(tx, at, who)
    old = await _old(tx, at, replaces_id)
    token = memberships.new_token()
    call = await nominations.ensure_call(tx, event_id=event_id, organisation_id=organisation_id)
    added = await nominations.add(
        tx,
        event_id=event_id,
        organisation_id=organisation_id,
        name=checked.name,
        email=checked.email,
        phone=checked.phone,
        identity=_identity(at, checked),
        person_id=checked.person_id,
        named_by_person_id=None if speaker.member else speaker.person_id,
        named_by_staff_id=speaker.member.id if speaker.member else None,
        replaces_id=replaces_id,
        token_hash=memberships.hash_of(token),
        created_at=now,
    )
    if added is None:
        raise AlreadyNamed(checked.name)
    # Whoever replaces somebody takes over their place in the quota.
    default = at.event.seats_per_organisation
    if old is None and not await nominations.take_place(tx, call.id, default=default):
        await nominations.drop(tx, added.id)
        raise QuotaFull(at.terms.seats or 0)
    quiet = quiet or QuietHours()
    if old is not None:
        await _end(tx, at, old, state="replaced", quiet=quiet, now=now)
    own_link = f"{link}?start=n_{token}"
    # Whoever writes from the organisation's own mailbox may be anybody, and has no number.
    themselves = speaker.person_id is not None and added.person_id == speaker.person_id
    if speaker.member is None and themselves:
        channel: str | None = SELF
    else:
        channel = await _tell(tx, at, added, own_link, quiet, now)
    if speaker.member is not None:
        detail = {"event": event_id, "organisation": organisation_id, "nomination": added.id}
        await staff.record(tx, speaker.member, "nominate", detail=detail, now=now)
    return Naming(added.id, checked.name, channel, own_link)


async def _checked(tx: Tx, at: Place, who: Named) -> Named:
    """Tidy what was given, and find out whether it is somebody we know."""
    if who.person_id is not None:
        members = await member_rows.members(tx, at.organisation.id)
        known = {one.person_id: one.name for one in members}
        if who.person_id not in known:
            raise PersonUnknown
        return Named(known[who.person_id], person_id=who.person_id)
    full = answers.name(who.name)
    email = answers.address(who.email) if who.email else ""
    phone = answers.text(answers.one_line(who.phone), PHONE_LENGTH) if who.phone else ""
    # People of a small organisation share one mailbox, so the name must be theirs as well.
    readers = await member_rows.readers(tx, email) if email else []
    same = [one.person_id for one in readers if fold(one.name) == fold(full)]
    return Named(full, email, phone, same[0] if len(same) == 1 else None)


def _identity(at: Place, who: Named) -> str:
    if who.person_id is not None:
        return f"person:{who.person_id}"
    # The organisation's own mailbox says nothing of who it is.
    if who.email and who.email.casefold() != at.organisation.email.casefold():
        return f"mail:{who.email.casefold()}"
    return f"name:{at.organisation.id}:{fold(who.name) or who.name}"[:IDENTITY_LENGTH]


async def _old(tx: Tx, at: Place, replaces_id: int | None) -> Nomination | None:
    if replaces_id is None:
        return None
    old = await nominations.get(tx, replaces_id)
    if old is None or (old.event_id, old.organisation_id) != (at.event.id, at.organisation.id):
        raise NominationUnknown
    if old.state not in nominations.OPEN:
        raise NominationEnded(old.state)
    return old


async def _tell(
    tx: Tx, at: Place, added: Nomination, link: str, quiet: QuietHours, now: datetime
) -> str | None:
    said = notice(
        "nominated",
        f"nominated:{added.id}",
        await facts(tx, at, nomination_id=added.id, link=link),
        last=at.begins,
        quiet=quiet,
        zone=at.event.zone,
        now=now,
    )
    return await tell_named(tx, said, added, now=now)


async def withdraw(
    tx: Tx,
    *,
    nomination_id: int,
    speaker: Speaker,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Nomination:
    """Take a nomination back, tell the person once, and free their seat and the quota.

    Raises NominationUnknown, NominationEnded, or what `name` raises about event and deadline.
    The caller has made sure that the speaker may act for the organisation.
    """
    before = await nominations.get(tx, nomination_id)
    if before is None:
        raise NominationUnknown
    at = await place(
        tx, event_id=before.event_id, organisation_id=before.organisation_id, lock=True
    )
    check_open(at, speaker, now)
    before = await _old(tx, at, nomination_id)
    assert before is not None  # noqa: S101 -- only None is answered by None
    await _end(tx, at, before, state="withdrawn", quiet=quiet or QuietHours(), now=now)
    await nominations.free_place(
        tx, event_id=before.event_id, organisation_id=before.organisation_id
    )
    if speaker.member is not None:
        detail = {"nomination": before.id}
        await staff.record(tx, speaker.member, "withdraw_nomination", detail=detail, now=now)
    return before


async def _end(
    tx: Tx, at: Place, before: Nomination, *, state: str, quiet: QuietHours, now: datetime
) -> None:
    """End a nomination under the event's lock; a registration that came from it ends too.

    The nomination ends first, so that its registration's end tells nobody of it again.
    """
    if not await nominations.move(tx, before, state=state, ended_at=now):
        raise NominationEnded(before.state)
    if before.registration_id is None or before.person_id is None:
        await tell_withdrawn(tx, at, before, quiet=quiet, now=now)
        return
    try:
        await registration.cancel(
            tx,
            registration_id=before.registration_id,
            person_id=before.person_id,
            now=now,
            because=state,
            withdrawn_by=at.organisation.name,
            quiet=quiet,
        )
    except NotRegistered:
        # Ended by another way; the person was told then.
        return


async def look(tx: Tx, nomination_id: int) -> Nomination:
    """Read one nomination; raises NominationUnknown."""
    found = await nominations.get(tx, nomination_id)
    if found is None:
        raise NominationUnknown
    return found


async def change_terms(
    tx: Tx,
    *,
    event_id: int,
    organisation_id: int,
    speaker: Speaker,
    now: datetime,
    **terms: object,
) -> None:
    """Let staff give one organisation another quota (`seats`) or deadline (`deadline_at`, wall)."""
    if speaker.member is None:
        raise NominationUnknown
    await event_rows.lock(tx, event_id)
    call = await nominations.ensure_call(tx, event_id=event_id, organisation_id=organisation_id)
    await nominations.set_terms(tx, call.id, **terms)
    detail = {"event": event_id, "organisation": organisation_id} | {
        key: str(value) for key, value in terms.items()
    }
    await staff.record(tx, speaker.member, "nomination_terms", detail=detail, now=now)
