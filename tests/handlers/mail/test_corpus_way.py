"""Every mail of the corpus on its whole way: what it changes in the office that it was sent to."""

from collections import Counter
from pathlib import Path

import pytest

from storage.database import Database
from tests.handlers.mail import corpus_world
from tests.handlers.mail.posted import arrive
from tests.handlers.mail.test_corpus import LETTERS, effect_of, raw_mail


@pytest.mark.parametrize("file", LETTERS, ids=lambda file: file.stem)
async def test_mail_changes_what_stands_beside_it_and_nothing_else(
    database: Database, tmp_path: Path, file: Path
) -> None:
    effect = effect_of(file)
    async with database.transaction() as tx:
        await corpus_world.build(tx, effect["world"], sequence=effect.get("our_sequence", 0))
        before = Counter(await corpus_world.standing(tx))

    for number in (1, 2):
        # The second time it comes, as after a kill, it is known.
        await arrive(
            database, raw_mail(file), desk=corpus_world.desk(tmp_path / "files"), number=number
        )

    async with database.reading() as tx:
        after = Counter(await corpus_world.standing(tx))
    assert sorted((after - before).elements()) == effect["effect"]
