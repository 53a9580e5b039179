"""A training of two days with people who are registered, and the bot on its morning."""

from dataclasses import dataclass

from playground.visitor import Visitor
from programme import attendance
from storage import events
from storage.events import Session
from tests.handlers.scene import Scene


@dataclass(frozen=True)
class Rollcall:
    """The event, its sessions and their codes, and those who talk to the bot."""

    event_id: int
    sessions: list[Session]
    codes: list[str]
    people: list[Visitor]
    staff: Visitor


async def event_of_two_days(scene: Scene) -> int:
    """Find a training of the sample programme that takes two days."""
    rows = await scene.rows(
        "SELECT event_id FROM session GROUP BY event_id HAVING COUNT(*) = 2 ORDER BY event_id"
    )
    return int(rows[0][0])


async def call(scene: Scene, *names: str) -> Rollcall:
    """Register people, make the codes, and put the clock to the first day's beginning."""
    staff = scene.visitor(900, "Maria")
    await scene.make_staff(staff)
    event_id = await event_of_two_days(scene)
    people = []
    for number, name in enumerate(names, 1):
        visitor = scene.visitor(number, name)
        await scene.introduce(visitor, name=name)
        await scene.register(visitor, event_id)
        people.append(visitor)
    async with scene.database.transaction() as tx:
        sessions = await events.sessions(tx, event_id)
        codes = [
            await attendance.code_of(tx, session_id=one.id, now=scene.clock()) for one in sessions
        ]
    scene.clock.put_forward(sessions[0].starts_at)
    return Rollcall(event_id, sessions, codes, people, staff)


async def noted(scene: Scene) -> list[tuple[str, int, bool, str]]:
    """List what is noted: the person, the number of the session, present, the door."""
    rows = await scene.rows(
        "SELECT p.name, s.number, a.present, a.door FROM attendance a "
        "JOIN registration r ON r.id = a.registration_id JOIN person p ON p.id = r.person_id "
        "JOIN session s ON s.id = a.session_id ORDER BY p.name, s.number"
    )
    return [(str(name), int(number), bool(was), str(door)) for name, number, was, door in rows]
