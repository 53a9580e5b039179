"""For whom somebody answers in the chat, and what is asked again of who has answered."""

from typing import Any

from programme import memberships, survey_steps
from programme.asking import Asked
from programme.fillings import organisation, person
from programme.form_values import SEEN
from programme.forms import Question
from programme.survey_look import LOOK, QUESTION
from storage import survey_recipients
from storage.conversations import Conversation
from storage.database import Database, Tx
from tests.programme.audience import make_organisation
from tests.programme.filled import LATER, QUESTIONS, fill, make_survey, make_wave
from tests.storage.rows import NOW, make_person

STATE = Conversation(501, "pl")
INFO = Question("read", "info", "Proszę przeczytać.")


async def begin(tx: Tx, wave_id: int, person_id: int) -> Any:
    return await survey_steps.begin(
        tx, state=STATE, wave_id=wave_id, organisation_id=None, person_id=person_id, now=LATER
    )


async def test_answers_stay_with_the_organisation_that_they_were_begun_for(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        wave = await make_wave(tx, await make_survey(tx))
        units = [await make_organisation(tx, name) for name in ("KGW", "OSP")]
        for unit in units:
            await memberships.join(
                tx, person_id=anna, organisation_id=unit, now=NOW, is_contact=True
            )
            row = {"owner": organisation(unit), "organisation_id": unit}
            await survey_recipients.add(tx, wave.id, [row])
        first = (await begin(tx, wave.id, anna)).conversation
        begun_for = organisation(first.data["organisation"])
        # A colleague sends the answers of the same organisation meanwhile.
        await fill(tx, wave, begun_for)

        now_open = await survey_steps.ask(tx, state=first, person_id=anna, now=LATER)
        other = (await begin(tx, wave.id, anna)).facts["look"]

    assert now_open.facts["look"].filling.owner == begun_for
    assert other.filling.owner in {organisation(unit) for unit in units} - {begun_for}
    assert other.organisation in {"KGW", "OSP"}


async def test_who_has_answered_is_asked_nothing_that_they_have_skipped_or_read(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx, questions=(INFO, *QUESTIONS))
        wave = await make_wave(tx, survey, asked=[anna])
        said = {"read": SEEN, "trust": "4", "group": "town", "topics": None}
        await fill(tx, wave, person(anna), said)

        again = await begin(tx, wave.id, anna)
        listed = await survey_steps.answer(tx, asked=again, raw=survey_steps.MEND, now=LATER)
        assert isinstance(listed, Asked)
        group = await survey_steps.answer(tx, asked=listed, raw="=.q2", now=LATER)
        assert isinstance(group, Asked)
        # It opens a question that was not asked before, so that one is asked now.
        why = await survey_steps.answer(tx, asked=group, raw="=village", now=LATER)

    assert isinstance(why, Asked)
    steps = [one.conversation.step for one in (again, group, why)]
    assert steps == [LOOK, QUESTION, QUESTION]
    assert why.facts["look"].question.key == "why"
