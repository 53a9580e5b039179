import shutil
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from bot import letter_preview
from bot.letter_samples import SampleMissing, by_mail, sample
from bot.settings import Settings, WrongSettings
from delivery.compose_notices import NOTICES, Notice
from texts.translator import load

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]


def write(out: Path, notice: str, *, locale: str = "pl", person: str = "sample") -> None:
    letter_preview.write(
        SETTINGS, notice=notice, locale=locale, out=out, person=person, t=load("en")
    )


def test_preview_writes_the_letter_and_its_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "new" / "letters", "reminder")

    folder = tmp_path / "new" / "letters"
    mail = message_from_bytes((folder / "reminder.eml").read_bytes(), policy=default)
    assert {file.name for file in folder.iterdir()} == {
        *("reminder.eml", "reminder.html", "reminder.txt", "reminder.png"),
    }
    assert mail["To"] == "Anna Zielińska <anna@example.org>"
    assert mail["X-Akademia-Kind"] == "reminder"
    assert (folder / "reminder.txt").read_text("utf-8").startswith(f"{mail['Subject']}\n\n")
    assert (folder / "reminder.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == f"Letters written: 1, into {folder}.\n"


def test_preview_without_a_browser_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    write(tmp_path, "all", locale="en", person="longest")

    names = {file.name for file in tmp_path.iterdir()}
    assert names == {
        f"{kind}-longest.{end}" for kind in by_mail() for end in ("eml", "html", "txt")
    }
    assert capsys.readouterr().out.endswith(
        "No pictures: Chromium is not installed. The .html files open in a browser.\n"
    )


def test_preview_with_a_browser_that_does_nothing_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/bin/true")

    write(tmp_path, "email_code")

    assert capsys.readouterr().out.endswith(
        "No picture of: email_code.html. Chromium did not make one.\n"
    )


def test_same_letter_is_written_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    write(tmp_path / "a", "invitation")
    write(tmp_path / "b", "invitation")

    assert (tmp_path / "a" / "invitation.eml").read_bytes() == (
        tmp_path / "b" / "invitation.eml"
    ).read_bytes()


@pytest.mark.parametrize(
    ("notice", "person", "words"),
    [
        ("nothing", "sample", "There is no letter nothing. There are: registration_confirmed,"),
        ("trouble", "sample", "There is no letter trouble."),
        ("reminder", "me", "There is no person me. There are: sample, longest, empty."),
    ],
)
def test_preview_of_what_there_is_not_is_refused(
    tmp_path: Path, notice: str, person: str, words: str
) -> None:
    with pytest.raises(WrongSettings) as wrong:
        write(tmp_path / "new", notice, person=person)

    assert str(wrong.value.sentences[0]).startswith(words)
    assert not (tmp_path / "new").exists()


def test_sample_without_a_fact_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NOTICES, "new", Notice("new", facts=("unheard_of.part",)))

    with pytest.raises(SampleMissing, match="new: unheard_of"):
        sample("new")
