import json
from io import StringIO

from rich.console import Console

from bot.agenda_view import as_lines, table
from delivery.compose_notices import NOTICES
from delivery.kind_words import CHANNELS, KINDS
from programme.agenda import AgendaRow
from tests.storage.rows import NOW
from texts.translator import load

ROWS = [
    AgendaRow(NOW, "reminder", "Szkolenie · 1d", "Żaneta", "telegram", "1001"),
    AgendaRow(NOW, "riddle", "", "", "mail", "zaneta@example.org"),
]


def test_as_lines_is_json_with_every_field() -> None:
    assert json.loads(as_lines(ROWS)) == [
        {
            "due_at": "2027-01-04T10:00:00+00:00",
            "kind": "reminder",
            "detail": "Szkolenie · 1d",
            "person": "Żaneta",
            "channel": "telegram",
            "address": "1001",
        },
        {
            "due_at": "2027-01-04T10:00:00+00:00",
            "kind": "riddle",
            "detail": "",
            "person": "",
            "channel": "mail",
            "address": "zaneta@example.org",
        },
    ]
    assert "Żaneta" in as_lines(ROWS)


def test_table_shows_the_wall_time_and_words_of_the_reader() -> None:
    written = StringIO()
    console = Console(width=200, file=written)

    for locale in ("pl", "en"):
        console.print(table(ROWS, zone="Europe/Warsaw", t=load(locale)))

    shown = written.getvalue()
    assert "11:00" in shown
    assert "przypomnienie" in shown
    assert "reminder" in shown
    assert "riddle" in shown


def test_every_kind_of_notice_has_a_word() -> None:
    assert set(KINDS) == {*NOTICES, "reply"}
    assert set(CHANNELS) == {"telegram", "mail"}
