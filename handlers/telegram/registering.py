"""Register the person of a chat, and answer an offer of a seat."""

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.telegram import screens
from handlers.telegram.going import card
from handlers.telegram.turn import Turn
from programme import conflicts, listing, registration, waiting_list
from programme.refusals import AlreadyRegistered, NotRegistered, PersonUnknown
from programme.seat_refusals import OfferOver


async def register(
    turn: Turn,
    event_id: int,
    *,
    answers: dict[str, Any] | None = None,
    form_id: int | None = None,
    organisation_id: int | None = None,
) -> None:
    """Register, and point out what else the person has at the same time.

    The notice that tells of the seat or the place in line is queued by the use case.
    """
    person = turn.chat.person
    if person is None:
        raise PersonUnknown
    try:
        await registration.register(
            turn.tx,
            event_id=event_id,
            person_id=person.id,
            door="telegram",
            answers=answers,
            form_id=form_id,
            organisation_id=organisation_id,
            now=turn.now,
            quiet=turn.desk.quiet,
        )
    except AlreadyRegistered:
        await card(turn, event_id, note=turn.t("You are on the list for this event already."))
        return
    await point_out_overlaps(turn, event_id)


async def point_out_overlaps(turn: Turn, event_id: int) -> None:
    """Say kindly what else the person has at the same time, if anything."""
    if turn.chat.person is None:
        return
    found = await conflicts.of(turn.tx, event_id=event_id, person_id=turn.chat.person.id)
    if found:
        view = await listing.one(turn.tx, event_id=event_id, person=turn.chat.person, now=turn.now)
        await turn.say(screens.overlapping(turn.t, view.title, found))


async def take_offer(turn: Turn, registration_id: int) -> None:
    """Take the seat that is offered; the use case queues the notice of it."""
    await _answer(turn, registration_id, waiting_list.accept_offer)


async def decline_offer(turn: Turn, registration_id: int) -> None:
    """Decline the seat that is offered."""
    await _answer(turn, registration_id, waiting_list.decline_offer)


async def _answer(
    turn: Turn, registration_id: int, use_case: Callable[..., Awaitable[Any]]
) -> None:
    """Answer an offer; one that was never made to this person is over like any other."""
    if turn.chat.person is None:
        raise OfferOver
    try:
        await use_case(
            turn.tx,
            registration_id=registration_id,
            person_id=turn.chat.person.id,
            now=turn.now,
            quiet=turn.desk.quiet,
        )
    except NotRegistered as gone:
        raise OfferOver from gone
