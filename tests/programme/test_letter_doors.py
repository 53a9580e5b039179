"""Tokens of letters: long, of chance, and kept so that nobody can read them back."""

import pytest
from sqlalchemy import select

from programme import letter_doors
from programme.letter_doors import DoorClosed
from storage.database import Database
from storage.mail_tables import letter_door
from storage.tables import outbox
from tests.programme.test_mail_replies import invited
from tests.storage.rows import NOW


async def test_token_is_kept_as_its_hash_alone(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx)
        made = await letter_doors.make(
            tx,
            purpose=letter_doors.FEED,
            kind="feed",
            address="",
            locale="pl",
            subject={},
            now=NOW,
            lasts=None,
        )
        rows = [str(tuple(row)) for row in await tx.execute(select(letter_door))]
        facts = list(await tx.scalars(select(outbox.c.facts).where(outbox.c.channel == "mail")))

    tokens = [made, *(token for one in facts for token in one["doors"].values())]
    assert len(tokens) == len(set(tokens)) == len(rows) == 4
    assert [token for token in tokens if any(token in row for row in rows)] == []


async def test_hash_of_a_token_opens_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx)
        hashes = list(await tx.scalars(select(letter_door.c.token_hash)))

        for one in hashes:
            for purpose in (letter_doors.REPLY, letter_doors.PAGE, letter_doors.OUT):
                with pytest.raises(DoorClosed):
                    await letter_doors.find(tx, token=one, purpose=purpose, now=NOW)


def test_tokens_are_long_and_of_chance() -> None:
    tokens = {letter_doors.new_token() for _ in range(500)}

    assert len(tokens) == 500
    assert {len(token) for token in tokens} == {26}
    assert {letter for token in tokens for letter in token} == set(
        "abcdefghijklmnopqrstuvwxyz234567"
    )
