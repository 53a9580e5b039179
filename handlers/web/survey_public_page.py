"""The pages behind a survey's public link, which anybody may open: `/a/<key>`.

Looking keeps nothing; a draft begins with the first answer that is sent. A browser that keeps no
cookie goes on all the same: each form carries its number, and the next page comes as the answer
to the one before. docs/decisions/0039-answers-from-a-poster.md says why it is as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from handlers.web import languages, survey_steps
from handlers.web.bodies import Typed
from handlers.web.headers import page_headers
from handlers.web.pages import Pages, page
from handlers.web.survey_steps import HAND_IN, Place
from handlers.web.visits import Arrived, OpenPage, Show
from programme import letter_pages, survey_pages, survey_public
from programme.letter_doors import DoorClosed
from programme.refusals import Refusal
from programme.survey_filling import Filling
from programme.survey_page_refusals import (
    PassUnfit,
    TooManyAtOnce,
    TooManyBegun,
    TooQuick,
    TrapFilled,
)
from programme.survey_pages import THANKS
from programme.survey_public import PublicWave
from programme.survey_refusals import AlreadyAnswered, CodeUnknown, SurveyUnfinished, WaveUnknown
from storage.database import Tx
from texts.translator import load

COOKIE = "ankieta"
PASS, TRAP, CODE_WORD = "pass", "more", "k"
# Pressed by whom only the form knows, to read the same step in the other language.
IN_LANGUAGE = "language"
# Where a wave has no end, so long a device is known again.
KNOWN_FOR = timedelta(days=180)
STAYS = (PassUnfit, TooQuick, TrapFilled, TooManyBegun, TooManyAtOnce)


class _Key(Convertor[str]):
    """The end of a public address; the secrets of letters, which begin alike, are longer."""

    regex = "[A-Za-z0-9_-]{4,25}"

    def convert(self, value: str) -> str:
        """Give a key however it was typed."""
        return value.lower()

    def to_string(self, value: str) -> str:
        """Write a key."""
        return value


register_url_convertor("survey", _Key())


def routes(pages: Pages) -> list[BaseRoute]:
    """List the address of public surveys."""

    async def answer(request: Request) -> Response:
        name = str(request.path_params["key"])
        calls = _Calls(request, pages, name)
        page_of = OpenPage(calls.look, calls.act, languages.of(request))
        return await pages.open_to_all(request, name, page_of)

    return [Route("/a/{key:survey}", answer, methods=["GET", "POST"])]


@dataclass(frozen=True)
class _Caller:
    """Somebody before a survey: the browser's number, or their code, and the page they are at."""

    found: PublicWave
    place: Place
    device: str
    code: str
    has_cookie: bool
    owner: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def goes_direct(self) -> bool:
        """Whether only the form knows who this is, so that the next page is its answer."""
        return not self.has_cookie and not self.code


