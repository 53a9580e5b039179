"""Two people with one of everything each, staff of every role, and who may press which button."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from programme import (
    attendance,
    broadcasting,
    certificates,
    documents,
    invitation_drafts,
    memberships,
    poll_ballots,
    polls,
    staff,
    surveys,
    task_desk,
    tasks,
)
from programme.audience_choice import EVERYBODY, preset
from programme.poll_manner import BUTTONS, Manner
from programme.quiet_hours import QuietHours
from storage import documents as document_rows
from storage import (
    events,
    files,
    organisations,
    people,
    registrations,
    staff_notes,
    staff_team,
    trainers,
)
from storage import staff as staff_rows
from storage import tasks as task_rows
from storage.database import Tx
from storage.files import Bytes, FileStore
from storage.insert import insert_id
from storage.paper_tables import certificate, required_document
from storage.staff import StaffMember
from storage.staff_notes import Whom
from storage.tables import outbox
from tests.handlers.telegram.rights_agenda import make_agenda
from tests.handlers.telegram.rights_letters import make_letters
from tests.handlers.telegram.rights_news import make_news
from tests.handlers.telegram.rights_seats import (
    make_line,
    make_nominations,
    make_stand,
    register,
    terms,
)
from tests.handlers.telegram.rights_surveys import make_surveys
from tests.programme.sending import queue_all, start
from tests.storage.rows import NOW, make_event, make_person

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
NAMES = SECRETS[:2]
# Of these not even somebody who says that they come from Jan's organisation.
PERSONAL = SECRETS[:4]
ANNA, JAN, STRANGER, REMOVED, VIEWER, ASSISTANT, COORDINATOR, CLAIMER = range(1, 9)
TRAINER, OTHER_TRAINER, REMOVED_TRAINER = range(9, 12)
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
    # Keeps the attendance of two events at which Jan is; the other one of none of these.
    "trainer": TRAINER,
    "other trainer": OTHER_TRAINER,
    "removed trainer": REMOVED_TRAINER,
}
MANY_SEATS = 20
PDF = b"%PDF-1.7\n" + b"x" * 64


@dataclass
class World:
    """The numbers of what there is; all of it is Jan's but for what is named otherwise."""

    now: datetime = NOW
    numbers: dict[str, Any] = field(default_factory=dict)

    def write(self, pattern: str) -> str:
        """Fill the names in braces in with numbers."""
        return pattern.format(**self.numbers)


async def make_world(tx: Tx, folder: Path) -> World:
    """Make all of it in an empty database."""
    world = World()
    know = world.numbers
    coordinator = await _staff(tx)
    await _people(tx, know)
    know["event"] = await make_event(tx, capacity=MANY_SEATS)
    know["draft"] = await make_event(tx, state="draft")
    know["registration"] = await register(tx, know["event"], know["jan"])
    await _papers(tx, know, folder)
    await make_line(tx, know)
    await _past(tx, know, coordinator)
    await make_stand(tx, know)
    await make_nominations(tx, know)
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
    know["survey"] = know["letter"] = asked.broadcast_id
    know["ballot"] = await _ballot(tx, know, coordinator)
    await _letters(tx, know, coordinator)
    await _tasks(tx, know, coordinator)
    know["note"] = await staff_notes.add(
        tx,
        whom=Whom(person_id=know["jan"]),
        text="Jan Tajnowski woli telefon.",
        staff_id=coordinator.id,
        now=NOW,
    )
    know["token"] = staff.new_token()
    await _trainers(tx, know)
    await make_agenda(tx, know, chat=ASSISTANT)
    await make_surveys(tx, know, chat=ASSISTANT)
    return world


