"""Check a certificate by the code on it."""

from handlers.telegram import certificate_screens
from handlers.telegram.buttons import Press
from handlers.telegram.turn import Turn
from programme import certificate_check


async def lead(turn: Turn, press: Press) -> None:
    """Check the code of a link, as the QR code of a certificate has it."""
    await tell(turn, ":".join(press.arguments))


async def tell(turn: Turn, typed: str) -> None:
    """Say what the certificate with a code says."""
    found = await certificate_check.verify(turn.tx, code=typed)
    await turn.say(certificate_screens.checked(turn.t, found))
