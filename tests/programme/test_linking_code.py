import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import linking_code
from programme.linking_code import PARTS, check, following, make, part
from programme.refusals import AnswerEmpty, AnswerRefused, QuestionPassed
from programme.survey_refusals import LettersTooFew, MonthDayWrong
from storage.surveys import Survey
from tests.storage.rows import NOW
from texts import linking_words
from texts.translator import load

SAID = {"mother": "Łucja", "father": "Jan", "birth_day": "7", "birth_place": "Giżycko"}


def survey(secret: str = "ab" * 32) -> Survey:
    return Survey(1, "residents", "survey", 1, None, "", NOW, privacy="anonymous", secret=secret)


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("mother", "Łucja", "lu"),
        ("mother", " ł u ", "lu"),
        ("mother", "LU", "lu"),
        ("mother", "Żaneta", "za"),
        ("mother", "z\u0307aneta", "za"),
        ("mother", "Śp. Anna", "sp"),
        ("father", "-", "-"),
        ("father", " — ", "-"),
        ("birth_day", "7", "07"),
        ("birth_day", "07.", "07"),
        ("birth_day", "7 maja", "07"),
        ("birth_day", "31", "31"),
        ("birth_place", "Wilkasy k. Giżycka", "wi"),
        ("birth_place", "św. Lipka", "sw"),
    ],
)
def test_part_is_the_same_however_it_is_typed(key: str, typed: str, kept: str) -> None:
    assert check(part(key), typed) == kept
    assert check(part(key), kept) == kept


@pytest.mark.parametrize(
    ("key", "typed", "refusal"),
    [
        ("mother", "", AnswerEmpty),
        ("mother", " \n", AnswerEmpty),
        ("mother", "A", LettersTooFew),
        ("mother", "12", LettersTooFew),
        ("birth_day", "0", MonthDayWrong),
        ("birth_day", "32", MonthDayWrong),
        ("birth_day", "-", MonthDayWrong),
        ("birth_day", "siódmy", MonthDayWrong),
        ("birth_day", "1953", MonthDayWrong),
        ("birth_day", "٧", MonthDayWrong),
    ],
)
def test_part_that_does_not_fit_is_refused(
    key: str, typed: str, refusal: type[AnswerRefused]
) -> None:
    with pytest.raises(refusal):
        check(part(key), typed)


def test_code_is_the_same_nine_months_later_and_another_in_each_survey() -> None:
    again = {"mother": "lucja", "father": "JAN", "birth_day": "07", "birth_place": "gizycko"}

    assert make(survey(), SAID) == make(survey(), again)
    assert len(make(survey(), SAID)) == 32
    assert make(survey("cd" * 32), SAID) != make(survey(), SAID)


def test_every_part_counts() -> None:
    others = {"mother": "Ewa", "father": "-", "birth_day": "8", "birth_place": "Ruda"}
    codes = {make(survey(), SAID | {key: other}) for key, other in others.items()}

    assert len(codes | {make(survey(), SAID)}) == len(PARTS) + 1
    # The same letters elsewhere are not the same code.
    assert make(survey(), SAID | {"mother": "Jan", "father": "Łucja"}) != make(survey(), SAID)


def test_parts_are_asked_one_after_the_other() -> None:
    said: dict[str, str] = {}
    asked = []
    while (one := following(said)) is not None:
        asked.append(one.key)
        said[one.key] = check(one, SAID[one.key])

    assert asked == [one.key for one in PARTS]
    assert make(survey(), said) == make(survey(), SAID)
    with pytest.raises(AnswerEmpty):
        make(survey(), {key: words for key, words in SAID.items() if key != "father"})
    with pytest.raises(QuestionPassed):
        part("shoe_size")


@given(typed=st.text(max_size=12))
def test_whatever_is_typed_is_taken_or_refused(typed: str) -> None:
    for one in PARTS:
        try:
            kept = check(one, typed)
        except AnswerRefused:
            continue
        assert check(one, kept) == kept


@given(typed=st.text("aąbcćdeęfłnńoósśzźż -0123456789", min_size=3, max_size=12))
def test_capitals_and_spaces_do_not_matter(typed: str) -> None:
    for one in PARTS:
        try:
            kept = check(one, typed)
        except AnswerRefused:
            continue
        assert check(one, f"  {typed.upper()} ") == kept


@pytest.mark.parametrize("locale", ["pl", "en"])
def test_each_part_has_its_words(locale: str) -> None:
    t = load(locale)
    keys = [one.key for one in PARTS]

    assert [list(words) for words in (linking_words.LABELS, linking_words.HINTS)] == [keys] * 2
    said = [t(linking_words.LABELS[key]) + t(linking_words.HINTS[key]) for key in keys]
    assert len({*said, t(linking_words.INTRO)}) == len(keys) + 1
    if locale == "pl":
        assert not any("first" in words or "Please" in words for words in said)


def test_code_is_kept_only_as_a_hash() -> None:
    assert linking_code.make(survey(), SAID).isalnum()
    assert not any(check(part(key), words) == make(survey(), SAID) for key, words in SAID.items())
