"""The first page of the evaluation report: what came of the programme, in a few plain lines."""

from collections.abc import Sequence

from delivery import report_pieces as piece
from delivery.report_comparison import changes
from delivery.report_pieces import Piece
from delivery.survey_result_words import tested_questions
from programme.survey_reports import ProgrammeReport, SurveyReport
from texts.dates import date_line, local_day
from texts.translator import Translator

MOST_CHANGES = 6


def essentials(t: Translator, found: ProgrammeReport) -> list[Piece]:
    """Say who came, how many answered, and what is clearly different after the programme."""
    total = found.figures.total
    lines = [
        t(
            "People who came to the events: %(people)s (from NGOs: %(ngo_people)s, from the "
            "office: %(clerks)s).",
            people=total.people,
            ngo_people=total.ngo_people,
            clerks=total.clerks,
        ),
        t("NGOs that they came from: %(ngos)s.", ngos=total.ngos),
        t("Certificates given out: %(certificates)s.", certificates=total.certificates),
    ]
    answered = [one for one in found.surveys if is_answered(one)]
    if answered:
        responses = sum(wave.results.responses for one in answered for wave in one.waves)
        lines.append(t("Filled-in surveys: %(responses)s.", responses=responses))
    return [
        piece.items(lines),
        *(each for one in answered if one.comparison for each in changed(t, one)),
    ]


def changed(t: Translator, one: SurveyReport) -> list[Piece]:
    """List what is clearly different the last time; nothing where there is one time."""
    if one.comparison is None:
        return []
    clear = changes(t, one.comparison, one.form)
    tested = tested_questions(one.comparison.questions)
    said = t(
        "In the survey “%(title)s” we compared %(tested)s questions before and after. Clearly "
        "different answers, as chance alone seldom brings them: %(clear)s.",
        title=one.title,
        tested=tested,
        clear=len(clear),
    )
    rows = [list(change) for change in clear[:MOST_CHANGES]]
    pieces = [piece.heading(t("What changed"), 2), piece.text(said)]
    if rows:
        columns = [t("Question"), t("Before"), t("After")]
        pieces.append(piece.table(columns, rows))
    if len(clear) > MOST_CHANGES:
        pieces.append(piece.small(t("The other changes stand further on, question by question.")))
    reason = t("A difference between two rounds does not show what caused it.")
    return [*pieces, piece.small(reason)]


def is_answered(one: SurveyReport) -> bool:
    """Tell whether anybody has answered the survey."""
    return any(wave.results.responses for wave in one.waves)


def unanswered(t: Translator, found: Sequence[SurveyReport], zone: str) -> list[Piece]:
    """List the surveys without any answer with the day that they opened."""
    if not found:
        return []
    lines = []
    for one in found:
        day = date_line(local_day(one.waves[-1].wave.opens_at, zone), t.locale)
        lines.append(t("%(title)s (opened: %(day)s)", title=one.title, day=day))
    return [piece.heading(t("Surveys that nobody has answered"), 2), piece.items(lines)]
