"""Every kind of page behind a letter, one of each, to be looked at, tested and pictured."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from programme import nomination_answers, nominations, registration
from programme.nomination_terms import Speaker
from programme.nominations import Named
from storage import certificates, documents
from storage.database import Tx
from storage.tables import event
from tests.handlers.web import letters, survey_gallery, wishes
from tests.handlers.web.house import ADDRESS, LINK, House
from tests.programme.audience import make_staff
from tests.programme.certified import make_training
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person


@dataclass(frozen=True)
class Piece:
    """A page: where it is, which button to press on it, and what it answers at last."""

    name: str
    path: str
    press: str = ""
    status: int = 200


async def hang(house: House) -> list[Piece]:
    """Make a scene for every kind of page and list the pages."""
    async with house.database.transaction() as tx:
        await letters.make_notice(tx)
    pieces: list[Piece] = []
    for room in (_seats, _papers, _forms, _named, _names, _stands, _wishes, _surveys, _others):
        pieces += await room(house)
    return pieces


async def _seats(house: House) -> list[Piece]:
    async with house.database.transaction() as tx:
        active = await letters.make_seat(tx)
        waiting = await letters.make_seat(tx, capacity=1)
        offered = await letters.make_seat(tx, capacity=1, offer_hours=24)
        applied = await letters.make_seat(tx, approval="staff")
        gone = await letters.make_seat(tx)
        off = await letters.make_seat(tx)
        await tx.execute(event.update().where(event.c.id == off.event_id).values(state="cancelled"))
        await _give_back(tx, offered.other_registration_id, offered.other_id)
        await _give_back(tx, gone.registration_id, gone.person_id)
        over = await _certified(tx)
    scenes = {
        "seat": active,
        "seat-waiting": waiting,
        "seat-offered": offered,
        "seat-applied": applied,
        "seat-given-back": gone,
        "seat-called-off": off,
        "seat-over": over,
    }
    paths = {name: f"/l/{await letters.seat_door(house, one)}" for name, one in scenes.items()}
    pieces = [Piece(name, path) for name, path in paths.items()]
    return [*pieces, Piece("seat-really", paths["seat"] + "?ask=cancel")]


async def _give_back(tx: Tx, registration_id: int, person_id: int) -> None:
    await registration.cancel(tx, registration_id=registration_id, person_id=person_id, now=NOW)


async def _certified(tx: Tx) -> letters.SeatScene:
    """Make a training that is over, with a certificate."""
    days = (NOW - timedelta(days=9), NOW - timedelta(days=8))
    made = await make_training(tx, [[1, 2]], days=days)
    facts = {
        "number": "3/2027",
        "code": "ABCD-EFGH",
        "link": "",
        "name": letters.ANNA,
        "locale": "pl",
        "issued_at": NOW.isoformat(),
        "zone": "Europe/Warsaw",
        "event": {"title": "Budowanie partnerstw", "kind": "training", "place": "sala 12"}
        | {"sessions": [_session(day) for day in days]},
        "programme": {"title": "Akademia", "organiser": "Urząd", "funder_line": "NOWEFIO"},
    }
    await certificates.add(
        tx,
        programme_id=made.programme_id,
        registration_id=made.registrations[0],
        number="3/2027",
        code="ABCD-EFGH",
        facts=facts,
        staff_id=made.maria.id,
        now=NOW,
    )
    return letters.SeatScene(made.event_id, made.persons[0], 0, made.registrations[0], 0)


def _session(day: datetime) -> dict[str, str]:
    ends = day + timedelta(hours=6)
    return {
        "starts_at": day.isoformat(),
        "ends_at": ends.isoformat(),
        "zone": "Europe/Warsaw",
        "place": "",
    }


async def _papers(house: House) -> list[Piece]:
    async with house.database.transaction() as tx:
        scene = await letters.make_seat(tx)
        member = await make_staff(tx)
        blank = await letters.require_with_blank(
            tx, house.files, scene.event_id, "Karta zgłoszenia"
        )
        for number, title in enumerate(("Zgoda na wizerunek", "Oświadczenie"), 2):
            required = await letters.require(tx, scene.event_id, title, number=number)
            version = await documents.hand_in(
                tx,
                registration_id=scene.registration_id,
                required_id=required,
                file_id=None,
                door="staff",
                now=NOW,
            )
            found = await documents.by_version(tx, version)
            assert found is not None
            outcome = "returned" if number == 2 else "accepted"
            reason = "Brakuje podpisu na drugiej stronie." if number == 2 else ""
            await documents.decide(
                tx, found[0], outcome=outcome, reason=reason, staff_id=member.id, now=NOW
            )
    token = await letters.seat_door(house, scene, "documents_missing")
    return [
        Piece("papers", f"/l/{token}"),
        Piece("papers-no-file", f"/l/{token}", press="Wyślij plik", status=422),
        Piece("blank", f"/l/{token}/b/{blank}"),
    ]


async def _forms(house: House) -> list[Piece]:
    async with house.database.transaction() as tx:
        event_id = await make_event(tx, capacity=20, deadline_at=FIRST_DAY - timedelta(days=3))
        await letters.ask(tx, event_id)
        person_id = await make_person(tx, name=letters.ANNA, mail=ADDRESS)
        unit = await letters.make_organisation(tx, "KGW Przykładowe", email="kgw2@example.org")
    invited = await house.door("invitation", person_id=person_id, event=event_id)
    asked = await house.door("invitation", organisation_id=unit, event=event_id)
    new = await house.door("register", purpose="register", event=event_id)
    return [
        Piece("invited", f"/l/{invited}"),
        Piece("invited-wrong", f"/l/{invited}", press="Zapisuję się", status=422),
        Piece("invited-organisation", f"/l/{asked}"),
        Piece("newcomer", f"/r/{new}"),
        Piece("newcomer-wrong", f"/r/{new}", press="Zapisuję się", status=422),
    ]


async def _named(house: House) -> list[Piece]:
    async with house.database.transaction() as tx:
        new = await letters.make_names(tx)
        no = await _another(tx, new, "maria@example.org")
        await nomination_answers.decline(
            tx, nomination_id=no.nomination_id, person_id=None, is_proved=True, now=NOW
        )
        back = await _another(tx, new, "ola@example.org")
        await nominations.withdraw(tx, nomination_id=back.nomination_id, speaker=Speaker(), now=NOW)
    paths = {
        name: f"/l/{await nominee_door(house, one)}"
        for name, one in (("named", new), ("named-declined", no), ("named-withdrawn", back))
    }
    pieces = [Piece(name, path) for name, path in paths.items()]
    return [
        *pieces,
        Piece("named-really-not", paths["named"] + "?ask=decline"),
    ]


async def _another(tx: Tx, scene: letters.NameScene, address: str) -> letters.NameScene:
    got = await nominations.name(
        tx,
        event_id=scene.event_id,
        organisation_id=scene.organisation_id,
        who=Named("Maria Próbna", address),
        speaker=Speaker(),
        link=LINK,
        now=NOW,
    )
    return replace(scene, nomination_id=got.nomination_id)


async def nominee_door(house: House, scene: letters.NameScene, kind: str = "nominated") -> str:
    """Make the page of the person named by an address alone."""
    return await house.door(
        kind,
        event=scene.event_id,
        organisation=scene.organisation_id,
        nomination=scene.nomination_id,
    )


async def names_door(house: House, scene: letters.NameScene, kind: str = "nomination_call") -> str:
    """Make the page of the letter to the organisation's own mailbox."""
    return await house.door(
        kind,
        address="kgw@example.org",
        organisation_id=scene.organisation_id,
        event=scene.event_id,
        organisation=scene.organisation_id,
    )


