"""The sentence for every refusal: what happened and what to do next."""

from html import escape
from typing import Any

from handlers.telegram import (
    agenda_words,
    announcement_words,
    attendance_words,
    broadcast_words,
    calendar_words,
    certificate_words,
    deed_words,
    desk_words,
    directory_words,
    document_words,
    event_words,
    fair_words,
    letter_words,
    newcomer_words,
    nomination_words,
    people_words,
    poll_words,
    preference_words,
    report_words,
    result_words,
    seat_words,
    staff_words,
    survey_desk_words,
    survey_page_words,
    survey_words,
    task_words,
)
from programme import refusals as why
from programme.refusals import Refusal
from texts.dates import until
from texts.translator import Translator, mark

SENTENCES: dict[type[Refusal], str] = {
    why.EventUnknown: mark(
        "This event is no longer there. Please press “All events” and choose another one."
    ),
    why.EventCancelled: mark(
        "This event has been cancelled. Please press “All events” and choose another one."
    ),
    why.EventOver: mark("This event has already begun, so registration is over."),
    why.DeadlinePassed: mark(
        "Registration for this event ended on %(deadline)s. If you would like to come all the "
        "same, please call us."
    ),
    why.NotInAudience: mark(
        "This event is meant for other participants, so we cannot register you here. If this is a "
        "mistake, please call us."
    ),
    why.AlreadyRegistered: mark("You are on the list for this event already."),
    why.NotRegistered: mark(
        "You are not registered for this event (any more), so there is nothing to cancel."
    ),
    why.SessionChanged: mark(
        "The office changed this event a moment ago. Please look at it again."
    ),
    why.TimesWrong: mark("A session must lie ahead and end after it begins."),
    why.PersonUnknown: mark("We do not know you yet. To begin, press /start."),
    why.AnswerRefused: mark("We could not read this answer. Please answer once more."),
    why.AnswerEmpty: mark("There were no words in this answer. Please write it once more."),
    why.AnswerTooLong: mark(
        "This is too long for us. Please write it shorter, at most %(limit)s characters."
    ),
    why.AnswerNotText: mark(
        "We cannot read pictures, recordings and stickers here. Please write your answer in words "
        "or press a button."
    ),
    why.OptionUnknown: mark("Please press one of the buttons below this question."),
    why.NameWithoutLetters: mark(
        "We see no letters in this name. Please write your first name and surname."
    ),
    why.AddressWrong: mark(
        "This does not look like an e-mail address. Please write it like this: anna@example.org."
    ),
    why.AddressOurs: mark("This is our own address. Please write yours, or press “No e-mail”."),
    why.CodeWrong: mark(
        "This is not the code from our newest e-mail. Please look once more. Tries left: "
        "%(tries_left)s."
    ),
    why.CodeExpired: mark("This code is no longer valid. Please press “Send a new code”."),
    why.CodesTooMany: mark(
        "We have sent you several codes already. Please try again in an hour, or go on without "
        "e-mail."
    ),
    why.QuestionPassed: mark(
        "This button belongs to an earlier message, so nothing was changed. Please go on with the "
        "buttons below."
    ),
    why.NotStaff: mark(
        "Only staff of the programme who have the right to can do this. If you need it for your "
        "work, please ask the coordinator."
    ),
    why.LinkSpent: mark(
        "This link has been used already or is too old. Please ask the coordinator for a new one."
    ),
    why.AudienceEmpty: mark("Nobody would get this message. Please choose other recipients."),
    why.TextTooLong: mark(
        "This text has %(length)s characters, and at most %(limit)s fit. Please send it once more, "
        "shorter."
    ),
    why.PollUnfit: mark(
        "This does not fit yet. A question may have at most 300 characters. It needs from two to "
        "ten different answers, each on a line of its own and of at most 100 characters."
    ),
    why.PollUnknown: mark("This question is not open here. Please look at the newest messages."),
    why.SurveyUnknown: mark("There are no answers called “%(key)s”."),
    **attendance_words.SENTENCES,
    **broadcast_words.SENTENCES,
    **document_words.SENTENCES,
    **fair_words.SENTENCES,
    **nomination_words.SENTENCES,
    **seat_words.SENTENCES,
    **desk_words.SENTENCES,
    **people_words.SENTENCES,
    **newcomer_words.SENTENCES,
    **preference_words.SENTENCES,
    **certificate_words.SENTENCES,
    **staff_words.SENTENCES,
    **task_words.SENTENCES,
    **calendar_words.SENTENCES,
    **directory_words.SENTENCES,
    **letter_words.SENTENCES,
    **report_words.SENTENCES,
    **event_words.SENTENCES,
    **deed_words.SENTENCES,
    **agenda_words.SENTENCES,
    **announcement_words.SENTENCES,
    **survey_words.SENTENCES,
    **result_words.SENTENCES,
    **survey_desk_words.SENTENCES,
    **poll_words.SENTENCES,
    **survey_page_words.SENTENCES,
}


def refused(t: Translator, refusal: Refusal, *, zone: str) -> str:
    """Say why something cannot be done, in the person's language."""
    values: dict[str, Any] = {
        name: escape(value) if isinstance(value, str) else value
        for name, value in vars(refusal).items()
    }
    if isinstance(refusal, why.DeadlinePassed):
        values["deadline"] = until(refusal.deadline, zone, t.locale)
    values |= attendance_words.moments(refusal, t.locale)
    values |= letter_words.values(t, refusal, zone=zone)
    values |= event_words.moments(refusal, t.locale)
    values |= survey_words.values(t, refusal, zone=zone)
    values |= poll_words.values(t, refusal, zone=zone)
    return t(_sentence(type(refusal)), **values)


def _sentence(kind: type[Refusal]) -> str:
    for known in kind.__mro__:
        if known in SENTENCES:
            return SENTENCES[known]
    raise KeyError(kind)
