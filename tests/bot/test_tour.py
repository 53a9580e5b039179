import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from pypdf import PdfReader

AKADEMIA = Path(sys.executable).with_name("akademia")
# The story begins after this day, so that its first training lies in July.
TODAY = "2027-06-28"


@dataclass(frozen=True)
class Toured:
    folder: Path
    said: str
    seconds: float

    @property
    def summary(self) -> dict[str, object]:
        loaded: dict[str, object] = json.loads((self.folder / "summary.json").read_text())
        return loaded


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Toured:
    folder = tmp_path_factory.mktemp("tour")
    begun = datetime.now(UTC)
    command = [str(AKADEMIA), "demo", "--tour", "--out", str(folder), "--today", TODAY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    seconds = (datetime.now(UTC) - begun).total_seconds()
    assert done.returncode == 0, done.stderr
    return Toured(folder, done.stdout, seconds)


def test_tour_ends_within_a_minute_and_a_half(toured: Toured) -> None:
    assert toured.seconds < 90


def test_tour_tells_every_chapter(toured: Toured) -> None:
    headings = [line[:6] for line in toured.said.splitlines() if line.startswith("=== ")]

    assert headings == [
        *(f"=== {number}." for number in range(1, 10)),
        *(f"=== {n}" for n in range(10, 21)),
        "=== Po",
    ]


def test_tour_registers_the_crowd_and_promotes_one(toured: Toured) -> None:
    summary = toured.summary

    assert (summary["people"], summary["organisations"]) == (28, 23)
    assert summary["registrations"] == {
        "lider-spolecznosci": {"active": 8, "cancelled": 1, "waiting": 1},
        "spotkanie-program-konsultacji": {"active": 28},
    }
    assert summary["inbox"] == {"done": sum(summary["inbox"].values())}  # type: ignore[attr-defined]


def test_tour_sends_every_message_once(toured: Toured) -> None:
    rows = toured.summary["messages"]
    assert isinstance(rows, list)

    assert {row["state"] for row in rows} == {"sent"}
    mailed = sum(row["count"] for row in rows if row["channel"] == "mail")
    assert len(list((toured.folder / "mail").glob("*.eml"))) == mailed


def test_tour_mails_open_in_a_parser(toured: Toured) -> None:
    letters = [
        BytesParser(policy=policy.default).parsebytes(file.read_bytes())
        for file in sorted((toured.folder / "mail").glob("*.eml"))
    ]

    assert [letter.defects for letter in letters] == [[] for _ in letters]
    assert all(letter["Subject"] and letter.get_body(("plain",)) for letter in letters)
    ids = [letter["Message-ID"] for letter in letters]
    assert len(set(ids)) == len(ids)


def instants(file: Path) -> list[tuple[str, datetime, datetime]]:
    calendar = Calendar.from_ical(file.read_bytes())
    return sorted(
        (str(one["UID"]), one.decoded("DTSTART"), one.decoded("DTEND"))
        for one in calendar.walk("VEVENT")
    )


def instants_by_ical(file: Path) -> list[tuple[str, datetime, datetime]]:
    stream = IcsCalendarStream.from_ics(file.read_text(encoding="utf-8"))
    return sorted(
        (one.uid, one.start, one.end)
        for calendar in stream.calendars
        for one in calendar.events
        if isinstance(one.start, datetime) and isinstance(one.end, datetime) and one.uid
    )


def test_tour_calendars_mean_the_same_to_two_readers(toured: Toured) -> None:
    files = sorted((toured.folder / "calendar").glob("*.ics"))

    read = [instants(file) for file in files]

    assert read == [instants_by_ical(file) for file in files]
    starts = {start for one in read for _uid, start, _end in one}
    # 13 July 2027 at 10:00 in Warsaw, after it was moved by an hour, is 08:00 UTC.
    assert datetime(2027, 7, 13, 8, 0, tzinfo=UTC) in starts


def test_tour_writes_the_answers(toured: Toured) -> None:
    votes = toured.summary["votes"]
    assert isinstance(votes, dict)

    lines = (toured.folder / "survey.csv").read_text(encoding="utf-8-sig").splitlines()

    assert sum(votes.values()) == 17
    assert len(lines) == 1 + 17


def test_tour_of_the_training_ends_in_certificates(toured: Toured) -> None:
    assert toured.summary["training"] == {
        "registrations": {"aktywne-konsultacje": {"active": 8, "cancelled": 2}},
        "certificates": 7,
        "states": ["sent"],
        "inbox": {"done": toured.summary["training"]["inbox"]["done"]},  # type: ignore[index]
    }


def test_tour_of_the_training_leaves_the_certificates_as_pdf(toured: Toured) -> None:
    files = sorted((toured.folder / "training" / "file").glob("*.pdf"))

    issued = [text for file in files if "AW/2027/" in (text := words(file))]

    assert len(issued) == 7
    assert all("Aktywne konsultacje społeczne" in " ".join(text.split()) for text in issued)


def test_tour_of_the_surveys_tells_what_has_changed(toured: Toured) -> None:
    chapter = toured.said.split("=== 19.")[1]

    assert "40 osób odpowiedziało za pierwszym i za ostatnim razem." in chapter
    assert (
        "Osoby rozpoznane za pierwszym i za ostatnim razem: 40; tylko za pierwszym: 20; tylko za "
        "ostatnim: 5"
    ) in chapter


def test_tour_of_the_surveys_leaves_the_report_of_the_programme(toured: Toured) -> None:
    text = words(toured.folder / "training" / "raport-z-ewaluacji.pdf")

    assert "Organizacje wokół nas" in text
    assert "Po szkoleniu" in text


def words(file: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(file).pages)
