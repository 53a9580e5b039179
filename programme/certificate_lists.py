"""An event's certificates as staff look at them: one, all, those that only paper can bring."""

from dataclasses import dataclass

from programme import notices, staff
from programme.certificate_refusals import CertificateUnknown
from programme.certificates import REPLACED
from storage import certificates, people, registrations
from storage.certificates import Certificate
from storage.database import Tx
from storage.staff import StaffMember


@dataclass(frozen=True)
class Kept:
    """One certificate beside what the person is called today.

    `last` tells whether no newer one was issued in its place.
    """

    certificate: Certificate
    event_id: int
    name_today: str
    last: bool

    @property
    def stands(self) -> bool:
        """Whether it was neither revoked nor replaced."""
        return self.certificate.revoked_at is None


async def one(tx: Tx, *, certificate_id: int, member: StaffMember) -> Kept:
    """Look at one certificate; an unknown number raises CertificateUnknown."""
    staff.permit(member, "certificates")
    found = await certificates.get(tx, certificate_id)
    registration = await registrations.get(tx, found.registration_id) if found else None
    if found is None or registration is None:
        raise CertificateUnknown
    person = await people.get(tx, registration.person_id)
    standing = await certificates.standing_of(tx, registration.id)
    taken = standing is not None and standing.id != found.id
    last = found.revoked_because != REPLACED and not taken
    return Kept(found, registration.event_id, person.name, last)


async def newest(tx: Tx, *, event_id: int, member: StaffMember) -> list[Certificate]:
    """List an event's certificates by number, without those that were replaced."""
    staff.permit(member, "certificates")
    listed = await certificates.of_event(tx, event_id)
    return [each for each in listed if each.revoked_because != REPLACED]


async def for_printer(
    tx: Tx, *, event_id: int, member: StaffMember, only_unreached: bool = False
) -> list[Certificate]:
    """List for staff what goes to the printer."""
    staff.permit(member, "certificates")
    return await to_print(tx, event_id=event_id, only_unreached=only_unreached)


async def to_print(tx: Tx, *, event_id: int, only_unreached: bool = False) -> list[Certificate]:
    """List, as the operator, an event's certificates that stand; or those only paper can bring."""
    listed = await certificates.of_event(tx, event_id)
    standing = [each for each in listed if each.revoked_at is None]
    if not only_unreached:
        return standing
    holders = await certificates.holders(tx, event_id)
    contacts = await people.contacts_of_many(tx, sorted(set(holders.values())))
    return [
        each
        for each in standing
        if not notices.is_reachable(contacts[holders[each.registration_id]])
    ]
