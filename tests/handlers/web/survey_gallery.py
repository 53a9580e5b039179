"""The pages of surveys, behind a letter and behind a public link, one of each."""

from programme import survey_filling, survey_pages
from storage import waves
from storage.database import Tx
from tests.handlers.web.house import House
from tests.handlers.web.surveys import (
    ENGLISH,
    FILE,
    QUESTIONS,
    SHORT,
    Asked,
    ask_by_letter,
    make_survey,
)

FITTING = {
    "hello": "seen",
    "village": "r",
    "heard": ["kgw", "osp"],
    "rate": "4",
    "agree.trust": "2",
    "agree.know": "5",
    "agree.join": "_hard_to_say",
    "order": ["b", "a"],
    "years": "30",
    "since": "15.01.2026",
    "member": "yes",
    "why": "Więcej zebrań.\n\n<script>alert(1)</script>",
}


async def fill(tx: Tx, asked: Asked, owner: str) -> survey_filling.Filling:
    """Answer all that a survey asks, and keep it as a draft."""
    now = asked.wave.opens_at
    filling = await survey_filling.open_for(tx, wave_id=asked.wave.id, owner=owner, now=now)
    given = {key: said for key, said in FITTING.items() if filling.form.question(key)}
    return await survey_filling.save(tx, filling=filling, given=given, door="web", now=now)


async def paths(house: House) -> list[tuple[str, str, str, int]]:
    """List name, path, the button to press, and what it answers at last."""
    async with house.database.transaction() as tx:
        named = await make_survey(tx, questions=(*QUESTIONS, FILE), linked=True)
        secret = await make_survey(tx, key="secret", questions=SHORT, privacy="anonymous")
        await make_survey(tx, key="public", privacy="anonymous", public_key="milki23")
        await make_survey(
            tx, key="english", questions=ENGLISH, title_en="About us", public_key="english7"
        )
        await make_survey(tx, key="later", public_key="later23", state=waves.PLANNED)
    person_id, letter = await ask_by_letter(house, named)
    _, other = await ask_by_letter(house, named)
    shown = [
        ("survey", letter, "", 200),
        ("survey-wrong", f"{other}?page=1", "Zapisz i dalej", 422),
        ("survey-open", f"{other}?page=check", "", 200),
    ]
    async with house.database.transaction() as tx:
        filling = await fill(tx, named, f"person:{person_id}")
        names = (await survey_pages.steps(tx, filling)).order
    shown += [(f"survey-{name}", f"{letter}?page={name}", "", 200) for name in names]
    done_id, done = await ask_by_letter(house, secret)
    async with house.database.transaction() as tx:
        filling = await survey_filling.open_for(
            tx, wave_id=secret.wave.id, owner=f"person:{done_id}", now=secret.wave.opens_at
        )
        now = secret.wave.opens_at
        filling = await survey_filling.save(
            tx, filling=filling, given={"know": "no"}, door="web", now=now
        )
        await survey_filling.hand_in(tx, filling=filling, door="web", now=now)
    return [
        *shown,
        ("survey-thanks", done, "", 200),
        ("survey-public", "/a/milki23", "", 200),
        ("survey-public-page", "/a/milki23?page=2", "", 200),
        ("survey-public-code", "/a/milki23?k=ABCD-EFGH", "", 409),
        ("survey-english", "/a/english7?lang=en", "", 200),
        ("survey-english-page", "/a/english7?lang=en&page=1", "Save and go on", 422),
        ("survey-english-other", "/a/english7?lang=pl", "", 200),
        ("survey-later", "/a/later23", "", 409),
    ]
