"""What staff take away as a file: the lists of an event, and the funder's figures."""

from datetime import datetime

from programme import indicators, lists, staff
from programme.indicators import Indicators
from programme.lists import Words
from storage.database import Tx
from storage.staff import StaffMember


async def workbook(
    tx: Tx, *, event_id: int, words: Words, member: StaffMember, now: datetime
) -> bytes:
    """Write all lists of an event as one workbook and record who took it.

    Raises NothingToExport.
    """
    staff.permit(member, "registrations")
    content = await lists.workbook(tx, event_id=event_id, words=words)
    await staff.record(tx, member, "lists", detail={"event": event_id}, now=now)
    return content


async def figures(tx: Tx, *, member: StaffMember) -> Indicators:
    """Count what the funder asks for."""
    staff.permit(member, "results")
    return await indicators.table(tx)


async def figures_file(tx: Tx, *, words: Words, member: StaffMember) -> bytes:
    """Write the funder's figures as a workbook."""
    staff.permit(member, "results")
    return await indicators.file_of(tx, file_format="xlsx", words=words)
