"""Two people with one of everything each, staff of every role, and who may press which button."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from programme import (
    attendance,
    calendar_answers,
    certificates,
    documents,
    fair,
    memberships,
    nominations,
    polls,
    registration,
    staff,
    task_desk,
    tasks,
)
from programme.calendar_answers import AnsweredEntry, Attendee, CalendarAnswer
from programme.nomination_terms import Speaker
from programme.nominations import Named
from programme.quiet_hours import QuietHours
from storage import documents as document_rows
from storage import events, files, organisations, people, registrations
from storage import staff as staff_rows
from storage import tasks as task_rows
from storage.database import Tx
from storage.fair import Offer
from storage.files import Bytes, FileStore
from storage.insert import insert_id
from storage.paper_tables import certificate, required_document
from storage.staff import StaffMember
from storage.tables import event
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

# What no reply to somebody else may hold: each stands somewhere in the data of Jan.
SECRETS = (
    "Tajnowski",
    "Tajnowska",
    "600999111",
    "tajny@example.org",
    "Sekretne potrzeby",
    "Sekretny pokaz",
    "Stowarzyszenie Sekret",
    "skan-tajny",
)
# Of these not even somebody who says that they come from Jan's organisation.
PERSONAL = SECRETS[:4]
ANNA, JAN, STRANGER, REMOVED, VIEWER, ASSISTANT, COORDINATOR, CLAIMER = range(1, 9)
ROLES = {
    "member": ANNA,
    "owner": JAN,
    "stranger": STRANGER,
    "removed": REMOVED,
    "viewer": VIEWER,
    "assistant": ASSISTANT,
    "coordinator": COORDINATOR,
    # Says that they come from Jan's organisation, and nobody has proved it.
    "claimer": CLAIMER,
}
MANY_SEATS = 20
PDF = b"%PDF-1.7\n" + b"x" * 64
LATER = FIRST_DAY + timedelta(days=2)


@dataclass
class World:
    """The numbers of what there is; all of it is Jan's but for what is named otherwise."""

    now: datetime = NOW
    numbers: dict[str, Any] = field(default_factory=dict)

    def write(self, pattern: str) -> str:
        """Fill the names in braces in with numbers."""
        return pattern.format(**self.numbers)


async def _terms(tx: Tx, event_id: int, **values: Any) -> int:
    await tx.execute(event.update().where(event.c.id == event_id).values(**values))
    return event_id


async def _register(tx: Tx, event_id: int, person_id: int, **more: Any) -> int:
    got = await registration.register(
        tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW, **more
    )
    return got.registration_id


async def make_world(tx: Tx, folder: Path) -> World:
    """Make all of it in an empty database."""
    world = World()
    know = world.numbers
    coordinator = await _staff(tx)
    await _people(tx, know)
    know["event"] = await make_event(tx, capacity=MANY_SEATS)
    know["registration"] = await _register(tx, know["event"], know["jan"])
    await _papers(tx, know, folder)
    await _line(tx, know)
    await _past(tx, know, coordinator)
    await _fair(tx, know)
    await _nominations(tx, know)
    know["session"] = (await events.sessions(tx, know["event"]))[0].id
    know["code"] = await attendance.code_of(tx, session_id=know["session"], now=NOW)
    asked = await polls.ask(
        tx,
        staff=coordinator,
        key="900:1",
        question="Czy?",
        options=["Tak", "Nie"],
        event_id=know["event"],
        quiet=QuietHours(),
        now=NOW,
    )
    know["survey"] = asked.broadcast_id
    await _tasks(tx, know, coordinator)
    know["token"] = staff.new_token()
    return world


async def _tasks(tx: Tx, know: dict[str, Any], coordinator: StaffMember) -> None:
    for key in ("task", "task_done"):
        await tasks.ask(
            tx,
            key=key,
            kind="mail",
            facts={"sender": "tajny@example.org", "subject": "Pytanie Tajnowskiego"},
            original="Jan Tajnowski pyta.",
            person_id=know["jan"],
            now=NOW,
        )
        found = await task_rows.by_key(tx, key)
        assert found is not None
        know[key] = found.id
    kept = Bytes("c" * 40, 3, "d" * 64)
    file = await files.add(
        tx, kept, original_name="skan-tajny.pdf", content_type="application/pdf", now=NOW
    )
    await task_rows.add_file(tx, task_id=know["task"], file_id=file.id)
    await task_desk.done(tx, task_id=know["task_done"], member=coordinator, now=NOW)


async def _staff(tx: Tx) -> StaffMember:
    for role, chat in (
        ("viewer", VIEWER),
        ("assistant", ASSISTANT),
        ("coordinator", COORDINATOR),
        ("coordinator", REMOVED),
    ):
        await staff_rows.grant(tx, name=role, role=role, chat_id=chat, now=NOW)
    await staff.remove(tx, chat_id=REMOVED, now=NOW)
    found = await staff_rows.by_chat(tx, COORDINATOR)
    assert found is not None
    return found


async def _people(tx: Tx, know: dict[str, Any]) -> None:
    for key, name in (("alfa", "KGW Alfa"), ("sekret", "Stowarzyszenie Sekret")):
        saved = await organisations.save(
            tx, key=key, name=name, kind="ngo", email="", phone="", locality="Miłki", areas=()
        )
        know[key] = saved.id
    know["anna"] = await make_person(tx, name="Anna Wzorowa", chat=ANNA)
    know["jan"] = await make_person(tx, name="Jan Tajnowski", chat=JAN, mail="tajny@example.org")
    know["twin"] = await make_person(tx, name="Jan Tajnowski")
    know["claimer"] = await make_person(tx, name="Ola Obca", chat=CLAIMER)
    claims = ("claimer", "sekret")
    for person, unit in (("anna", "alfa"), ("jan", "sekret"), ("twin", "sekret"), claims):
        await people.change(tx, know[person], organisation_id=know[unit])
        if person != "twin":
            await memberships.join(
                tx,
                person_id=know[person],
                organisation_id=know[unit],
                now=NOW,
                is_contact=person != "claimer",
            )
    # Somebody's last organisation cannot be left.
    await memberships.join(tx, person_id=know["jan"], organisation_id=know["alfa"], now=NOW)


