import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programme import audience_reading, audiences
from programme.audience_choice import KINDS, LOCALES, STATES, Choice, preset
from programme.audience_reading import AudienceCount, Extremes
from programme.refusals import EventUnknown
from storage import answers_to_events, people
from storage.database import Database, Tx
from tests.programme.small_town import Town, persons_of, places_of, settle, town, units_of
from tests.storage.rows import NOW

ALL = 10**6


async def _persons(tx: Tx, choice: Choice, *, at_once: int = 2) -> list[int]:
    """Read them as a broadcast does: a few at a time, by rising number."""
    found: list[int] = []
    ceiling = await audience_reading.ceiling(tx)
    while True:
        after = found[-1] if found else 0
        some = await audience_reading.persons(tx, choice, after, ceiling, at_once)
        if not some:
            return found
        found += [one.id for one in some]


async def _units(tx: Tx, choice: Choice) -> list[tuple[int, str]]:
    return [(unit.organisation.id, unit.state) for unit in await audience_reading.units(tx, choice)]


def _subset(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


@st.composite
def choices(draw: st.DrawFn, known: Town) -> Choice:
    """Tick anything that the town knows."""
    ids = st.lists(st.sampled_from([one.id for one in known.members]), max_size=2).map(tuple)
    units = st.lists(st.sampled_from([one.id for one in known.units]), max_size=2).map(tuple)
    nothing_or = st.sampled_from([None, known.broadcast_id])
    return Choice(
        kinds=draw(_subset(KINDS)),
        localities=draw(_subset(("Miłki", "Ruda", "Łąki", "Nigdzie"))),
        areas=draw(_subset(("kultura", "sport", "pomoc"))),
        event_id=draw(st.sampled_from([None, known.event_id])),
        states=draw(_subset(STATES)),
        locales=draw(_subset(LOCALES)),
        people=draw(ids),
        organisations=draw(units),
        excluded_people=draw(ids),
        excluded_organisations=draw(units),
        silent_of=draw(nothing_or),
        got=draw(nothing_or),
    )


@pytest.fixture
async def known(database: Database) -> Town:
    """Settle the small town."""
    async with database.transaction() as tx:
        return await settle(tx, town())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
async def test_any_choice_means_whom_a_plain_loop_finds(
    database: Database, known: Town, data: st.DataObject
) -> None:
    choice = data.draw(choices(known))

    async with database.reading() as tx:
        found = await _persons(tx, choice)
        units = await _units(tx, choice)

    assert found == persons_of(known, choice)
    assert units == units_of(known, choice)


async def test_each_pair_of_criteria_means_whom_a_plain_loop_finds(
    database: Database, known: Town
) -> None:
    single = [
        Choice(kinds=("ngo",)),
        Choice(kinds=("office",)),
        Choice(localities=("Ruda",)),
        Choice(areas=("sport",)),
        Choice(locales=("en",)),
        Choice(got=known.broadcast_id),
        Choice(silent_of=known.broadcast_id),
        Choice(people=(known.members[8].id,)),
        Choice(organisations=(known.units[2].id,)),
        Choice(excluded_people=(known.members[0].id,)),
        Choice(excluded_organisations=(known.units[0].id,)),
        *(Choice(event_id=known.event_id, states=(state,)) for state in STATES),
    ]
    empty = Choice()
    async with database.reading() as tx:
        for one, other in itertools.combinations(single, 2):
            changes = {
                name: value for name, value in vars(other).items() if value != getattr(empty, name)
            }
            choice = one.with_(**changes)

            assert await _persons(tx, choice) == persons_of(known, choice), choice
            assert await _units(tx, choice) == units_of(known, choice), choice


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
async def test_whoever_is_left_out_never_gets_through(
    database: Database, known: Town, data: st.DataObject
) -> None:
    choice = data.draw(choices(known))
    out = {known.members[0].id, known.members[4].id}
    units = {known.units[0].id, known.units[1].id}
    choice = choice.with_(
        excluded_people=tuple(out), excluded_organisations=tuple(units), kinds=KINDS
    )

    async with database.reading() as tx:
        found = await _persons(tx, choice)
        named = await audience_reading.page(tx, choice, 0)
        left = await _units(tx, choice)

    theirs = {one.id for one in known.members if one.unit in {0, 1}}
    assert set(found) & (out | theirs) == set()
    assert {name.person_id for name in named.names} & (out | theirs) == set()
    assert {number for number, _state in left} & units == set()


@pytest.mark.parametrize("word", ["organisations", "ngo", "office", "event"])
async def test_short_button_means_whom_it_meant_before(
    database: Database, known: Town, word: str
) -> None:
    word = f"event:{known.event_id}" if word == "event" else word
    async with database.reading() as tx:
        before = await audiences.gather(tx, word)
        count = await audience_reading.count(tx, preset(word), NOW)
        read = await _persons(tx, preset(word))
        units = await audience_reading.units(tx, preset(word))

    told = [one for one in before.recipients if one.person_id is not None]
    assert count.messages == len(before.recipients)
    assert count.people == len(told)
    assert count.by_chat == sum(one.channel == "telegram" for one in before.recipients)
    assert count.by_mail == sum(one.channel == "mail" for one in before.recipients)
    assert count.unwanted == before.unwanted
    assert count.unreachable + count.postal == before.unreachable
    assert len(read) + len(units) == count.messages + count.same_address + count.unwanted + (
        count.unreachable + count.postal
    )


@pytest.mark.usefixtures("known")
async def test_count_says_how_all_are_reached(database: Database) -> None:
    async with database.reading() as tx:
        count = await audience_reading.count(tx, preset("organisations"), NOW)

    assert count == AudienceCount(
        people=9, organisations=0, by_chat=3, by_mail=6,
        unreachable=2, unwanted=2, postal=2, same_address=0,
    )  # fmt: skip


async def test_count_of_an_event_that_is_not_there_is_refused(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(EventUnknown):
            await audience_reading.count(tx, preset("event:999"), NOW)


@pytest.mark.usefixtures("known")
async def test_names_come_in_the_order_of_the_polish_alphabet(database: Database) -> None:
    async with database.reading() as tx:
        shown = await audience_reading.page(tx, Choice(kinds=("ngo",)), 0)

    assert [(name.name, name.state) for name in shown.names] == [
        ("Izba", "postal"),
        ("Klub Ruda", "unwanted"),
        ("LZS Łąki", "unreachable"),
        ("OSP Miłki", "postal"),
        ("Ewa Bąk", "unwanted"),
        ("Leon Bez", "unreachable"),
        ("Ula Góra", "mail"),
        ("Zofia Lis", "telegram"),
        ("Jan Łoś", "mail"),
        ("Iga Nowa", "mail"),
        ("Ola Śliwa", "mail"),
        ("Anna Żak", "telegram"),
    ]
    assert (shown.number, shown.pages, shown.first, shown.total) == (0, 1, 1, 12)


@pytest.mark.usefixtures("known")
async def test_pages_of_names_hold_everybody_once(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(40):
            await people.add(
                tx, name=f"Osoba {number}", role="ngo", organisation_id=None,
                organisation_text="", locale="pl", now=NOW,
            )  # fmt: skip
        whole = [await audience_reading.page(tx, Choice(kinds=("ngo",)), at) for at in range(4)]
        last = await audience_reading.page(tx, Choice(kinds=("ngo",)), 99)

    names = [name for shown in whole for name in shown.names]
    assert len(names) == len(set(names)) == whole[0].total == 52
    assert [shown.first for shown in whole] == [1, 16, 31, 46]
    assert last == whole[3]


async def test_longest_and_emptiest_person_are_found(database: Database, known: Town) -> None:
    async with database.transaction() as tx:
        await people.change(tx, known.members[1].id, name="Jan Maria Rokita-Wolańska-Żółkiewska")
        found = await audience_reading.extremes(tx, Choice(kinds=("ngo",)))
        nobody = await audience_reading.extremes(tx, Choice(people=(ALL,)))

    assert found.longest is not None
    assert found.emptiest is not None
    assert found.longest.id == known.members[1].id
    assert (found.emptiest.name, found.emptiest.organisation) == ("Iga Nowa", "")
    assert nobody == Extremes(None, None)


async def test_what_can_be_ticked_is_listed_once_in_polish_order(
    database: Database, known: Town
) -> None:
    async with database.reading() as tx:
        localities = await audience_reading.localities(tx)
        areas = await audience_reading.areas(tx)

    assert [(one.word, one.organisations) for one in localities] == [
        ("Łąki", 1),
        ("Miłki", 3),
        ("RUDA", 3),
    ]
    assert [one.word for one in areas] == ["bezpieczeństwo", "kultura", "pomoc", "Sport"]
    assert places_of(known, Choice(localities=("ruda",))) == {
        known.units[at].id for at in (0, 3, 6)
    }


async def test_answer_that_came_meanwhile_takes_somebody_off_the_silent(
    database: Database, known: Town
) -> None:
    choice = Choice(silent_of=known.broadcast_id)
    async with database.transaction() as tx:
        before = await _persons(tx, choice)
        await answers_to_events.refuse(
            tx, event_id=known.event_id, person_id=known.members[4].id, now=NOW
        )
        after = await _persons(tx, choice)

    assert before == [known.members[4].id, known.members[6].id]
    assert after == [known.members[6].id]


async def test_organisation_is_not_written_to_where_one_of_the_people_reads_its_mailbox(
    database: Database, known: Town
) -> None:
    anna, jan, ula = (known.members[at] for at in (0, 1, 11))
    without = Choice(kinds=("ngo",), excluded_people=(anna.id, jan.id))
    async with database.reading() as tx:
        with_ula = dict(await _units(tx, without))
        alone = dict(await _units(tx, without.with_(excluded_people=(anna.id, jan.id, ula.id))))
        count = await audience_reading.count(tx, without, NOW)

    assert with_ula[known.units[0].id] == "same_address"
    assert alone[known.units[0].id] == "queued"
    assert (count.organisations, count.same_address) == (0, 1)
