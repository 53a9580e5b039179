"""Letters for those whom the post alone reaches are printed, and noted as posted once."""

import pytest
from sqlalchemy import select, update

from programme import broadcast_reporting, letter_printing
from programme.broadcast_refusals import BroadcastUnknown
from programme.broadcast_reporting import Counted
from programme.report_refusals import NothingToPrint
from storage import staff
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.staff_tables import broadcast_recipient
from storage.tables import audit, broadcast
from tests.programme.small_town import Town, settle, town
from tests.storage.rows import NOW


@pytest.fixture
async def known(database: Database) -> Town:
    """Settle the small town, to which one invitation was sent."""
    async with database.transaction() as tx:
        return await settle(tx, town())


async def _author(tx: Tx, known: Town) -> StaffMember:
    return await staff.get(tx, known.staff_id)


async def test_letters_to_print_are_for_whom_the_post_alone_reaches(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        content = {"subject": "Do {organizacja}", "body": "{osoba}, {miejscowość}"}
        await tx.execute(
            update(broadcast).where(broadcast.c.id == known.broadcast_id).values(content=content)
        )
        member = await _author(tx, known)
        found = await letter_printing.letters(
            tx, member=member, broadcast_id=known.broadcast_id, now=NOW
        )

    assert found.number == 1
    assert found.facts["to"] == [
        {
            "name": "OSP Miłki",
            "address": "Miłki 1",
            "placeholders": {
                "osoba": "OSP Miłki",
                "organizacja": "OSP Miłki",
                "miejscowość": "Miłki",
            },
        }
    ]
    assert found.facts["facts"]["event"]["title"] == "Budowanie partnerstw"


async def test_posted_letters_are_noted_once_and_shown(database: Database, known: Town) -> None:
    async with database.transaction() as tx:
        member = await _author(tx, known)
        number = known.broadcast_id
        first = await letter_printing.mark_posted(tx, member=member, broadcast_id=number, now=NOW)
        second = await letter_printing.mark_posted(tx, member=member, broadcast_id=number, now=NOW)
        report = await broadcast_reporting.report(tx, member=member, broadcast_id=number)
        deeds = (await tx.execute(select(audit.c.action))).scalars().all()

    assert (first, second) == (1, 0)
    assert ("postal" in report.groups, report.groups["posted"]) == (False, Counted(0, 1))
    assert deeds.count("letters posted") == 1


async def test_letter_that_nobody_gets_by_post_prints_nothing(
    database: Database, known: Town
) -> None:
    async with database.transaction() as tx:
        member = await _author(tx, known)
        await tx.execute(
            update(broadcast_recipient)
            .where(broadcast_recipient.c.state == "postal")
            .values(state="unreachable")
        )
        with pytest.raises(NothingToPrint):
            await letter_printing.letters(
                tx, member=member, broadcast_id=known.broadcast_id, now=NOW
            )
        with pytest.raises(BroadcastUnknown):
            await letter_printing.letters(tx, member=member, broadcast_id=999, now=NOW)
