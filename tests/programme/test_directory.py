from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from programme import directory
from programme.directory import Selection, read
from programme.polish_order import by_surname
from storage import organisations, people
from storage.database import Database, Tx
from storage.name_keys import key_of_person
from storage.tables import contact, person
from tests.programme.audience import CHIEF
from tests.programme.joined import merge
from tests.programme.steps import register
from tests.storage.rows import NOW, make_event, make_person

READER = replace(CHIEF, role="viewer")
LETTERS = "aąbcćdeęłnńoósśwyzźż AĄŁŚŻ-’'öéжあ"


async def _unit(tx: Tx, key: str, name: str, locality: str, **more: str) -> int:
    values = {"kind": "ngo", "email": "", "phone": ""} | more
    saved = await organisations.save(tx, key=key, name=name, locality=locality, areas=(), **values)
    return saved.id


async def _names(tx: Tx, selection: Selection) -> list[str]:
    """Page through a list and give all names in the order of the pages."""
    first = await directory.page(tx, selection=selection, number=0, member=READER)
    pages = [
        await directory.page(tx, selection=selection, number=number, member=READER)
        for number in range(first.pages)
    ]
    assert [one.total for one in pages] == [first.total] * len(pages)
    assert [one.first for one in pages] == [1 + 10 * number for number in range(len(pages))]
    return [row.name for one in pages for row in one.rows]


@given(one=st.text(LETTERS, max_size=12), other=st.text(LETTERS, max_size=12))
def test_key_of_a_person_has_the_order_of_a_polish_list(one: str, other: str) -> None:
    keys, order = (key_of_person(one), key_of_person(other)), (by_surname(one), by_surname(other))

    if order[0][:2] != order[1][:2]:
        assert (keys[0].encode() < keys[1].encode()) == (order[0][:2] < order[1][:2])
    else:
        assert keys[0] == keys[1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=34))
async def test_everybody_is_on_one_page_in_a_stable_order(
    database: Database, names: list[str]
) -> None:
    async with database.transaction() as tx:
        await tx.execute(delete(person))
        for name in names:
            await make_person(tx, name=name)

        found = await _names(tx, Selection(directory.PEOPLE))

        assert sorted(found) == sorted(names)
        assert found == sorted(names, key=lambda name: by_surname(name)[:2])
        assert await _names(tx, Selection(directory.PEOPLE)) == found


async def test_people_are_narrowed_by_everything_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        milki = await _unit(tx, "a", "KGW Miłki", "Miłki")
        ruda = await _unit(tx, "b", "OSP Ruda", "Ruda")
        for name, role, unit, mail in (
            ("Anna Miłkowska", "ngo", milki, "a@example.org"),
            ("Ewa Bezadresu", "ngo", milki, None),
            ("Jan Urzędowy", "clerk", milki, "j@example.org"),
            ("Ola Rudzka", "ngo", ruda, "o@example.org"),
        ):
            await make_person(tx, name=name, role=role, organisation_id=unit, mail=mail)
        silent = await make_person(tx, name="Iga Cicha", mail="i@example.org")
        await people.change(tx, silent, invitations=False)

        found = {
            written: await _names(tx, read(directory.PEOPLE, written))
            for written in (
                "",
                "kc",
                "rx",
                f"l{milki}",
                f"o{ruda}",
                f"kn-ry-l{milki}",
                "ix",
                "zz-k-q7-l",
            )
        }

    everybody = ["Ewa Bezadresu", "Iga Cicha", "Anna Miłkowska", "Ola Rudzka", "Jan Urzędowy"]
    assert found == {
        "": everybody,
        "kc": ["Jan Urzędowy"],
        "rx": ["Ewa Bezadresu"],
        f"l{milki}": ["Ewa Bezadresu", "Anna Miłkowska", "Jan Urzędowy"],
        f"o{ruda}": ["Ola Rudzka"],
        f"kn-ry-l{milki}": ["Anna Miłkowska"],
        "ix": ["Iga Cicha"],
        "zz-k-q7-l": everybody,
    }


async def test_people_whose_only_contact_fails_cannot_be_reached(database: Database) -> None:
    async with database.transaction() as tx:
        lost = await make_person(tx, name="Ewa Zwrotna", mail="e@example.org")
        await people.set_unreachable(
            tx, channel="mail", address="e@example.org", why="550", now=NOW
        )
        await make_person(tx, name="Jan Niepewny")
        await tx.execute(contact.update().values(person_id=lost))

        found = await directory.page(
            tx, selection=Selection(directory.PEOPLE), number=0, member=READER
        )

    assert [(row.name, row.reachable) for row in found.rows] == [  # type: ignore[union-attr]
        ("Jan Niepewny", False),
        ("Ewa Zwrotna", False),
    ]