async def _papers(tx: Tx, know: dict[str, Any], folder: Path) -> None:
    for number in (1, 2, 3):
        know[f"required{number}"] = await insert_id(
            tx,
            required_document,
            event_id=know["event"],
            key=f"k{number}",
            number=number,
            title=f"Dokument {number}",
        )
    store = FileStore(folder)
    blank = await documents.hold(
        tx, await documents.keep(store, PDF, name="wzor.pdf", now=NOW), now=NOW
    )
    await tx.execute(
        required_document.update()
        .where(required_document.c.id == know["required1"])
        .values(blank_file_id=blank.id)
    )
    await documents.hand_in(
        tx,
        registration_id=know["registration"],
        required_id=know["required1"],
        person_id=know["jan"],
        file=await documents.keep(store, PDF, name="skan-tajny.pdf", now=NOW),
        door="telegram",
        now=NOW,
    )
    found = await document_rows.of_registration(tx, know["registration"])
    know["version"] = found[know["required1"]].version_id


async def _line(tx: Tx, know: dict[str, Any]) -> None:
    """Give Jan an offer of a seat, and an application that waits for the office."""
    second = FIRST_DAY + timedelta(days=7)
    know["offered"] = await make_event(tx, sessions=(second,), capacity=1, offer_hours=48)
    first = await make_person(tx, name="Ewa Tajnowska")
    seat = await _register(tx, know["offered"], first)
    know["offer"] = await _register(tx, know["offered"], know["jan"])
    await registration.cancel(tx, registration_id=seat, person_id=first, now=NOW)
    third = FIRST_DAY + timedelta(days=14)
    know["picked"] = await make_event(tx, sessions=(third,), capacity=5, approval="staff")
    know["application"] = await _register(tx, know["picked"], know["jan"])
    await _given_up(tx, know)


async def _given_up(tx: Tx, know: dict[str, Any]) -> None:
    """Let Jan's calendar decline a date."""
    event_id = await make_event(tx, sessions=(FIRST_DAY + timedelta(days=35),), capacity=5)
    know["given_up"] = await _register(tx, event_id, know["jan"])
    (entry,) = await registrations.calendar_entries(tx, know["given_up"])
    said = AnsweredEntry("REPLY", entry.uid, 0, (Attendee("tajny@example.org", "DECLINED"),), NOW)
    answer = CalendarAnswer("tajny@example.org", (said,))
    await calendar_answers.take(tx, answer=answer, inbox_id=None, now=NOW)


async def _past(tx: Tx, know: dict[str, Any], member: StaffMember) -> None:
    """Let Jan have been at a training, with a certificate of it."""
    past = (NOW - timedelta(days=3), NOW - timedelta(days=2))
    know["past"] = await make_event(tx, sessions=past)
    await _terms(tx, know["past"], certificate_sessions=1)
    know["seat"] = await registrations.add(
        tx,
        event_id=know["past"],
        person_id=know["jan"],
        state="active",
        position=None,
        door="telegram",
        now=NOW - timedelta(days=9),
    )
    know["sitting"], know["sitting2"] = [one.id for one in await events.sessions(tx, know["past"])]
    await attendance.correct(
        tx,
        session_id=know["sitting"],
        registration_id=know["seat"],
        present=True,
        member=member,
        now=NOW,
    )
    await certificates.issue(tx, event_id=know["past"], member=member, now=NOW, bot="bot")
    row = (await tx.execute(certificate.select())).one()
    know["certificate"], know["paper"] = row.id, row.code


async def _fair(tx: Tx, know: dict[str, Any]) -> None:
    day = FIRST_DAY + timedelta(days=21)
    know["fair"] = await make_event(tx, sessions=(day,), stands=5)
    await _terms(tx, know["fair"], kind="fair")
    got = await fair.exhibit(
        tx,
        event_id=know["fair"],
        organisation_id=know["sekret"],
        offer=Offer("Sekretny pokaz", "Coś", 1, power=True, needs="Sekretne potrzeby"),
        person_id=know["jan"],
        now=NOW,
    )
    know["stand"] = got.exhibitor_id


async def _nominations(tx: Tx, know: dict[str, Any]) -> None:
    """Let Jan name Ewa, who has no chat, and be named himself."""
    day = FIRST_DAY + timedelta(days=28)
    know["naming"] = await make_event(
        tx,
        sessions=(day,),
        capacity=9,
        entry="nominated",
        seats_per_organisation=5,
    )
    ways = {
        "event_id": know["naming"],
        "organisation_id": know["sekret"],
        "speaker": Speaker(know["jan"]),
        "link": "https://t.me/bot",
        "now": NOW,
    }
    ewa = Named("Ewa Tajnowska", "", "600999111")
    named = await nominations.name(tx, who=ewa, **ways)
    know["nomination"] = named.nomination_id
    know["link"] = named.link.partition("?start=n_")[2]
    mine = await nominations.name(tx, who=Named(person_id=know["jan"]), **ways)
    know["own_nomination"] = mine.nomination_id
    know["contact_link"] = memberships.new_token()
    await memberships.new_link(
        tx,
        organisation_id=know["sekret"],
        event_id=know["naming"],
        expires_at=LATER,
        token=know["contact_link"],
    )
