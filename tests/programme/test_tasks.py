"""What staff are asked for, with the words of whoever wrote."""

import pytest

from programme import letter_doors, tasks
from storage import tasks as rows
from storage.database import Database
from tests.storage.rows import NOW

PAGES = "https://gmina.example.org"


@pytest.mark.parametrize(
    "form",
    [
        "> " + PAGES + "/l/{token}",
        PAGES + "/u/{token}?x=1",
        "<{token}@example.org>",
        "akademia+{token}@example.org",
        "https://safe.example.org/?url=https%3A%2F%2Fgmina.example.org%2Fl%2F{token}&data=5",
        "https://t.me/example_bot?start=p_{token}",
        "https://t.me/example_bot?start=n_{token}",
    ],
)
async def test_task_does_not_hand_on_what_a_quoted_letter_opens(
    database: Database, form: str
) -> None:
    for token in (letter_doors.new_token(), letter_doors.new_token().upper()):
        async with database.transaction() as tx:
            original = f"Tak, przyjdę.\n\n{form.format(token=token)}\n"
            await tasks.ask(tx, key=token, kind="mail", facts={}, original=original, now=NOW)

            task = await rows.by_key(tx, token)

            assert task is not None
            assert task.original == original.replace(token, "…")


async def test_task_keeps_what_a_person_wrote(database: Database) -> None:
    said = "Konto 12 3456/abcdefghijklmnopqrstuvwxyzabc, +48 600 000 001, a/b <jan@example.org>"
    async with database.transaction() as tx:
        await tasks.ask(tx, key="k", kind="mail", facts={}, original=said, now=NOW)

        task = await rows.by_key(tx, "k")

        assert task is not None
        assert task.original == said
