import io
import time
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from programme import event_questions, lists, registration
from programme.forms import Option, Question
from programme.lists import Key
from programme.people_refusals import ExportNeedsEvent, NothingToExport
from programme.refusals import EventUnknown, OptionUnknown
from storage import events, people
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.seat_tables import nomination
from storage.tables import event as event_table
from storage.tables import organisation
from tests.programme.joined import attend, hand_in, require_paper
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

QUESTIONS = (
    Question(
        "meal", "choice", "Jaki posiłek?", (Option("v", "wegetariański"), Option("m", "mięsny"))
    ),
    Question("days", "multiple", "Które dni?", (Option("1", "pierwszy"), Option("2", "drugi"))),
    Question("note", "text", "Uwagi", required=False),
)


def same(key: str) -> str:
    return key


def _sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(content))
    found = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    return found


async def _asking_event(tx: Tx) -> tuple[int, int]:
    event_id = await make_event(tx, sessions=[FIRST_DAY, FIRST_DAY + timedelta(days=1)])
    event = await events.get(tx, event_id)
    assert event is not None
    form_id = await event_questions.keep(tx, event_key=event.key, questions=QUESTIONS, now=NOW)
    assert form_id is not None
    await tx.execute(event_table.update().values(form_id=form_id))
    return event_id, form_id


