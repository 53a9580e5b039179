"""After an anonymous survey, no join of any tables leads from an answer to a person.

People answer by the chat, with the bot running, by the page behind a letter, by a device and by a
printed code. Then every value of every table is held against every answer. The same is done with
a survey that keeps names, which shows that what is looked for can be found.
"""

import random
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from programme import letter_doors, linking_code, survey_filling, survey_pages, survey_waves
from programme.fillings import person
from programme.questions import Option, Question
from storage import survey_recipients
from storage.columns import metadata
from storage.database import Database
from storage.survey_tables import current_answer
from storage.waves import Wave
from tests.handlers.joins import STORE, correlation, leaks, orders, rows_of, written_together
from tests.handlers.scene import Scene
from tests.programme.filled import make_survey, make_wave
from tests.storage.rows import make_person

# Keys and words that are in no other sentence, so that what is found is theirs.
VILLAGES = tuple(Option(f"zq{number}kx", f"Wieś {number}") for number in (1, 2, 3))
PLACE = Question("place", "choice", "Skąd?", VILLAGES)
WORD = Question("word", "text", "Jedno słowo?")
BY_CHAT, BY_PAGE = 5, 35
EVEN = 0.6  # an order of forty names that tells nothing is almost never more like another


@dataclass
class World:
    """A survey that was answered, and in which order."""

    scene: Scene
    survey_id: int
    wave: Wave
    words: list[str]

    @property
    def database(self) -> Database:
        return self.scene.database

    async def in_order(self) -> list[str]:
        """List the respondents in the order in which they handed in."""
        async with self.database.reading() as tx:
            rows = await tx.execute(
                select(current_answer.c.text, current_answer.c.respondent).where(
                    current_answer.c.survey_id == self.survey_id,
                    current_answer.c.question_key == WORD.key,
                )
            )
            said = {row.text: row.respondent for row in rows}
        return [said[word] for word in self.words]

    async def close(self) -> None:
        async with self.database.transaction() as tx:
            await survey_waves.close(tx, wave_id=self.wave.id, member=None, now=self.scene.clock())


async def make_world(scene: Scene, privacy: str) -> World:
    """Let people answer by all doors, mixed."""
    mixed = random.Random(7)  # noqa: S311 -- to repeat the same mixture
    async with scene.database.transaction() as tx:
        survey = await make_survey(tx, privacy=privacy, questions=(PLACE, WORD))
        people = [
            await make_person(
                tx, name=f"Osoba {number}", chat=number + 100, mail=f"o{number}@example.org"
            )
            for number in range(BY_CHAT + BY_PAGE)
        ]
        wave = await make_wave(tx, survey, asked=people, public_key="abcabc")
        await survey_recipients.add_codes(tx, wave.id, ["c0ffee"])
    turns = [*enumerate(people), *((-1, owner) for owner in ("device:0fe1d2", "code:c0ffee"))]
    mixed.shuffle(turns)
    world = World(scene, survey.id, wave, [])
    for number, who in turns:
        word = f"słowo-{mixed.randbytes(6).hex()}"
        option = PLACE.options[len(world.words) % 3].key
        if 0 <= number < BY_CHAT:
            await by_chat(scene, number + 100, wave, option, word)
        else:
            owner = who if isinstance(who, str) else person(who)
            await by_page(scene, owner, wave, option, word)
        world.words.append(word)
    await scene.settle()
    return world


async def by_chat(scene: Scene, chat: int, wave: Wave, option: str, word: str) -> None:
    visitor = scene.visitor(chat, "Osoba")
    await scene.say(visitor, f"/start ga_{wave.id}")
    await scene.choose(visitor, "=.begin")
    await scene.choose(visitor, f"={option}")
    await scene.say(visitor, word)
    await scene.choose(visitor, "=.send")


async def by_page(scene: Scene, owner: str, wave: Wave, option: str, word: str) -> None:
    now = scene.clock()
    kind, _, number = owner.partition(":")
    async with scene.database.transaction() as tx:
        if kind == "person":
            await letter_doors.make(
                tx,
                purpose=letter_doors.PAGE,
                kind="survey_asked",
                address=f"o{number}@example.org",
                locale="pl",
                subject={"wave": wave.id, "owner": owner},
                now=now,
                lasts=None,
                person_id=int(number),
            )
        filling = await survey_pages.take_up(tx, wave_id=wave.id, owner=owner, now=now)
        given = {PLACE.key: option, WORD.key: word}
        filling = await survey_filling.save(tx, filling=filling, given=given, door="web", now=now)
        mother = "".join(chr(ord("a") + int(sign, 16)) for sign in word[-12:])
        parts = {"mother": mother, "father": "Jan", "birth_day": "7", "birth_place": "Ruda"}
        code = linking_code.make(filling.survey, parts)
        filling = await survey_filling.link(
            tx, filling=filling, link_hash=code, door="web", now=now
        )
    async with scene.database.transaction() as tx:
        await survey_pages.hand_in(tx, filling, door="web", now=now)
        if kind == "code":
            assert await survey_recipients.use_code(tx, wave.id, number)


async def test_no_join_leads_from_an_anonymous_answer_to_anybody(
    scene_both: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    world = await make_world(scene_both, "anonymous")
    is_sqlite = world.database.is_sqlite
    async with world.database.reading() as tx:
        while_open = leaks(await rows_of(tx), world.survey_id)
    handed_in = await world.in_order()
    await world.close()

    async with world.database.reading() as tx:
        rows = await rows_of(tx)
        read = await orders(tx, world.survey_id, is_sqlite=is_sqlite)
        others = [name for name in metadata.tables if name not in STORE]
        together = [] if is_sqlite else await written_together(tx, world.survey_id, others)

    assert len(handed_in) == len(set(handed_in)) == BY_CHAT + BY_PAGE + 2
    assert while_open == leaks(rows, world.survey_id) == []
    assert {
        name: round(correlation(handed_in, each), 2)
        for name, each in read.items()
        if abs(correlation(handed_in, each)) > EVEN
    } == {}
    assert together == []
    # Moments and doors are the same for all, and nothing is left of what was on its way.
    mine = [row for row in rows["answer"] if row["survey_id"] == world.survey_id]
    assert {(row["answered_at"], row["door"]) for row in mine} == {(world.wave.opens_at, "")}
    assert rows["survey_draft"] == []
    said = [word for word in (*world.words, *handed_in) if word in caplog.text]
    assert said == []


async def test_joins_are_found_where_names_are_kept(scene_both: Scene) -> None:
    world = await make_world(scene_both, "named")
    is_sqlite = world.database.is_sqlite
    handed_in = await world.in_order()

    async with world.database.reading() as tx:
        found = leaks(await rows_of(tx), world.survey_id)
        read = await orders(tx, world.survey_id, is_sqlite=is_sqlite)
        together = [] if is_sqlite else await written_together(tx, world.survey_id, ["inbox"])

    assert "response.respondent = survey_recipient.owner" in found
    assert "answer.text = inbox.payload" in found
    assert "answer.option_keys = outbox.facts" in found
    assert correlation(handed_in, read["answer ORDER BY id"]) == 1
    assert together == ([] if is_sqlite else ["inbox"])
