"""Set the evaluation report of the whole programme as a PDF.

The essentials first, then figures, what residents said before and after, what participants said
of each event, how it was all measured and what it cannot tell, and last a page for each
organisation.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from delivery import report_pieces as piece
from delivery import typeset
from delivery.list_words import Words
from delivery.report_essentials import essentials, is_answered, unanswered
from delivery.report_pieces import Piece
from delivery.survey_report_sheets import (
    asked,
    compared,
    frame,
    live,
    method,
    questions,
    wave_name,
)
from delivery.survey_result_words import number
from programme.indicators import COLUMNS, Figures
from programme.survey_reports import (
    OrganisationReport,
    ProgrammeReport,
    SurveyReport,
    WaveReport,
)
from texts.translator import Translator

_SCALES_IN_A_TABLE = 5


def programme_pdf(found: ProgrammeReport, t: Translator, *, now: datetime, zone: str) -> bytes:
    """Set the evaluation report."""
    return typeset.pdf("report", programme_facts(found, t, now=now, zone=zone))


def programme_facts(
    found: ProgrammeReport, t: Translator, *, now: datetime, zone: str
) -> dict[str, Any]:
    """Write all that stands in the evaluation report, ready to be set."""
    answered = [one for one in found.surveys if is_answered(one)]
    pieces = [piece.heading(t("The essentials")), *essentials(t, found)]
    pieces += [piece.heading(t("The programme in figures")), *_figures(t, found)]
    # What was compared comes first: it is what the programme is judged by.
    by_weight = sorted(answered, key=lambda each: each.comparison is None)
    for place, one in enumerate(each for each in by_weight if not each.is_about_events):
        # The first follows the figures, so that no page is nearly empty.
        pieces += [piece.heading(one.title, fresh=place > 0), *_survey(t, one, zone)]
    evaluations = [one for one in answered if one.is_about_events]
    if evaluations:
        pieces.append(piece.heading(t("What participants said of the events"), fresh=True))
        for one in evaluations:
            pieces += _evaluation(t, one, zone)
    pieces += _took_part(t, found)
    pieces.append(piece.heading(t("How it was measured, and what it cannot tell")))
    pieces += _limits(t, found)
    pieces += unanswered(t, [one for one in found.surveys if one not in answered], zone)
    pieces += _organisations(t, found)
    return frame(
        found.programme,
        title=t("Evaluation report of the programme"),
        kicker="",
        pieces=pieces,
        t=t,
        day=now,
        zone=zone,
    )


def _figures(t: Translator, found: ProgrammeReport) -> list[Piece]:
    words, total = Words(t), found.figures.total
    rows = [
        [words(f"figure_{name}"), _figure(t, getattr(total, name))]
        for name in COLUMNS
        if name not in ("event", "first_day")
    ]
    pieces = [
        piece.text(t("Everybody is counted once here, however many events they came to.")),
        piece.table([t("Figure"), t("Together")], rows),
    ]
    if found.figures.events:
        shown = (
            "event",
            "first_day",
            "seats_held",
            "people",
            "ngos",
            "person_hours",
            "certificates",
        )
        pieces += [
            piece.heading(t("Event by event"), 2),
            piece.table(
                [words(f"figure_{name}") for name in shown],
                [_row(t, one, shown) for one in found.figures.events],
                widths=[2.9, 1.1, 1.15, 1, 0.9, 1.5, 1.5],
                figures_from=2,
            ),
        ]
    return pieces


def _row(t: Translator, one: Figures, names: Sequence[str]) -> list[str]:
    return [_figure(t, getattr(one, name)) for name in names]


def _figure(t: Translator, value: str | float) -> str:
    return value if isinstance(value, str) else number(float(value), t.locale, 2)


def _survey(t: Translator, one: SurveyReport, zone: str) -> list[Piece]:
    """Show two waves compared; where there is one, its questions."""
    pieces = asked(t, one, zone)
    if one.comparison is not None:
        heading = piece.heading(t("What changed since the first time"), 2)
        return [*pieces, heading, *compared(t, one, zone)]
    last = one.waves[-1]
    if last.results.is_live:
        pieces.append(piece.text(live(t)))
    return [*pieces, *questions(t, one.form, last)]


def _evaluation(t: Translator, one: SurveyReport, zone: str) -> list[Piece]:
    """Put the means of all events beside each other, a few questions at a time."""
    keys = [
        result.question.key
        for result in one.waves[-1].results.questions
        if result.question.kind == "scale"
    ]
    pieces = [piece.heading(one.title, 2), *asked(t, one, zone)]
    if keys:
        pieces.append(
            piece.text(
                t(
                    "Below are the means, on the scale that stands beside each question, and in "
                    "brackets how many people answered."
                )
            )
        )
    for at in range(0, len(keys), _SCALES_IN_A_TABLE):
        some = keys[at : at + _SCALES_IN_A_TABLE]
        pieces.append(
            piece.table(
                [t("Event"), *(_heading(one, key) for key in some)],
                [
                    [wave_name(t, one, wave, zone), *(_mean(t, wave, key) for key in some)]
                    for wave in one.waves
                    if wave.results.responses
                ],
                widths=[1.6, *([1.0] * len(some))],
            )
        )
    return pieces


def _heading(one: SurveyReport, key: str) -> str:
    question = next(
        each.question for each in one.waves[-1].results.questions if each.question.key == key
    )
    return f"{question.label} ({question.low}–{question.high})"


def _mean(t: Translator, wave: WaveReport, key: str) -> str:
    result = wave.results.question(key)
    if result is None or result.is_hidden:
        return t("too few")
    if result.figures is None:
        return "–"
    return f"{number(result.figures.mean, t.locale, 2)} ({result.n})"


def _organisations(t: Translator, found: ProgrammeReport) -> list[Piece]:
    """Give each organisation a page of its own, to be handed to it."""
    pieces = []
    for one in found.organisations:
        pieces += [
            piece.heading(one.name, fresh=True),
            piece.small(t("A page for the organisation")),
            *_organisation(t, one, found),
        ]
    return pieces


def _took_part(t: Translator, found: ProgrammeReport) -> list[Piece]:
    """List all organisations in one table, and those that came to nothing."""
    pieces = []
    if found.organisations:
        columns = [
            t("Organisation"),
            t("Events it came to"),
            t("Seats"),
            t("People who came"),
            t("Hours spent there"),
            t("Certificates"),
        ]
        rows = [
            [
                one.name,
                str(sum(part.present > 0 for part in one.parts)),
                str(sum(part.seats for part in one.parts)),
                str(sum(part.present for part in one.parts)),
                number(sum(part.minutes for part in one.parts) / 60, t.locale, 2),
                str(sum(part.certificates for part in one.parts)),
            ]
            for one in found.organisations
        ]
        pieces += [
            piece.heading(t("Organisations in the programme")),
            piece.table(columns, rows, widths=[2.4, 1, 0.8, 1, 1, 1.2]),
        ]
    if found.absent:
        pieces += [
            piece.heading(t("Organisations that took part in no event"), 2),
            piece.text("; ".join(found.absent) + "."),
        ]
    return pieces


def _organisation(t: Translator, one: OrganisationReport, found: ProgrammeReport) -> list[Piece]:
    seats, present = (
        sum(getattr(part, name) for part in one.parts) for name in ("seats", "present")
    )
    papers = sum(part.certificates for part in one.parts)
    hours = sum(part.minutes for part in one.parts) / 60
    came = sum(part.present > 0 for part in one.parts)
    said = [
        t.plural("It had seats at %(n)s event.", "It had seats at %(n)s events.", len(one.parts)),
        t.plural("Its people came to %(n)s.", "Its people came to %(n)s.", came),
    ]
    rows = [_part(t, event.title, event.id, one) for event in found.held]
    together = [
        t("Together"),
        str(seats),
        str(present),
        number(hours, t.locale, 2),
        str(papers),
    ]
    columns = [
        t("Event"),
        t("Seats"),
        t("People who came"),
        t("Hours spent there"),
        t("Certificates"),
    ]
    return [
        piece.text(" ".join(said)),
        piece.table(columns, [*rows, together], widths=[2.6, 1, 1, 1, 1]),
        piece.small(
            t(
                "Seats and presence are counted event by event, so somebody who came to two events "
                "is counted twice. What its people answered in surveys is not shown by "
                "organisation."
            )
        ),
    ]


def _part(t: Translator, title: str, event_id: int, one: OrganisationReport) -> list[str]:
    part = next((each for each in one.parts if each.event_id == event_id), None)
    if part is None:
        return [title, "–", "–", "–", "–"]
    return [
        title,
        str(part.seats),
        str(part.present),
        number(part.minutes / 60, t.locale, 2),
        str(part.certificates),
    ]


def _limits(t: Translator, found: ProgrammeReport) -> list[Piece]:
    lines = [
        t(
            "Who came was noted at the session: by a code, by staff, or on the signed list. Hours "
            "are those of the sessions at which somebody was."
        ),
        t("A certificate that was revoked is not counted."),
        t(
            "This report has no names of people, and no answers that could be put down to a "
            "person or an organisation."
        ),
    ]
    if not found.surveys:
        return [piece.items(lines)]
    return [*method(t, list(found.surveys)), piece.items(lines)]
