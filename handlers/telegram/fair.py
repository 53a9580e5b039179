"""Stands at a fair: what organisations press, and what staff do at their desk."""

from telegram import Update

from delivery import fair_sheets
from handlers.telegram import buttons, deed_desk, fair_desk_screens, fair_flows, fair_screens
from handlers.telegram.answers import introduce
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import deed_actions, fair, fair_numbers, fair_steps, fair_views, staff
from programme.conversations import StaffMember
from programme.fair_refusals import StandNotYours
from texts.translator import load

PDF, CSV = "application/pdf", "text/csv"


async def begin(update: Update, context: Context) -> None:
    """Begin to register a stand; somebody unknown is asked who they are first."""
    turn, press = context.turn, pressed(update)
    if turn.chat.person is None:
        await introduce(turn, then=buttons.write(buttons.STAND, press.number()))
    else:
        await fair_flows.begin(turn, press)


async def show(update: Update, context: Context) -> None:
    """Show one's own stand."""
    await fair_flows.show(context.turn, pressed(update).number())


async def ask_cancel(update: Update, context: Context) -> None:
    """Ask once more before a stand is given up."""
    turn = context.turn
    person_id = turn.chat.person.id if turn.chat.person else None
    number = pressed(update).number()
    view = await fair_views.one(turn.tx, exhibitor_id=number, person_id=person_id, now=turn.now)
    if not view.mine:
        raise StandNotYours
    yes, no = buttons.STAND_CANCEL_SURELY, buttons.STAND_VIEW
    await turn.say(fair_screens.surely(turn.t, view, yes=yes, no=no))


async def cancel(update: Update, context: Context) -> None:
    """Give a stand up; the notice that confirms it is queued by the use case."""
    turn = context.turn
    await fair.cancel(
        turn.tx,
        exhibitor_id=pressed(update).number(),
        person_id=turn.chat.person.id if turn.chat.person else None,
        now=turn.now,
    )


async def edit(update: Update, context: Context) -> None:
    """Begin to change what a stand brings and needs."""
    await _begin_change(context.turn, pressed(update).number(), None)


async def _begin_change(turn: Turn, exhibitor_id: int, member: StaffMember | None) -> None:
    asked = await fair_steps.begin_change(
        turn.tx,
        state=turn.state,
        exhibitor_id=exhibitor_id,
        person_id=turn.chat.person.id if turn.chat.person else None,
        member=member,
        now=turn.now,
    )
    await fair_flows.put(turn, asked)


async def _staff(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="fair", now=turn.now)


async def show_stands(update: Update, context: Context) -> None:
    """List the stands of a fair to staff."""
    turn, press = context.turn, pressed(update)
    member = await _staff(turn)
    found = await fair_views.look(turn.tx, event_id=press.number(), member=member)
    await turn.say(fair_desk_screens.stands(turn.t, found, page=max(0, press.number(1))))


async def show_stand(update: Update, context: Context) -> None:
    """Show one stand to staff."""
    member = await _staff(context.turn)
    await fair_flows.show_to_staff(context.turn, pressed(update).number(), member)


async def add(update: Update, context: Context) -> None:
    """Begin to register an organisation that applied on paper."""
    turn = context.turn
    member = await _staff(turn)
    event_id = pressed(update).number()
    asked = await fair_steps.begin_on_paper(
        turn.tx, state=turn.state, event_id=event_id, now=turn.now, member=member
    )
    await fair_flows.put(turn, asked)


async def desk_edit(update: Update, context: Context) -> None:
    """Begin to change a stand for an organisation."""
    member = await _staff(context.turn)
    await _begin_change(context.turn, pressed(update).number(), member)


async def desk_ask_cancel(update: Update, context: Context) -> None:
    """Ask staff once more before a stand is cancelled."""
    turn = context.turn
    member = await _staff(turn)
    number = pressed(update).number()
    view = await fair_views.one_for_staff(turn.tx, exhibitor_id=number, member=member, now=turn.now)
    yes, no = buttons.STAND_DESK_CANCEL_SURELY, buttons.STAND_DESK
    await turn.say(fair_screens.surely(turn.t, view, yes=yes, no=no))


async def desk_cancel(update: Update, context: Context) -> None:
    """Let the end of a stand wait, so that it can be taken back."""
    turn = context.turn
    member = await _staff(turn)
    number = pressed(update).number()
    view = await fair_views.one_for_staff(turn.tx, exhibitor_id=number, member=member, now=turn.now)
    about = {"name": view.exhibitor.organisation}
    arguments = {"exhibitor_id": number, "event_id": view.event.id, "about": about}
    await deed_desk.wait(turn, update, member, deed_actions.CANCEL_STAND, arguments)


async def number(update: Update, context: Context) -> None:
    """Ask which number a stand shall have."""
    turn = context.turn
    member = await _staff(turn)
    asked = await fair_numbers.begin(
        turn.tx, state=turn.state, exhibitor_id=pressed(update).number(), member=member
    )
    await fair_flows.put_number(turn, asked)


async def print_programme(update: Update, context: Context) -> None:
    """Give the programme of the fair as a PDF, in Polish for residents."""
    turn = context.turn
    member = await _staff(turn)
    number = pressed(update).number()
    facts = await fair_views.sheet_for_staff(turn.tx, event_id=number, member=member)
    content = fair_sheets.programme(facts, load("pl"))
    text = turn.t("The programme of the fair, ready to print.")
    await turn.say(fair_desk_screens.sheet(text, "program-targow.pdf", content, PDF))


async def print_needs(update: Update, context: Context) -> None:
    """Give what the stands need as a PDF for the office."""
    turn = context.turn
    member = await _staff(turn)
    number = pressed(update).number()
    facts = await fair_views.sheet_for_staff(turn.tx, event_id=number, member=member)
    content = fair_sheets.needs(facts, load("pl"))
    text = turn.t("What the stands need, for those who set them up.")
    await turn.say(fair_desk_screens.sheet(text, "potrzeby-stoisk.pdf", content, PDF))


async def export(update: Update, context: Context) -> None:
    """Give all stands as CSV."""
    turn = context.turn
    member = await _staff(turn)
    content = await fair_views.export(turn.tx, event_id=pressed(update).number(), member=member)
    text = turn.t("All stands, to be opened in a spreadsheet.")
    await turn.say(fair_desk_screens.sheet(text, "stoiska.csv", content, CSV))
