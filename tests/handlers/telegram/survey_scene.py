"""A survey that asks somebody of the chat, and what tests see of it."""

import json
from datetime import timedelta
from typing import Any

from playground.visitor import Visitor
from programme import surveys
from programme.forms import Condition, Form, Option, Question
from storage import survey_recipients, waves
from storage import surveys as store
from storage.database import Tx
from tests.handlers.scene import Scene

YES_NO = (Option("yes", "Tak", "Yes"), Option("no", "Nie", "No"))
INFO = Question("wstep", "info", "Najpierw kilka pytań o organizacje.")
KNOWS = Question("zna", "yes_no", "Czy znają Państwo jakąś organizację?", YES_NO, hard_to_say=True)
WHICH = Question(
    "ktora",
    "choice",
    "Którą znają Państwo najlepiej?",
    (
        Option("kgw", "Koło Gospodyń Wiejskich w Miłkach i okolicy"),
        Option("osp", "Ochotnicza Straż Pożarna"),
        Option("lks", "LKS"),
    ),
    when=Condition("zna", ("yes",)),
    no_answer=True,
)
AREAS = Question(
    "dziedziny",
    "multiple",
    "W czym organizacje powinny pomagać?",
    (Option("sport", "Sport"), Option("kultura", "Kultura"), Option("starsi", "Osoby starsze")),
    at_most=2,
)
ORDER = Question(
    "kolejnosc",
    "ranking",
    "Co jest najważniejsze?",
    (Option("drogi", "Drogi"), Option("szkola", "Szkoła"), Option("las", "Las")),
)
MATRIX = Question(
    "oceny",
    "matrix",
    "Jak oceniają Państwo współpracę z urzędem?",
    rows=(Option("kontakt", "Kontakt z pracownikami"), Option("czas", "Czas odpowiedzi")),
    low_label="bardzo źle",
    high_label="bardzo dobrze",
    hard_to_say=True,
)
AGE = Question("wiek", "number", "Ile mają Państwo lat?", minimum=16, maximum=110, unit="lat")
DAY = Question("dzien", "date", "Kiedy byli Państwo na zebraniu?", required=False)
WORD = Question("slowo", "text", "Jedno słowo o gminie?", max_length=50, required=False)
REMARKS = Question("uwagi", "long_text", "Co jeszcze?", max_length=2000, required=False)
PHOTO = Question("zdjecie", "file", "Mają Państwo zdjęcie z zebrania?", required=False)
ALL = (INFO, KNOWS, WHICH, AREAS, ORDER, MATRIX, AGE, DAY, WORD, REMARKS, PHOTO)
INTRO = "Chcemy wiedzieć, czego mieszkańcy oczekują od organizacji."


async def add_survey(
    tx: Tx,
    *questions: Question,
    now: Any,
    owner: str,
    privacy: str = "pseudonymous",
    linked: bool = False,
    key: str = "mieszkancy",
    **more: Any,
) -> int:
    """Open a survey that asks one owner and give the number of its wave."""
    form = Form(
        f"survey:{key}",
        1,
        questions,
        title="Mieszkańcy o organizacjach",
        title_en="Residents on NGOs",
        intro=INTRO,
        thanks="Wyniki pokażemy w maju.",
        linked=linked,
    )
    row = await surveys.keep_form(tx, form, now=now)
    made = await store.add(
        tx, key=key, kind="survey", form_id=row.id, event_id=None, wave="", now=now, privacy=privacy
    )
    assert made is not None
    wave = await waves.add(
        tx,
        survey_id=made.id,
        key="baseline",
        opens_at=now,
        now=now,
        state=waves.OPEN,
        closes_at=now + timedelta(days=14),
        **more,
    )
    assert wave is not None
    kind, _, number = owner.partition(":")
    asked: dict[str, Any] = {"owner": owner, f"{kind}_id": int(number)}
    await survey_recipients.add(tx, wave.id, [asked])
    return wave.id


async def asked(scene: Scene, *questions: Question, **more: Any) -> tuple[int, Visitor]:
    """Let a survey ask Anna, who is known, and give the number of its wave."""
    anna = scene.visitor()
    await scene.introduce(anna)
    [(person_id,)] = await scene.rows("SELECT id FROM person WHERE name = 'Anna Wzorowa'")
    async with scene.database.transaction() as tx:
        owner = f"person:{person_id}"
        wave_id = await add_survey(tx, *questions, now=scene.clock(), owner=owner, **more)
    return wave_id, anna


async def begun(scene: Scene, *questions: Question, **more: Any) -> tuple[int, Visitor]:
    """Let Anna be at the first question."""
    wave_id, anna = await asked(scene, *questions, **more)
    await scene.say(anna, f"/start ga_{wave_id}")
    await scene.choose(anna, "=.begin")
    return wave_id, anna


async def draft(scene: Scene) -> dict[str, Any]:
    """Read the answers on their way."""
    rows = await scene.rows("SELECT answers FROM survey_draft")
    return dict(json.loads(rows[0][0])) if rows else {}


async def kept(scene: Scene) -> dict[str, str]:
    """Read what is in the survey store, by question."""
    rows = await scene.rows(
        "SELECT question_key, chosen, text FROM current_answer WHERE retracted IS FALSE"
    )
    return {key: chosen or text for key, chosen, text in rows}


def labels(message: Any) -> list[str]:
    """List the words of all buttons."""
    return [one["text"] for row in message.rows for one in row]
