"""What is made in English is said in the reader's language, with all that stands in it."""

from bot.sayable import Clause, Sayable, said
from texts.translator import load

INNER = Clause("The host is missing.")
REASON = Sayable("cannot be used: %(reason)s", reason=INNER)


def test_sayable_is_english_by_itself() -> None:
    assert REASON == "cannot be used: the host is missing"


def test_said_translates_a_sentence_and_what_stands_in_it() -> None:
    assert said(REASON, load("pl")) == "nie można tego użyć: brakuje nazwy serwera"


def test_said_leaves_other_words_as_they_are() -> None:
    assert said("The host is missing.", load("pl")) == "The host is missing."


def test_per_cent_sign_in_words_without_values_stays() -> None:
    words = "Write / ? # in a user name or password as %2F %3F %23."

    assert Sayable(words) == words
    assert "%2F" in said(Sayable(words), load("pl"))
