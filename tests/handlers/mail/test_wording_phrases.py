"""What agrees without saying to what, and what only asks for a receipt."""

import pytest

from handlers.mail.wording import understand
from programme.mail_wishes import Wish

REPLY = "Re: Zaproszenie"


@pytest.mark.parametrize(
    "words", ["ok", "Ok, dziękuję.", "Dobrze", "Rozumiem, dziękuję. Do zobaczenia!", "👍", "❤️ 👍"]
)
def test_nod_says_neither_yes_nor_no(words: str) -> None:
    found = understand(words, REPLY)

    assert (found.answer, found.people, found.is_nod) == ("", (), True)
    assert found.rest


@pytest.mark.parametrize("words", ["Dobrze?", "Dobrze, ale później", "Dziękuję 😊", "ok, przyjdę"])
def test_more_or_less_than_a_nod_is_none(words: str) -> None:
    assert not understand(words, REPLY).is_nod


def test_wish_for_a_receipt_beside_an_answer_asks_for_nothing_more() -> None:
    assert understand("TAK. Proszę o potwierdzenie zgłoszenia.", REPLY) == Wish("yes")
