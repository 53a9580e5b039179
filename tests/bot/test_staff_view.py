"""The record of what staff did and the open links, at the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import staff_view
from bot.settings import read_settings
from programme import staff, staff_team
from storage import migrate
from storage.database import open_database
from tests.programme.audience import make_staff
from texts.translator import load


async def test_record_and_links_are_printed_without_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    url, now = f"sqlite+aiosqlite:///{tmp_path / 'a.db'}", datetime.now(UTC)
    monkeypatch.setenv("AKADEMIA_DATABASE_URL", url)
    monkeypatch.setenv("AKADEMIA_DATA_DIR", str(tmp_path))
    database = open_database(url)
    await migrate.apply(database, now=now)
    token = staff.new_token()
    async with database.transaction() as tx:
        chief = await make_staff(tx)
        await staff_team.invite(
            tx, name="Ewa", role="viewer", event_ids=(), token=token, member=chief, now=now
        )
    await database.close()

    await staff_view.show_links(read_settings(), t=load("pl"))
    links = capsys.readouterr().out
    span = timedelta(days=1)
    await staff_view.show_audit(read_settings(), span=span, as_json=False, t=load("pl"))
    sentences = capsys.readouterr().out
    await staff_view.show_audit(read_settings(), span=span, as_json=True, t=load("pl"))
    [line] = json.loads(capsys.readouterr().out)

    said = "Sekretarz Gminy zaprasza do zespołu: Ewa. Rola: obserwator."
    assert links.strip().endswith("viewer  Ewa")
    assert sentences.strip().endswith(said)
    assert (line["action"], line["allowed"], line["sentence"]) == ("staff_invite", True, said)
    assert token not in links + sentences + json.dumps(line)
