"""The register of organisations."""

from dataclasses import dataclass

from sqlalchemy import Row, select

from storage import keyed
from storage.database import Tx
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
) -> keyed.Saved:
    """Add the organisation with this key or bring it up to date."""
    values = {
        "name": name,
        "kind": kind,
        "email": email,
        "phone": phone,
        "locality": locality,
        "areas": list(areas),
    }
    return await keyed.save(tx, organisation, key={"key": key}, values=values)


async def list_all(tx: Tx) -> list[Organisation]:
    """List the whole register in the order it was added."""
    rows = await tx.execute(select(organisation).order_by(organisation.c.id))
    return [_from_row(row) for row in rows]


async def get(tx: Tx, organisation_id: int) -> Organisation | None:
    """Read one organisation."""
    found = select(organisation).where(organisation.c.id == organisation_id)
    row = (await tx.execute(found)).first()
    return _from_row(row) if row else None


def _from_row(row: Row[tuple[object, ...]]) -> Organisation:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Organisation(**values | {"areas": tuple(values["areas"])})
