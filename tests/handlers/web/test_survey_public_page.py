"""A survey behind a public link, over HTTP, on both databases: devices, codes and crowds."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from handlers.web import rate
from handlers.web.rate import Gate, Limit
from programme import survey_public
from programme.survey_public import PublicWave
from storage import responses, survey_drafts, survey_recipients, waves
from storage import surveys as store
from storage.database import Database
from tests.handlers.web.house import BASE, House, open_house
from tests.handlers.web.surveys import KEY, QUESTIONS, SHORT, Asked, make_survey

PATH = f"/a/{KEY}"
PASS = re.compile(r'name="pass" value="([^"]+)"')
READ = timedelta(seconds=5)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database, tmp_path) as opened:
        yield opened


async def publish(house: House, **more: Any) -> Asked:
    """Open a short anonymous survey to everybody."""
    wanted = {"questions": SHORT, "privacy": "anonymous", "public_key": KEY} | more
    async with house.database.transaction() as tx:
        return await make_survey(tx, **wanted)


class Phone:
    """A browser of its own; without cookies if so wished."""

    def __init__(self, house: House, *, cookies: bool = True, code: str = "") -> None:
        transport = httpx.ASGITransport(house.app, client=("203.0.113.7", 1))
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE)
        self._keeps, self._house = cookies, house
        self.code = f"&k={code}" if code else ""
        self.pass_seen = ""

    @property
    def device(self) -> str:
        """The number that the browser was given."""
        return self._client.cookies["ankieta"]

    async def look(self, step: str = "1") -> httpx.Response:
        """Look at a step."""
        return self._seen(await self._client.get(f"{PATH}?page={step}{self.code}"))

    async def send(self, step: str, deed: str = "next", **fields: Any) -> httpx.Response:
        """Send the form that was seen last."""
        known = {"step": step, "version": "1", "deed": deed, "more": "", "pass": self.pass_seen}
        data = known | fields
        return self._seen(await self._client.post(f"{PATH}?page={step}{self.code}", data=data))

    async def answer(self, said: str = "no") -> httpx.Response:
        """Answer the short survey to its end."""
        await self.look()
        self._house.clock.moment += READ
        await self.send("1", **{"q-know": said})
        if said == "yes":
            await self.send("2", **{"q-which": "Koło"})
        await self.look_where_cookies()
        return await self.send("check", "hand_in")

    async def look_where_cookies(self) -> None:
        """Look at the last page, where the browser is known again; else it is seen already."""
        if self._keeps:
            await self.look("check")

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if not self._keeps:
            self._client.cookies.clear()
        found = PASS.search(answer.text)
        self.pass_seen = found[1] if found else self.pass_seen
        return answer


async def counts(house: House, asked: Asked) -> tuple[int, int]:
    async with house.database.reading() as tx:
        drafts = await survey_drafts.of_wave(tx, asked.wave.id)
        _, complete = await responses.count(tx, asked.survey.id, wave_key="baseline")
    return len(drafts), complete


async def print_code(house: House, asked: Asked) -> str:
    code = survey_public.new_code()
    hashed = survey_public.code_hash(PublicWave(asked.survey, asked.wave), code)
    async with house.database.transaction() as tx:
        await survey_recipients.add_codes(tx, asked.wave.id, [hashed])
    return code


async def test_looking_keeps_nothing_and_gives_a_cookie_for_this_page_alone(house: House) -> None:
    await publish(house)
    before = await house.dump()

    answers = [await house.get(PATH), await house.get(f"{PATH.upper().replace('/A/', '/a/')}")]
    again = await house.get(f"{PATH}?page=1")

    assert [answer.status_code for answer in (*answers, again)] == [200] * 3
    cookie = answers[0].headers["set-cookie"]
    assert re.fullmatch(
        rf"ankieta=[0-9a-f]{{32}}; HttpOnly; Max-Age=1296000; Path={PATH}; SameSite=lax; Secure",
        cookie,
    )
    assert "set-cookie" not in again.headers
    assert await house.dump() == before


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "none"])
async def test_resident_answers_once_from_one_phone(house: House, *, cookies: bool) -> None:
    asked = await publish(house)
    phone = Phone(house, cookies=cookies)

    handed = await phone.answer("yes")
    pressed_again = await phone.send("check", "hand_in")
    seen = await phone.look("")

    assert handed.status_code == (303 if cookies else 200)
    assert pressed_again.status_code in (200, 303)
    assert ("Mamy już Państwa odpowiedzi" in seen.text) is cookies
    assert await counts(house, asked) == (0, 1)
    async with house.database.reading() as tx:
        tally = await store.tally(tx, asked.survey.id, wave_key="baseline")
    assert {key: dict(count) for key, count in tally.items()} == {
        "know": {"yes": 1},
        "which": {"": 1},
    }


async def test_two_phones_and_codes_on_one_shared_phone_are_answers_of_their_own(
    house: House,
) -> None:
    asked = await publish(house)
    codes = [await print_code(house, asked) for _ in range(2)]
    shared = Phone(house)

    await shared.answer()
    await Phone(house).answer("yes")
    for code in codes:
        shared.code = f"&k={code.lower().replace('-', ' ')}"
        await shared.answer()
    used = await shared.look("")
    shared.code = "&k=ABCD-2345"
    unknown = await shared.look("")

    assert await counts(house, asked) == (0, 4)
    assert (used.status_code, unknown.status_code) == (200, 409)
    assert f"Z kodem {codes[1]} już odpowiedziano" in used.text
    assert "Nie znamy tego kodu" in unknown.text
    async with house.database.reading() as tx:
        is_open = [
            await survey_recipients.code_is_open(
                tx,
                asked.wave.id,
                survey_public.code_hash(PublicWave(asked.survey, asked.wave), code),
            )
            for code in codes
        ]
    assert is_open == [False, False]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pass": ""}, "w dwóch oknach naraz"),
        ({"pass": "0" * 32 + ".1799000000." + "0" * 32}, "w dwóch oknach naraz"),
        ({"more": "http://spam.example.org"}, "ma być puste"),
        ({"at once": True}, "odsyłają ją tylko programy"),
    ],
    ids=["no pass", "forged", "trap", "quick"],
)
async def test_form_of_a_program_is_shown_again_with_what_was_typed(
    house: House, change: dict[str, Any], words: str
) -> None:
    asked = await publish(house)
    phone = Phone(house)
    await phone.look()
    fields = {name: value for name, value in change.items() if name != "at once"}
    if fields:
        house.clock.moment += READ

    refused = await phone.send("1", **{"q-know": "yes"}, **fields)
    kept = await counts(house, asked)
    house.clock.moment += READ
    # A person presses once more what is on the page.
    again = await phone.send("1", **{"q-know": "yes"})

    assert (refused.status_code, again.status_code) == (409, 303)
    assert words in refused.text
    assert 'value="yes" checked' in refused.text
    assert (kept, await counts(house, asked)) == ((0, 0), (1, 0))


async def test_form_of_another_window_is_taken_at_the_second_press(house: House) -> None:
    asked = await publish(house)
    mine, other = Phone(house), Phone(house)
    await other.look()
    await mine.look()
    mine.pass_seen = other.pass_seen
    house.clock.moment += READ

    refused = await mine.send("1", **{"q-know": "no"})
    taken = await mine.send("1", **{"q-know": "no"})

    assert (refused.status_code, taken.status_code) == (409, 303)
    assert await counts(house, asked) == (1, 0)


async def test_pages_turned_over_without_an_answer_begin_no_draft(house: House) -> None:
    asked = await publish(house)
    phone = Phone(house)
    await phone.look()
    house.clock.moment += READ

    empty = await phone.send("1")
    back = await phone.send("1", "back")
    handed = await phone.send("check", "hand_in")

    assert [answer.status_code for answer in (empty, back, handed)] == [422, 303, 303]
    assert await counts(house, asked) == (0, 0)


@pytest.mark.parametrize("state", [waves.PLANNED, waves.CLOSED])
async def test_survey_that_is_not_open_takes_nothing(house: House, state: str) -> None:
    asked = await publish(house, state=state)
    phone = Phone(house)

    looked = await phone.look("")
    stranger = await house.get("/a/nothere")

    assert (looked.status_code, stranger.status_code) == (409, 404)
    assert await counts(house, asked) == (0, 0)


async def test_last_place_is_given_once(house: House) -> None:
    asked = await publish(house, most=1)

    first = await Phone(house).answer()
    late = await Phone(house).answer()

    assert (first.status_code, late.status_code) == (303, 409)
    assert await counts(house, asked) == (1, 1)


async def test_flood_on_one_survey_leaves_others_their_pages(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(rate, "PER_SURVEY", Limit(burst=20, per_minute=60))
    async with open_house(database, tmp_path, gate=Gate(seconds=lambda: seconds[0])) as house:
        asked = await publish(house)
        other = await publish(house, key="other", public_key="other23")
        sent = {"step": "1", "q-know": "yes", "q-which": '"><script>'}
        flood = [await house.post(PATH, **sent) for _ in range(25)]
        last = flood[-1]
        person = await house.get("/a/other23")
        door = await house.get("/l/nothing")
        seconds[0] += 60
        later = await house.get(PATH)
        counted = [await counts(house, one) for one in (asked, other)]

    assert [answer.status_code for answer in (last, person, door, later)] == [429, 200, 404, 200]
    assert int(last.headers["retry-after"]) < 60
    # What a person had typed goes with them.
    assert 'name="q-which" value="&#34;&gt;&lt;script&gt;"' in last.text
    assert counted == [(0, 0), (0, 0)]


async def test_one_client_is_held_back_before_a_village_is(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate, "PER_CLIENT", Limit(burst=3, per_minute=60))
    async with open_house(database, tmp_path, gate=Gate(seconds=lambda: 0.0)) as house:
        await publish(house)
        phone = Phone(house)

        answers = [(await phone.look()).status_code for _ in range(4)]
        behind_a_proxy = await house.get(PATH)

    assert answers == [200, 200, 200, 429]
    assert behind_a_proxy.status_code == 200


async def test_two_windows_of_one_browser_at_once_lose_nothing_and_count_once(
    house: House,
) -> None:
    asked = await publish(house, questions=QUESTIONS)
    phone = Phone(house)
    await phone.look()
    house.clock.moment += READ

    begun = await asyncio.gather(
        phone.send("1", **{"q-village": "m"}),
        phone.send("2", **{"q-heard": "kgw", "q-rate": "4"}),
        phone.send("3", **{"q-agree.trust": "1"}),
    )
    async with house.database.reading() as tx:
        [draft] = await survey_drafts.of_wave(tx, asked.wave.id)

    assert [answer.status_code for answer in begun] == [303, 303, 422]
    kept = {"village": "m", "heard": ["kgw"], "rate": "4", "agree.trust": "1", "hello": "seen"}
    assert draft.answers == kept


async def test_pressing_send_in_two_windows_at_once_is_one_answer(house: House) -> None:
    asked = await publish(house)
    phone = Phone(house)
    await phone.look()
    house.clock.moment += READ
    await phone.send("1", **{"q-know": "no"})

    handed = await asyncio.gather(*(phone.send("check", "hand_in") for _ in range(4)))

    assert {answer.headers.get("location") for answer in handed} <= {None, f"{PATH}?page=thanks"}
    assert {answer.status_code for answer in handed} <= {200, 303}
    assert await counts(house, asked) == (0, 1)


async def test_beginnings_are_bounded_and_old_ones_make_room(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_public, "MOST_BEGUN", 2)
    asked = await publish(house)
    phones = [Phone(house) for _ in range(4)]
    for phone in phones:
        await phone.look()
    house.clock.moment += READ

    sent = [await phone.send("1", **{"q-know": "no"}) for phone in phones[:3]]
    house.clock.moment += timedelta(days=2)
    later = await phones[3].send("1", **{"q-know": "no"})

    assert [answer.status_code for answer in (*sent, later)] == [303, 303, 409, 303]
    assert 'value="no" checked' in sent[2].text
    assert await counts(house, asked) == (1, 0)


async def test_nothing_kept_names_a_device_an_address_or_a_code(house: House) -> None:
    asked = await publish(house)
    code = await print_code(house, asked)
    phone = Phone(house)
    await phone.answer()
    device = phone.device
    await Phone(house, code=code).answer("yes")

    kept = repr(await house.dump())

    assert [word in kept for word in ("203.0.113", device, code, code.replace("-", ""))] == [
        *(False, False, False, False)
    ]