async def test_participants_have_contacts_and_answers_in_words(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, form_id = await _asking_event(tx)
        one = await make_person(tx, name="Łucja Żak", chat=1, mail="zak@example.org")
        await people.change(tx, one, phone="+48 600 000 000")
        other = await make_person(tx, name="=HYPERLINK(1)", role="clerk")
        await registration.register(
            tx,
            event_id=event_id,
            person_id=one,
            door="telegram",
            answers={"meal": "v", "days": ["1", "2"]},
            form_id=form_id,
            now=NOW,
        )
        await register(tx, event_id, other)

        made = await lists.listing(tx, event_id=event_id, key="participants")

        assert [column.label for column in made.columns[-3:]] == [
            "Jaki posiłek?",
            "Które dni?",
            "Uwagi",
        ]
        kgw = "Koło Gospodyń Wiejskich w Miłkach"
        moment = "04.01.2027 11:00"
        how = (moment, Key("door_telegram"), Key("answered_self"))
        assert sorted(made.rows, key=lambda row: str(row[1])) == [
            (
                *(made.rows[0][0] if made.rows[0][1] == "=HYPERLINK(1)" else 2,),
                *("=HYPERLINK(1)", kgw, Key("role_clerk"), "", "", Key("no"), *how, *5 * ("",)),
            ),
            (
                *(made.rows[0][0] if made.rows[0][1] == "Łucja Żak" else 2,),
                *("Łucja Żak", kgw, Key("role_ngo"), "zak@example.org", "+48 600 000 000"),
                *(Key("yes"), *how, Key("calendar_none"), ""),
                *("wegetariański", "pierwszy, drugi", ""),
            ),
        ]


async def test_waiting_list_is_in_order(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        for name in ("Ewa Ż", "Jan Z", "Ada A"):
            await register(tx, event_id, await make_person(tx, name=name))

        made = await lists.listing(tx, event_id=event_id, key="waiting")

        assert [(row[0], row[1]) for row in made.rows] == [(1, "Jan Z"), (2, "Ada A")]
        assert {row[8] for row in made.rows} == {Key("standing_line")}


async def test_attendance_has_a_column_for_each_session(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, FIRST_DAY + timedelta(days=1)])
        one, other = [await make_person(tx, name=name) for name in ("Ewa A", "Jan B")]
        first = (await register(tx, event_id, one)).registration_id
        second = (await register(tx, event_id, other)).registration_id
        await attend(tx, first, number=1)
        await attend(tx, first, number=2)
        await attend(tx, second, number=1, present=False)

        made = await lists.listing(tx, event_id=event_id, key="attendance")

        assert [column.label for column in made.columns[4:6]] == [
            "10.02.2027 09:00",
            "11.02.2027 09:00",
        ]
        assert [(row[1], *row[4:]) for row in made.rows] == [
            ("Ewa A", Key("yes"), Key("yes"), 2),
            ("Jan B", Key("no"), "", 0),
        ]


async def test_documents_have_a_column_for_each_that_is_required(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        paper = await require_paper(tx, event_id)
        one, other = [await make_person(tx, name=name) for name in ("Ewa A", "Jan B")]
        await hand_in(tx, (await register(tx, event_id, one)).registration_id, paper, "accepted")
        await register(tx, event_id, other)

        made = await lists.listing(tx, event_id=event_id, key="documents")

        assert made.columns[4].label == "Zgoda pracodawcy"
        assert [(row[1], *row[4:]) for row in made.rows] == [
            ("Ewa A", Key("document_accepted"), 0),
            ("Jan B", Key("document_missing"), 1),
        ]


async def test_nominations_name_the_organisation(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        unit = await insert_id(tx, organisation, key="kgw", name="KGW", kind="ngo", areas=[])
        await insert_id(
            tx,
            nomination,
            event_id=event_id,
            organisation_id=unit,
            name="Ewa",
            identity="name:1:ewa",
            state="declined",
            token_hash="x",
            created_at=NOW,
        )

        made = await lists.listing(tx, event_id=event_id, key="nominations")

        assert made.rows == (
            (1, "KGW", "Ewa", "", "", Key("nomination_declined"), "", "04.01.2027 11:00", ""),
        )


async def test_workbook_has_a_sheet_for_what_the_event_has(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        with pytest.raises(NothingToExport):
            await lists.workbook(tx, event_id=event_id, words=same)
        await register(tx, event_id, await make_person(tx))
        plain = _sheets(await lists.workbook(tx, event_id=event_id, words=same))
        await require_paper(tx, event_id)
        more = _sheets(await lists.workbook(tx, event_id=event_id, words=same))

        assert list(plain) == ["list_participants", "list_waiting", "list_attendance"]
        assert list(more) == [*plain, "list_documents"]
        assert plain["list_participants"][1][1] == "Jan Przykładowy"


async def test_file_of_several_events_has_a_sheet_each_and_no_csv(database: Database) -> None:
    async with database.transaction() as tx:
        first, second = await make_event(tx), await make_event(tx)
        await register(tx, first, await make_person(tx))
        keys = [one.key for each in (first, second) if (one := await events.get(tx, each))]

        book = await lists.file_of(
            tx, key="participants", event_key=None, file_format="xlsx", words=same
        )
        plain = await lists.file_of(
            tx, key="participants", event_key=keys[0], file_format="csv", words=same
        )

        assert list(_sheets(book)) == ["Budowanie partnerstw", "Budowanie partnerstw 2"]
        assert plain.decode("utf-8-sig").splitlines()[1].startswith("1,Jan Przykładowy,")
        with pytest.raises(ExportNeedsEvent) as refused:
            await lists.file_of(
                tx, key="participants", event_key=None, file_format="csv", words=same
            )
        assert refused.value.known == tuple(keys)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"key": "poems"}, OptionUnknown),
        ({"file_format": "doc"}, OptionUnknown),
        ({"event_key": "nothing"}, EventUnknown),
    ],
)
async def test_file_of_refuses_what_it_does_not_know(
    database: Database, changes: dict[str, str], why: type[Exception]
) -> None:
    async with database.transaction() as tx:
        await make_event(tx)
        values: dict[str, Any] = {"key": "waiting", "event_key": None, "file_format": "xlsx"}

        with pytest.raises(why):
            await lists.file_of(tx, **{**values, **changes}, words=same)


async def test_workbook_of_three_hundred_people_and_sixty_documents_is_quick(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        days = [FIRST_DAY + timedelta(days=number) for number in range(5)]
        event_id = await make_event(tx, sessions=days)
        papers = [await require_paper(tx, event_id, f"paper-{number}") for number in range(60)]
        for number in range(300):
            one = await make_person(tx, name=f"Osoba {number}", mail=f"o{number}@example.org")
            seat = (await register(tx, event_id, one)).registration_id
            await attend(tx, seat)
            await hand_in(tx, seat, papers[number % 60], "accepted")

        began = time.perf_counter()
        content = await lists.workbook(tx, event_id=event_id, words=same)
        took = time.perf_counter() - began

        assert len(_sheets(content)["list_documents"]) == 301
        assert took < 10, took
