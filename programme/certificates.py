"""Certificates for those who attended enough: issue, send, revoke, issue anew.

What is printed is frozen the moment a certificate is issued. A name or an event that changes
later changes no certificate; a corrected one is a new certificate with a new number and code.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from programme import certificate_codes, notices, staff
from programme.attendance import attended_sessions
from programme.certificate_refusals import (
    CertificateUnknown,
    EventGoesOn,
    NoCertificates,
)
from programme.facts import event_facts, session_facts
from programme.listing import has_ended
from programme.notice_policy import POLICY
from programme.refusals import EventCancelled, EventUnknown
from storage import certificates, events, outbox_sweeps, people, registrations
from storage.certificates import Attendee, Certificate
from storage.database import Tx
from storage.events import Event, Session
from storage.staff import StaffMember

REPLACED = "replaced"


@dataclass(frozen=True)
class Candidate:
    """Somebody with a seat, and the sessions they were at."""

    attendee: Attendee
    sessions: tuple[Session, ...]


@dataclass(frozen=True)
class Standing:
    """How an event's certificates stand: who gets one now, who has one, who was there too little.

    `needed` is how many sessions one must have attended, `held` how many sessions there were.
    """

    event: Event
    needed: int
    held: int
    due: tuple[Candidate, ...]
    issued: tuple[Certificate, ...]
    not_enough: tuple[Candidate, ...]


@dataclass(frozen=True)
class Issued:
    """What issuing did; `to_print` are those of the new ones that no chat and no mail reaches."""

    count: int
    already: int
    not_enough: int
    to_print: int


async def standing(tx: Tx, *, event_id: int, member: StaffMember, now: datetime) -> Standing:
    """Look who attended enough; raises NoCertificates, or EventGoesOn before the end."""
    staff.permit(member, "certificates")
    return await _of_event(tx, event_id, now)


async def _of_event(tx: Tx, event_id: int, now: datetime) -> Standing:
    event = await events.get(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    return await _standing(tx, event, now)


async def _standing(tx: Tx, event: Event, now: datetime) -> Standing:
    if event.certificate_sessions is None:
        raise NoCertificates
    if event.state == "cancelled":
        raise EventCancelled
    sessions = await events.sessions(tx, event.id)
    if not has_ended(sessions, now):
        raise EventGoesOn
    attended = await attended_sessions(tx, event_id=event.id)
    known = await certificates.of_event(tx, event.id)
    have = {one.registration_id for one in known}
    due, short = [], []
    for attendee in await certificates.attendees(tx, event.id):
        were = attended.get(attendee.registration_id, set())
        candidate = Candidate(attendee, tuple(one for one in sessions if one.id in were))
        if len(candidate.sessions) < event.certificate_sessions or not candidate.sessions:
            short.append(candidate)
        elif attendee.registration_id not in have:
            due.append(candidate)
    return Standing(
        event,
        event.certificate_sessions,
        len(sessions),
        tuple(due),
        tuple(one for one in known if one.revoked_at is None),
        tuple(one for one in short if one.attendee.registration_id not in have),
    )


async def due(tx: Tx, *, event_id: int, now: datetime) -> tuple[Candidate, ...]:
    """List who attended enough and has never had a certificate of this event."""
    return (await _of_event(tx, event_id, now)).due


async def issue(
    tx: Tx, *, event_id: int, member: StaffMember, now: datetime, bot: str = ""
) -> Issued:
    """Issue what is due and send it, in one transaction; pressing twice issues nothing twice.

    With the bot's name the paper shows a QR code that leads to the check.
    """
    staff.permit(member, "certificates")
    event = await events.get(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    # Whoever else issues waits here, and then finds these issued. An import locks in the same
    # order, the programme first; who comes and when is not changed, so the event is not locked.
    await certificates.hold_programme(tx, event.programme_id)
    found = await _standing(tx, event, now)
    to_print = 0
    if found.due:
        about = await event_facts(tx, event)
        last = await certificates.draw_numbers(
            tx, programme_id=event.programme_id, count=len(found.due)
        )
        for count, candidate in enumerate(found.due, last - len(found.due) + 1):
            about["event"]["sessions"] = [session_facts(each) for each in candidate.sessions]
            facts = _facts(about, event, candidate.attendee, count=count, bot=bot, now=now)
            to_print += not await _issue_one(
                tx, event, candidate.attendee, facts, member=member, now=now
            )
        detail = {"event": event.id, "certificates": len(found.due)}
        await staff.record(tx, member, "certificates", detail=detail, now=now)
    return Issued(len(found.due), len(found.issued), len(found.not_enough), to_print)


def _facts(
    about: dict[str, Any],
    event: Event,
    attendee: Attendee,
    *,
    count: int,
    bot: str,
    now: datetime,
) -> dict[str, Any]:
    year = now.astimezone(ZoneInfo(event.zone)).year
    code = certificate_codes.new_code()
    return {
        "programme": about["programme"],
        "event": dict(about["event"]),
        "number": certificate_codes.number(about["programme"]["title"], year=year, count=count),
        "code": code,
        "link": f"https://t.me/{bot}?start=v_{code}" if bot else "",
        "name": attendee.name,
        "locale": attendee.locale,
        "issued_at": now.isoformat(),
        "zone": event.zone,
    }


async def _issue_one(
    tx: Tx,
    event: Event,
    attendee: Attendee,
    facts: dict[str, Any],
    *,
    member: StaffMember,
    now: datetime,
) -> bool:
    """Keep one certificate and send it; False when neither chat nor mail reaches the person."""
    certificate_id = await certificates.add(
        tx,
        programme_id=event.programme_id,
        registration_id=attendee.registration_id,
        number=facts["number"],
        code=facts["code"],
        facts=facts,
        staff_id=member.id,
        now=now,
    )
    policy = POLICY["certificate"]
    notice = notices.Notice(
        kind=policy.kind,
        key=f"certificate:{certificate_id}",
        facts={"programme": facts["programme"], "event": facts["event"], "certificate": facts},
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now),
    )
    person = await people.get(tx, attendee.person_id)
    return await notices.tell(tx, notice, person=person, now=now) is not None


async def mine(tx: Tx, *, person_id: int) -> list[Certificate]:
    """List a person's own certificates, the newest first."""
    return await certificates.of_person(tx, person_id)


