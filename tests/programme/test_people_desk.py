import pytest

from programme import people_desk
from programme.people_refusals import PersonNotFound
from programme.polish_order import by_surname
from storage.database import Database
from tests.programme.audience import CHIEF
from tests.programme.joined import certify, merge
from tests.programme.steps import register
from tests.storage.rows import make_event, make_person

NAMES = ("Łucja Zając", "Lucyna Zającowa", "Jan Żółty", "Ewa Nowak", "Ewelina Nowakowska")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("zajac", ["Łucja Zając", "Lucyna Zającowa"]),
        ("ZAJĄC łucja", ["Łucja Zając", "Lucyna Zającowa"]),
        ("zolty", ["Jan Żółty"]),
        ("now ew", ["Ewa Nowak", "Ewelina Nowakowska"]),
        ("nowka ewa", ["Ewa Nowak"]),
        ("j", []),
        ("nikt", []),
        ("   ", []),
        ("😀", []),
        ("o2@EXAMPLE", ["Jan Żółty"]),
        ("@", sorted(NAMES, key=by_surname)),
    ],
)
async def test_find_takes_a_part_or_a_slip(
    database: Database, words: str, found: list[str]
) -> None:
    async with database.transaction() as tx:
        for number, name in enumerate(NAMES):
            await make_person(tx, name=name, mail=f"o{number}@example.org")

        assert [one.name for one in await people_desk.find(tx, words=words, member=CHIEF)] == found


async def test_card_shows_everything_of_a_person_and_who_they_were(database: Database) -> None:
    async with database.transaction() as tx:
        kept = await make_person(tx, name="Ewa Nowak", chat=1)
        gone = await make_person(tx, name="E. Nowak", mail="ewa@example.org")
        seat = (await register(tx, await make_event(tx), gone)).registration_id
        await certify(tx, seat)
        await merge(tx, kept, gone)

        cards = [await people_desk.card(tx, person_id=one, member=CHIEF) for one in (kept, gone)]

        assert cards[0] == cards[1]
        card = cards[0]
        assert (card.person.id, card.person.name, card.joined) == (kept, "Ewa Nowak", ["E. Nowak"])
        assert [one.address for one in card.ways] == ["1", "ewa@example.org"]
        assert card.used is not None
        assert card.used.address == "1"
        assert [(one.registration_id, one.state, one.certificate) for one in card.history] == [
            (seat, "active", f"AW/{seat}/2027")
        ]


async def test_card_of_nobody_is_refused(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(PersonNotFound):
            await people_desk.card(tx, person_id=7, member=CHIEF)