@dataclass(frozen=True)
class _Calls:
    """One request to a public survey."""

    request: Request
    pages: Pages
    name: str

    async def look(self, tx: Tx, now: datetime, typed: Typed, why: Refusal | None) -> Response:
        """Show a step; after a press that was refused, with what was typed and the reason."""
        caller = await self._caller(tx, now, typed)
        asked = self.request.query_params.get("page", "")
        step = typed.one("step") if why is not None else asked
        try:
            if why is not None and not isinstance(why, STAYS):
                raise why
            owner = await self._owner(tx, caller)
            filling = await survey_pages.look_at(
                tx, wave_id=caller.found.wave.id, owner=owner, now=now
            )
            show = await survey_steps.look(caller.place, filling, step)
        except CodeUnknown as refusal:
            return await self._without_code(tx, caller, refusal)
        except AlreadyAnswered:
            return await self._write(tx, caller, await self._answered(caller, step))
        except Refusal as refusal:
            sorry = Show("sorry", {"sentence": caller.place.why(refusal)}, 409)
            return await self._write(tx, caller, sorry)
        if why is None:
            return await self._write(tx, caller, show)
        said = {"trouble": caller.place.why(why)}
        return await self._write(
            tx, caller, replace(show, facts={**show.facts, **said}, status=409)
        )

    async def act(self, tx: Tx, now: datetime, typed: Typed, arrived: Arrived | None) -> Response:
        """Keep what was sent, or hand all of it in."""
        caller = await self._caller(tx, now, typed, arrived)
        found, place = caller.found, caller.place
        written = survey_public.read_pass(found, typed.one(PASS), now=now)
        if caller.has_cookie and not caller.code and written.device != caller.device:
            raise PassUnfit
        if typed.one(TRAP):
            raise TrapFilled
        owner, wave_id = await self._owner(tx, caller), found.wave.id
        try:
            filling, is_begun = await survey_public.take_up(tx, found=found, owner=owner, now=now)
        except AlreadyAnswered:
            # Pressed twice, or by two windows at once.
            is_thanked = typed.one("deed") == HAND_IN or typed.one("step") == THANKS
            step = THANKS if is_thanked else ""
            return await self._write(tx, caller, await self._answered(caller, step))
        if typed.one("deed") == IN_LANGUAGE:
            return await self._go(tx, caller, filling, typed.one("step"))
        if not is_begun and not filling.is_done:
            if now - written.opened_at < survey_public.LEAST_TIME:
                raise TooQuick
            if self.pages.gate.wait_to_begin(wave_id):
                raise TooManyBegun
            await survey_public.make_room(tx, found=found, owner=owner, now=now)
        if typed.one("deed") == HAND_IN:
            return await self._hand_in(tx, now, caller, filling, is_begun=is_begun)
        taken = await survey_steps.take(place, filling)
        if taken.errors:
            show = await survey_steps.look(place, taken.filling, taken.step, taken.errors)
            return await self._write(tx, caller, show)
        return await self._go(tx, caller, taken.filling, taken.step, taken.said)

    async def _hand_in(
        self, tx: Tx, now: datetime, caller: _Caller, filling: Filling, *, is_begun: bool
    ) -> Response:
        found = caller.found
        if not is_begun:
            step = THANKS if filling.is_done else ""
            return await self._go(tx, caller, filling, step)
        if self.pages.gate.wait_to_hand_in(found.wave.id):
            raise TooManyAtOnce
        try:
            await survey_public.hand_in(tx, found=found, filling=filling, now=now)
        except SurveyUnfinished:
            steps = await survey_pages.steps(tx, filling)
            return await self._go(tx, caller, filling, steps.first_open)
        if caller.goes_direct:
            return await self._write(tx, caller, await self._answered(caller, THANKS))
        return self._redirect(caller, THANKS)

    async def _caller(
        self, tx: Tx, now: datetime, typed: Typed, arrived: Arrived | None = None
    ) -> _Caller:
        try:
            found = await survey_public.find(tx, self.name)
        except WaveUnknown:
            raise DoorClosed from None
        device = self.request.cookies.get(COOKIE, "")
        has_cookie = survey_public.is_device(device)
        opened_at = now
        if not has_cookie:
            device = survey_public.new_device()
        if typed.one(PASS):
            try:
                written = survey_public.read_pass(found, typed.one(PASS), now=now)
                device = device if has_cookie else written.device
                opened_at = written.opened_at
            except PassUnfit:
                pass
        code = self.request.query_params.get(CODE_WORD, "").strip()[:40]
        query = {CODE_WORD: code, languages.FIELD: languages.pressed(self.request)}
        place = Place(
            tx=tx,
            t=load(await self._locale(tx, found)),
            now=now,
            zone=self.pages.desk.zone,
            here=f"{self.pages.desk.root}/a/{self.name}",
            door=survey_public.DOOR,
            typed=typed,
            arrived=arrived,
            said=self.request.query_params.get("said", ""),
            query={name: said for name, said in query.items() if said},
            hidden={PASS: survey_public.sign(found, device, now=opened_at)},
            is_public=True,
            takes_files=bool(code),
        )
        return _Caller(found, place, device, code, has_cookie)

    async def _locale(self, tx: Tx, found: PublicWave) -> str:
        """Give the reader's language; a survey that has no English words is Polish throughout."""
        wanted = languages.of(self.request)
        if wanted == languages.ENGLISH and not await survey_public.speaks_english(tx, found):
            return languages.POLISH
        return wanted

    async def _owner(self, tx: Tx, caller: _Caller) -> str:
        if caller.code:
            return await survey_public.code_owner(tx, caller.found, caller.code)
        return survey_public.device_owner(caller.found, caller.device)

    async def _without_code(self, tx: Tx, caller: _Caller, why: CodeUnknown) -> Response:
        """Say that a code is not known, on the first page and beside its field."""
        query = {name: said for name, said in caller.place.query.items() if name != CODE_WORD}
        place = replace(caller.place, query=query)
        without = replace(caller, place=place, code="", owner="")
        try:
            filling = await survey_pages.look_at(
                tx,
                wave_id=caller.found.wave.id,
                owner=await self._owner(tx, without),
                now=place.now,
            )
            show = await survey_steps.look(place, filling, "")
        except AlreadyAnswered:
            show = await self._answered(without, "")
        except Refusal as refusal:
            show = Show("sorry", {"sentence": place.why(refusal)})
        said = {"code_error": place.why(why), "code_typed": caller.code}
        facts = {**show.facts, **said}
        return await self._write(tx, without, replace(show, facts=facts, status=409))

    async def _answered(self, caller: _Caller, step: str) -> Show:
        name = "survey_thanks" if step == THANKS else "survey_answered"
        return await survey_steps.thank(caller.place, caller.found.wave.id, name=name)

    async def _go(
        self, tx: Tx, caller: _Caller, filling: Filling, step: str, said: str = ""
    ) -> Response:
        if not caller.goes_direct:
            return self._redirect(caller, step, said)
        place = replace(caller.place, typed=Typed(), arrived=None, said=said)
        return await self._write(tx, caller, await survey_steps.look(place, filling, step))

    def _redirect(self, caller: _Caller, step: str, said: str = "") -> Response:
        to = caller.place.address(step, **({"said": said} if said else {}))
        answer = RedirectResponse(to, 303, headers=page_headers())
        self._keep_language(answer, caller)
        return answer

    async def _write(self, tx: Tx, caller: _Caller, show: Show) -> Response:
        facts = {
            "here": caller.place.here,
            "programme": await letter_pages.programme_of(tx, None),
            "code": survey_public.shown_code(caller.code),
            "code_error": "",
            "code_typed": "",
            "language_asked": caller.place.query.get(languages.FIELD, ""),
            **await self._other_language(tx, caller, show),
            **show.facts,
        }
        answer = page(caller.place.t, show.name, facts, status=show.status)
        if caller.goes_direct:
            self._give_cookie(answer, caller, COOKIE, caller.device)
        self._keep_language(answer, caller)
        return answer

    async def _other_language(self, tx: Tx, caller: _Caller, show: Show) -> dict[str, Any]:
        """Offer the step in the other language; to whom only the form knows, by a form."""
        has_english = show.facts.get("has_english")
        if has_english is None:
            has_english = await survey_public.speaks_english(tx, caller.found)
        if not has_english:
            return {}
        place, step = caller.place, str(show.facts.get("step", ""))
        locale = languages.other(place.t.locale)
        by_form = {**place.hidden, "step": step} if caller.goes_direct and step else {}
        said = {"locale": locale, "name": languages.NAMES[locale], "hidden": by_form}
        address = place.address(step, **{languages.FIELD: locale})
        return {"other_language": {**said, "address": address}}

    def _keep_language(self, answer: Response, caller: _Caller) -> None:
        """Remember the language that was pressed, for whoever opens the poster's link again."""
        asked = languages.pressed(self.request)
        if asked and self.request.cookies.get(languages.COOKIE) != asked:
            self._give_cookie(answer, caller, languages.COOKIE, asked)

    def _give_cookie(self, answer: Response, caller: _Caller, name: str, value: str) -> None:
        """Give the browser something to keep: for this survey's page alone."""
        closes_at = caller.found.wave.closes_at
        lasts = KNOWN_FOR if closes_at is None else closes_at - caller.place.now + timedelta(days=1)
        answer.set_cookie(
            name,
            value,
            max_age=max(int(lasts.total_seconds()), 0),
            path=caller.place.here,
            secure=self.pages.desk.public_url.startswith("https:"),
            httponly=True,
            samesite="lax",
        )
