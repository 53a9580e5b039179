"""The surveys that come with the program: whole in both languages, short, in plain words."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from programme import forms, survey_length
from programme.importing.survey_definition import SurveyDefinition
from programme.importing.survey_file import read_survey

SURVEYS = Path(__file__).parents[2] / "bot" / "sample" / "surveys"
KEYS = (
    "dzialalnosc-organizacji",
    "mieszkancy-konsultacje",
    "mieszkancy-ngo",
    "ocena-programu",
    "po-szkoleniu",
)
# What one reads at a glance on a phone.
LONGEST_LABEL, LONGEST_OPTION, MOST_MINUTES = 100, 60, 10


def read(key: str) -> SurveyDefinition:
    return read_survey((SURVEYS / f"{key}.toml").read_bytes(), today=date(2026, 11, 23))


def test_ready_surveys_are_all_here() -> None:
    assert tuple(sorted(file.stem for file in SURVEYS.iterdir())) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_ready_survey_is_short_and_has_both_languages(key: str) -> None:
    definition = read(key)

    form = definition.form
    words = list(_words(definition))
    missing = [polish for polish, english in words if polish and not english]
    # Names of places and spans of years are the same in both.
    assert [each for each in missing if not _is_name(each)] == []
    assert (definition.key, survey_length.minutes(form) <= MOST_MINUTES) == (key, True)
    assert max(len(one.label) for one in form.questions) <= LONGEST_LABEL
    assert max(len(option) for option in _options(definition)) <= LONGEST_OPTION
    assert len(forms.flat(form).questions) <= 20


def test_ready_surveys_keep_names_only_where_organisations_answer() -> None:
    assert {key: read(key).privacy for key in KEYS} == {
        "dzialalnosc-organizacji": "named",
        "mieszkancy-konsultacje": "anonymous",
        "mieszkancy-ngo": "anonymous",
        "ocena-programu": "anonymous",
        "po-szkoleniu": "anonymous",
    }


def test_residents_are_asked_twice_the_same_and_linked() -> None:
    definition = read("mieszkancy-ngo")

    assert definition.form.linked
    assert [(wave.key, wave.audience) for wave in definition.waves] == [
        ("baseline", "public"),
        ("endline", "public"),
    ]


def _words(definition: SurveyDefinition) -> Iterator[tuple[str, str]]:
    form = definition.form
    for name in ("title", "intro", "thanks"):
        yield getattr(form, name), getattr(form, f"{name}_en")
    for question in form.questions:
        for name in ("label", "hint", "low_label", "high_label", "unit"):
            yield getattr(question, name), getattr(question, f"{name}_en")
        for option in (*question.options, *question.rows):
            yield option.label, option.label_en


def _options(definition: SurveyDefinition) -> Iterator[str]:
    for question in definition.form.questions:
        for option in (*question.options, *question.rows):
            yield option.label
            yield option.label_en


def _is_name(words: str) -> bool:
    return words.istitle() or words.replace("–", "").isdigit()
