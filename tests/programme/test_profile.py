from typing import Any

import pytest

from programme import profile
from programme.asking import Asked
from programme.conversations import Conversation
from programme.profile import Introduced
from programme.refusals import (
    AnswerEmpty,
    AnswerTooLong,
    CodeExpired,
    CodesTooMany,
    OptionUnknown,
    QuestionPassed,
)
from storage import mail_codes, people
from storage.database import Database, Tx
from tests.programme.audience import make_organisation, queued
from tests.storage.rows import NOW

OURS = "office@example.org"


async def begin(tx: Tx, then: str = "e:1") -> Conversation:
    asked = await profile.begin(tx, state=Conversation(7, "pl"), then=then, now=NOW)
    return asked.conversation


async def answer(tx: Tx, state: Conversation, *answers: str) -> Asked | Introduced:
    following: Asked | Introduced | None = None
    for raw in answers:
        following = await profile.answer(tx, state=state, raw=raw, our_address=OURS, now=NOW)
        state = following.conversation
    assert following is not None
    return following


async def test_answers_lead_from_question_to_question(database: Database) -> None:
    async with database.transaction() as tx:
        kgw = await make_organisation(tx, "Koło Gospodyń Wiejskich w Miłkach")
        state = await begin(tx)
        steps = [state.step]
        following: Asked | Introduced
        for raw in ("accept", "Anna Wzorowa", "ngo", "KGW", f"org:{kgw}", "skip"):
            following = await answer(tx, state, raw)
            state = following.conversation
            steps.append(state.step)
        person = await people.by_chat(tx, 7)

    assert steps == ["privacy", "name", "role", "organisation", "organisation_pick", "mail", ""]
    assert isinstance(following, Introduced)
    assert person is not None
    assert (following.person_id, following.then) == (person.id, "e:1")
    assert (person.name, person.role, person.organisation_id) == ("Anna Wzorowa", "ngo", kgw)


async def test_beginning_again_goes_on_and_keeps_the_newest_wish(database: Database) -> None:
    async with database.transaction() as tx:
        asked = await answer(tx, await begin(tx, then="e:1"), "accept", "Anna Wzorowa")
        same = await profile.begin(tx, state=asked.conversation, then="", now=NOW)
        other = await profile.begin(tx, state=asked.conversation, then="e:2", now=NOW)

    assert same == asked
    assert other.conversation.data == asked.conversation.data | {"then": "e:2"}


@pytest.mark.parametrize(
    ("given", "raw", "refusal"),
    [
        ((), "yes", OptionUnknown),
        (("accept",), " \u200b", AnswerEmpty),
        (("accept",), "a" * 121, AnswerTooLong),
        (("accept", "Anna"), "boss", OptionUnknown),
        (("accept", "Anna", "ngo"), "", AnswerEmpty),
        (("accept", "Anna", "ngo"), "org:²", OptionUnknown),
        (("accept", "Anna", "ngo", "Nobody", "other", "anna@example.org"), "x" * 41, AnswerTooLong),
    ],
)
async def test_answer_that_does_not_fit_is_refused(
    database: Database, given: tuple[str, ...], raw: str, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        state = await begin(tx)
        if given:
            state = (await answer(tx, state, *given)).conversation

        with pytest.raises(refusal):
            await answer(tx, state, raw)


async def test_question_that_is_not_asked_takes_no_answer(database: Database) -> None:
    data: dict[str, Any] = {"then": "", "answers": {}}
    state = Conversation(7, "pl", flow="profile", step="shoe size", data=data)
    async with database.transaction() as tx:
        with pytest.raises(QuestionPassed):
            await answer(tx, state, "43")


async def test_offices_are_found_behind_many_organisations(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(8):
            await make_organisation(tx, f"Stowarzyszenie Miłki {number}")
        office = await make_organisation(tx, "Urząd Gminy Miłki", kind="office")
        asked = await answer(tx, await begin(tx), "accept", "Piotr", "clerk", "Miłki")

    assert isinstance(asked, Asked)
    assert [match[0] for match in asked.facts["matches"]] == [office]


async def test_code_is_mailed_and_kept_only_as_a_hash(database: Database) -> None:
    async with database.transaction() as tx:
        state = await begin(tx)
        asked = await answer(
            tx, state, "accept", "Anna", "ngo", "Nobody", "other", "Anna@Example.org"
        )
        (entry,) = await queued(tx)
        code = entry.facts["code"]
        known = await tx.exec_driver_sql("SELECT code_hash FROM mail_code")
        (code_hash,) = known.scalars()
        done = await answer(tx, asked.conversation, code)
        contacts = await people.contacts(tx, 1)

    assert (entry.kind, entry.channel, entry.address) == ("email_code", "mail", "Anna@example.org")
    assert code not in code_hash
    assert code not in str(asked.conversation.data)
    assert isinstance(done, Introduced)
    assert {one.channel for one in contacts} == {"telegram", "mail"}


async def test_code_serves_once(database: Database) -> None:
    async with database.transaction() as tx:
        state = await begin(tx)
        asked = await answer(
            tx, state, "accept", "Anna", "ngo", "Nobody", "other", "anna@example.org"
        )
        (entry,) = await queued(tx)
        await answer(tx, asked.conversation, entry.facts["code"])

        with pytest.raises(CodeExpired):
            await answer(tx, asked.conversation, entry.facts["code"])


async def test_codes_to_one_address_have_a_limit_whoever_asks(database: Database) -> None:
    async with database.transaction() as tx:
        for chat_id in range(1, profile.CODES_TO_ONE_ADDRESS + 1):
            await mail_codes.add(
                tx,
                chat_id=chat_id,
                address="Anna@example.org",
                code_hash="f" * 64,
                expires_at=profile.CODE.worth_until(NOW),
                now=NOW,
            )
        kgw = await make_organisation(tx, "Koło Gospodyń Wiejskich w Miłkach")
        asked = await answer(
            tx, await begin(tx), "accept", "Anna Wzorowa", "ngo", "KGW", f"org:{kgw}"
        )

        with pytest.raises(CodesTooMany):
            await answer(tx, asked.conversation, "anna@example.org")

        assert await queued(tx) == []