async def _ballot(tx: Tx, know: dict[str, Any], coordinator: StaffMember) -> int:
    """Ask Jan by buttons, with several answers, one of which he has sent."""
    asked = await polls.ask(
        tx,
        staff=coordinator,
        key="900:2",
        question="Co?",
        options=["To", "Tamto"],
        event_id=know["event"],
        quiet=QuietHours(),
        now=NOW,
        manner=Manner(multiple=True, style=BUTTONS),
    )
    found = await surveys.find(tx, asked.survey_key)
    await poll_ballots.cast(
        tx, survey_id=found.id, person_id=know["jan"], option_keys=("o1",), door="chat", now=NOW
    )
    return found.id


async def _trainers(tx: Tx, know: dict[str, Any]) -> None:
    """Let one trainer have Jan's events, another one a fair, and a third one no rights any more."""
    for key, chat, events_of in (
        ("trainer", TRAINER, ("event", "past")),
        ("other_trainer", OTHER_TRAINER, ("fair",)),
        ("removed_trainer", REMOVED_TRAINER, ("event", "past")),
    ):
        know[key] = await staff_rows.grant(tx, name=key, role="trainer", chat_id=chat, now=NOW)
        numbers = [know[each] for each in events_of]
        await trainers.give(tx, staff_id=know[key], event_ids=numbers, now=NOW)
    # The rows are left, so that only the missing rights keep them out.
    await staff.remove(tx, chat_id=REMOVED_TRAINER, now=NOW)
    assistant = await staff_rows.by_chat(tx, ASSISTANT)
    assert assistant is not None
    know["assistant"] = assistant.id
    await staff.invite_staff(tx, name="Ewa", role="viewer", token="e" * 22, now=NOW)
    know["staff_link"] = (await staff_team.open_links(tx, now=NOW))[0].id


async def _letters(tx: Tx, know: dict[str, Any], coordinator: StaffMember) -> None:
    """Plan one letter to many, and pause another."""
    for name in ("letter_planned", "letter_paused"):
        started = await start(tx, coordinator, key=f"900:{name}")
        know[name] = started.broadcast_id
    await broadcasting.pause(tx, member=coordinator, broadcast_id=know["letter_paused"], now=NOW)
    await _sent_letter(tx, know, coordinator)
    await make_letters(tx, know, ASSISTANT)
    await make_news(tx, know, coordinator, chat=JAN)


async def _sent_letter(tx: Tx, know: dict[str, Any], coordinator: StaffMember) -> None:
    """Let an invitation have reached everybody, one by post, and another one be a draft."""
    saved = await organisations.save(
        tx, key="kolo pocztowe", name="Koło Pocztowe", kind="ngo", email="", phone="",
        locality="Ruda", areas=("sport",), postal_address="Ruda 5\n11-513 Miłki",
    )  # fmt: skip
    know["by_post"] = saved.id
    started = await start(
        tx, coordinator, key="900:sent", event_id=know["event"], now=NOW - broadcasting.HOLD
    )
    know["letter_sent"] = started.broadcast_id
    await queue_all(tx, started.broadcast_id)
    theirs = outbox.c.broadcast_id == started.broadcast_id
    await tx.execute(outbox.update().where(theirs).values(state="sent", ended_at=NOW))
    draft = await invitation_drafts.begin(
        tx, member=coordinator, event_id=know["event"], now=NOW, choice=preset(EVERYBODY)
    )
    know["own_letter"] = draft.id


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
    # An address of the other Jan from which mail came back.
    await people.add_contact(
        tx,
        person_id=know["twin"],
        channel="mail",
        address="tajny@example.org.example.org",
        verified=True,
        now=NOW,
    )
    await people.set_unreachable(
        tx, channel="mail", address="tajny@example.org.example.org", why="550", now=NOW
    )
    known = await people.contacts(tx, know["twin"])
    know["lost"] = known[0].id
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


async def _past(tx: Tx, know: dict[str, Any], member: StaffMember) -> None:
    """Let Jan have been at a training, with a certificate of it."""
    past = (NOW - timedelta(days=3), NOW - timedelta(days=2))
    know["past"] = await make_event(tx, sessions=past)
    await terms(tx, know["past"], certificate_sessions=1)
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
