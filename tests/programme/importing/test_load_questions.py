"""An import keeps an event's questions as a form, and a new version only of other questions."""

import dataclasses
from datetime import UTC, date, datetime

from programme.forms import Question
from programme.importing.entries import ProgrammeFile
from programme.importing.load import Loaded, load_programme
from programme.importing.programme_file import read_programme
from storage import events, forms
from storage.database import Database
from tests.programme.importing.test_programme_file import EVENT, HEAD

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FILE = read_programme((HEAD + EVENT).encode(), today=date(2026, 11, 23))


def asking(*questions: Question) -> ProgrammeFile:
    (event,) = FILE.events
    return dataclasses.replace(FILE, events=(dataclasses.replace(event, questions=questions),))


async def load(database: Database, file: ProgrammeFile) -> tuple[Loaded, int | None]:
    async with database.transaction() as tx:
        loaded = await load_programme(tx, file=file, now=NOW)
        event = await events.by_key(tx, "prawo")
    assert event is not None
    return loaded, event.form_id


async def test_questions_are_kept_with_the_event(database: Database) -> None:
    _loaded, form_id = await load(database, asking(Question("uwagi", "text", "Uwagi?")))

    assert form_id is not None
    async with database.reading() as tx:
        form = await forms.get(tx, form_id)
    assert (form.key, form.version) == ("event:prawo", 1)
    assert [each["label"] for each in form.content["questions"]] == ["Uwagi?"]


async def test_same_questions_once_more_change_nothing(database: Database) -> None:
    file = asking(Question("uwagi", "text", "Uwagi?"))
    _loaded, first = await load(database, file)

    loaded, second = await load(database, file)

    assert (loaded.changed, second) == (0, first)


async def test_other_questions_are_a_version_of_their_own(database: Database) -> None:
    _loaded, first = await load(database, asking(Question("uwagi", "text", "Uwagi?")))

    loaded, second = await load(database, asking(Question("uwagi", "text", "Co jeszcze?")))

    assert first is not None
    assert (loaded.changed, second == first) == (1, False)
    async with database.reading() as tx:
        kept = await forms.get(tx, first)
    assert kept.content["questions"][0]["label"] == "Uwagi?"


async def test_questions_left_out_are_asked_no_more(database: Database) -> None:
    await load(database, asking(Question("uwagi", "text", "Uwagi?")))

    _loaded, form_id = await load(database, asking())

    assert form_id is None
