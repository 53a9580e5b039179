"""What anybody may do with certificates: fetch one's own, check one by its code."""

import asyncio

from telegram import Update

from delivery.certificates import chat_file
from handlers.telegram import certificate_checks, certificate_screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import certificates
from programme.certificate_refusals import CertificateUnknown


async def offer_own(turn: Turn) -> None:
    """Offer a person their certificates, if there are any."""
    if turn.chat.person is None:
        return
    own = await certificates.mine(turn.tx, person_id=turn.chat.person.id)
    if own:
        await turn.say(certificate_screens.own_list(turn.t, own))


async def fetch(update: Update, context: Context) -> None:
    """Give a person one of their certificates once more."""
    turn = context.turn
    if turn.chat.person is None:
        raise CertificateUnknown
    found = await certificates.own(
        turn.tx, certificate_id=pressed(update).number(), person_id=turn.chat.person.id
    )
    file = await asyncio.to_thread(chat_file, found.facts)
    await turn.say(certificate_screens.own_file(turn.t, found, file))


async def check(_update: Update, context: Context) -> None:
    """Check the code behind the command; with none say how it is written."""
    turn = context.turn
    typed = " ".join(context.args or [])
    if typed:
        await certificate_checks.tell(turn, typed)
    else:
        await turn.say(certificate_screens.how_to_check(turn.t))
