from datetime import UTC, datetime
from typing import Any

import pytest

from programme import broadcast_queue, invitation_steps, invitations
from programme.asking import Asked
from programme.broadcasting import HOLD, Started
from programme.conversations import Conversation
from programme.invitation_sending import Confirmed, Rules
from programme.quiet_hours import QuietHours
from programme.refusals import AnswerEmpty, AudienceEmpty, OptionUnknown, TextTooLong
from storage import outbox
from storage.database import Database, Tx
from tests.programme.audience import make_member, make_staff, queued
from tests.storage.rows import NOW, make_event

Following = Asked | tuple[Conversation, Confirmed | None]
RULES = Rules(QuietHours(), link="https://t.me/akademia_bot")


async def begin(tx: Tx) -> Asked:
    member = await make_staff(tx)
    return await invitation_steps.begin(tx, state=Conversation(900, "pl"), member=member, now=NOW)


async def answer(tx: Tx, asked: Asked, *answers: Any) -> Following:
    member = await make_staff(tx)
    following: Following = asked
    for raw in answers:
        assert isinstance(following, Asked)
        following = await invitation_steps.answer(
            tx,
            state=following.conversation,
            raw=str(raw),
            member=member,
            rules=RULES,
            now=NOW,
        )
    return following


async def leave(
    tx: Tx, following: Following, zone: str = invitations.HOME_ZONE
) -> list[outbox.Entry]:
    """Let half a minute pass, and read what was queued then."""
    assert isinstance(following, tuple)
    assert isinstance(following[1], Started)
    number = following[1].broadcast_id
    while await broadcast_queue.queue_next(
        tx, broadcast_id=number, quiet=QuietHours(), zone=zone, now=NOW + HOLD
    ):
        pass
    return await queued(tx)


async def test_letter_about_an_event_is_shown_and_sent(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await make_member(tx, "Anna Wzorowa", chat=1)
        begun = await begin(tx)
        shown = await answer(tx, begun, event_id, " SK.1\n/2027 ", "Zapraszamy", "ngo")
        assert isinstance(shown, Asked)
        following = await answer(tx, shown, "send")
        entries = await leave(tx, following)

    assert begun.facts["events"] == [(event_id, "Budowanie partnerstw")]
    notice = shown.facts["notice"]
    assert (notice["case_number"], notice["body"]) == ("SK.1 /2027", "Zapraszamy")
    assert notice["person"] == {"name": "Anna Wzorowa"}
    assert isinstance(following, tuple)
    assert isinstance(following[1], Started)
    assert (following[0].flow, following[1].people) == ("", 1)
    assert [entry.facts["link"] for entry in entries] == [
        f"https://t.me/akademia_bot?start=e_{event_id}"
    ]


async def test_letter_about_nothing_takes_its_subject_from_the_first_line(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await make_member(tx, "Anna Wzorowa", chat=1)
        body = f"{'x' * 90}\nreszta"
        following = await answer(tx, await begin(tx), "none", "skip", body, "ngo", "send")
        (entry,) = await leave(tx, following)

    assert isinstance(following, tuple)
    assert (entry.facts["subject"], entry.facts["case_number"]) == ("x" * 80, "")
    assert entry.facts["link"] is None


@pytest.mark.parametrize(
    ("given", "raw", "refusal"),
    [
        ((), "²", OptionUnknown),
        ((), "9" * 40, OptionUnknown),
        (("none",), "x" * 81, TextTooLong),
        (("none", "skip"), " \u200b ", AnswerEmpty),
        (("none", "skip"), "x" * 3501, TextTooLong),
        (("none", "skip", "Dzień dobry"), "everyone", OptionUnknown),
        (("none", "skip", "Dzień dobry"), "office", AudienceEmpty),
        (("none", "skip", "Dzień dobry", "ngo"), "now", OptionUnknown),
    ],
)
async def test_answer_that_does_not_fit_is_refused(
    database: Database, given: tuple[str, ...], raw: str, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        await make_member(tx, "Anna Wzorowa", chat=1)
        asked = await answer(tx, await begin(tx), *given)
        assert isinstance(asked, Asked)

        with pytest.raises(refusal):
            await answer(tx, asked, raw)
        entries = await queued(tx)

    assert entries == []


async def test_letter_without_an_event_sleeps_by_the_clock_of_the_settings(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await make_member(tx, "Anna Wzorowa", chat=1)
        shown = await answer(tx, await begin(tx), "none", "skip", "Zapraszamy", "ngo")
        assert isinstance(shown, Asked)
        # 11:00 in Miłki, where people are awake, and 21:00 in Auckland.
        following = await invitation_steps.answer(
            tx,
            state=shown.conversation,
            raw="send",
            member=await make_staff(tx),
            rules=Rules(QuietHours(), zone="Pacific/Auckland"),
            now=NOW,
        )
        [entry] = await leave(tx, following, zone="Pacific/Auckland")

    assert entry.due_at == datetime(2027, 1, 4, 19, tzinfo=UTC)
