"""The short soak; `make soak` runs the long one."""

from pathlib import Path

import pytest

from tests.soak.storm import soak

SEED = 20270104
SECONDS = {"sqlite": 6.0, "postgresql": 5.0}
PROCESSES = {"sqlite": 1, "postgresql": 2}


@pytest.mark.timeout(400)
async def test_killed_again_and_again_nothing_is_lost_and_only_the_policy_repeats(
    database_url: str, backend: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await soak(
        database_url,
        tmp_path,
        seed=SEED,
        seconds=SECONDS[backend],
        processes=PROCESSES[backend],
    )

    with capsys.disabled():
        print("", f"{backend}:", *report.lines(), sep="\n")  # noqa: T201 -- the counts are the proof
    assert not report.wrong, "\n".join(report.wrong)
    assert (report.lost, report.duplicated) == (0, 0)
    assert report.kills >= 1
    assert report.sent > 20
