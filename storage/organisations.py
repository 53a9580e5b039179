"""The register of organisations."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, select, update

from storage import keyed
from storage.database import Tx
from storage.name_keys import with_keys_of_organisation
from storage.tables import organisation


@dataclass(frozen=True)
class Organisation:
    """One organisation of the register; `kind` is ngo or office."""

    id: int
    key: str
    name: str
    kind: str
    email: str
    phone: str
    locality: str
    areas: tuple[str, ...]
    # Whether they want to be invited; what concerns a seat of theirs they hear in any case.
    invitations: bool = True
    unreachable_address: str = ""
    # Where a printed letter goes, lines as on the envelope; empty when nobody told.
    postal_address: str = ""

    @property
    def mailbox(self) -> str:
        """The address to write to; empty when there is none or mail comes back from it."""
        return "" if self.email.lower() == self.unreachable_address else self.email


async def save(
    tx: Tx,
    *,
    key: str,
    name: str,
    kind: str,
    email: str,
    phone: str,
    locality: str,
    areas: tuple[str, ...],
    postal_address: str | None = None,
) -> keyed.Saved:
    """Add the organisation with this key or bring it up to date.

    Without a postal address, not even an empty one, the one that is known stays.
    """
    values: dict[str, object] = {
        "name": name,
        "kind": kind,
        "email": email,
        "phone": phone,
        "locality": locality,
        "areas": list(areas),
    }
    if postal_address is not None:
        values["postal_address"] = postal_address
    kept = with_keys_of_organisation(values)
    return await keyed.save(tx, organisation, key={"key": key}, values=kept)


async def change(tx: Tx, organisation_id: int, **values: object) -> None:
    """Change columns of an organisation, and with a name what orders and finds it."""
    kept = with_keys_of_organisation(values)
    await tx.execute(update(organisation).where(organisation.c.id == organisation_id).values(kept))


async def list_all(tx: Tx, *, hold: bool = False) -> list[Organisation]:
    """List the whole register in the order it was added.

    With `hold` nobody can change what they want to hear until the transaction ends.
    """
    query = select(organisation).order_by(organisation.c.id)
    rows = await tx.execute(query.with_for_update(read=True) if hold else query)
    return [_from_row(row) for row in rows]


async def held(tx: Tx, units: Collection[Organisation]) -> list[Organisation]:
    """Read organisations anew; nobody can change what they want to hear from now on."""
    ids = [one.id for one in units]
    query = select(organisation).where(organisation.c.id.in_(ids)).order_by(organisation.c.id)
    return [_from_row(row) for row in await tx.execute(query.with_for_update(read=True))]


async def of_ids(tx: Tx, numbers: Collection[int]) -> dict[int, Organisation]:
    """Read many organisations at once, by number."""
    query = select(organisation).where(organisation.c.id.in_(numbers))
    return {row.id: _from_row(row) for row in await tx.execute(query)}


async def get(tx: Tx, organisation_id: int) -> Organisation | None:
    """Read one organisation."""
    found = select(organisation).where(organisation.c.id == organisation_id)
    row = (await tx.execute(found)).first()
    return _from_row(row) if row else None


def _from_row(row: Row[tuple[object, ...]]) -> Organisation:
    values = {name: getattr(row, name) for name in Organisation.__dataclass_fields__}
    return Organisation(**values | {"areas": tuple(values["areas"])})
