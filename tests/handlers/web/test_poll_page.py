"""A quick poll by letter, over HTTP, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from programme import polls, surveys, votes
from programme.poll_manner import ANONYMOUS, NAMED, PLAIN, Manner
from programme.quiet_hours import QuietHours
from storage import poll_waves, waves
from storage.database import Database
from storage.survey_tables import answer
from tests.handlers.web.house import ADDRESS, House, open_house
from tests.programme.audience import make_member, make_staff, seat
from tests.storage.rows import NOW, make_event

OPTIONS = ["Tak, z <b>chęcią</b>", "Raczej nie", "Nie"]


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database, tmp_path) as opened:
        yield opened


async def make_poll(house: House, *, manner: Manner = PLAIN) -> tuple[str, str]:
    """Ask Anna by letter; give the survey and the path of her letter's page."""
    async with house.database.transaction() as tx:
        event_id = await make_event(tx)
        anna = await make_member(tx, "Anna Wzorowa", mail=ADDRESS)
        await seat(tx, event_id, anna)
        asked = await polls.ask(
            tx,
            staff=await make_staff(tx),
            key="900:1",
            question="Czy przyjdą Państwo & rodzina?",
            options=OPTIONS,
            event_id=event_id,
            quiet=QuietHours(),
            now=NOW,
            manner=manner,
        )
    token = await house.door("poll", person_id=anna, survey=asked.survey_key, event=event_id)
    return asked.survey_key, f"/l/{token}"


async def counted(house: House, key: str) -> list[int]:
    async with house.database.reading() as tx:
        found = await votes.results(tx, survey_key=key)
    return [option.count for option in found.options]


async def test_link_of_an_option_chooses_it_and_sends_nothing(house: House) -> None:
    key, path = await make_poll(house)
    before = await house.dump()

    shown = await house.get(f"{path}/p/2")
    others = [await house.get(f"{path}/p/{number}") for number in ("0", "4", "x", "99999999999")]
    plain = await house.get(path)

    assert shown.status_code == 200
    assert 'value="o2" checked' in shown.text
    assert shown.text.count("checked") == 1
    assert shown.text.count("<button") == 1
    assert [page.text.count("checked") for page in (*others, plain)] == [0] * 5
    assert {page.status_code for page in (*others, plain)} == {200}
    assert "<b>chęcią" not in shown.text
    assert await house.dump() == before
    assert await counted(house, key) == [0, 0, 0]


async def test_one_press_votes_and_the_last_one_counts(house: House) -> None:
    key, path = await make_poll(house)

    sent = await house.post(f"{path}/p/1", deed="vote", option="o1")
    said = await house.get(sent.headers["location"])
    once = await counted(house, key)
    changed = await house.post(f"{path}/p/1", deed="vote", option="o3")
    later = await house.get(f"{path}/p/2")
    thanks = await house.get(changed.headers["location"])

    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}/p/1?said=kept")
    assert "Dziękujemy. Państwa odpowiedź: Tak, z &lt;b&gt;chęcią&lt;/b&gt;." in said.text
    assert once == [1, 0, 0]
    assert changed.status_code == 303
    assert await counted(house, key) == [0, 0, 1]
    assert "Dotychczasowa odpowiedź: Nie." in later.text
    assert 'value="o2" checked' in later.text
    assert 'value="o3" checked' in thanks.text


async def test_vote_can_be_taken_back(house: House) -> None:
    key, path = await make_poll(house)
    await house.post(f"{path}/p/2", deed="vote", option="o2")

    taken = await house.post(f"{path}/p/2", deed="take_back")
    said = await house.get(taken.headers["location"])

    assert "Wycofaliśmy Państwa odpowiedź" in said.text
    assert await counted(house, key) == [0, 0, 0]


@pytest.mark.parametrize("option", ["", "o9", "Tak"])
async def test_form_without_a_fit_option_says_so_beside_it(house: House, option: str) -> None:
    key, path = await make_poll(house)

    answer = await house.post(f"{path}/p/1", deed="vote", option=option)

    assert answer.status_code == 422
    assert 'id="option-error"' in answer.text
    assert await counted(house, key) == [0, 0, 0]


async def test_letter_about_something_else_opens_no_poll(house: House) -> None:
    _key, path = await make_poll(house)
    async with house.database.transaction() as tx:
        jan = await make_member(tx, "Jan", mail="jan@example.org")
    token = await house.door("reminder", person_id=jan)

    looked, sent = (
        await house.get(f"/l/{token}/p/1"),
        await house.post(f"/l/{token}/p/1", option="o1"),
    )

    assert (looked.status_code, sent.status_code) == (404, 404)
    assert (await house.get(f"{path}/p/1")).status_code == 200


async def test_several_answers_are_ticks_and_the_link_ticks_one(house: House) -> None:
    key, path = await make_poll(house, manner=Manner(multiple=True))

    shown = await house.get(f"{path}/p/2")
    await house.post(f"{path}/p/2", deed="vote", option=["o1", "o3"])
    later = await house.get(f"{path}/p/2?said=kept")

    assert shown.text.count('type="checkbox"') == 3
    assert 'value="o2" checked' in shown.text
    assert await counted(house, key) == [1, 0, 1]
    assert [f'value="o{n}" checked' in later.text for n in (1, 2, 3)] == [True, False, True]


async def test_anonymous_answer_is_final_and_its_page_never_shows_it(house: House) -> None:
    _key, path = await make_poll(house, manner=Manner(privacy=ANONYMOUS))

    before = await house.get(f"{path}/p/2")
    sent = await house.post(f"{path}/p/0", deed="vote", option="o1")
    said = await house.get(sent.headers["location"])
    again = await house.post(f"{path}/p/0", deed="vote", option="o2")
    later = await house.get(again.headers["location"])

    assert "Odpowiedź jest anonimowa. Po wysłaniu nie można jej zmienić." in before.text
    assert [one.text.count("checked") for one in (before, said, later)] == [0, 0, 0]
    assert (sent.status_code, again.status_code) == (303, 303)
    for page in (said, later):
        assert "Dziękujemy, odpowiedź została przyjęta." in page.text
        assert page.text.count("<form") == 0
    async with house.database.reading() as tx:
        rows = (await tx.execute(answer.select())).all()
    assert [row.option_keys for row in rows] == [["o1"]]


@pytest.mark.parametrize("privacy", [NAMED, ANONYMOUS])
async def test_closed_poll_takes_nothing_and_shows_counts_that_give_nobody_away(
    house: House, privacy: str
) -> None:
    key, path = await make_poll(house, manner=Manner(privacy=privacy))
    await house.post(f"{path}/p/0", deed="vote", option="o3")
    async with house.database.transaction() as tx:
        survey = await surveys.find(tx, key)
        wave = (await poll_waves.get(tx, survey.id)).wave
        await waves.close(tx, wave.id, now=NOW)

    sent = await house.post(f"{path}/p/1", deed="vote", option="o1")
    shown = await house.get(sent.headers["location"])

    assert "Zbieranie odpowiedzi na to pytanie zostało zakończone." in shown.text
    assert ("policzona: Nie." in shown.text) is (privacy == NAMED)
    assert ("<b>1 (100%)</b>" in shown.text) is (privacy == NAMED)
    assert shown.text.count("<form") == 0
