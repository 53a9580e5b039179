"""The sentence for every refusal about surveys: to those who answer, and to staff."""

from decimal import Decimal
from typing import Any

from programme import survey_refusals as why
from programme.refusals import Refusal
from texts.dates import until
from texts.translator import Translator, mark

SENTENCES: dict[type[Refusal], str] = {
    why.NumberWrong: mark("Please write a number in figures%(limits)s."),
    why.DateWrong: mark("We could not read this day. Please write it like this: 15.01.2027."),
    why.ChosenTooFew: mark("Please choose more answers here, at least %(at_least)s."),
    why.ChosenTooMany: mark(
        "You have chosen too many answers here. Please choose at most %(at_most)s."
    ),
    why.FileWanted: mark("Please send a photo or a PDF file here."),
    why.LettersTooFew: mark(
        "Please write the first %(at_least)s letters of the name; the whole name will do too."
    ),
    why.MonthDayWrong: mark(
        "Please write the day of the month alone, a number from 1 to %(last)s."
    ),
    why.FileNamesSender: mark(
        "This survey is anonymous, and a file could show whose it is, so we do not take one here. "
        "We have not kept it."
    ),
    why.SurveyNotOpen: mark(
        "This survey begins on %(opens)s. Please come back then; nothing has to be done now."
    ),
    why.SurveyClosed: mark(
        "This survey is closed, so no more answers can be given. What you answered before is kept. "
        "Thank you."
    ),
    why.SurveyFull: mark(
        "As many people as we needed have answered this survey already, so we can take no more "
        "answers. Thank you for your readiness."
    ),
    why.AlreadyAnswered: mark(
        "We have your answers to this survey already. It is anonymous, so we cannot find and "
        "change them. Nothing more has to be done. Thank you."
    ),
    why.NotAsked: mark(
        "This survey is meant for other people, so we cannot take your answers to it. If this is a "
        "mistake, please call us."
    ),
    why.SurveyUnfinished: mark(
        "A question that needs an answer is still open. Please answer it first."
    ),
    why.PrivacyFixed: mark(
        "The first answers are in, so it can no longer be changed how names are kept in this "
        "survey."
    ),
    why.WaveUnknown: mark(
        "This survey is no longer there. To see what is open for you, press /ankiety."
    ),
    why.WaveRunning: mark(
        "This survey is open or closed already, so this cannot be changed any more."
    ),
    why.RegisterChanged: mark(
        "The register, or what the organisation says, has changed meanwhile, so nothing was taken "
        "over. Please look at the list once more."
    ),
    why.CodeUnknown: mark(
        "We do not know this code, or it was used already. Please look at your sheet once more."
    ),
    why.TooFewAnswers: mark(
        "Fewer than %(threshold)s people have answered so far. Results are shown from "
        "%(threshold)s answers on, so that nobody can be recognised by theirs."
    ),
    why.SurveyStillOpen: mark(
        "This survey is anonymous and still open. Its answers can be written to a file once it is "
        "closed, because two files would show who answered in between."
    ),
    why.NothingToReport: mark(
        "This survey has not begun yet, so there is nothing to report. Please come back once the "
        "first answers are in."
    ),
    why.ParquetNotThere: mark(
        "Files for Parquet need a library that is not installed. Please run "
        "pip install 'akademia[parquet]' and try again."
    ),
}


def values(t: Translator, refusal: Refusal, *, zone: str) -> dict[str, Any]:
    """Write the moments and limits that a refusal carries the way people read them."""
    if isinstance(refusal, why.SurveyNotOpen):
        return {"opens": until(refusal.opens_at, zone, t.locale)}
    if isinstance(refusal, why.NumberWrong):
        return {"limits": limits(t, refusal.minimum, refusal.maximum)}
    return {}


def limits(t: Translator, minimum: float | None, maximum: float | None) -> str:
    """Say the limits of a number, to stand behind the words “a number”; "" when it has none."""
    known = {"least": figure(t, minimum), "most": figure(t, maximum)}
    if minimum is not None and maximum is not None:
        return t(", from %(least)s to %(most)s", **known)
    if minimum is not None:
        return t(", %(least)s or more", **known)
    return t(", %(most)s at most", **known) if maximum is not None else ""


def figure(t: Translator, value: float | None) -> str:
    """Write a number with the reader's decimal sign: "12,5"."""
    if value is None:
        return ""
    written = format(Decimal(str(value)).normalize(), "f")
    return written.replace(".", ",") if t.locale == "pl" else written
