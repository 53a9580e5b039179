"""What the link to the chat in a letter to one person leads to."""

from html import escape

from handlers.telegram import buttons, own_data_flows
from handlers.telegram.turn import Turn
from programme import person_links
from programme.refusals import PersonUnknown


async def to_person(turn: Turn, press: buttons.Press) -> None:
    """Join the chat with whom the letter was to, and show what we know of them."""
    if turn.chat.person is None:
        raise PersonUnknown
    token = press.arguments[0] if press.arguments else ""
    opened = await person_links.open_link(
        turn.tx, token=token, person=turn.chat.person, now=turn.now, quiet=turn.desk.quiet
    )
    note = turn.t("From now on we can write to you here.")
    if opened.joined:
        await turn.look_again()
        note = turn.t("We have put your e-mail and this conversation together.")
    elif opened.meant:
        note = turn.t(
            "The letter with this link was to %(name)s. Here we know you as %(mine)s, so nothing "
            "was changed. If both are you, please call us.",
            name=escape(opened.meant),
            mine=escape(turn.chat.person.name),
        )
    await own_data_flows.show(turn, note=note)
