"""Sixty organisations and the 180 people who act for them, all made up."""

from dataclasses import dataclass
from datetime import datetime

from programme.importing.load import load_register
from programme.importing.register_file import read_register
from storage import memberships, organisations, people
from storage.database import Tx

ORGANISATIONS, OF_EACH = 60, 3
FIRST_CHAT = 10_001
VILLAGES = (
    "Miłki",
    "Rydzewo",
    "Ruda",
    "Staświny",
    "Wyszowate",
    "Konopki Wielkie",
    "Marcinowa Wola",
    "Paprotki",
    "Czyprki",
    "Jagodne Wielkie",
    "Lipińskie",
    "Kleszczewo",
)
KINDS = (
    ("Koło Gospodyń Wiejskich", "kultura, tradycja"),
    ("Ochotnicza Straż Pożarna", "bezpieczeństwo, ratownictwo"),
    ("Klub Seniora", "seniorzy, integracja mieszkańców"),
    ("Ludowy Zespół Sportowy", "sport, młodzież"),
    ("Stowarzyszenie Rozwoju Wsi", "rozwój wsi, ekologia"),
)
WOMEN = ["Zofia", "Halina", "Grażyna", "Danuta", "Krystyna", "Jadwiga", "Teresa", "Barbara"]
MEN = ["Stanisław", "Kazimierz", "Henryk", "Ryszard", "Tadeusz", "Zbigniew", "Mieczysław", "Jan"]
# Without the last letter, which tells a woman's surname from a man's.
SURNAMES = [
    "Jeziorn",
    "Poln",
    "Brzozow",
    "Dębow",
    "Sosnow",
    "Łąkow",
    "Leśn",
    "Ogrodow",
    "Rzeczn",
    "Górn",
    "Zieln",
    "Kamienn",
]


@dataclass(frozen=True)
class Reader:
    """Somebody of the town; `chat` or `mail` is how they are reached, neither is no way at all."""

    name: str
    chat: int | None
    mail: str | None


def register() -> bytes:
    """Write the register as the office keeps it, every fifth organisation without a mailbox.

    The last three can only be reached by post.
    """
    lines = ["nazwa;rodzaj;e-mail;telefon;miejscowość;obszary działalności;adres pocztowy"]
    for number in range(ORGANISATIONS):
        kind, areas = KINDS[number % len(KINDS)]
        village = VILLAGES[number // len(KINDS)]
        mail = "" if number % 5 == 4 else f"organizacja{number + 1}@ngo.example.org"
        by_post = number >= ORGANISATIONS - 3
        postal = f"ul. Wiejska {number + 1}, 11-513 Miłki" if by_post else ""
        mailbox = "" if by_post else mail
        lines.append(f"{kind} – {village};NGO;{mailbox};;{village};{areas};{postal}")
    return "\n".join(lines).encode()


async def settle_in(tx: Tx, *, now: datetime) -> list[Reader]:
    """Keep the register and three people of each organisation: two in chat, one by mail.

    The people of the organisations that are reached by post alone have neither.
    """
    await load_register(tx, entries=read_register(register(), filename="town.csv").entries)
    readers = []
    associations = [one for one in await organisations.list_all(tx) if one.kind == "ngo"]
    for place, organisation in enumerate(associations):
        by_post = bool(organisation.postal_address)
        for seat in range(OF_EACH):
            number = place * OF_EACH + seat
            reader = Reader(
                name=_name(number),
                chat=None if by_post or seat == OF_EACH - 1 else FIRST_CHAT + number,
                mail=None if by_post or seat < OF_EACH - 1 else f"osoba{number}@ngo.example.org",
            )
            readers.append(reader)
            await _keep(tx, reader, organisation.id, organisation.name, now=now)
    return readers


def _name(number: int) -> str:
    pair, is_man = divmod(number, 2)
    names, ending = (MEN, "y") if is_man else (WOMEN, "a")
    return f"{names[pair % len(names)]} {SURNAMES[pair // len(names) % len(SURNAMES)]}{ending}"


async def _keep(
    tx: Tx, reader: Reader, organisation_id: int, organisation: str, *, now: datetime
) -> None:
    person_id = await people.add(
        tx,
        name=reader.name,
        role="ngo",
        organisation_id=organisation_id,
        organisation_text=organisation,
        locale="pl",
        now=now,
    )
    await memberships.add(
        tx, person_id=person_id, organisation_id=organisation_id, is_contact=True, now=now
    )
    for channel, address in (("telegram", reader.chat), ("mail", reader.mail)):
        if address is not None:
            await people.add_contact(
                tx,
                person_id=person_id,
                channel=channel,
                address=str(address),
                verified=True,
                now=now,
            )
