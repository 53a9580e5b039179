"""The page of a stand at a fair: look at it, and give it back."""

from handlers.web.event_facts import described
from handlers.web.visits import Goto, Show, Visit
from programme import fair, letter_pages
from programme.fair_refusals import NotExhibiting
from programme.refusals import OptionUnknown

CANCEL = "cancel"


async def look(visit: Visit) -> Show:
    """Show the stand, or say that there is none any more."""
    try:
        view = await letter_pages.stand(visit.tx, visit.door, now=visit.now)
    except NotExhibiting:
        return await _without(visit)
    event, one = view.event, view.exhibitor
    facts = described(visit.t, event.title, event.place, view.sessions) | {
        "state": "cancelled" if event.state == "cancelled" else one.state,
        "organisation": one.organisation,
        "number": one.stand,
        "position": view.position,
        "offer": dict(vars(one.offer)),
        "may_cancel": view.may_cancel,
        "asks_cancel": visit.asked.get("ask") == CANCEL,
        "done": "",
    }
    return Show("stand", facts)


async def _without(visit: Visit) -> Show:
    view = await letter_pages.event_of(visit.tx, visit.door, now=visit.now)
    facts = described(visit.t, view.title, view.place, view.sessions)
    return Show("stand", facts | {"state": "ended", "done": visit.asked.get("done", "")})


async def act(visit: Visit) -> Goto:
    """Give the stand back; pressed twice it is given back already."""
    if visit.typed.one("deed") != CANCEL:
        raise OptionUnknown
    try:
        view = await letter_pages.stand(visit.tx, visit.door, now=visit.now)
    except NotExhibiting:
        return Goto(done=CANCEL)
    await fair.cancel(
        visit.tx,
        exhibitor_id=view.exhibitor.id,
        person_id=visit.door.person_id,
        organisation_id=visit.door.organisation_id,
        now=visit.now,
    )
    return Goto(done=CANCEL)
