"""How the calendars of people with a seat have answered, in one word for staff."""

from storage import calendar_answers
from storage.calendar_answers import DECLINED, InvitedEntry
from storage.database import Tx

NONE, ACCEPTED, PERHAPS, SOME_DECLINED, ALL_DECLINED = (
    *("none", "accepted", "perhaps"),
    *("some_declined", "declined"),
)
STANDINGS = (NONE, ACCEPTED, PERHAPS, SOME_DECLINED, ALL_DECLINED)


def standing(entries: list[InvitedEntry]) -> str:
    """Sum up the answers for all days; what was said of an earlier date is no answer."""
    answers = {entry.current_answer for entry in entries}
    if DECLINED in answers:
        return ALL_DECLINED if answers == {DECLINED} else SOME_DECLINED
    if "TENTATIVE" in answers:
        return PERHAPS
    # Everything else, also a day without an answer among others, leaves a question open.
    return ACCEPTED if answers == {"ACCEPTED"} else NONE


async def of_event(tx: Tx, event_id: int) -> dict[int, str]:
    """Give the word for everybody with a seat, by registration."""
    found = await calendar_answers.of_event(tx, event_id)
    return {registration_id: standing(entries) for registration_id, entries in found.items()}


async def of_registration(tx: Tx, registration_id: int) -> str:
    """Give the word for one registration."""
    return standing(await calendar_answers.of_registration(tx, registration_id))
