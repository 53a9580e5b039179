"""The page of a quick poll that a letter asks: one press sends the answer chosen in the letter."""

from typing import Any

from starlette.routing import BaseRoute

from delivery.chart import share
from handlers.web.page_words import sentence
from handlers.web.pages import Pages
from handlers.web.visits import Goto, Mistyped, Show, Visit
from programme import letter_votes, votes
from programme.asking import number
from programme.letter_doors import PAGE
from programme.poll_ballots import Ballot
from programme.poll_refusals import PollClosed, VoteFinal
from programme.refusals import OptionUnknown, Refusal

TAKE_BACK = "take_back"
SAID = ("kept", "taken")


def routes(pages: Pages) -> list[BaseRoute]:
    """List the address of this page: the letter's, and the number of an option."""
    return [pages.route("/l/{token}/p/{option}", PAGE, look=look, act=vote)]


async def look(visit: Visit) -> Show:
    """Show the question with the option of the link chosen; nothing is kept yet."""
    found = await letter_votes.ballot(visit.tx, door=visit.door, now=visit.now)
    said = visit.asked.get("said", "")
    return Show(
        "poll",
        {
            "question": found.question,
            "event_title": found.event_title,
            "options": [{"key": one.key, "label": one.label} for one in found.options],
            "chosen": _chosen(visit, found, said),
            "several": found.multiple,
            "answer": found.answer,
            "is_anonymous": found.is_anonymous,
            "is_final": found.is_anonymous and found.is_done,
            "is_done": found.is_done,
            "closes": found.closes_at.isoformat() if found.closes_at else None,
            "closed": found.closed_at is not None,
            "counts": await _counts(visit, found),
            "zone": visit.desk.zone,
            "said": said if said in SAID else "",
            "wrong": visit.errors.get("option", ""),
        },
    )


def _chosen(visit: Visit, found: Ballot, said: str) -> list[str]:
    """Mark what was typed, else what the link names, else what counts by now."""
    if typed := visit.typed.all("option"):
        return typed
    linked = found.option(number(visit.params["option"]) or 0)
    so_far = [*(found.ticked or found.chosen)]
    if said in SAID or linked is None or found.is_anonymous:
        return so_far
    return [*so_far, linked.key] if found.multiple else [linked.key]


async def _counts(visit: Visit, found: Ballot) -> list[dict[str, Any]]:
    """Tell those who were asked what came out, once it is closed and gives nobody away."""
    if found.closed_at is None:
        return []
    results = await votes.results_of(visit.tx, survey_id=found.survey_id)
    if results.hidden:
        return []
    return [
        {
            "label": one.label,
            "share": share(one.count, results.people_answered, visit.t.locale),
        }
        for one in results.options
    ]


async def vote(visit: Visit) -> Goto:
    """Keep the vote, or take it back; the last one counts, whichever door it came by."""
    taken_back = visit.typed.one("deed") == TAKE_BACK
    keys = () if taken_back else tuple(key for key in visit.typed.all("option") if key)
    if not keys and not taken_back:
        raise Mistyped({"option": _why(visit, OptionUnknown())})
    here = f"/l/{visit.params['token']}/p/{visit.params['option']}"
    try:
        await letter_votes.vote(visit.tx, door=visit.door, option_keys=keys, now=visit.now)
    except OptionUnknown as refusal:
        raise Mistyped({"option": _why(visit, refusal)}) from None
    except (PollClosed, VoteFinal):
        # The page says how it stands.
        return Goto(here)
    return Goto(f"{here}?said={'taken' if taken_back else 'kept'}")


def _why(visit: Visit, refusal: Refusal) -> str:
    return sentence(visit.t, refusal, zone=visit.desk.zone)
