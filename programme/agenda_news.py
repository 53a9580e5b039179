"""The lines of the agenda for the weekly digest: one for each day that announcements wait for."""

from datetime import datetime

from programme import announcements
from programme.agenda_rows import ANNOUNCEMENTS, Looked, Name, Occurrence, Source, Span, Whom
from storage import announcements as rows
from storage.announcements import News
from storage.database import Tx
from storage.staff import StaffMember

LETTER = "g"
KIND = "digest"


def _moment(one: News, span: Span) -> datetime:
    return span.quiet.next_working(announcements.moment_of(one.digest_on, span.zone), span.zone)


def _name(one: News, span: Span) -> str:
    return f"{LETTER}.{span.day(_moment(one, span))}"


async def _waiting(tx: Tx, span: Span) -> dict[str, list[News]]:
    groups: dict[str, list[News]] = {}
    for one in await rows.waiting(tx):
        if _moment(one, span) <= span.until:
            groups.setdefault(_name(one, span), []).append(one)
    return groups


def _line(ones: list[News], span: Span) -> Occurrence:
    return Occurrence(
        _name(ones[0], span),
        max(_moment(ones[0], span), span.now),
        KIND,
        "",
        len(ones),
        counted=ANNOUNCEMENTS,
    )


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List the digests with how many announcements each has."""
    return [_line(ones, span) for ones in (await _waiting(tx, span)).values()]


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one digest: its announcements stand where people stand elsewhere."""
    ones = (await _waiting(tx, span)).get(".".join((LETTER, *name)))
    if not ones:
        return None
    shown = [Whom(one.id, one.subject, (), "") for one in ones[first : first + limit]]
    return Looked(_line(ones, span), shown, first, None)


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Withdraw all announcements of a digest."""
    del member
    ones = (await _waiting(tx, span)).get(".".join((LETTER, *name)), [])
    return sum([await rows.withdraw(tx, one.id, now=span.now) for one in ones])


async def leave_out(
    tx: Tx, name: Name, announcement_id: int, span: Span, member: StaffMember | None
) -> int:
    """Withdraw one announcement from a digest."""
    del member
    ones = (await _waiting(tx, span)).get(".".join((LETTER, *name)), [])
    if announcement_id not in {one.id for one in ones}:
        return 0
    return await rows.withdraw(tx, announcement_id, now=span.now)


SOURCE = Source(listed, look, stop, None, leave_out)
