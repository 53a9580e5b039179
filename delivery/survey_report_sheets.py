"""Set the report of a survey as a PDF: how it was asked, what came of it, and what it can tell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from delivery import report_pieces as piece
from delivery import survey_question_words, typeset
from delivery.question_kinds import QUESTION_KINDS
from delivery.report_comparison import comparison
from delivery.report_essentials import changed
from delivery.report_pieces import Piece
from delivery.survey_question_words import hidden
from delivery.survey_result_words import CODES
from delivery.wave_words import measurement, measurement_in_full
from programme import survey_reports
from programme.forms import Form
from programme.questions import WITH_WORDS, Question
from programme.survey_counting import choices
from programme.survey_reports import SurveyReport, WaveReport
from texts.dates import date_line, local_day
from texts.translator import Translator, mark

_PRIVACY: Mapping[str, str] = {
    "named": mark("Answers are kept with the names of those who gave them; here are only counts."),
    "pseudonymous": mark("Answers are kept under a mark instead of a name."),
    "anonymous": mark(
        "The survey is anonymous: neither a name nor an address nor the time is kept with an "
        "answer."
    ),
}
MOST_WORDS = 40
# Only read, so that no variable comes of it.
NOT_ASKED = "info"
_NO_TAG = ""


def survey_pdf(
    programme: Mapping[str, str], found: SurveyReport, t: Translator, *, now: datetime, zone: str
) -> bytes:
    """Set the report of one survey."""
    return typeset.pdf("report", survey_facts(programme, found, t, now=now, zone=zone))


def survey_facts(
    programme: Mapping[str, str], found: SurveyReport, t: Translator, *, now: datetime, zone: str
) -> dict[str, Any]:
    """Write all that stands in the report of one survey, ready to be set."""
    pieces = [piece.heading(t("How people were asked")), *asked(t, found, zone)]
    pieces += changed(t, found)
    for one in found.waves:
        # The first follows the short table, so that no page is nearly empty.
        is_first = one is found.waves[0]
        pieces.append(piece.heading(wave_name(t, found, one, zone), fresh=not is_first))
        pieces += _wave(t, found, one)
    if found.comparison is not None:
        pieces.append(piece.heading(t("What changed since the first time"), fresh=True))
        pieces += compared(t, found, zone)
    pieces += [piece.heading(t("How to read these figures"), fresh=True), *method(t, [found])]
    pieces += [piece.heading(t("The questions")), _questions(t, found.form)]
    return frame(
        programme,
        title=found.title,
        kicker=t("Report of a survey"),
        pieces=pieces,
        t=t,
        day=now,
        zone=zone,
    )


def frame(
    programme: Mapping[str, str],
    *,
    title: str,
    kicker: str,
    pieces: list[Piece],
    t: Translator,
    day: datetime,
    zone: str,
) -> dict[str, Any]:
    """Put the pieces of a report under its title."""
    above = " · ".join(each for each in (kicker, programme["title"]) if each)
    made = t("As of %(day)s.", day=date_line(local_day(day, zone), t.locale))
    by = f"{programme['organiser']}. " if programme["organiser"] else ""
    return {
        "lang": t.locale,
        "programme": dict(programme),
        "title": title,
        "kicker": above,
        "made": f"{by}{made}",
        "pieces": pieces,
    }


def asked(t: Translator, found: SurveyReport, zone: str) -> list[Piece]:
    """Say when, how and how many were asked, and how many answered."""
    rows = [
        [
            wave_name(t, found, one, zone),
            _dates(t, one, zone),
            t("public link") if one.results.asked is None else str(one.results.asked),
            str(one.results.responses),
            str(one.results.complete),
        ]
        for one in found.waves
    ]
    columns = [t("Round"), t("Open"), t("People asked"), t("Answers"), t("To the end")]
    questions = t.plural(
        "%(n)s question was asked.",
        "%(n)s questions were asked.",
        survey_reports.asked_in(found.form),
    )
    return [
        piece.text(f"{questions} {t(_PRIVACY[found.survey.privacy])}"),
        piece.table(columns, rows, widths=[1.6, 1.6, 0, 0, 0], figures_from=2),
    ]


def wave_name(t: Translator, found: SurveyReport, one: WaveReport, zone: str) -> str:
    """Name a wave by its event or what it measures, else by its place in order and first day."""
    if one.event:
        return one.event
    if called := measurement_in_full(t, one.wave.key):
        return called[0].upper() + called[1:]
    day = date_line(local_day(one.wave.opens_at, zone), t.locale)
    if len(found.waves) == 1:
        return day
    return t("Round %(number)s, %(day)s", number=found.waves.index(one) + 1, day=day)


def _dates(t: Translator, one: WaveReport, zone: str) -> str:
    opens = date_line(local_day(one.wave.opens_at, zone), t.locale)
    if one.wave.closed_at is None:
        return t("since %(day)s, still open", day=opens)
    closed = date_line(local_day(one.wave.closed_at, zone), t.locale)
    return opens if opens == closed else f"{opens} – {closed}"


def _wave(t: Translator, found: SurveyReport, one: WaveReport) -> list[Piece]:
    if not any(result.n for result in one.results.questions):
        return [piece.text(hidden(t) if one.results.responses else t("Nobody has answered yet."))]
    pieces = [piece.text(live(t))] if one.results.is_live else []
    return [*pieces, *questions(t, found.form, one), *_words(t, one)]


def live(t: Translator) -> str:
    """Say why the figures of an open anonymous survey are behind."""
    return t(
        "The survey is still open. So that nobody can see what came last, the figures are a few "
        "answers behind."
    )


def questions(t: Translator, form: Form, one: WaveReport) -> list[Piece]:
    """Go through the questions of a wave, with a chart and a sentence each."""
    pieces: list[Piece] = []
    shown = survey_reports.blocks(one.results)
    for number, (key, results) in enumerate(shown, start=1):
        matrix = form.question(key) if key else None
        title = matrix.label if matrix else results[0].question.label
        numbered = t("Question %(number)s of %(total)s", number=number, total=len(shown))
        pieces += survey_question_words.pieces(t, results, title=title, numbered=numbered)
    return pieces


def _words(t: Translator, one: WaveReport) -> list[Piece]:
    """List what people wrote, by what staff say it is about."""
    pieces: list[Piece] = []
    for result in one.results.questions:
        if result.question.kind not in WITH_WORDS:
            continue
        by_tag: dict[str, list[str]] = {}
        for words in one.words:
            if words.question_key == result.question.key:
                for tag in words.tags or (_NO_TAG,):
                    by_tag.setdefault(tag, []).append(words.text)
        if by_tag:
            title = t("What people wrote: %(question)s", question=result.question.label)
            pieces.append(piece.heading(title, 2))
        for tag in sorted(by_tag, key=lambda each: (each == _NO_TAG, each.casefold())):
            other = t("About other things") if len(by_tag) > 1 else ""
            pieces += _tagged(t, tag or other, by_tag[tag])
    return pieces


def _tagged(t: Translator, tag: str, texts: list[str]) -> list[Piece]:
    pieces = [piece.heading(tag, 3)] if tag else []
    pieces.append(piece.items(texts[:MOST_WORDS]))
    more = len(texts) - MOST_WORDS
    if more > 0:
        pieces.append(
            piece.small(
                t.plural(
                    "%(n)s more answer is in the file with all answers.",
                    "%(n)s more answers are in the file with all answers.",
                    more,
                )
            )
        )
    return pieces


def compared(t: Translator, found: SurveyReport, zone: str) -> list[Piece]:
    """Show the last wave against the first; nothing where there is one."""
    if found.comparison is None:
        return []
    # Short, because they stand above the ends of thin lines.
    names = {
        one.wave.key: measurement(t, one.wave.key)
        or f"{local_day(one.wave.opens_at, zone):%d.%m.%Y}"
        for one in found.waves
    }
    before, after = found.comparison.before_key, found.comparison.after_key
    return comparison(t, found.comparison, found.form, before=names[before], after=names[after])


def method(t: Translator, found: list[SurveyReport]) -> list[Piece]:
    """Say in plain words how the figures came about, and what they cannot tell."""
    fewest = max(one.survey.threshold for one in found)
    lines = [
        t(
            "Answering was voluntary. The figures tell what those people think who answered; they "
            "cannot simply be taken for the opinion of everybody in the municipality."
        ),
        t(
            "Shares are of the people who answered the question. Who chose “hard to say” or did "
            "not want to answer is counted apart and is in no share and no mean."
        ),
        t(
            "“Between … and …” says how far chance alone may move a figure: if people were drawn "
            "at random again and again, the true figure would be within such limits 95 times of "
            "100."
        ),
        t("The median is the answer in the middle: half of the people answered less, half more."),
    ]
    if any(one.survey.is_anonymous for one in found):
        lines.append(
            t(
                "In an anonymous survey nothing is shown about fewer than %(n)s people, so that "
                "nobody can be recognised.",
                n=fewest,
            )
        )
    if any(one.comparison for one in found):
        lines += [
            t(
                "Who wanted to made a sign of things that only they know, and made it again the "
                "second time. So answers of one person could be put together although nobody "
                "knows who it is."
            ),
            t(
                "Pairs are compared by Wilcoxon's signed-rank test and McNemar's test, different "
                "people by the Mann–Whitney test and the chi-square test. A difference is called "
                "clear when chance alone would bring it less often than 5 times of 100."
            ),
            t(
                "A difference between two rounds does not show what caused it. Other things "
                "happened in the same time too."
            ),
        ]
    return [piece.items(lines)]


def _questions(t: Translator, form: Form) -> Piece:
    """List the questions with their keys, as a short codebook."""
    rows = [
        [one.key, one.label, t(QUESTION_KINDS[one.kind]), _answers(t, one)]
        for one in form.questions
        if one.kind != NOT_ASKED
    ]
    return piece.table(
        [t("Key"), t("Question"), t("Kind"), t("Possible answers")],
        rows,
        widths=[0.8, 1.6, 0.7, 1.6],
        figures_from=4,
    )


def _answers(t: Translator, one: Question) -> str:
    said = [option.label for option in choices(one)]
    if one.rows:
        said = [f"{one.low}–{one.high}: {'; '.join(row.label for row in one.rows)}"]
    return "; ".join([*said, *(t(CODES[code]) for code in one.missing)])
