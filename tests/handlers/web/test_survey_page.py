"""A survey behind a letter, over HTTP, on both databases."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from programme import forms, survey_filling, survey_pages, surveys
from storage import survey_drafts, waves
from storage import surveys as store
from storage.database import Database
from tests.handlers.web.house import House, open_house
from tests.handlers.web.letters import PDF
from tests.handlers.web.survey_gallery import FITTING, fill
from tests.handlers.web.surveys import (
    FILE,
    QUESTIONS,
    SHORT,
    Asked,
    ask_by_letter,
    make_survey,
)

LINK = {"c-mother": "Maria", "c-father": "-", "c-birth_day": "7", "c-birth_place": "Giżycko"}


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database, tmp_path) as opened:
        yield opened


async def ask(house: House, **more: Any) -> tuple[Asked, str, str]:
    """Ask one person by letter; give the survey, who answers, and the page."""
    async with house.database.transaction() as tx:
        asked = await make_survey(tx, **more)
    person_id, path = await ask_by_letter(house, asked)
    return asked, f"person:{person_id}", path


async def send(house: House, path: str, step: str, deed: str = "next", **fields: Any) -> str:
    """Send a page; give where it leads, without the address of the page."""
    answer = await house.post(f"{path}?page={step}", step=step, version="1", deed=deed, **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(path)


async def drafted(house: House, asked: Asked, owner: str) -> dict[str, object]:
    async with house.database.reading() as tx:
        draft = await survey_drafts.get(tx, asked.wave.id, owner)
    return draft.answers if draft else {}


async def kept(house: House, asked: Asked) -> dict[str, tuple[tuple[str, ...], str]]:
    async with house.database.reading() as tx:
        found = await store.current(tx, asked.survey.id)
    return {one.question_key: (one.option_keys, one.text) for one in found}


async def test_looking_at_any_step_changes_nothing(house: House) -> None:
    asked, owner, path = await ask(house, linked=True)
    async with house.database.transaction() as tx:
        await fill(tx, asked, owner)
    before = await house.dump()

    steps = ["", *"123456789", "check", "code", "thanks", "0", "x", "99999999999"]
    answers = [await house.get(f"{path}?page={step}") for step in steps]

    assert {answer.status_code for answer in answers} == {200}
    assert await house.dump() == before


async def test_survey_is_filled_in_page_by_page_and_handed_in_once(house: House) -> None:
    asked, owner, path = await ask(house)
    fields: dict[str, Any] = {f"q-{key}": said for key, said in FITTING.items() if key != "hello"}

    led = [await send(house, path, step, **fields) for step in "12345"]
    looked = await house.get(f"{path}?page=check")
    twice = [await send(house, path, "check", "hand_in") for _ in range(2)]
    thanks = await house.get(f"{path}?page=thanks")

    assert led == ["?page=2", "?page=3", "?page=4", "?page=5", "?page=check"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in looked.text
    assert "<script>" not in looked.text
    assert twice == ["?page=thanks"] * 2
    assert "Dziękujemy, mamy Państwa odpowiedzi" in thanks.text
    assert await drafted(house, asked, owner) == {}
    found = await kept(house, asked)
    assert found["heard"] == (("kgw", "osp"), "")
    assert found["agree.join"] == (("_hard_to_say",), "")
    assert found["order"] == (("b", "a"), "")
    assert found["since"] == (("2026-01-15",), "")
    assert found["why"] == ((), "Więcej zebrań.\n\n<script>alert(1)</script>")
    assert sorted(found) == sorted(set(FITTING) - {"hello"})


async def test_what_fits_is_kept_and_what_does_not_stays_as_typed(house: House) -> None:
    asked, owner, path = await ask(house)

    answer = await house.post(
        f"{path}?page=4",
        step="4",
        version="1",
        deed="next",
        **{"q-order": ["a", "a"], "q-years": "sto <lat>", "q-since": "1.2.2026"},
    )

    assert answer.status_code == 422
    assert re.findall(r'id="(q-\w+)-error"', answer.text) == ["q-order", "q-years"]
    assert 'value="sto &lt;lat&gt;"' in answer.text
    assert answer.text.count('value="a" selected') == 2
    assert await drafted(house, asked, owner) == {"since": "2026-02-01"}


@pytest.mark.parametrize(
    ("typed", "led"),
    [({}, "?page=3"), ({"q-years": "12"}, "?page=3"), ({"q-years": "dwa"}, "")],
    ids=["empty", "fitting", "unfit"],
)
async def test_going_back_keeps_what_was_typed(
    house: House, typed: dict[str, str], led: str
) -> None:
    asked, owner, path = await ask(house)

    answer = await house.post(f"{path}?page=4", step="4", version="1", deed="back", **typed)

    assert answer.headers.get("location", path).removeprefix(path) == led
    assert ('value="dwa"' in answer.text) is (led == "")
    expected = {"years": "12"} if typed.get("q-years") == "12" else {}
    assert await drafted(house, asked, owner) == expected


async def test_answer_beside_hard_to_say_is_shown_and_not_kept(house: House) -> None:
    asked, owner, path = await ask(house)

    answer = await house.post(
        f"{path}?page=2",
        step="2",
        version="1",
        deed="next",
        **{"q-heard": ["kgw", "_hard_to_say"], "q-rate": "_hard_to_say"},
    )

    assert answer.status_code == 422
    assert "Prosimy zostawić jedno z dwojga" in answer.text
    assert answer.text.count(" checked") == 3
    assert await drafted(house, asked, owner) == {"rate": "_hard_to_say"}


async def test_condition_opens_its_question_on_the_next_page(house: House) -> None:
    asked, _, path = await ask(house, questions=SHORT)

    skipped = await send(house, path, "1", **{"q-know": "no"})
    opened = await send(house, path, "1", **{"q-know": "yes"})
    shown = await house.get(f"{path}?page=2")
    await send(house, path, "2", **{"q-which": "Koło"})
    # The answer to a question that is asked no more is not handed in.
    await send(house, path, "1", **{"q-know": "no"})
    await send(house, path, "check", "hand_in")

    assert (skipped, opened) == ("?page=check", "?page=2")
    assert "Jakie organizacje?" in shown.text
    assert await kept(house, asked) == {"know": (("no",), "")}


async def test_survey_begun_in_the_chat_goes_on_on_the_page(house: House) -> None:
    asked, owner, path = await ask(house, questions=SHORT)
    async with house.database.transaction() as tx:
        filling = await survey_filling.open_for(
            tx, wave_id=asked.wave.id, owner=owner, now=house.clock()
        )
        await survey_filling.save(
            tx, filling=filling, given={"know": "yes"}, door="chat", now=house.clock()
        )

    begun = await house.get(path)
    await send(house, path, "2", **{"q-which": "Straż"})

    assert "Wracam do ankiety" in begun.text
    assert f'href="{path}?page=2"' in begun.text
    assert await drafted(house, asked, owner) == {"know": "yes", "which": "Straż"}


async def test_named_survey_can_be_changed_and_an_anonymous_one_says_no(house: House) -> None:
    named, _, path = await ask(house, questions=SHORT)
    secret, _, other = await ask(house, key="secret", questions=SHORT, privacy="anonymous")
    for page in (path, other):
        await send(house, page, "1", **{"q-know": "no"})
        await send(house, page, "check", "hand_in")

    again = await house.get(path)
    closed = [await house.get(other), await house.get(f"{other}?page=1")]
    await send(house, path, "1", **{"q-know": "yes"})
    await send(house, path, "2")
    changed = await send(house, path, "check", "hand_in")
    refused = await send(house, other, "1", **{"q-know": "yes"})

    assert "Zmieniam odpowiedzi" in again.text
    assert ["nie da się ich już zmienić" in page.text for page in closed] == [True, True]
    assert (changed, refused) == ("?page=thanks", "?page=thanks")
    assert (await kept(house, named))["know"] == (("yes",), "")
    assert (await kept(house, secret))["know"] == (("no",), "")


async def test_handing_in_what_is_unfinished_leads_to_the_open_question(house: House) -> None:
    asked, owner, path = await ask(house)
    nothing = await send(house, path, "check", "hand_in")
    await send(house, path, "1", **{"q-village": "m"})

    led = await send(house, path, "check", "hand_in")

    assert (nothing, led) == ("", "?page=2")
    assert await drafted(house, asked, owner) == {"hello": "seen", "village": "m"}
    assert await kept(house, asked) == {}


async def test_page_of_an_older_version_loses_nothing_that_is_still_asked(house: House) -> None:
    asked, owner, path = await ask(house)
    newer = forms.Form("mieszkancy", 2, QUESTIONS[3:], title="Nowa")
    async with house.database.transaction() as tx:
        row = await surveys.keep_form(tx, newer, now=house.clock())
        await store.set_form(tx, asked.survey.id, form_id=row.id)

    led = await send(house, path, "2", **{"q-rate": "3", "q-village": "m", "q-heard": "kgw"})

    assert led == "?page=2&said=changed"
    assert "zmienił" in (await house.get(path + led)).text
    assert await drafted(house, asked, owner) == {"rate": "3", "heard": ["kgw"]}


async def test_code_is_made_of_four_answers_or_left_out(house: House) -> None:
    asked, owner, path = await ask(house, questions=SHORT, linked=True)
    await send(house, path, "1", **{"q-know": "no"})

    left_out = await send(house, path, "code")
    unfit = await house.post(
        f"{path}?page=code", step="code", deed="next", **LINK | {"c-mother": "m"}
    )
    async with house.database.reading() as tx:
        draft = await survey_drafts.get(tx, asked.wave.id, owner)
    led = await send(house, path, "code", **LINK)
    async with house.database.reading() as tx:
        linked = await survey_drafts.get(tx, asked.wave.id, owner)

    assert (left_out, led) == ("?page=check", "?page=check")
    assert unfit.status_code == 422
    assert re.findall(r'id="(c-\w+)-error"', unfit.text) == ["c-mother"]
    assert 'value="Giżycko"' in unfit.text
    assert draft is not None
    assert linked is not None
    assert (draft.link_hash, len(linked.link_hash)) == ("", 32)


async def test_file_is_an_answer_and_stays(house: House) -> None:
    asked, owner, path = await ask(house, questions=(FILE,))

    sent = await house.send_file(
        f"{path}?page=1", "skan.pdf", PDF, field_name="q-photo", step="1", version="1", deed="next"
    )
    wrong = await house.send_file(
        f"{path}?page=1", "a.exe", b"MZ", field_name="q-photo", step="1", version="1", deed="next"
    )
    again = await send(house, path, "1")

    assert (sent.status_code, wrong.status_code, again) == (303, 422, "?page=check")
    assert 'id="q-photo-error"' in wrong.text
    [number] = (await drafted(house, asked, owner)).values()
    assert str(number).isdecimal()


async def test_survey_that_is_not_open_says_why_and_takes_nothing(house: House) -> None:
    early, _, path = await ask(house, questions=SHORT, state=waves.PLANNED)
    late, _, other = await ask(house, key="late", questions=SHORT, days=1)
    full, _, third = await ask(house, key="full", questions=SHORT, most=0)
    house.clock.moment += timedelta(days=2)
    await send(house, third, "1", **{"q-know": "no"})

    answers = [
        await house.get(path),
        await house.post(f"{path}?page=1", step="1", version="1", **{"q-know": "no"}),
        await house.get(other),
        await house.post(f"{other}?page=1", step="1", version="1", **{"q-know": "no"}),
        await house.post(f"{third}?page=check", step="check", deed="hand_in"),
    ]

    assert [answer.status_code for answer in answers] == [409] * 5
    said = ["rozpocznie", "rozpocznie", "zamknięta", "zamknięta", "odpowiedz"]
    assert [word in answer.text for word, answer in zip(said, answers, strict=True)] == [True] * 5
    assert [await kept(house, one) for one in (early, late, full)] == [{}, {}, {}]


async def test_sections_keep_conditions_apart(house: House) -> None:
    asked, owner, _ = await ask(house)

    async with house.database.reading() as tx:
        filling = await survey_pages.look_at(
            tx, wave_id=asked.wave.id, owner=owner, now=house.clock()
        )
        steps = await survey_pages.steps(tx, filling)

    keys = [[question.key for question in section] for section in steps.sections]
    assert keys == [
        ["hello", "village"],
        ["other", "heard", "rate"],
        ["agree"],
        ["order", "years", "since"],
        ["member", "why"],
    ]
    assert steps.order == ("1", "2", "3", "4", "5", "check")
