"""What people wrote in their own words: read it, tag it, count the tags.

Answers lie in an order of their own for each question, which tells neither who came first nor
whose answers belong together. Those of an anonymous survey are read once its wave is closed, and
only where at least as many people wrote something as its threshold says.
"""

import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from programme import staff, survey_results
from programme.answers import one_line, text
from programme.asking import ended, following, fresh
from programme.questions import WITH_WORDS, Question
from programme.result_desk import of_wave
from programme.result_refusals import AnswerGone, AnswersLater
from programme.survey_refusals import TooFewAnswers
from storage import open_answers as store
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember
from storage.surveys import Survey
from storage.waves import Wave

RIGHT = "survey answers"
FLOW = "answer_tag"
ON_PAGE = 5
TAG_LENGTH = 60
_HANDLE = 12


@dataclass(frozen=True)
class OpenAnswer:
    """One answer; `handle` names it on a button and leads to nobody."""

    handle: str
    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class AnswerPage:
    """A page of answers to one question; `tags` counts all of them, `tag` is the one chosen."""

    wave_id: int
    place: int
    question: Question
    answers: tuple[OpenAnswer, ...]
    number: int
    pages: int
    total: int
    tags: tuple[tuple[str, int], ...]
    tag: str | None = None


@dataclass(frozen=True)
class _Read:
    wave: Wave
    survey: Survey
    question: Question
    # By handle, in the order in which they are listed.
    respondents: dict[str, str]
    texts: dict[str, str]
    tags: dict[str, list[str]]

    def answer(self, handle: str) -> OpenAnswer:
        respondent = self.respondents[handle]
        return OpenAnswer(handle, self.texts[respondent], tuple(self.tags.get(respondent, ())))

    def counted(self) -> tuple[tuple[str, int], ...]:
        counts = Counter(tag for who in self.texts for tag in self.tags.get(who, ()))
        return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


async def page(
    tx: Tx,
    *,
    wave_id: int,
    place: int,
    number: int = 0,
    tag: int | None = None,
    locale: str = "pl",
    member: StaffMember,
) -> AnswerPage:
    """List answers, all or those with the tag at a place of the counted tags.

    `place` is that of the question among those answered in words. Raises WaveUnknown, AnswerGone
    for a question that is not there, AnswersLater and TooFewAnswers.
    """
    staff.permit(member, RIGHT)
    read = await _read(tx, wave_id, place, locale)
    counted = read.counted()
    chosen = counted[tag][0] if tag is not None and 0 <= tag < len(counted) else None
    listed = [
        handle
        for handle, respondent in read.respondents.items()
        if chosen is None or chosen in read.tags.get(respondent, ())
    ]
    pages = max(1, -(-len(listed) // ON_PAGE))
    at = min(max(0, number), pages - 1)
    answers = tuple(read.answer(one) for one in listed[at * ON_PAGE : (at + 1) * ON_PAGE])
    return AnswerPage(
        wave_id, place, read.question, answers, at, pages, len(listed), counted, chosen
    )


async def one(
    tx: Tx, *, wave_id: int, place: int, handle: str, member: StaffMember
) -> tuple[OpenAnswer, tuple[tuple[str, int], ...]]:
    """Give one answer, and the tags that the question's answers have; raises AnswerGone."""
    staff.permit(member, RIGHT)
    read = await _read(tx, wave_id, place, "pl")
    if handle not in read.respondents:
        raise AnswerGone
    return read.answer(handle), read.counted()


def questions_in_words(questions: tuple[Question, ...]) -> list[Question]:
    """List the questions that are answered in people's own words."""
    return [one for one in questions if one.kind in WITH_WORDS]


async def _read(tx: Tx, wave_id: int, place: int, locale: str) -> _Read:
    wave, survey = await of_wave(tx, wave_id)
    if survey.is_anonymous and not await survey_results.is_settled(tx, wave):
        raise AnswersLater
    fit = questions_in_words((await survey_results.questions_of(tx, survey, locale))[0])
    if not 0 <= place < len(fit):
        raise AnswerGone
    key = fit[place].key
    found = await store.texts(tx, survey.id, wave_key=wave.key, question_key=key)
    if survey.is_anonymous and 0 < len(found) < survey.threshold:
        raise TooFewAnswers(survey.threshold)
    tags = await store.tags(tx, survey.id, wave_key=wave.key, question_key=key)
    handles = {_handle(survey, wave, key, respondent): respondent for respondent in found}
    return _Read(wave, survey, fit[place], dict(sorted(handles.items())), found, tags)


def _handle(survey: Survey, wave: Wave, question_key: str, respondent: str) -> str:
    words = f"open:{wave.key}:{question_key}:{respondent}".encode()
    return hmac.digest(bytes.fromhex(survey.secret), words, "sha256").hex()[:_HANDLE]


async def switch_tag(
    tx: Tx,
    *,
    wave_id: int,
    place: int,
    handle: str,
    tag: str,
    member: StaffMember,
    now: datetime,
) -> bool:
    """Tag an answer, or take the tag off when it has it; tells which. Raises AnswerGone."""
    staff.permit(member, RIGHT)
    kept = text(one_line(tag), TAG_LENGTH)
    read = await _read(tx, wave_id, place, "pl")
    if handle not in read.respondents:
        raise AnswerGone
    respondent = read.respondents[handle]
    keys = {
        "wave_key": read.wave.key,
        "question_key": read.question.key,
        "respondent": respondent,
        "tag": kept,
    }
    if await store.add_tag(tx, read.survey.id, staff_id=member.id, **keys):
        await staff.record(tx, member, "answer tagged", detail={"tag": kept}, now=now)
        return True
    await store.remove_tag(tx, read.survey.id, **keys)
    await staff.record(tx, member, "tag removed", detail={"tag": kept}, now=now)
    return False


async def switch_known(
    tx: Tx,
    *,
    wave_id: int,
    place: int,
    handle: str,
    number: int,
    member: StaffMember,
    now: datetime,
) -> None:
    """Switch the tag at a place of the counted ones; nothing where there is none such now."""
    staff.permit(member, RIGHT)
    _, known = await one(tx, wave_id=wave_id, place=place, handle=handle, member=member)
    if 0 <= number < len(known):
        await switch_tag(
            tx,
            wave_id=wave_id,
            place=place,
            handle=handle,
            tag=known[number][0],
            member=member,
            now=now,
        )


async def begin(
    tx: Tx, *, state: Conversation, wave_id: int, place: int, handle: str, member: StaffMember
) -> Conversation:
    """Ask for a new tag of an answer; raises AnswerGone."""
    staff.permit(member, RIGHT)
    await one(tx, wave_id=wave_id, place=place, handle=handle, member=member)
    about = {"wave_id": wave_id, "place": place, "handle": handle}
    return following(fresh(state, FLOW, **about), "tag")


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> Conversation:
    """Tag the answer with what was typed; raises a kind of AnswerRefused, or AnswerGone."""
    staff.permit(member, RIGHT)
    known = state.data
    await switch_tag(
        tx,
        wave_id=known["wave_id"],
        place=known["place"],
        handle=known["handle"],
        tag=raw,
        member=member,
        now=now,
    )
    return ended(state)
