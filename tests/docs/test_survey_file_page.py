"""The page about a survey's file: its example is read, and no field is forgotten."""

import re
from datetime import date
from pathlib import Path

from programme import survey_length
from programme.importing import survey_question_fields, survey_wave_fields
from programme.importing.survey_file import read_survey
from programme.questions import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "survey-file.md"
ROOM = Path(survey_wave_fields.__file__).parent
READ = re.compile(
    r"\.(?:text|key|choice|number|numbers|decimal|yes_no|texts|time_of_day|wall_time|tables|part)"
    r'\(\s*"(\w+)"'
)


def test_example_on_the_page_is_in_order() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

    definition = read_survey(example.encode(), today=date(2026, 11, 23))

    assert [question.key for question in definition.form.questions] == ["useful", "why"]
    assert survey_length.minutes(definition.form) == 1


def test_page_has_every_field_that_is_read() -> None:
    files = sorted(ROOM.glob("survey_*_fields.py"))
    read = {name for file in files for name in READ.findall(file.read_text("utf-8"))}

    page = PAGE.read_text("utf-8")

    named = {name for row in page.split("\n") for name in re.findall(r"`\[*(\w+)\]*`", row)}
    wanted = {name for name in read if not name.endswith("_en")} - {"label", "question", "options"}
    assert len(files) == 3
    assert len(wanted) > 20
    assert wanted - named == set()
    assert set(KINDS) - named == set()
    assert set(survey_wave_fields.EVENT_KINDS) - named == set()
    assert set(survey_question_fields.KIND_FIELDS) - named <= {
        name for name in survey_question_fields.KIND_FIELDS if name.endswith("_en")
    } | {"low_label", "high_label"}