async def test_whoever_was_joined_is_listed_once(database: Database) -> None:
    async with database.transaction() as tx:
        kept, gone = await make_person(tx, name="Ewa Nowak"), await make_person(tx, name="E. Nowak")
        await merge(tx, kept, gone)

        assert await _names(tx, Selection(directory.PEOPLE)) == ["Ewa Nowak"]


async def test_a_new_name_moves_a_person_in_the_list(database: Database) -> None:
    async with database.transaction() as tx:
        number = await make_person(tx, name="Anna Adamska")
        await make_person(tx, name="Jan Lis")
        await people.change(tx, number, name="Anna Żak")

        assert await _names(tx, Selection(directory.PEOPLE)) == ["Jan Lis", "Anna Żak"]


async def test_organisations_are_narrowed_by_kind_mailbox_and_place(database: Database) -> None:
    async with database.transaction() as tx:
        await _unit(tx, "a", "Łódka", "Miłki", email="a@example.org")
        lost = await _unit(tx, "b", "Ławka", "Ruda", email="b@example.org")
        await _unit(tx, "c", "Lipa", "Miłki", kind="office")
        await organisations.change(tx, lost, unreachable_address="b@example.org")

        found = {
            written: await _names(tx, read(directory.ORGANISATIONS, written))
            for written in ("", "kf", "my", "mx", "mz", f"l{lost}")
        }

    assert found == {
        "": ["Lipa", "Ławka", "Łódka"],
        "kf": ["Lipa"],
        "my": ["Łódka"],
        "mx": ["Ławka"],
        "mz": ["Lipa"],
        f"l{lost}": ["Ławka"],
    }


async def test_registrations_are_listed_by_event_person_and_state(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, other_id = await make_event(tx, capacity=1), await make_event(tx)
        zak, lis = await make_person(tx, name="Jan Żak"), await make_person(tx, name="Ewa Lis")
        for one, where in ((zak, event_id), (lis, event_id), (lis, other_id)):
            await register(tx, where, one)

        found = {
            written: await _names(tx, read(directory.REGISTRATIONS, written))
            for written in ("", f"e{event_id}", "ss", "sw", "sa", "sc", f"p{lis}", f"p{lis}-ss")
        }

    assert found == {
        "": ["Ewa Lis", "Ewa Lis", "Jan Żak"],
        f"e{event_id}": ["Ewa Lis", "Jan Żak"],
        "ss": ["Ewa Lis", "Jan Żak"],
        "sw": ["Ewa Lis"],
        "sa": [],
        "sc": [],
        f"p{lis}": ["Ewa Lis", "Ewa Lis"],
        f"p{lis}-ss": ["Ewa Lis"],
    }


async def test_page_beyond_the_end_is_the_last_and_before_the_beginning_the_first(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        for number in range(21):
            await make_person(tx, name=f"Jan N{number:02}")
        pages = [
            await directory.page(
                tx, selection=Selection(directory.PEOPLE), number=number, member=READER
            )
            for number in (-3, 99)
        ]

    assert [(one.number, one.pages, len(one.rows)) for one in pages] == [(0, 3, 10), (2, 3, 1)]


async def test_localities_come_in_polish_order_a_page_at_a_time(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(25):
            await _unit(tx, f"u{number}", "Koło", f"Wieś {number:02}")
        await _unit(tx, "l", "Koło", "Łąki")
        await _unit(tx, "z", "Koło", "Żabin")
        listed = [
            await directory.localities(
                tx, selection=Selection(directory.PEOPLE), number=number, member=READER
            )
            for number in (0, 9)
        ]

    assert [one.number for one in listed] == [0, 1]
    names = [place.name for one in listed for place in one.listed]
    assert (names[0], names[-1], len(names)) == ("Łąki", "Żabin", 27)


@pytest.mark.parametrize("of", [*directory.FACETS, "q"])
def test_selection_read_from_anything_is_one_that_can_be_written(of: str) -> None:
    strange = read(of, "ky-r-l-l1-l2-o0-e9-sx-ss-p-5-:")

    assert read(strange.of, strange.write()) == strange


def test_choosing_the_same_once_more_takes_it_back() -> None:
    chosen = Selection(directory.PEOPLE).choosing("k", "n").choosing("r", "y")

    assert chosen.choosing("k", "n").write() == "ry"
    assert chosen.choosing("k", "c").write() == "kc-ry"
    assert len(f"wl:p:99:{chosen.write()}-l{10**8}-o{10**8}") < 64
