"""A public survey in English, over HTTP: by a link, by the browser's wish, and without cookies."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import httpx
import pytest

from handlers.web import rate
from handlers.web.rate import Gate, Limit
from programme import survey_public
from programme.survey_public import PublicWave
from storage import responses, survey_recipients
from storage.database import Database
from tests.handlers.web.house import BASE, House, open_house
from tests.handlers.web.surveys import ENGLISH, KEY, SHORT, Asked, make_survey

PATH = f"/a/{KEY}"
FORM = re.compile(r'<form method="post"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LINK = re.compile(r'<a href="([^"]+)" hreflang="(\w\w)" lang="(\w\w)">(\w+)</a>')
LANGUAGE = re.compile(r'<html lang="(\w\w)">')
READ = timedelta(seconds=5)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database, tmp_path) as opened:
        yield opened


async def publish(house: House) -> Asked:
    async with house.database.transaction() as tx:
        return await make_survey(
            tx,
            questions=ENGLISH,
            privacy="anonymous",
            public_key=KEY,
            title_en="Residents about organisations",
        )


class Reader:
    """A browser that presses what stands on the page, and follows where it is led."""

    def __init__(self, house: House, *, cookies: bool, wishes: str = "pl") -> None:
        transport = httpx.ASGITransport(house.app, client=("203.0.113.9", 1))
        headers = {"Accept-Language": wishes}
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers)
        self._keeps, self._house = cookies, house
        self.seen: list[tuple[str, str]] = []
        self.page = ""

    async def look(self, path: str) -> None:
        self._read(await self._client.get(path.replace("&amp;", "&")))

    async def change_language(self) -> None:
        """Press the link to the other language, or its button where there is no link."""
        link = LINK.search(self.page)
        if link is None:
            await self.press("language", form=0)
        else:
            await self.look(link[1])

    async def press(
        self, deed: str, said: Mapping[str, str] = MappingProxyType({}), *, form: int = -1
    ) -> None:
        action, inner = FORM.findall(self.page)[form]
        data = dict(HIDDEN.findall(inner)) | {"deed": deed} | dict(said)
        if said:
            self._house.clock.moment += READ
        answer = await self._client.post(action.replace("&amp;", "&"), data=data)
        self._read(answer)
        if answer.is_redirect:
            await self.look(answer.headers["location"])

    def _read(self, answer: httpx.Response) -> None:
        if not self._keeps:
            self._client.cookies.clear()
        if answer.is_redirect:
            return
        self.page = answer.text
        language, title = LANGUAGE.search(self.page), re.search("<h1>(.*?)</h1>", self.page)
        assert language
        assert title
        self.seen.append((language[1], title[1]))


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "none"])
async def test_english_is_kept_from_the_link_to_the_thanks(house: House, *, cookies: bool) -> None:
    asked = await publish(house)
    reader = Reader(house, cookies=cookies)

    await reader.look(PATH)
    link = LINK.search(reader.page)
    await reader.change_language()
    first = reader.page
    begin = re.search(r'class="button" href="([^"]+)"', first)
    assert begin
    await reader.look(begin[1])
    question = reader.page
    await reader.press("next", {"q-know": "yes"})
    await reader.press("next", {"q-which": "The choir"})
    check = reader.page
    await reader.press("hand_in")

    assert link
    assert link.groups() == (f"{PATH}?lang=en", "en", "en", "English")
    assert reader.seen == [
        ("pl", "Mieszkańcy o organizacjach"),
        ("en", "Residents about organisations"),
        ("en", "Residents about organisations"),
        ("en", "Residents about organisations"),
        ("en", "Please look through your answers"),
        ("en", "Thank you, your answers are with us"),
    ]
    assert "Begin the survey" in first
    assert re.findall(r"<legend>(.*?)</legend>", question) == ["Do you know any organisations?"]
    said = re.findall(r'<dt>(.*?)</dt><dd class="answer">(.*?)</dd>', check)
    assert said == [
        ("Do you know any organisations?", "Yes"),
        ("Which organisations?", "The choir"),
    ]
    async with house.database.reading() as tx:
        count = await responses.count(tx, asked.survey.id, wave_key="baseline")
    assert count == (1, 1)


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "none"])
async def test_language_changed_on_the_way_loses_no_answer(house: House, *, cookies: bool) -> None:
    await publish(house)
    reader = Reader(house, cookies=cookies)
    await reader.look(f"{PATH}?page=1")
    await reader.press("next", {"q-know": "yes"})

    await reader.change_language()
    await reader.press("back")
    back = reader.page
    await reader.press("next", {"q-know": "yes"})
    await reader.change_language()
    await reader.press("next", {"q-which": "Chór"})

    assert 'value="yes" checked' in back
    assert [language for language, _ in reader.seen] == ["pl", "pl", "en", "en", "en", "pl", "pl"]
    assert reader.seen[-1] == ("pl", "Prosimy przejrzeć odpowiedzi")
    assert "Chór" in reader.page


async def test_language_pressed_once_is_known_the_next_time(house: House) -> None:
    await publish(house)
    reader = Reader(house, cookies=True, wishes="en")

    for path in (PATH, f"{PATH}?lang=pl", PATH, f"{PATH}?lang=xx", f"{PATH}?lang=en", PATH):
        await reader.look(path)
    answer = await house.get(f"{PATH}?lang=en")

    assert [language for language, _ in reader.seen] == ["en", "pl", "pl", "pl", "en", "en"]
    kept = [one for one in answer.headers.get_list("set-cookie") if one.startswith("jezyk")]
    assert kept == [f"jezyk=en; HttpOnly; Max-Age=1296000; Path={PATH}; SameSite=lax; Secure"]


async def test_survey_without_english_words_is_polish_throughout(house: House) -> None:
    async with house.database.transaction() as tx:
        await make_survey(tx, questions=SHORT, privacy="anonymous", public_key=KEY)
    reader = Reader(house, cookies=True, wishes="en")

    await reader.look(f"{PATH}?lang=en")

    assert reader.seen == [("pl", "Mieszkańcy o organizacjach")]
    assert LINK.search(reader.page) is None


async def test_refusals_are_in_english_too(house: House) -> None:
    asked = await publish(house)
    code = survey_public.new_code()
    hashed = survey_public.code_hash(PublicWave(asked.survey, asked.wave), code)
    async with house.database.transaction() as tx:
        await survey_recipients.add_codes(tx, asked.wave.id, [hashed])
    reader = Reader(house, cookies=True)

    await reader.look(f"{PATH}?lang=en&k=AAAA-2222")
    unknown = reader.page
    await reader.look(f"{PATH}?lang=en&k={code}&page=1")
    own = reader.page
    await reader.press("next", {"q-know": "maybe"})
    wrong = reader.page
    house.clock.moment += timedelta(days=30)
    await reader.look(f"{PATH}?lang=en")

    assert "We do not know this code" in unknown
    assert '<input type="hidden" name="lang" value="en">' in unknown
    assert LINK.findall(own)[0][0] == f"{PATH}?k={code}&amp;lang=pl&amp;page=1"
    assert "Please choose one of the answers." in wrong
    assert {language for language, _ in reader.seen} == {"en"}
    assert LINK.findall(reader.page)[0][3] == "Polski"


async def test_crowd_waits_in_english(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate, "PER_SURVEY", Limit(burst=1, per_minute=60))
    async with open_house(database, tmp_path, gate=Gate(seconds=lambda: 0.0)) as house:
        await publish(house)
        await house.get(PATH)
        looked = await house.get(f"{PATH}?lang=en")
        sent = await house.post(f"{PATH}?lang=en", step="1")

    assert [answer.status_code for answer in (looked, sent)] == [429, 429]
    assert ["One moment, please" in looked.text, "Please wait a moment" in sent.text] == [True] * 2
