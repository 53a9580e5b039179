from typing import Any

import pytest

from programme import poll_steps
from programme.asking import Asked
from programme.conversations import Conversation
from programme.polls import Asked as PollAsked
from programme.quiet_hours import QuietHours
from programme.refusals import AnswerEmpty, AudienceEmpty, OptionUnknown, PollUnfit
from storage.database import Database, Tx
from tests.programme.audience import CHIEF, make_member, make_staff, queued, seat
from tests.storage.rows import NOW, make_event

Following = Asked | tuple[Conversation, PollAsked]


async def event_with_a_participant(tx: Tx) -> int:
    event_id = await make_event(tx)
    await seat(tx, event_id, await make_member(tx, "Anna Wzorowa", chat=1))
    return event_id


async def answer(tx: Tx, *answers: Any) -> Following:
    member = await make_staff(tx)
    following: Following = await poll_steps.begin(
        tx, state=Conversation(900, "pl"), now=NOW, member=CHIEF
    )
    for raw in answers:
        assert isinstance(following, Asked)
        following = await poll_steps.answer(
            tx,
            state=following.conversation,
            raw=str(raw),
            member=member,
            quiet=QuietHours(),
            now=NOW,
        )
    return following


async def test_poll_is_shown_and_sent(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_a_participant(tx)
        shown = await answer(tx, event_id, " Kiedy \n wolą Państwo? ", "rano\n\n  wieczorem ")
        following = await answer(tx, event_id, "Kiedy?", "rano\nwieczorem", "send")
        entries = await queued(tx)

    assert isinstance(shown, Asked)
    assert shown.facts["question"] == "Kiedy wolą Państwo?"
    assert shown.facts["options"] == ["rano", "wieczorem"]
    assert shown.facts["people"] == 1
    assert isinstance(following, tuple)
    assert (following[0].flow, following[1].people) == ("", 1)
    assert [entry.kind for entry in entries] == ["poll"]


async def test_poll_can_be_written_again(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_a_participant(tx)
        asked = await answer(tx, event_id, "Kiedy?", "rano\nwieczorem", "again")

    assert isinstance(asked, Asked)
    assert asked.question == "poll_question"


@pytest.mark.parametrize(
    ("given", "raw", "refusal"),
    [
        ((), "²", OptionUnknown),
        ((), "999999", OptionUnknown),
        (("event",), "\u200b", AnswerEmpty),
        (("event",), "x" * 301, PollUnfit),
        (("event", "Kiedy?"), "rano", PollUnfit),
        (("event", "Kiedy?"), "rano\nrano", PollUnfit),
        (("event", "Kiedy?", "rano\nwieczorem"), "perhaps", OptionUnknown),
    ],
)
async def test_answer_that_does_not_fit_is_refused(
    database: Database, given: tuple[str, ...], raw: str, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_a_participant(tx)
        so_far = [str(event_id) if one == "event" else one for one in given]

        with pytest.raises(refusal):
            await answer(tx, *so_far, raw)


async def test_event_without_participants_cannot_be_asked(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)

        with pytest.raises(AudienceEmpty):
            await answer(tx, event_id)


async def test_manner_is_changed_on_the_last_look_and_asked_so(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_a_participant(tx)
        words = (event_id, "Kiedy?", "rano\nwieczorem")
        plain = await answer(tx, *words)
        changed = await answer(tx, *words, "several", "names", "end", "tonight", "whom", "ngo")
        back = await answer(tx, *words, "names", "names", "style", "style")
        await answer(tx, *words, "several", "names", "end", "tonight", "send")
        [entry] = await queued(tx)

    assert isinstance(plain, Asked)
    assert isinstance(changed, Asked)
    assert isinstance(back, Asked)
    told = ("multiple", "anonymous", "style", "whom", "closes_at", "people")
    evening = NOW.replace(hour=19)
    assert [plain.facts[name] for name in told] == [False, False, "native", "event", None, 1]
    assert [changed.facts[name] for name in told] == [True, True, "buttons", "ngo", evening, 1]
    assert [back.facts[name] for name in told] == [False, False, "native", "event", None, 1]
    assert (entry.facts["multiple"], entry.facts["anonymous"]) == (True, True)
    assert entry.facts["closes"] == {"at": evening.isoformat(), "zone": "Europe/Warsaw"}
    assert entry.not_after == evening


async def test_question_about_no_event_asks_organisations(database: Database) -> None:
    async with database.transaction() as tx:
        await make_member(tx, "Jan Wzorowy", chat=2)
        shown = await answer(tx, "none", "Kiedy?", "rano\nwieczorem")
        following = await answer(tx, "none", "Kiedy?", "rano\nwieczorem", "send")
        [entry] = await queued(tx)

    assert isinstance(shown, Asked)
    assert (shown.facts["whom"], shown.facts["title"]) == ("organisations", "")
    assert isinstance(following, tuple)
    assert following[1].survey_key == f"pytanie-{NOW:%Y-%m-%d}-1"
    assert "event" not in entry.facts


async def test_what_cannot_be_chosen_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        await make_member(tx, "Jan Wzorowy", chat=2)
        for wrong in (("end", "event"), ("end", "x"), ("whom", "event"), ("whom", "x"), ("x",)):
            with pytest.raises(OptionUnknown):
                await answer(tx, "none", "Kiedy?", "rano\nwieczorem", *wrong)
        with pytest.raises(AudienceEmpty):
            await answer(tx, "none", "Kiedy?", "rano\nwieczorem", "whom", "office")
