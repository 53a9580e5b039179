"""`akademia intake`: what a mail server is told, and that a mail is taken in once."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from handlers.mail.arrivals import BEGINNING, LARGEST
from tests.handlers.mail.reading import mail

AKADEMIA = "import sys; from bot.cli import main; sys.argv[0] = 'akademia'; main()"
ROOT = Path(__file__).parents[2]


def _intake(
    folder: Path, *words: str, piped: bytes = b"", **more: str
) -> subprocess.CompletedProcess[bytes]:
    known = {name: value for name, value in os.environ.items() if "AKADEMIA" not in name}
    env = {**known, "AKADEMIA_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "LANG": "en", **more}
    command = (sys.executable, "-c", AKADEMIA, "intake", *words)
    return subprocess.run(
        command, cwd=folder, env=env, input=piped, capture_output=True, check=False
    )


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "akademia.db")) as connection:
        return list(connection.execute(query))


def test_mails_are_taken_in_once_from_files_and_from_a_pipe(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.eml").write_bytes(mail(number))

    files = _intake(tmp_path, "1.eml", "2.eml")
    piped = _intake(tmp_path, "-", piped=mail(3))
    again = _intake(tmp_path, "-", piped=mail(1))

    assert [done.returncode for done in (files, piped, again)] == [0, 0, 0], files.stderr
    assert files.stdout == b"Mails taken in: 2. Known already: 0.\n"
    assert again.stdout == b"Mails taken in: 0. Known already: 1.\n"
    rows = _rows(tmp_path, "SELECT source, lane, state FROM inbox")
    assert rows == [("mail", "mail:anna@ngo.example.org", "new")] * 3


def test_large_mails_are_kept_as_from_the_mailbox(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(mail(1, more=b"x" * 300_000))

    done = _intake(tmp_path, "1.eml", "-", piped=mail(2) + b"x" * LARGEST)

    assert done.returncode == 0, done.stderr
    sizes = _rows(
        tmp_path,
        "SELECT stored_file.size > 300000, length(payload) FROM inbox "
        "LEFT JOIN stored_file ON stored_file.id = inbox.file_id ORDER BY inbox.id",
    )
    assert [row[0] for row in sizes] == [1, None]
    assert [row[1] < 2 * BEGINNING for row in sizes] == [True, True]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"AKADEMIA_DATABASE_URL": "sqlite:////proc/nowhere/akademia.db"}, b"cannot be written"),
        ({"AKADEMIA_IMAP_URL": "imaps://h"}, b"AKADEMIA_IMAP_URL"),
        ({"AKADEMIA_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/x"}, b"does not answer"),
    ],
)
def test_mail_server_is_told_to_try_again_whatever_is_wrong_with_us(
    tmp_path: Path, more: dict[str, str], said: bytes
) -> None:
    done = _intake(tmp_path, "-", piped=mail(1), **more)

    assert done.returncode == os.EX_TEMPFAIL == 75
    assert said in done.stderr


def test_database_that_somebody_else_upgraded_lets_the_mail_server_try_again(
    tmp_path: Path,
) -> None:
    assert _intake(tmp_path, "-", piped=mail(1)).returncode == 0
    with closing(sqlite3.connect(tmp_path / "akademia.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    assert _intake(tmp_path, "-", piped=mail(2)).returncode == os.EX_TEMPFAIL


def test_file_that_is_not_there_or_empty_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").touch()

    answers = [_intake(tmp_path, name) for name in ("no.eml", "empty.eml", "-")]

    assert [done.returncode for done in answers] == [os.EX_NOINPUT, os.EX_DATAERR, os.EX_DATAERR]
    assert answers[0].stderr == b"no.eml cannot be read: No such file or directory.\n"
    assert answers[1].stderr == b"empty.eml is empty.\n"
