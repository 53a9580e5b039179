from datetime import timedelta
from typing import Any

import pytest

from programme import fair, fair_numbers, fair_steps
from programme.asking import Asked
from programme.fair import Exhibiting
from programme.fair_refusals import (
    AlreadyExhibiting,
    NotExhibiting,
    OrganisationNeeded,
    OrganisationNotFound,
    StandFixed,
    StandNotYours,
    StandNumberUnfit,
    WordsWithoutLetters,
)
from programme.refusals import (
    AnswerEmpty,
    AnswerTooLong,
    DeadlinePassed,
    NotInAudience,
    OptionUnknown,
    QuestionPassed,
    Refusal,
)
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.fair import Exhibitor, Offer
from storage.staff import StaffMember
from tests.programme.audience import CHIEF, make_organisation, make_staff
from tests.programme.stands import (
    OFFER,
    crowd,
    exhibit,
    join,
    make_fair,
    make_voice,
    read,
    standing,
)
from tests.storage.rows import NOW

SECOND = timedelta(seconds=1)
STATE = Conversation(1, "pl")


class Talk:
    """One conversation about a stand."""

    def __init__(self, tx: Tx, person_id: int | None, member: StaffMember | None = None) -> None:
        self.tx = tx
        self.person_id = person_id
        self.member = member
        self.state = STATE
        self.now = NOW
        self.asked: list[str] = []
        self.facts: dict[str, Any] = {}

    def heard(self, asked: Asked) -> None:
        """Keep which question is open."""
        self.state, self.facts = asked.conversation, asked.facts
        self.asked.append(asked.question)

    async def begin(self, event_id: int) -> None:
        """Begin to register a stand."""
        assert self.person_id is not None
        self.heard(
            await fair_steps.begin(
                self.tx,
                state=self.state,
                event_id=event_id,
                person_id=self.person_id,
                now=self.now,
            )
        )

    async def say(self, *words: str) -> Exhibiting | Exhibitor | None:
        """Answer one question after another; give what the last answer came to."""
        done = None
        for raw in words:
            following = await fair_steps.answer(
                self.tx,
                state=self.state,
                raw=raw,
                person_id=self.person_id,
                member=self.member,
                now=self.now,
            )
            if isinstance(following, Asked):
                self.heard(following)
            else:
                self.state, done = following
        return done


async def test_member_answers_six_questions_and_has_a_stand(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=20)
        [(_, person_id)] = await crowd(tx, 1)
        talk = Talk(tx, person_id)
        await talk.begin(event_id)

        done = await talk.say("Pokaz sera", "skip", "2", "yes", "skip", "send")

        assert done == Exhibiting(1, "active", 1, None)
        assert (talk.state.flow, talk.state.step) == ("", "")
        assert talk.asked == [
            "stand_for_residents",
            "stand_for_office",
            "stand_tables",
            "stand_power",
            "stand_needs",
            "stand_confirm",
        ]
        assert (await read(tx, 1)).offer == Offer("Pokaz sera", "", 2, power=True, needs="")


async def test_typed_answers_count_as_pressed_ones(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(_, person_id)] = await crowd(tx, 1)
        talk = Talk(tx, person_id)
        await talk.begin(event_id)

        await talk.say("Ser", "Warsztaty", " 3 ", "Nie.", "cień", "send")

        assert (await read(tx, 1)).offer == Offer("Ser", "Warsztaty", 3, power=False, needs="cień")


@pytest.mark.parametrize(
    ("before", "raw", "refusal"),
    [
        ((), "x" * 401, AnswerTooLong),
        ((), "🎉🎊", WordsWithoutLetters),
        ((), "  \n ", AnswerEmpty),
        (("Ser",), "x" * 500, AnswerTooLong),
        (("Ser", "skip"), "4", OptionUnknown),
        (("Ser", "skip", "1"), "może", OptionUnknown),
        (("Ser", "skip", "1", "no"), "👍", WordsWithoutLetters),
        (("Ser", "skip", "1", "no", "skip"), "tak", OptionUnknown),
        ((), "keep", None),
    ],
)
async def test_answer_that_does_not_fit_changes_nothing(
    database: Database, before: tuple[str, ...], raw: str, refusal: type[Refusal] | None
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(_, person_id)] = await crowd(tx, 1)
        talk = Talk(tx, person_id)
        await talk.begin(event_id)
        await talk.say(*before)
        step = talk.state.step

        if refusal is None:
            await talk.say(raw)
            assert talk.state.data["answers"][step] == raw
        else:
            with pytest.raises(refusal):
                await talk.say(raw)
            assert talk.state.step == step
        assert await standing(tx, event_id) == []


async def test_description_of_exactly_400_characters_fits(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(_, person_id)] = await crowd(tx, 1)
        talk = Talk(tx, person_id)
        await talk.begin(event_id)

        await talk.say("ż" * 400)

        assert talk.state.step == "for_office"


