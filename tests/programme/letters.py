"""Letters to many for tests: written, and seen by whoever confirms them."""

from typing import Any

from programme import invitation_drafts
from programme.audience_choice import preset
from programme.invitation_drafts import Invitation
from programme.invitation_sending import Rules
from programme.quiet_hours import QuietHours
from storage.database import Tx
from storage.staff import StaffMember
from tests.programme.audience import make_member
from tests.storage.rows import NOW, make_programme

ALONE = Rules(QuietHours(), second_eyes=0)
TWO = Rules(QuietHours(), second_eyes=1)
WORDS = {
    "subject": "Zaproszenie",
    "body": "Szanowni Państwo {osoba}, zapraszamy.",
    "case_number": "",
}


async def draft(tx: Tx, member: StaffMember, *, audience: str = "ngo", **words: str) -> Invitation:
    """Write a letter that could leave."""
    letter = await invitation_drafts.begin(tx, member=member, event_id=None, now=NOW)
    letter = await invitation_drafts.change_words(
        tx,
        member=member,
        invitation_id=letter.id,
        revision=letter.revision,
        words=WORDS | words,
        now=NOW,
    )
    return await invitation_drafts.change_audience(
        tx,
        member=member,
        invitation_id=letter.id,
        revision=letter.revision,
        choice=preset(audience),
        now=NOW,
    )


def seen(letter: Invitation, member: StaffMember) -> dict[str, Any]:
    return {"member": member, "invitation_id": letter.id, "revision": letter.revision, "now": NOW}


async def crowd(tx: Tx, count: int = 2) -> None:
    await make_programme(tx)
    for number in range(1, count + 1):
        await make_member(tx, f"Osoba {number}", chat=number)
