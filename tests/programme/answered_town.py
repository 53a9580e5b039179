"""A municipality that has answered: the surveys that come with the program, and a crowd by dice."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from programme import survey_filling, survey_loading, surveys
from programme.importing.survey_file import read_survey
from programme.questions import Question
from storage import waves
from storage.database import Tx
from storage.surveys import Survey
from storage.waves import Wave

SAMPLES = Path(__file__).parents[2] / "bot" / "sample" / "surveys"
NOW = datetime(2027, 1, 4, 10, 0, tzinfo=UTC)
ZONE = "Europe/Warsaw"
OPINIONS = (
    "Więcej zajęć dla dzieci i młodzieży po południu.",
    "Nie wiem, kto tu działa. Przydałaby się tablica przy sklepie.",
    "Dziękuję, wszystko było zrozumiałe!",
    "=SUMA(A1:A9) – to nie jest formuła, tylko żart.",
    "Autobus, żeby dało się dojechać na spotkania do Miłek i z powrotem.",
)


async def load(tx: Tx, name: str) -> Survey:
    """Load a survey that comes with the program."""
    definition = read_survey((SAMPLES / f"{name}.toml").read_bytes(), today=NOW.date())
    await survey_loading.load(tx, definition=definition, zone=ZONE, now=NOW)
    return await surveys.find(tx, definition.key)


async def hold(
    tx: Tx, survey: Survey, key: str, *, people: int, seed: int, better: float = 0.0
) -> Wave:
    """Open a wave that was loaded, let a crowd answer by the public link, and close it."""
    wave = await waves.by_key(tx, survey.id, key)
    assert wave is not None
    await waves.open_now(tx, wave.id)
    await answer(tx, survey, wave, people=people, seed=seed, better=better)
    await waves.close(tx, wave.id, now=wave.opens_at + timedelta(days=14))
    return wave


async def hold_about(
    tx: Tx, survey: Survey, event_id: int, key: str, *, people: int, seed: int
) -> None:
    """Hold a wave about an event."""
    wave = await waves.add(
        tx,
        survey_id=survey.id,
        key=key,
        opens_at=NOW,
        now=NOW,
        state=waves.OPEN,
        event_id=event_id,
        public_key=f"about-{key}",
    )
    assert wave is not None
    await answer(tx, survey, wave, people=people, seed=seed, better=0.6)
    await waves.close(tx, wave.id, now=NOW + timedelta(days=14))


async def answer(
    tx: Tx, survey: Survey, wave: Wave, *, people: int, seed: int, better: float
) -> None:
    """Let so many devices answer all that they are asked; half of them make a linking code."""
    chance = random.Random(seed)  # noqa: S311 -- the same crowd every time
    now = wave.opens_at + timedelta(hours=1)
    for number in range(people):
        filling = await survey_filling.open_for(
            tx, wave_id=wave.id, owner=f"device:{seed}-{number}", now=now
        )
        # All is said before it is saved, so that the crowd does not take long.
        said: dict[str, str | Sequence[str] | None] = {
            question.key: _say(chance, question, better)
            for question in filling.form.questions
            if question.kind != "info"
        }
        filling = await survey_filling.save(tx, filling=filling, given=said, door="web", now=now)
        while (question := filling.open) is not None:
            more = {question.key: "seen" if question.kind == "info" else said[question.key]}
            filling = await survey_filling.save(
                tx, filling=filling, given=more, door="web", now=now
            )
        if filling.form.linked and number % 2 == 0:
            code = survey_filling.hashed(survey, f"somebody {number}")
            filling = await survey_filling.link(
                tx, filling=filling, link_hash=code, door="web", now=now
            )
        await survey_filling.hand_in(tx, filling=filling, door="web", now=now)


def _say(chance: random.Random, question: Question, better: float) -> str | Sequence[str] | None:
    if question.missing and chance.random() < 0.1:
        return question.missing[0]
    keys = [option.key for option in question.options]
    match question.kind:
        case "choice" | "yes_no":
            return keys[min(int(chance.random() ** (1 + better) * len(keys)), len(keys) - 1)]
        case "multiple":
            most = min(question.at_most or len(keys), 3)
            return chance.sample(keys, max(question.at_least, chance.randint(1, most)))
        case "ranking":
            return chance.sample(keys, question.at_most or len(keys))
        case "scale":
            points = len(question.points)
            place = int(chance.random() ** (1 / (1 + better)) * points)
            return question.points[min(place, points - 1)]
        case "number":
            return str(int(question.minimum or 0) + chance.randint(0, 40))
        case "date":
            return "2027-01-15"
        case _:
            return chance.choice(OPINIONS) if chance.random() < 0.9 or question.required else None
