"""Read when a survey is held: by itself after events, and in waves."""

from datetime import date, datetime, time
from typing import Any

from programme.importing import problems as faults
from programme.importing import survey_problems as wrong
from programme.importing.survey_definition import (
    EVERYONE,
    ORGANISATIONS,
    PARTICIPANTS,
    PUBLIC,
    WaveDefinition,
)
from programme.importing.survey_question_fields import note_repeated
from programme.importing.toml_table import TomlTable
from programme.questions import Question

AFTER = ("event", "session")
EVENT_KINDS = ("training", "meeting", "fair")
WAVE_KEY_LIMIT = 40
MOST_DAYS = 365
MOST_REMINDER_DAYS = 180
MOST_RESPONSES = 1_000_000
MOST_CODES = 5000
MOST_AFTER_DAYS = 60
USUAL_OPEN_DAYS = 14
# A day alone means the morning on which a wave opens, and the last minute when it closes.
MORNING = time(9)
_NO_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 -- stands for a wall time that was refused


def read_schedule(file: TomlTable) -> dict[str, Any]:
    """Read after what the survey is held by itself, as the survey keeps it; {} for never."""
    if not file.has("schedule"):
        return {}
    table = file.table("schedule")
    open_days = table.number("open_days", 1, MOST_DAYS) or USUAL_OPEN_DAYS
    at = table.time_of_day("at", required=False) or time(10)
    reminder_days = sorted(set(table.numbers("reminder_days", 1, MOST_REMINDER_DAYS)))
    days = table.number("days", 0, MOST_AFTER_DAYS)
    schedule = {
        "after": table.choice("after", AFTER),
        "kinds": _kinds(table),
        "days": 1 if days is None else days,
        "at": f"{at:%H:%M}",
        "open_days": open_days,
        "reminder_days": reminder_days,
    }
    for day in reminder_days:
        if day >= open_days:
            table.problems.append(wrong.ReminderTooLate(table.place, "reminder_days", day))
    table.finish()
    return schedule


def _kinds(table: TomlTable) -> list[str]:
    if not table.has("kinds"):
        return ["training"]
    found = table.texts("kinds")
    for each in found:
        if each not in EVENT_KINDS:
            table.problems.append(faults.BadChoice(table.place, "kinds", each, EVENT_KINDS))
    return list(dict.fromkeys(found))


def read_waves(
    file: TomlTable, questions: tuple[Question, ...], today: date
) -> tuple[WaveDefinition, ...]:
    """Read the waves, none when there are none."""
    tables = file.tables("waves", "wave", required=False)
    waves = tuple(_wave(table, questions, today) for table in tables)
    note_repeated(tables, [wave.key for wave in waves])
    return waves


def _wave(table: TomlTable, questions: tuple[Question, ...], today: date) -> WaveDefinition:
    opens = table.wall_time("opens", today=today, alone=MORNING, required=True)
    closes = table.wall_time("closes", today=today)
    wave = WaveDefinition(
        key=table.key(limit=WAVE_KEY_LIMIT),
        opens=opens or _NO_MOMENT,
        closes=closes,
        audience=_audience(table),
        reminder_days=tuple(sorted(set(table.numbers("reminder_days", 1, MOST_REMINDER_DAYS)))),
        most_responses=table.number("most_responses", 1, MOST_RESPONSES),
        quotas=_quotas(table, questions),
        codes=table.number("codes", 0, MOST_CODES) or 0,
    )
    if opens and closes and closes <= opens:
        shown = (f"{opens:%Y-%m-%d %H:%M}", f"{closes:%Y-%m-%d %H:%M}")
        table.problems.append(wrong.ClosesBeforeOpening(table.place, "closes", *shown))
    elif opens and closes:
        span = (closes - opens).days
        for day in wave.reminder_days:
            if day > span:
                table.problems.append(wrong.ReminderTooLate(table.place, "reminder_days", day))
    table.finish()
    return wave


def _audience(table: TomlTable) -> str:
    word = table.text("audience", limit=len(PARTICIPANTS) + 60)
    is_known = word in (PUBLIC, EVERYONE, ORGANISATIONS)
    is_event = word.startswith(PARTICIPANTS) and word != PARTICIPANTS
    if word and not is_known and not is_event:
        table.problems.append(wrong.AudienceUnknown(table.place, "audience", word))
    return word


def _quotas(table: TomlTable, questions: tuple[Question, ...]) -> dict[str, dict[str, int]]:
    if not table.has("quotas"):
        return {}
    choices = {one.key: one for one in questions if one.kind in ("choice", "yes_no")}
    quotas = table.part("quotas")
    found: dict[str, dict[str, int]] = {}
    for key in quotas.fields():
        of_question = quotas.part(key)
        if key not in choices:
            table.problems.append(wrong.QuotaNowhere(quotas.place, key, key))
            continue
        known = {option.key for option in choices[key].options}
        for option in of_question.fields():
            count = of_question.number(option, 1, MOST_RESPONSES)
            if option not in known:
                problem = wrong.QuotaNowhere(of_question.place, option, option)
                table.problems.append(problem)
            elif count is not None:
                found.setdefault(key, {})[option] = count
    return found