async def test_person_of_two_organisations_is_asked_which(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        first, second = [await make_organisation(tx, name) for name in ("KGW", "OSP")]
        person_id = await make_voice(tx, first, chat=1)
        await join(tx, person_id, second, is_contact=False)
        talk = Talk(tx, person_id)
        await talk.begin(event_id)
        asked = talk.asked[:]

        with pytest.raises(OptionUnknown):
            await talk.say("org:999")
        await talk.say(f"org:{second}", "Wóz", "skip", "1", "no", "skip", "send")
        await talk.begin(event_id)

        assert asked == ["stand_organisation"]
        assert await standing(tx, event_id) == [("OSP", 1)]
        assert talk.state.data["answers"]["organisation"] == "KGW"


async def test_begin_is_refused_before_anything_is_asked(database: Database) -> None:
    async with database.transaction() as tx:
        late = await make_fair(tx, deadline_at=NOW - SECOND)
        others = await make_fair(tx, audience="office")
        event_id = await make_fair(tx)
        [(organisation_id, person_id)] = await crowd(tx, 1)
        stranger = await make_voice(tx, None, chat=9)

        for fair_id, who, refusal in (
            (late, person_id, DeadlinePassed),
            (others, person_id, NotInAudience),
            (event_id, stranger, OrganisationNeeded),
        ):
            with pytest.raises(refusal):
                await Talk(tx, who).begin(fair_id)
        await exhibit(tx, event_id, organisation_id, person_id)
        with pytest.raises(AlreadyExhibiting):
            await Talk(tx, person_id).begin(event_id)


async def test_deadline_that_passes_while_somebody_answers_is_kept(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, deadline_at=NOW)
        [(_, person_id)] = await crowd(tx, 1)
        talk = Talk(tx, person_id)
        await talk.begin(event_id)
        await talk.say("Ser", "skip", "1", "no", "skip")
        talk.now = NOW + SECOND

        with pytest.raises(DeadlinePassed):
            await talk.say("send")

        assert await standing(tx, event_id) == []


async def test_again_asks_from_the_first_question(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(_, person_id)] = await crowd(tx, 1)
        talk = Talk(tx, person_id)
        await talk.begin(event_id)

        await talk.say("Ser", "skip", "1", "no", "skip", "again")
        await talk.say("Chleb", "skip", "1", "no", "skip", "send")

        assert (await read(tx, 1)).offer.for_residents == "Chleb"


async def test_change_keeps_what_is_left_as_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        talk = Talk(tx, mine[1])
        talk.heard(
            await fair_steps.begin_change(
                tx, state=STATE, exhibitor_id=1, person_id=mine[1], member=None, now=NOW
            )
        )

        shown = talk.facts["before"]
        await talk.say("keep", "keep", "3", "keep", "skip", "send")

        assert shown == OFFER.for_residents
        assert (await read(tx, 1)).offer == Offer(
            OFFER.for_residents, OFFER.for_office, 3, power=True, needs=""
        )


async def test_change_is_refused_to_others_and_after_the_deadline(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, deadline_at=NOW)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        other = await make_voice(tx, mine[0], chat=2)

        for exhibitor_id, person_id, now, refusal in (
            (1, other, NOW, StandNotYours),
            (1, mine[1], NOW + SECOND, StandFixed),
            (99, mine[1], NOW, NotExhibiting),
        ):
            with pytest.raises(refusal):
                await fair_steps.begin_change(
                    tx,
                    state=STATE,
                    exhibitor_id=exhibitor_id,
                    person_id=person_id,
                    member=None,
                    now=now,
                )


async def test_staff_register_an_organisation_that_came_on_paper(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, deadline_at=NOW - SECOND)
        for name in ("Ochotnicza Straż Pożarna w Miłkach", "Ochotnicza Straż Pożarna w Rydzewie"):
            await make_organisation(tx, name)
        talk = Talk(tx, None, await make_staff(tx))
        talk.heard(
            await fair_steps.begin_on_paper(
                tx, state=STATE, event_id=event_id, now=NOW, member=CHIEF
            )
        )

        with pytest.raises(OrganisationNotFound):
            await talk.say("xyzzy")
        await talk.say("OSP", "other", "OSP", "OSP Rydzewo")
        offered = talk.state.data["answers"]["offered"]
        await talk.say(f"org:{offered[0][0]}", "Wóz", "skip", "1", "no", "skip", "send")

        assert await standing(tx, event_id) == [("Ochotnicza Straż Pożarna w Rydzewie", 1)]


async def test_staff_cannot_add_an_organisation_twice(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        talk = Talk(tx, None, await make_staff(tx))
        talk.heard(
            await fair_steps.begin_on_paper(
                tx, state=STATE, event_id=event_id, now=NOW, member=CHIEF
            )
        )
        await talk.say("Organizacja 1")

        with pytest.raises(AlreadyExhibiting):
            await talk.say(f"org:{mine[0]}")
        with pytest.raises(OptionUnknown):
            await talk.say("org:9999")


async def test_answer_to_no_question_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(QuestionPassed):
            await Talk(tx, 1).say("cokolwiek")


async def test_number_is_asked_and_swapped(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)
        member = await make_staff(tx)
        asked = await fair_numbers.begin(tx, state=STATE, exhibitor_id=1, member=CHIEF)
        state = asked.conversation

        for unfit in ("dwa", "0", "5000"):
            with pytest.raises(StandNumberUnfit):
                await fair_numbers.answer(tx, state=state, raw=unfit, member=member, now=NOW)
        ended, exhibitor_id, other = await fair_numbers.answer(
            tx, state=state, raw=" 2 ", member=member, now=NOW
        )

        assert other is not None
        assert (ended.flow, exhibitor_id, other.stand) == ("", 1, 1)
        await fair.cancel(tx, exhibitor_id=1, member=member, now=NOW)
        with pytest.raises(NotExhibiting):
            await fair_numbers.ask(tx, state=state, member=CHIEF)