async def _names(house: House) -> list[Piece]:
    async with house.database.transaction() as tx:
        scene = await letters.make_names(tx, seats=3)
        await nominations.name(
            tx,
            event_id=scene.event_id,
            organisation_id=scene.organisation_id,
            who=Named("Józef Beztelefonu"),
            speaker=Speaker(),
            link=LINK,
            now=NOW,
        )
        full = await letters.make_names(tx, seats=1)
    token, second = await names_door(house, scene), await names_door(house, full)
    number = scene.nomination_id
    return [
        Piece("names", f"/l/{token}"),
        Piece("names-again", f"/l/{token}/n"),
        Piece("names-instead", f"/l/{token}?replace={number}"),
        Piece("names-withdraw", f"/l/{token}?withdraw={number}"),
        Piece("names-wrong", f"/l/{token}", press="Zgłaszam tę osobę", status=422),
        Piece("names-full", f"/l/{second}"),
    ]


async def stand_door(house: House, scene: letters.StandScene) -> str:
    """Make the page of the letter about a stand to the organisation's own mailbox."""
    return await house.door(
        "exhibitor_confirmed",
        address="kgw@example.org",
        organisation_id=scene.organisation_id,
        event=scene.event_id,
        exhibitor=scene.exhibitor_id,
    )


async def _stands(house: House) -> list[Piece]:
    async with house.database.transaction() as tx:
        stand = await letters.make_stand(tx)
        waiting = await letters.make_stand(tx, stands=0)
    token, second = await stand_door(house, stand), await stand_door(house, waiting)
    return [
        Piece("stand", f"/l/{token}"),
        Piece("stand-really", f"/l/{token}?ask=cancel"),
        Piece("stand-waiting", f"/l/{second}"),
    ]


async def _wishes(house: House) -> list[Piece]:
    return [Piece(*one) for one in await wishes.paths(house)]


async def _surveys(house: House) -> list[Piece]:
    return [Piece(*one) for one in await survey_gallery.paths(house)]


async def _others(house: House) -> list[Piece]:
    async with house.database.transaction() as tx:
        event_id = await make_event(tx)
    told = await house.door("nomination_withdrawn", event=event_id)
    lost = await house.door("nominated", event=event_id, nomination=999_999)
    return [
        Piece("told", f"/l/{told}"),
        Piece("sorry", f"/l/{lost}", status=409),
        Piece("closed", "/l/nothing-at-all", status=404),
    ]
