"""What the links in letters about nominations lead to."""

from handlers.telegram import buttons, nomination_card_screens, nomination_screens
from handlers.telegram.turn import Turn
from programme import memberships, nomination_answers, nomination_terms, nomination_views
from programme.nomination_terms import Speaker
from programme.refusals import PersonUnknown


async def to_nomination(turn: Turn, press: buttons.Press) -> None:
    """Show the nomination behind a link; whoever named the person is asked to hand it on."""
    if turn.chat.person is None:
        raise PersonUnknown
    shown = await nomination_answers.by_link(turn.tx, token=_token(press), person=turn.chat.person)
    if not shown.is_handed:
        await turn.say(nomination_card_screens.card(turn.t, shown))
        return
    speaker = await speaks(turn, shown.place.organisation.id)
    view = await nomination_views.one(
        turn.tx, nomination=shown.nomination, speaker=speaker, now=turn.now
    )
    note = turn.t("This link is meant for the person you have named. Please hand it on to them.")
    await turn.say(nomination_screens.one(turn.t, view, note=note))


async def to_organisation(turn: Turn, press: buttons.Press) -> None:
    """Let whoever opened a mailed link speak for its organisation, and show its page."""
    if turn.chat.person is None:
        raise PersonUnknown
    link = await memberships.open_link(
        turn.tx, token=_token(press), person_id=turn.chat.person.id, now=turn.now
    )
    await turn.look_again()
    note = turn.t("From now on you can name people on behalf of this organisation.")
    await show_organisation(turn, link.event_id or -1, link.organisation_id, note=note)


def _token(press: buttons.Press) -> str:
    return press.arguments[0] if press.arguments else ""


async def speaks(turn: Turn, organisation_id: int) -> Speaker:
    """Tell who acts for an organisation in this chat; raises NotContact."""
    return await nomination_terms.speaker(
        turn.tx,
        chat_id=turn.chat_id,
        person=turn.chat.person,
        organisation_id=organisation_id,
        now=turn.now,
    )


async def show_organisation(
    turn: Turn, event_id: int, organisation_id: int, *, at: int = 0, note: str = ""
) -> None:
    """Show whom an organisation has named for an event."""
    speaker = await speaks(turn, organisation_id)
    view = await nomination_views.page(
        turn.tx,
        event_id=event_id,
        organisation_id=organisation_id,
        speaker=speaker,
        now=turn.now,
    )
    await turn.say(nomination_screens.page(turn.t, view, at=max(0, at), note=note))


async def list_choices(turn: Turn, _press: buttons.Press) -> None:
    """Offer the events for which a contact may name people; a single one is shown at once."""
    if turn.chat.person is None:
        raise PersonUnknown
    found = await nomination_views.choices(turn.tx, person_id=turn.chat.person.id, now=turn.now)
    if len(found) == 1:
        await show_organisation(turn, found[0].event.id, found[0].organisation.id)
    else:
        await turn.say(nomination_screens.choices(turn.t, found))


def link_of(turn: Turn) -> str:
    """Write the bot's deep link without its payload."""
    return f"https://t.me/{turn.desk.bot_name}"
