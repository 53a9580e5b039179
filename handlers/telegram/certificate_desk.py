"""What staff do with an event's certificates."""

import asyncio

from telegram import Update

from delivery import certificates as papers
from delivery.chat import ChatFile
from handlers.telegram import certificate_screens as screens
from handlers.telegram.going import pressed
from handlers.telegram.turn import Context, Turn
from programme import certificate_lists, certificates, staff
from programme.certificates import StaffMember

# Why a certificate is revoked by the button; the reason stays in the books.
BY_MISTAKE = "issued by mistake"


async def _member(turn: Turn) -> StaffMember:
    return await staff.require(turn.tx, chat_id=turn.chat_id, action="certificates", now=turn.now)


async def show(update: Update, context: Context) -> None:
    """Show how an event's certificates stand."""
    turn = context.turn
    await _member(turn)
    await _show(turn, pressed(update).number())


async def _show(turn: Turn, event_id: int, note: str = "") -> None:
    found = await certificates.standing(turn.tx, event_id=event_id, now=turn.now)
    unreached = await certificate_lists.to_print(turn.tx, event_id=event_id, only_unreached=True)
    await turn.say(screens.standing(turn.t, found, unreached=len(unreached), note=note))


async def ask_issue(update: Update, context: Context) -> None:
    """Ask once more before certificates are issued."""
    turn = context.turn
    await _member(turn)
    found = await certificates.standing(turn.tx, event_id=pressed(update).number(), now=turn.now)
    await turn.say(screens.surely_issue(turn.t, found))


async def issue(update: Update, context: Context) -> None:
    """Issue and send what is due."""
    turn = context.turn
    member = await _member(turn)
    event_id = pressed(update).number()
    issued = await certificates.issue(
        turn.tx, event_id=event_id, member=member, now=turn.now, bot=turn.desk.bot_name
    )
    await _show(turn, event_id, screens.issued(turn.t, issued))


async def show_short(update: Update, context: Context) -> None:
    """List who was there too little."""
    turn = context.turn
    await _member(turn)
    press = pressed(update)
    found = await certificates.standing(turn.tx, event_id=press.number(), now=turn.now)
    await turn.say(screens.not_enough(turn.t, found, page=press.number(1)))


async def show_issued(update: Update, context: Context) -> None:
    """List the certificates of an event."""
    turn = context.turn
    await _member(turn)
    press = pressed(update)
    found = await certificate_lists.newest(turn.tx, event_id=press.number())
    await turn.say(screens.issued_list(turn.t, found, press.number(), page=press.number(1)))


async def show_one(update: Update, context: Context) -> None:
    """Show one certificate and what can be done with it."""
    turn = context.turn
    await _member(turn)
    found = await certificate_lists.one(turn.tx, certificate_id=pressed(update).number())
    await turn.say(screens.one(turn.t, found))


async def print_all(update: Update, context: Context) -> None:
    """Give an event's certificates as one file, or only those that paper must bring."""
    turn = context.turn
    await _member(turn)
    press = pressed(update)
    found = await certificate_lists.to_print(
        turn.tx, event_id=press.number(), only_unreached=press.number(1) == 1
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
    await _member(turn)
    press = pressed(update)
    found = await certificate_lists.one(turn.tx, certificate_id=press.number())
    await turn.say(screens.surely_change(turn.t, found, press.action))


async def revoke(update: Update, context: Context) -> None:
    """Let a certificate stand no longer."""
    turn = context.turn
    member = await _member(turn)
    certificate_id = pressed(update).number()
    await certificates.revoke(
        turn.tx, certificate_id=certificate_id, reason=BY_MISTAKE, member=member, now=turn.now
    )
    found = await certificate_lists.one(turn.tx, certificate_id=certificate_id)
    await turn.say(screens.one(turn.t, found, note=turn.t("Done. It is no longer valid.")))


async def reissue(update: Update, context: Context) -> None:
    """Replace a certificate by one with the name of today."""
    turn = context.turn
    member = await _member(turn)
    new = await certificates.reissue(
        turn.tx,
        certificate_id=pressed(update).number(),
        member=member,
        now=turn.now,
        bot=turn.desk.bot_name,
    )
    found = await certificate_lists.one(turn.tx, certificate_id=new.id)
    note = turn.t("Done. A new certificate was issued.")
    await turn.say(screens.one(turn.t, found, note=note))
