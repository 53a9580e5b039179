"""Scenes behind letters: one of every kind of page, with what could leak beside it."""

from dataclasses import dataclass
from datetime import timedelta

from programme import fair, nominations, registration
from programme.event_questions import keep as keep_questions
from programme.forms import Condition, Option, Question
from programme.nomination_terms import Speaker
from programme.nominations import Named
from storage import files, people
from storage.database import Tx
from storage.files import FileStore
from storage.insert import insert_id
from storage.paper_tables import required_document
from storage.tables import event, privacy_notice
from tests.handlers.web.house import ADDRESS, LINK, House
from tests.programme.audience import make_organisation
from tests.programme.naming import make_naming_event
from tests.programme.stands import OFFER, make_fair
from tests.storage.rows import NOW, make_event, make_person

ANNA, OTHER = "Halina Wzorowa", "Zenon Obcy"
NOTICE = "Administratorem Państwa danych jest Wójt Gminy Miłki.\n\nMają Państwo prawo wglądu."
PDF = b"%PDF-1.7\n" + b"x" * 64
QUESTIONS = (
    Question(
        "diet",
        "choice",
        "Jaki obiad Państwo wolą?",
        (Option("meat", "mięsny"), Option("veg", "bezmięsny"), Option("other", "inny")),
    ),
    Question("which", "text", "Jaki inny?", max_length=60, when=Condition("diet", ("other",))),
    Question(
        "days",
        "multiple",
        "Które tematy Państwa interesują?",
        (Option("a", "umowy"), Option("b", "rozliczenia"), Option("c", "konkursy")),
        required=False,
    ),
    Question("remark", "text", "Uwagi", required=False, max_length=300),
    Question("copy", "address", "Adres do kopii", required=False),
    Question("guest", "name", "Osoba towarzysząca", required=False),
)


async def make_notice(tx: Tx, version: int = 1) -> None:
    """Put a privacy notice in force."""
    await tx.execute(
        privacy_notice.insert().values(
            version=version, locale="pl", text=NOTICE, valid_from=NOW - timedelta(days=1)
        )
    )


async def ask(tx: Tx, event_id: int, questions: tuple[Question, ...] = QUESTIONS) -> int:
    """Let an event ask questions."""
    form_id = await keep_questions(tx, event_key=f"e{event_id}", questions=questions, now=NOW)
    assert form_id is not None
    await tx.execute(event.update().where(event.c.id == event_id).values(form_id=form_id))
    return form_id


@dataclass(frozen=True)
class SeatScene:
    """Anna and somebody else at one event."""

    event_id: int
    person_id: int
    other_id: int
    registration_id: int
    other_registration_id: int


async def make_seat(tx: Tx, *, capacity: int | None = None, **terms: object) -> SeatScene:
    """Seat somebody else first, then Anna, who waits when there is one seat."""
    event_id = await make_event(tx, capacity=capacity, **terms)  # type: ignore[arg-type]
    other = await make_person(tx, name=OTHER, mail="zenon@example.org")
    anna = await make_person(tx, name=ANNA, mail=ADDRESS)
    numbers = [
        (
            await registration.register(
                tx, event_id=event_id, person_id=one, door="telegram", now=NOW
            )
        ).registration_id
        for one in (other, anna)
    ]
    return SeatScene(event_id, anna, other, numbers[1], numbers[0])


async def require(tx: Tx, event_id: int, title: str, *, number: int = 1) -> int:
    """Let an event ask for a document without a blank."""
    return await insert_id(
        tx, required_document, event_id=event_id, key=f"k{number}", number=number, title=title
    )


async def require_with_blank(
    tx: Tx, store: FileStore, event_id: int, title: str, *, number: int = 1
) -> int:
    """Let an event ask for a document with a blank to fill in."""
    kept = await store.put(PDF, now=NOW)
    file = await files.add(
        tx, kept, original_name="karta.pdf", content_type="application/pdf", now=NOW
    )
    return await insert_id(
        tx,
        required_document,
        event_id=event_id,
        key=f"k{number}",
        number=number,
        title=title,
        blank_file_id=file.id,
    )


@dataclass(frozen=True)
class NameScene:
    """An organisation asked to name people, and another one that has named somebody."""

    event_id: int
    organisation_id: int
    other_organisation_id: int
    nomination_id: int
    other_nomination_id: int


async def make_names(tx: Tx, *, seats: int | None = 3, capacity: int | None = None) -> NameScene:
    """Let two organisations name one person each by letter."""
    event_id = await make_naming_event(tx, seats=seats, capacity=capacity)
    ours = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
    theirs = await make_organisation(tx, "OSP Obce", email="osp@example.org")
    numbers = []
    for unit, who in (
        (ours, Named(ANNA, ADDRESS, "600 000 001")),
        (theirs, Named(OTHER, "zenon@example.org")),
    ):
        got = await nominations.name(
            tx,
            event_id=event_id,
            organisation_id=unit,
            who=who,
            speaker=Speaker(),
            link=LINK,
            now=NOW,
        )
        numbers.append(got.nomination_id)
    return NameScene(event_id, ours, theirs, numbers[0], numbers[1])


@dataclass(frozen=True)
class StandScene:
    """A fair with a stand of the organisation of a letter."""

    event_id: int
    organisation_id: int
    exhibitor_id: int


async def make_stand(tx: Tx, *, stands: int | None = None) -> StandScene:
    """Register a stand for an organisation with a mailbox."""
    event_id = await make_fair(tx, stands=stands)
    unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
    person_id = await make_person(tx, name=ANNA, mail=ADDRESS, organisation_id=unit)
    await people.change(tx, person_id, organisation_id=unit)
    got = await fair.exhibit(
        tx, event_id=event_id, organisation_id=unit, offer=OFFER, person_id=person_id, now=NOW
    )
    return StandScene(event_id, unit, got.exhibitor_id)


async def seat_door(house: House, scene: SeatScene, kind: str = "registration_confirmed") -> str:
    """Make the page of Anna's letter."""
    return await house.door(
        kind, person_id=scene.person_id, event=scene.event_id, registration=scene.registration_id
    )


__all__ = ["make_organisation"]