async def own(tx: Tx, *, certificate_id: int, person_id: int) -> Certificate:
    """Read one's own certificate; anybody else's raises CertificateUnknown."""
    for found in await certificates.of_person(tx, person_id):
        if found.id == certificate_id:
            return found
    raise CertificateUnknown


async def revoke(
    tx: Tx, *, certificate_id: int, reason: str, member: StaffMember, now: datetime
) -> Certificate:
    """Let a certificate stand no longer; whoever checks its code is told so.

    If it has not left yet, it does not leave. Raises CertificateUnknown when it was revoked before.
    """
    staff.permit(member, "certificates")
    found = await certificates.get(tx, certificate_id)
    if found is None or not await certificates.revoke(tx, found.id, because=reason, now=now):
        raise CertificateUnknown
    await outbox_sweeps.cancel(tx, keys_from=f"certificate:{found.id}:", now=now)
    detail = {"certificate": found.id, "reason": reason}
    await staff.record(tx, member, "certificate revoked", detail=detail, now=now)
    return found


async def reissue(
    tx: Tx, *, certificate_id: int, member: StaffMember, now: datetime, bot: str = ""
) -> Certificate:
    """Replace a certificate, or issue a revoked one anew, with the person's name of today.

    Programme, event and what was attended stay as they were printed; number and code are new, and
    the old code says that it was replaced. Raises CertificateUnknown for one that was replaced
    already.
    """
    staff.permit(member, "certificates")
    old = await certificates.get(tx, certificate_id)
    registration = await registrations.get(tx, old.registration_id) if old else None
    event = await events.get(tx, registration.event_id) if registration else None
    if old is None or registration is None or event is None:
        raise CertificateUnknown
    await certificates.hold_programme(tx, event.programme_id)
    standing_one = await certificates.standing_of(tx, registration.id)
    if old.revoked_because == REPLACED or (standing_one and standing_one.id != old.id):
        raise CertificateUnknown
    if standing_one:
        await revoke(tx, certificate_id=old.id, reason=REPLACED, member=member, now=now)
    person = await people.get(tx, registration.person_id)
    attendee = Attendee(registration.id, person.id, person.name, person.locale)
    count = await certificates.draw_numbers(tx, programme_id=event.programme_id, count=1)
    facts = _facts(old.facts, event, attendee, count=count, bot=bot, now=now)
    await _issue_one(tx, event, attendee, facts, member=member, now=now)
    detail = {"event": event.id, "certificates": 1}
    await staff.record(tx, member, "certificates", detail=detail, now=now)
    new = await certificates.standing_of(tx, registration.id)
    if new is None:
        raise CertificateUnknown
    return new


__all__ = [
    "REPLACED",
    "Candidate",
    "Certificate",
    "Issued",
    "StaffMember",
    "Standing",
    "due",
    "issue",
    "mine",
    "own",
    "reissue",
    "revoke",
    "standing",
]
