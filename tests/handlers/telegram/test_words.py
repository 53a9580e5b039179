"""Every refusal has its sentence, in both languages, filled with the refusal's own data."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.telegram.words import SENTENCES, refused
from programme import (
    attendance_refusals,
    desk_refusals,
    document_refusals,
    event_refusals,
    fair_refusals,
    invitation_refusals,
    nomination_refusals,
    people_refusals,
    placeholder_refusals,
    poll_refusals,
    seat_refusals,
    staff_refusals,
    survey_page_refusals,
    survey_refusals,
)
from programme import refusals as why
from programme.refusals import Refusal
from texts.translator import load

ZONE = "Europe/Warsaw"
DATA: dict[type[Refusal], dict[str, Any]] = {
    why.DeadlinePassed: {"deadline": datetime(2027, 1, 8, 14, 0, tzinfo=UTC)},
    why.NotInAudience: {"audience": "ngo"},
    why.AlreadyRegistered: {"registration_id": 7, "state": "active"},
    why.AnswerTooLong: {"limit": 120},
    staff_refusals.StaffAlready: {"role": "viewer"},
    why.CodeWrong: {"tries_left": 4},
    why.TextTooLong: {"limit": 3500, "length": 4000},
    why.PollUnknown: {"poll_id": "<5>"},
    placeholder_refusals.PlaceholderUnknown: {
        "piece": "{{ <script> }}",
        "known": ("osoba", "miejscowość"),
    },
    placeholder_refusals.EventNotNamed: {"piece": "{data}"},
    invitation_refusals.LetterClosed: {"state": "confirmed"},
    invitation_refusals.LetterTooLong: {"too_many": 75},
    invitation_refusals.LetterFileTooLarge: {"limit": 5},
    invitation_refusals.SendingMomentPassed: {"moment": datetime(2027, 1, 8, 14, 0, tzinfo=UTC)},
    invitation_refusals.NobodyElse: {"people": 180, "limit": 100},
    fair_refusals.AlreadyExhibiting: {"exhibitor_id": 5, "state": "active"},
    fair_refusals.StandFixed: {"deadline": datetime(2027, 1, 8, 14, 0, tzinfo=UTC)},
    fair_refusals.StandNumberUnfit: {"most": 999},
    attendance_refusals.CodeOfAnotherSession: {
        "title": "Dobre <b>partnerstwa",
        "starts_at": datetime(2027, 1, 15, 8, 0, tzinfo=UTC),
        "ends_at": datetime(2027, 1, 15, 14, 0, tzinfo=UTC),
        "zone": ZONE,
    },
    attendance_refusals.TooEarly: {
        "title": "Dobre partnerstwa",
        "opens_at": datetime(2027, 1, 15, 7, 0, tzinfo=UTC),
        "zone": ZONE,
    },
    attendance_refusals.TooLate: {
        "title": "Dobre partnerstwa",
        "closed_at": datetime(2027, 1, 15, 14, 30, tzinfo=UTC),
        "zone": ZONE,
    },
    attendance_refusals.NotOnTheList: {"title": "Dobre partnerstwa"},
    attendance_refusals.StillInLine: {"title": "Dobre partnerstwa"},
    attendance_refusals.NotedAbsent: {"title": "Dobre partnerstwa"},
    people_refusals.AlreadyMerged: {"name": "Anna <b>"},
    people_refusals.SeatsAllTaken: {"capacity": 20},
    people_refusals.ExportNeedsEvent: {"known": ("one", "two")},
    why.SurveyUnknown: {"key": "<b>&", "known": ("one", "two")},
    seat_refusals.CapacityWrong: {"limit": 10_000},
    poll_refusals.PollClosed: {"closed_at": datetime(2027, 1, 8, 19, 0, tzinfo=UTC)},
    poll_refusals.ClosesTooSoon: {"closes_at": datetime(2027, 1, 8, 19, 0, tzinfo=UTC)},
    nomination_refusals.NamingOver: {"deadline": datetime(2027, 1, 8, 14, 0, tzinfo=UTC)},
    nomination_refusals.QuotaFull: {"seats": 2},
    nomination_refusals.AlreadyNamed: {"name": "Anna <b>"},
    nomination_refusals.NominationEnded: {"state": "withdrawn"},
    nomination_refusals.AnswersThemselves: {"name": "Anna <b>"},
    event_refusals.DayImpossible: {"words": "31 lutego <b>"},
    event_refusals.WeekdayWrong: {"day": date(2027, 2, 10)},
    event_refusals.EndBeforeStart: {"starts": "15:00", "ends": "9:00"},
    event_refusals.DaysTooMany: {"limit": 30},
    event_refusals.CertificateWrong: {"limit": 2},
    event_refusals.StandsWrong: {"limit": 10_000},
    desk_refusals.NobodyFound: {"words": "Nikt <Taki>"},
    desk_refusals.PersonListed: {"name": "Anna <b>"},
    document_refusals.FileTooBig: {"limit": 15},
    survey_page_refusals.PrintedCodesTooMany: {"limit": 2000},
    survey_refusals.NumberWrong: {"minimum": 0.5, "maximum": 12.0},
    survey_refusals.ChosenTooFew: {"at_least": 2},
    survey_refusals.ChosenTooMany: {"at_most": 3},
    survey_refusals.LettersTooFew: {"at_least": 2},
    survey_refusals.MonthDayWrong: {"last": 31},
    survey_refusals.SurveyNotOpen: {"opens_at": datetime(2027, 1, 8, 14, 0, tzinfo=UTC)},
    survey_refusals.SurveyUnfinished: {"question_key": "zna"},
    survey_refusals.TooFewAnswers: {"threshold": 5},
    document_refusals.DocumentInOrder: {"title": "Karta & druk"},
    document_refusals.DocumentChecked: {"title": "Karta & druk", "outcome": "accepted"},
}


def _kinds(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)


KINDS = sorted(_kinds(), key=lambda kind: kind.__name__)


def _refusal(kind: type[Refusal]) -> Refusal:
    return kind(**DATA.get(kind, {}))


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    assert set(KINDS) - set(SENTENCES) == set()


def test_no_two_refusals_say_the_same() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["pl", "en"])
def test_refused_says_one_finished_sentence(kind: type[Refusal], locale: str) -> None:
    words = refused(load(locale), _refusal(kind), zone=ZONE)

    assert (words[-1], "%(" in words, "<" in words) == (".", False, False)


@pytest.mark.parametrize("kind", KINDS)
def test_refused_speaks_polish(kind: type[Refusal]) -> None:
    refusal = _refusal(kind)

    words = refused(load("pl"), refusal, zone=ZONE)

    assert words != refused(load("en"), refusal, zone=ZONE)


def test_refused_names_the_deadline_in_the_wall_time_of_the_zone() -> None:
    refusal = _refusal(why.DeadlinePassed)

    words = refused(load("pl"), refusal, zone=ZONE).replace("\u00a0", " ")

    assert words == (
        "Zapisy na to wydarzenie już się zakończyły (termin: piątek, 8 stycznia 2027, "
        "godz. 15:00). Jeśli mimo to chcą Państwo przyjść, prosimy o kontakt."
    )


def test_refused_shows_foreign_words_as_text() -> None:
    words = refused(load("en"), _refusal(why.SurveyUnknown), zone=ZONE)

    assert words == "There are no answers called “&lt;b&gt;&amp;”."


def test_refused_says_the_sentence_of_the_nearest_known_kind() -> None:
    class AnswerOdd(why.AnswerRefused):
        """An answer refused for a new reason."""

    words = refused(load("en"), AnswerOdd(), zone=ZONE)

    assert words == SENTENCES[why.AnswerRefused]
