"""A person's calendar: take back a seat that it gave up, and have one's dates by an address."""

from telegram import Update

from handlers.telegram import calendar_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import feeds, giving_up
from programme.feed_refusals import NoFeeds
from programme.refusals import NotRegistered, PersonUnknown


async def take_back(update: Update, context: Context) -> None:
    """Take back a seat; the notice that tells of it is queued by the use case."""
    turn = context.turn
    if turn.chat.person is None:
        raise NotRegistered
    await giving_up.undo(
        turn.tx,
        registration_id=pressed(update).number(),
        person_id=turn.chat.person.id,
        now=turn.now,
        quiet=turn.desk.quiet,
    )


def _owner(turn: Turn) -> tuple[int, str]:
    """Give whose feed it is and where it is served; raises PersonUnknown or NoFeeds."""
    if turn.chat.person is None:
        raise PersonUnknown
    if turn.desk.public_url is None:
        raise NoFeeds
    return turn.chat.person.id, turn.desk.public_url


async def show_feed(_update: Update, context: Context) -> None:
    """Offer a calendar by an address."""
    turn = context.turn
    person_id, _ = _owner(turn)
    has_one = await feeds.has_one(turn.tx, person_id=person_id)
    await turn.say(calendar_screens.offer(turn.t, has_one=has_one))


async def make_feed(_update: Update, context: Context) -> None:
    """Make the address, or a new one instead of the old."""
    turn = context.turn
    person_id, public_url = _owner(turn)
    path = await feeds.address_of(turn.tx, person_id=person_id, now=turn.now)
    address = f"{public_url}{path}"
    page = address.removesuffix(".ics")
    await turn.say(calendar_screens.made(turn.t, address=address, page=page))


async def end_feed(_update: Update, context: Context) -> None:
    """End the address."""
    turn = context.turn
    person_id, _ = _owner(turn)
    await feeds.end(turn.tx, person_id=person_id, now=turn.now)
    await turn.say(calendar_screens.ended(turn.t))
