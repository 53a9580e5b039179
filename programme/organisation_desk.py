"""Look at one organisation: who speaks for it, how it is reached, whom it names."""

from dataclasses import dataclass

from programme import staff
from programme.directory_refusals import OrganisationNotFound
from storage import card_rows, memberships, message_history, organisations, staff_notes
from storage.card_rows import Quota
from storage.database import Tx
from storage.memberships import Member
from storage.organisations import Organisation
from storage.staff import StaffMember
from storage.staff_notes import Note, Whom

NOTES_SHOWN = 2


@dataclass(frozen=True)
class OrganisationCard:
    """One organisation; `speakers` act for it, `members` are all its people by name."""

    organisation: Organisation
    members: list[Member]
    quotas: list[Quota]
    notes: list[Note]
    notes_count: int
    messages: int

    @property
    def speakers(self) -> list[Member]:
        """Those who act for the organisation."""
        return [one for one in self.members if one.speaks]


async def card(tx: Tx, *, organisation_id: int, member: StaffMember) -> OrganisationCard:
    """Look at one organisation; raises OrganisationNotFound."""
    staff.permit(member, "search")
    unit = await organisations.get(tx, organisation_id)
    if unit is None:
        raise OrganisationNotFound
    whom = Whom(organisation_id=unit.id)
    return OrganisationCard(
        organisation=unit,
        members=await memberships.members(tx, unit.id),
        quotas=await card_rows.quotas(tx, unit.id),
        notes=await staff_notes.page(tx, whom, limit=NOTES_SHOWN),
        notes_count=await staff_notes.count(tx, whom),
        messages=await message_history.count_of_organisation(tx, unit.id),
    )


__all__ = ["Member", "Organisation", "OrganisationCard", "Quota", "card"]
