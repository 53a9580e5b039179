"""`akademia survey waves|open|close|remind|missing`, run as a person would."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.office import SAMPLE, Office, Starter, quick_starter

KEY = "ocena-programu"
FILE = SAMPLE / "surveys" / f"{KEY}.toml"


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


async def test_wave_is_opened_and_closed_and_nobody_is_missing(
    tmp_path: Path, starter: Starter
) -> None:
    office = Office(tmp_path, starter)
    await office.say("survey", "load", FILE)

    planned = await office.say("survey", "waves", KEY)
    wave = planned.out.partition(" · ")[0]
    opened = await office.say("survey", "open", KEY, wave, "--yes")
    nobody = await office.say("survey", "remind", KEY, wave, "--yes")
    missing = await office.say("survey", "missing", KEY, wave)
    closed = await office.say("survey", "close", KEY, wave, "--yes")
    after = await office.say("survey", "waves", KEY)

    assert " · planned · " in planned.out
    assert (opened.code, opened.out) == (
        0,
        "The wave is open. The bot asks people as soon as it runs.\n",
    )
    assert nobody.code == 2
    assert missing.out == "Without an answer: 0\n"
    assert closed.out == "Nobody can answer any more. All answers that were sent are kept.\n"
    assert " · closed · " in after.out
