"""A survey that people have answered, for tests of its results."""

from collections.abc import Mapping
from datetime import timedelta

from programme import surveys
from programme.forms import Form, Question
from programme.questions import WITH_WORDS
from storage import answers as rows_of_answers
from storage import responses, waves
from storage import surveys as store
from storage.answers import Answer
from storage.database import Tx
from storage.responses import Response
from storage.surveys import Survey
from storage.waves import Wave
from tests.storage.rows import NOW

# By respondent, by question, what was answered: keys with spaces between them, or words.
Said = Mapping[str, Mapping[str, str]]


async def make_survey(
    tx: Tx,
    *questions: Question,
    key: str = "mieszkancy",
    privacy: str = "named",
    threshold: int = 5,
) -> Survey:
    """Keep a survey that nobody has answered yet."""
    form = Form(f"survey:{key}", 1, questions, title="Mieszkańcy o organizacjach")
    row = await surveys.keep_form(tx, form, now=NOW)
    made = await store.add(
        tx,
        key=key,
        kind="survey",
        form_id=row.id,
        event_id=None,
        wave="",
        now=NOW,
        privacy=privacy,
        threshold=threshold,
    )
    assert made is not None
    return made


async def make_wave(
    tx: Tx,
    survey: Survey,
    said: Said,
    *,
    key: str = "baseline",
    state: str = waves.CLOSED,
    days: int = 0,
    links: Mapping[str, str] | None = None,
) -> Wave:
    """Keep a wave with what was answered in it."""
    wave = await waves.add(
        tx,
        survey_id=survey.id,
        key=key,
        opens_at=NOW + timedelta(days=days),
        now=NOW,
        state=state,
    )
    assert wave is not None
    await answer(tx, survey, wave, said, links=links)
    return wave


async def answer(
    tx: Tx, survey: Survey, wave: Wave, said: Said, *, links: Mapping[str, str] | None = None
) -> None:
    """Let these respondents answer."""
    form = await surveys.form_of(tx, survey)
    in_words = {one.key for one in form.questions if one.kind in WITH_WORDS}
    rows = [
        Answer(
            survey_id=survey.id,
            form_version=1,
            respondent=respondent,
            question_key=question_key,
            option_keys=() if question_key in in_words else tuple(value.split()),
            text=value if question_key in in_words else "",
            retracted=False,
            door="",
            source_key=f"{wave.key}:{respondent}",
            source_order=1,
            answered_at=NOW,
            wave=wave.key,
        )
        for respondent, answers in said.items()
        for question_key, value in answers.items()
    ]
    await rows_of_answers.append(tx, rows, anonymous=survey.is_anonymous)
    for respondent in said:
        link = (links or {}).get(respondent, "")
        kept = Response(
            survey.id, wave.key, respondent, form_version=1, complete=True, link_hash=link
        )
        await responses.save(tx, kept)
