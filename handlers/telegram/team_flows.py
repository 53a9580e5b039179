"""The dialogue in which somebody is invited to the team, and what a change of role says."""

from handlers.telegram import buttons, rights, team_screens
from handlers.telegram.turn import Turn
from programme import staff, staff_invite_steps, staff_team
from programme.asking import Asked
from programme.conversations import StaffMember
from programme.refusals import OptionUnknown
from programme.staff_team import OneOfTeam


async def begin(turn: Turn, member: StaffMember) -> None:
    """Ask for the name."""
    await _put(
        turn,
        await staff_invite_steps.begin(turn.tx, state=turn.state, member=member, now=turn.now),
    )


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    member = await _allowed(turn)
    asked = await staff_invite_steps.ask(turn.tx, state=turn.state, member=member, now=turn.now)
    await _put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; the last one makes the link, shown with a message to pass on."""
    following = await staff_invite_steps.answer(
        turn.tx, state=turn.state, raw=raw, member=await _allowed(turn), now=turn.now
    )
    if isinstance(following, Asked):
        await _put(turn, following)
        return
    await turn.keep(following.conversation)
    link = f"https://t.me/{turn.desk.bot_name}?start=s_{following.token}"
    for message in team_screens.invited(turn.t, following, link, zone=turn.desk.zone):
        await turn.say(message)


async def _allowed(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "staff", flow=staff_invite_steps.FLOW)


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, team_screens.question(turn.t, asked), note)


def role_of(press: buttons.Press) -> str:
    """Read the role behind a button; raises OptionUnknown."""
    role = press.arguments[1] if len(press.arguments) > 1 else ""
    if role not in staff.ROLES:
        raise OptionUnknown
    return role


async def role_given(turn: Turn, member: StaffMember, before: OneOfTeam, role: str) -> None:
    """Say which role somebody has now; whoever gave their own away sees the team no more."""
    note = team_screens.role_given(turn.t, before.colleague.name, role)
    if before.is_me and role not in staff.COORDINATORS:
        await turn.say(team_screens.plain(note))
        return
    now = await staff_team.one(turn.tx, staff_id=before.colleague.id, member=member)
    await turn.say(team_screens.one(turn.t, now, zone=turn.desk.zone, note=note))
