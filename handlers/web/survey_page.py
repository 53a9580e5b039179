"""The page behind a letter that asks somebody to fill in a survey."""

from handlers.web import survey_steps
from handlers.web.survey_steps import HAND_IN, Place
from handlers.web.visits import Goto, Show, Visit
from programme import asking, survey_mine, survey_pages
from programme.fillings import ORGANISATION
from programme.letter_pages import number
from programme.survey_filling import Filling
from programme.survey_pages import THANKS
from programme.survey_refusals import AlreadyAnswered, SurveyUnfinished, WaveUnknown

DOOR = "web"


def _wave_id(visit: Visit) -> int:
    found = number(visit.door, "wave")
    if found is None:
        raise WaveUnknown
    return found


async def _owner(visit: Visit) -> str:
    """Tell as whom the letter's reader answers: people may have been merged since it left."""
    owner, person_id = str(visit.door.subject.get("owner", "")), visit.door.person_id
    if person_id is None:
        return owner
    # A letter that asks for an organisation answers for that one, whichever others ask as well.
    is_unit = owner.startswith(ORGANISATION)
    unit = asking.number(owner.removeprefix(ORGANISATION)) if is_unit else None
    return await survey_mine.owner(
        visit.tx, wave_id=_wave_id(visit), person_id=person_id, organisation_id=unit
    )


def _place(visit: Visit) -> Place:
    return Place(
        tx=visit.tx,
        t=visit.t,
        now=visit.now,
        zone=visit.desk.zone,
        here=visit.here,
        door=DOOR,
        typed=visit.typed,
        arrived=visit.arrived,
        said=visit.asked.get("said", ""),
    )


async def look(visit: Visit) -> Show:
    """Show a step of the survey, where its owner left it; nothing is kept yet."""
    wave_id = _wave_id(visit)
    try:
        filling = await survey_pages.look_at(
            visit.tx, wave_id=wave_id, owner=await _owner(visit), now=visit.now
        )
    except AlreadyAnswered:
        return await survey_steps.thank(_place(visit), wave_id)
    return await survey_steps.look(_place(visit), filling, visit.asked.get("page", ""))


async def act(visit: Visit) -> Show | Goto:
    """Keep what was sent, or hand all of it in; pressed twice it says thank you twice."""
    try:
        filling = await survey_pages.take_up(
            visit.tx, wave_id=_wave_id(visit), owner=await _owner(visit), now=visit.now
        )
        if visit.typed.one("deed") == HAND_IN:
            return await _hand_in(visit, filling)
    except AlreadyAnswered:
        return _to(visit, THANKS)
    place = _place(visit)
    taken = await survey_steps.take(place, filling)
    if taken.errors:
        return await survey_steps.look(place, taken.filling, taken.step, taken.errors)
    return _to(visit, taken.step, taken.said)


async def _hand_in(visit: Visit, filling: Filling) -> Goto:
    if not await survey_pages.is_begun(visit.tx, filling):
        return _to(visit, THANKS if filling.is_done else "")
    try:
        await survey_pages.hand_in(visit.tx, filling, door=DOOR, now=visit.now)
    except SurveyUnfinished:
        found = await survey_pages.steps(visit.tx, filling)
        return _to(visit, found.first_open)
    return _to(visit, THANKS)


def _to(visit: Visit, step: str, said: str = "") -> Goto:
    more = f"&said={said}" if said else ""
    return Goto(f"{visit.path}?page={step}{more}" if step else visit.path)
