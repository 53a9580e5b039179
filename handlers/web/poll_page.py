"""The page of a quick poll that a letter asks: one press sends the answer chosen in the letter."""

from starlette.routing import BaseRoute

from handlers.web.page_words import sentence
from handlers.web.pages import Pages
from handlers.web.visits import Goto, Mistyped, Show, Visit
from programme import letter_votes
from programme.asking import number
from programme.letter_doors import PAGE
from programme.refusals import OptionUnknown, Refusal

TAKE_BACK = "take_back"
SAID = ("kept", "taken")


def routes(pages: Pages) -> list[BaseRoute]:
    """List the address of this page: the letter's, and the number of an option."""
    return [pages.route("/l/{token}/p/{option}", PAGE, look=look, act=vote)]


async def look(visit: Visit) -> Show:
    """Show the question with the option of the link chosen; nothing is kept yet."""
    found = await letter_votes.ballot(visit.tx, door=visit.door)
    linked = found.option(number(visit.params["option"]) or 0)
    said = visit.asked.get("said", "")
    shown = found.chosen if said in SAID else linked or found.chosen
    chosen = visit.typed.one("option") or (shown.key if shown else "")
    return Show(
        "poll",
        {
            "question": found.question,
            "event_title": found.event_title,
            "options": [{"key": one.key, "label": one.label} for one in found.options],
            "chosen": [chosen],
            "answer": found.chosen.label if found.chosen else "",
            "said": said if said in SAID else "",
            "wrong": visit.errors.get("option", ""),
        },
    )


async def vote(visit: Visit) -> Goto:
    """Keep the vote, or take it back; the last one counts, whichever door it came by."""
    taken_back = visit.typed.one("deed") == TAKE_BACK
    key = "" if taken_back else visit.typed.one("option")
    if not key and not taken_back:
        raise Mistyped({"option": _why(visit, OptionUnknown())})
    try:
        await letter_votes.vote(visit.tx, door=visit.door, option_key=key, now=visit.now)
    except OptionUnknown as refusal:
        raise Mistyped({"option": _why(visit, refusal)}) from None
    said = "taken" if taken_back else "kept"
    return Goto(f"/l/{visit.params['token']}/p/{visit.params['option']}?said={said}")


def _why(visit: Visit, refusal: Refusal) -> str:
    return sentence(visit.t, refusal, zone=visit.desk.zone)
