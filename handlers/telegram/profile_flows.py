"""The dialogue in which a person says who they are."""

from handlers.telegram import buttons, profile_screens
from handlers.telegram.going import go
from handlers.telegram.turn import Turn
from programme import profile
from programme.asking import Asked
from programme.profile import Introduced


async def begin(turn: Turn, *, then: str) -> None:
    """Ask the first question, or the open one, and remember what the person wanted."""
    asked = await profile.begin(
        turn.tx,
        state=turn.state,
        then=then,
        link=_token(then, buttons.NOMINATED),
        organisation_link=_token(then, buttons.CONTACT),
        person_link=_token(then, buttons.PERSON_LINK),
        now=turn.now,
    )
    await _put(turn, asked)


def _token(wish: str, action: str) -> str:
    press = buttons.read(wish)
    return press.arguments[0] if press.action == action and press.arguments else ""


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    await _put(turn, await profile.ask(turn.tx, state=turn.state, now=turn.now), note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; after the last one the person gets what they came for."""
    following = await profile.answer(
        turn.tx,
        state=turn.state,
        raw=raw,
        our_address=turn.desk.our_address,
        now=turn.now,
        quiet=turn.desk.quiet,
    )
    if isinstance(following, Introduced):
        await turn.keep(following.conversation)
        await turn.look_again()
        name = turn.chat.person.name if turn.chat.person else ""
        await turn.say(profile_screens.thanks(turn.t, name))
        await go(turn, following.then, greet=False)
    else:
        await _put(turn, following)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, profile_screens.question(turn.t, asked), note)
