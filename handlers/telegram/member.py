"""What a member can do: look around, register, cancel, choose a language, ask for help."""

from html import escape

from telegram import Update

from handlers.telegram import (
    buttons,
    certificates,
    event_questions_flows,
    nominations,
    own_data_flows,
    registering,
    screens,
)
from handlers.telegram.answers import abandon, introduce, pass_over, repeat_question
from handlers.telegram.going import card, go, pressed
from handlers.telegram.turn import Context, Turn
from programme import conversations, listing, registration, staff
from programme.event_questions import REGISTER
from programme.refusals import NotRegistered

# Links that are about a person, so that staff too say who they are before they go on.
FOR_PERSONS = (f"{buttons.NOMINATED}_", f"{buttons.CONTACT}_", f"{buttons.PERSON_LINK}_")


async def start(_update: Update, context: Context) -> None:
    """Begin: a deep link leads to its event, a one-time link makes somebody staff."""
    turn = context.turn
    payload = context.args[0] if context.args else ""
    if payload.startswith("s_"):
        await _welcome_staff(turn, payload.removeprefix("s_"))
    elif payload.startswith(f"{buttons.CERTIFICATE_CODE}_"):
        # Whoever holds a certificate may check it without saying who they are.
        await go(turn, payload.replace("_", ":", 1))
    elif turn.chat.person is None and (turn.chat.member is None or payload[:2] in FOR_PERSONS):
        await introduce(turn, then=payload.replace("_", ":", 1))
    else:
        await go(turn, payload.replace("_", ":", 1))


async def _welcome_staff(turn: Turn, token: str) -> None:
    member = await staff.accept(turn.tx, token=token, chat_id=turn.chat_id, now=turn.now)
    await turn.look_again()
    await turn.say(
        screens.help_page(
            turn.t,
            contact=await listing.contact(turn.tx),
            role=member.role,
            greeting=turn.t(
                "Welcome, %(name)s. You can use the commands for staff now.",
                name=escape(member.name),
            ),
        )
    )


async def show_list(_update: Update, context: Context) -> None:
    """List the events ahead."""
    turn = context.turn
    views = await listing.ahead(turn.tx, person=turn.chat.person, now=turn.now)
    await turn.say(screens.event_list(turn.t, views))


async def show_event(update: Update, context: Context) -> None:
    """Show one event."""
    await card(context.turn, pressed(update).number())


async def register(update: Update, context: Context) -> None:
    """Register; somebody unknown is asked who they are first, and the event may ask more."""
    turn = context.turn
    event_id = pressed(update).number()
    if turn.chat.person is None:
        await introduce(turn, then=buttons.write(buttons.EVENT, event_id))
        return
    view = await listing.one(turn.tx, event_id=event_id, person=turn.chat.person, now=turn.now)
    if await own_data_flows.asks_for_whom(turn, view):
        return
    if not view.asks_first:
        await registering.register(turn, event_id)
    elif turn.state.flow:
        await pass_over(turn)
    else:
        await event_questions_flows.begin(turn, event_id=event_id, purpose=REGISTER)


async def take_offer(update: Update, context: Context) -> None:
    """Take the seat that is offered to somebody in line."""
    await registering.take_offer(context.turn, pressed(update).number())


async def decline_offer(update: Update, context: Context) -> None:
    """Decline the seat that is offered to somebody in line."""
    await registering.decline_offer(context.turn, pressed(update).number())


async def show_mine(_update: Update, context: Context) -> None:
    """Show a person's own registrations."""
    turn = context.turn
    if turn.chat.person is None:
        await introduce(turn, then="")
        return
    views = await listing.mine(turn.tx, person=turn.chat.person, now=turn.now)
    has_feeds = turn.desk.public_url is not None
    await turn.say(screens.my_registrations(turn.t, views, has_feeds=has_feeds))
    await certificates.offer_own(turn)
    await nominations.offer_own(turn)


async def ask_cancel(update: Update, context: Context) -> None:
    """Ask once more before a seat is given back."""
    turn = context.turn
    registration_id = pressed(update).number()
    person = turn.chat.person
    if person is None:
        raise NotRegistered
    view = await listing.of_registration(
        turn.tx, registration_id=registration_id, person=person, now=turn.now
    )
    await turn.say(screens.surely(turn.t, view, registration_id))


async def cancel(update: Update, context: Context) -> None:
    """Give a seat back; the notice that confirms it is queued by the use case."""
    turn = context.turn
    if turn.chat.person is None:
        raise NotRegistered
    await registration.cancel(
        turn.tx,
        registration_id=pressed(update).number(),
        person_id=turn.chat.person.id,
        now=turn.now,
        quiet=turn.desk.quiet,
    )


async def show_help(_update: Update, context: Context) -> None:
    """Say what the bot can do and who helps."""
    turn = context.turn
    contact = await listing.contact(turn.tx)
    role = turn.chat.member.role if turn.chat.member else ""
    await turn.say(screens.help_page(turn.t, contact=contact, role=role))


async def ask_language(_update: Update, context: Context) -> None:
    """Offer both languages."""
    await context.turn.say(screens.languages(context.turn.t))


async def change_language(update: Update, context: Context) -> None:
    """Speak the chosen language from now on."""
    turn = context.turn
    locale = "en" if pressed(update).arguments == ("en",) else "pl"
    state = await conversations.change_language(
        turn.tx, chat=turn.chat, locale=locale, now=turn.now
    )
    await turn.look_again()
    if state.flow:
        await repeat_question(turn)
    else:
        await go(turn, "")


async def stop(_update: Update, context: Context) -> None:
    """Stop what was begun."""
    await abandon(context.turn)
