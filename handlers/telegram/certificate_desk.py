"""What staff do with an event's certificates."""

import asyncio

from telegram import Update

from delivery import certificates as papers
from delivery.chat import ChatFile
from handlers.telegram import certificate_screens as screens
from handlers.telegram import deed_desk
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import certificate_lists, certificates, deed_actions, staff
from programme.certificates import StaffMember

# Why a certificate is revoked by the button; the reason stays in the books.
BY_MISTAKE = "issued by mistake"


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="certificates", now=turn.now)


async def show(update: Update, context: Context) -> None:
    """Show how an event's certificates stand."""
    turn = context.turn
    member = await _member(turn)
    await _show(turn, pressed(update).number(), member)


async def _show(turn: Turn, event_id: int, member: StaffMember, note: str = "") -> None:
    found = await certificates.standing(turn.tx, event_id=event_id, member=member, now=turn.now)
    unreached = await certificate_lists.for_printer(
        turn.tx, event_id=event_id, member=member, only_unreached=True
    )
    await turn.say(screens.standing(turn.t, found, unreached=len(unreached), note=note))


async def ask_issue(update: Update, context: Context) -> None:
    """Ask once more before certificates are issued."""
    turn = context.turn
    member = await _member(turn)
    event_id = pressed(update).number()
    found = await certificates.standing(turn.tx, event_id=event_id, member=member, now=turn.now)
    await turn.say(screens.surely_issue(turn.t, found))


async def issue(update: Update, context: Context) -> None:
    """Let the issuing of what is due wait, so that it can be taken back."""
    turn = context.turn
    member = await _member(turn)
    event_id = pressed(update).number()
    found = await certificates.standing(turn.tx, event_id=event_id, member=member, now=turn.now)
    if not found.due:
        note = turn.t("Everybody who attended enough has a certificate already.")
        await _show(turn, event_id, member, note)
        return
    about = {"name": found.event.title, "count": len(found.due)}
    arguments = {"event_id": event_id, "bot": turn.desk.bot_name, "about": about}
    await deed_desk.wait(turn, update, member, deed_actions.ISSUE, arguments)


async def show_short(update: Update, context: Context) -> None:
    """List who was there too little."""
    turn = context.turn
    member = await _member(turn)
    press = pressed(update)
    event_id = press.number()
    found = await certificates.standing(turn.tx, event_id=event_id, member=member, now=turn.now)
    await turn.say(screens.not_enough(turn.t, found, page=press.number(1)))


async def show_issued(update: Update, context: Context) -> None:
    """List the certificates of an event."""
    turn = context.turn
    member = await _member(turn)
    press = pressed(update)
    found = await certificate_lists.newest(turn.tx, event_id=press.number(), member=member)
    await turn.say(screens.issued_list(turn.t, found, press.number(), page=press.number(1)))


async def show_one(update: Update, context: Context) -> None:
    """Show one certificate and what can be done with it."""
    turn = context.turn
    member = await _member(turn)
    found = await certificate_lists.one(
        turn.tx, certificate_id=pressed(update).number(), member=member
    )
    await turn.say(screens.one(turn.t, found))


async def print_all(update: Update, context: Context) -> None:
    """Give an event's certificates as one file, or only those that paper must bring."""
    turn = context.turn
    member = await _member(turn)
    press = pressed(update)
    only = press.number(1) == 1
    found = await certificate_lists.for_printer(
        turn.tx, event_id=press.number(), member=member, only_unreached=only
    )
    if not found:
        await turn.say(screens.nothing_to_print(turn.t, press.number()))
        return
    # Hundreds of pages take a second; the library lets others work meanwhile.
    content = await asyncio.to_thread(papers.pdf, [one.facts for one in found])
    file = ChatFile(screens.file_name(turn.t), content, papers.PDF)
    await turn.say(screens.printed(turn.t, len(found), press.number(), file))


async def ask_change(update: Update, context: Context) -> None:
    """Ask once more before a certificate is revoked or issued anew."""
    turn = context.turn
    member = await _member(turn)
    press = pressed(update)
    found = await certificate_lists.one(turn.tx, certificate_id=press.number(), member=member)
    await turn.say(screens.surely_change(turn.t, found, press.action))


async def revoke(update: Update, context: Context) -> None:
    """Let a certificate's end wait, so that it can be taken back."""
    await _wait(context.turn, update, deed_actions.REVOKE, {"reason": BY_MISTAKE})


async def reissue(update: Update, context: Context) -> None:
    """Let a certificate with the name of today wait, so that it can be taken back."""
    turn = context.turn
    await _wait(turn, update, deed_actions.REISSUE, {"bot": turn.desk.bot_name})


async def _wait(turn: Turn, update: Update, action: str, more: dict[str, str]) -> None:
    member = await _member(turn)
    number = pressed(update).number()
    found = await certificate_lists.one(turn.tx, certificate_id=number, member=member)
    one = found.certificate
    about = {"name": f"{one.number}, {one.facts['name']}"}
    arguments = {"certificate_id": number, "about": about, **more}
    await deed_desk.wait(turn, update, member, action, arguments)
