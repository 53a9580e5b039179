"""Keep what a file says: all of it in the given transaction, and nothing twice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from programme import event_questions, fair, registration, reminders
from programme.event_rows import event_row, rule_rows, session_rows
from programme.importing import problems as faults
from programme.importing.blanks import Blanks
from programme.importing.blanks import save as save_documents
from programme.importing.entries import (
    EventEntry,
    OrganisationEntry,
    PrivacyNoticeEntry,
    ProgrammeFile,
)
from programme.importing.spelling import fold
from programme.quiet_hours import QuietHours
from storage import organisations, programmes
from storage.database import Tx


@dataclass(frozen=True)
class Loaded:
    """How many events or organisations are new, changed, or were there just so.

    For a programme file its own facts and its privacy notice count as one each.
    """

    added: int = 0
    changed: int = 0
    same: int = 0


async def load_programme(
    tx: Tx,
    *,
    file: ProgrammeFile,
    now: datetime,
    quiet: QuietHours | None = None,
    blanks: Blanks | None = None,
) -> Loaded:
    """Keep a programme file, plan reminders and fill seats that a larger capacity gives.

    Where people are registered, sessions, places and publication must stay: they would have
    to be told. Raises FileRefused with every such event; the caller's transaction must then
    end without a commit. An event that staff have cancelled stays cancelled. Without `blanks`
    required documents keep the blanks that they have.
    """
    saved = await programmes.save_programme(tx, _programme(file))
    await programmes.hold_in_order(tx, keys=[event.key for event in file.events])
    held = {event.key: await programmes.hold_event(tx, key=event.key) for event in file.events}
    problems = await _notice_problems(tx, file.privacy_notice)
    for entry in file.events:
        kept = held[entry.key]
        if kept is not None:
            problems += _event_problems(entry, kept, _event(entry, file.zone, saved.id, kept))
    if problems:
        raise faults.FileRefused(tuple(problems))
    outcomes = [saved.outcome, await _save_notice(tx, file.privacy_notice, now)]
    for entry in file.events:
        values = _event(entry, file.zone, saved.id, held[entry.key])
        form_id = await event_questions.keep(
            tx, event_key=entry.key, questions=entry.questions, now=now
        )
        values = replace(values, form_id=form_id)
        outcomes.append(await _save_event(tx, entry, values, now=now, quiet=quiet, blanks=blanks))
    return _loaded(outcomes)


async def load_register(tx: Tx, *, entries: Iterable[OrganisationEntry]) -> Loaded:
    """Keep the rows of a register; an organisation is known by its name however it is spelt."""
    outcomes = []
    for entry in entries:
        saved = await organisations.save(
            tx,
            key=fold(entry.name),
            name=entry.name,
            kind=entry.kind,
            email=entry.email,
            phone=entry.phone,
            locality=entry.locality,
            areas=entry.areas,
            postal_address=entry.postal_address,
        )
        outcomes.append(saved.outcome)
    return _loaded(outcomes)


def _loaded(outcomes: Iterable[str]) -> Loaded:
    return Loaded(**Counter(outcomes))


def _programme(file: ProgrammeFile) -> programmes.Programme:
    return programmes.Programme(
        key=file.key,
        title=file.title,
        funder_line=file.funder_line,
        organiser=file.organiser,
        contact=file.contact,
        starts_on=file.starts_on,
        ends_on=file.ends_on,
    )


def _event(
    entry: EventEntry, zone: str, programme_id: int, kept: programmes.KeptEvent | None
) -> programmes.Event:
    is_cancelled = kept is not None and kept.event.state == "cancelled"
    return event_row(
        entry,
        zone=zone,
        programme_id=programme_id,
        state="cancelled" if is_cancelled else entry.state,
        form_id=kept.event.form_id if kept else None,
    )


async def _save_event(
    tx: Tx,
    entry: EventEntry,
    values: programmes.Event,
    *,
    now: datetime,
    quiet: QuietHours | None,
    blanks: Blanks | None,
) -> str:
    saved = await programmes.save_event(tx, values)
    sessions = session_rows(entry, values.zone)
    moved = await programmes.save_sessions(tx, event_id=saved.id, sessions=sessions)
    ruled = await programmes.save_rules(tx, event_id=saved.id, rules=rule_rows(entry.rules))
    asked = await save_documents(tx, event_id=saved.id, entry=entry, blanks=blanks, now=now)
    if saved.outcome == "same" and not (moved or ruled or asked):
        return "same"
    await reminders.plan_event(tx, event_id=saved.id, now=now, quiet=quiet)
    await registration.promote(tx, event_id=saved.id, now=now, quiet=quiet)
    await fair.promote(tx, event_id=saved.id, now=now)
    return "added" if saved.outcome == "added" else "changed"


def _event_problems(
    entry: EventEntry, kept: programmes.KeptEvent, wanted: programmes.Event
) -> list[faults.FileProblem]:
    if kept.event.programme_id != wanted.programme_id:
        return [faults.EventOfAnotherProgramme(entry.key, kept.event.title)]
    sessions = session_rows(entry, wanted.zone)
    # What was ever promised to someone is not deleted, even when they have cancelled since.
    bound = kept.registered or (kept.ever_registered and len(sessions) < len(kept.sessions))
    changes = _changes(kept, wanted, sessions)
    if not bound or not changes:
        return []
    return [faults.EventHasPeople(entry.key, kept.event.title, bound, changes)]


def _changes(
    kept: programmes.KeptEvent,
    wanted: programmes.Event,
    sessions: tuple[programmes.Session, ...],
) -> tuple[str, ...]:
    # A place changes with the event's own; such sessions have not moved otherwise.
    placed = tuple(replace(each, place="") for each in sessions)
    kept_placed = tuple(replace(each, place="") for each in kept.sessions)
    places = [each.place for each in sessions] != [each.place for each in kept.sessions]
    differs = {
        "place": kept.event.place != wanted.place
        or (len(sessions) == len(kept.sessions) and places),
        "sessions": placed != kept_placed,
        "state": kept.event.state != wanted.state,
    }
    return tuple(name for name, changed in differs.items() if changed)


async def _notice_problems(tx: Tx, notice: PrivacyNoticeEntry) -> list[faults.FileProblem]:
    for locale, text in (("pl", notice.pl), ("en", notice.en)):
        kept = await programmes.privacy_notice_text(tx, version=notice.version, locale=locale)
        if kept not in (None, text):
            return [faults.PrivacyNoticeChanged(notice.version)]
    return []


async def _save_notice(tx: Tx, notice: PrivacyNoticeEntry, now: datetime) -> str:
    outcome = "same"
    for locale, text in (("pl", notice.pl), ("en", notice.en)):
        version = notice.version
        if await programmes.privacy_notice_text(tx, version=version, locale=locale) is None:
            await programmes.save_privacy_notice(
                tx, version=version, locale=locale, text=text, valid_from=now
            )
            outcome = "added"
    return outcome
