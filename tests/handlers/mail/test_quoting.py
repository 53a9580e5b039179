"""What somebody said is told from what they answer, in the form of every client we know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.quoting import own_words
from handlers.mail.wording import understand
from programme.mail_wishes import Wish

ORIGINAL = (
    "Prosimy o odpowiedź:\n\nTAK albo\nREZYGNUJĘ\n\nZgłaszam Marię Przykładową, m@example.org"
)
HEAD_POLISH = """\
Od: Akademia <a@example.org>
Wysłano: poniedziałek, 4 stycznia 2027 08:00
Do: kgw@example.org
Temat: Zaproszenie
"""
HEAD_ENGLISH = """\
From: Akademia <a@example.org>
Sent: Monday, January 4, 2027 8:00 AM
To: kgw@example.org
Subject: Zaproszenie
"""
# What clients write above an original that they do not mark line by line.
UNMARKED = [
    HEAD_POLISH,
    HEAD_ENGLISH,
    f"-----Wiadomość oryginalna-----\n{HEAD_POLISH}",
    f"-----Original Message-----\n{HEAD_ENGLISH}",
    f"________________________________\n{HEAD_POLISH}",
    f"________________________________________\n{HEAD_ENGLISH}",
    HEAD_POLISH.replace("Od:", "*Od:*").replace("Do:", "*Do:*"),
    HEAD_ENGLISH.replace("\n", "\n\n"),
    (
        "-------- Oryginalna wiadomość --------\nOd: Akademia <a@example.org>\n"
        "Data: 04.01.2027 08:00\nDo: x@example.org\nTemat: Zaproszenie\n"
    ),
    (
        "---------- Forwarded message ---------\nOd: Akademia <a@example.org>\n"
        "Date: pon., 4 sty 2027\nSubject: Zaproszenie\nTo: <x@example.org>\n"
    ),
    "---------- Wiadomość przekazana dalej ----------\nOd: Akademia <a@example.org>\n",
    (
        "Początek przekazywanej wiadomości:\n\nOd: Akademia <a@example.org>\nTemat: Zaproszenie\n"
        "Data: 4 stycznia 2027\nDo: x@example.org\n"
    ),
    "W dniu 2027-01-04 08:00:00 użytkownik Akademia <a@example.org> napisał:\n",
    "Dnia 4 stycznia 2027 08:00 Akademia <a@example.org> napisał(a):\n",
    "Dnia 2027-01-04, o godz. 08:00 Akademia napisał(a):\n",
    "Użytkownik Akademia <a@example.org> napisał:\n",
    "Wiadomość napisana przez Akademia <a@example.org> w dniu 4 sty 2027, o godz. 08:00:\n",
    "Od: Akademia <a@example.org>\nDo: x;\nWysłane: 8:00 Poniedziałek 2027-01-04\nTemat: x\n",
]
# What stands above an original whose lines are marked.
MARKED = [
    "",
    "W dniu pon., 4 sty 2027 o 08:00 Akademia <a@example.org> napisał(a):\n",
    "pon., 4 sty 2027 o 08:00 Akademia <a@example.org>\nnapisał(a):\n",
    "W dniu 4.01.2027 o 08:00, Akademia pisze:\n",
    "On Mon, Jan 4, 2027 at 8:00 AM Akademia <a@example.org> wrote:\n",
    "On Mon, Jan 4, 2027 at 8:00 AM Akademia - Gmina Wzorowo\n<a@example.org> wrote:\n",
    "Wiadomość napisana przez Akademia w dniu 4 sty 2027, o godz. 08:00:\n",
    "> Wiadomość napisana przez Akademia <a@example.org> w dniu 4 sty 2027, o godz. 08:00:\n",
    "Dnia 4 stycznia 2027 08:00 Akademia <a@example.org> napisał(a):\n",
    f"-----Original Message-----\n> {HEAD_ENGLISH.strip().replace(chr(10), chr(10) + '> ')}\n",
]
SIGNATURES = [
    *("", "-- \nJan Kowalski\ntel. 600 100 200", "--\nJan Kowalski", "Wysłane z iPhone’a"),
    *("Pozdrawiam\nJan Kowalski", "Z poważaniem,\nJan Kowalski\nPrezes OSP\ntel. 600 100 200"),
    *("Wysłano z mojego telefonu Galaxy", "Pobierz aplikację Outlook dla systemu Android<x>"),
    *("Pozdrawiam serdecznie Jan Kowalski", "Best regards,\nJohn", "Sent from my iPhone"),
    "Niniejsza wiadomość jest poufna.\nREZYGNUJĘ oznacza rezygnację.",
    "Łączę wyrazy szacunku\n\nJan Kowalski\nSołtys",
]
OWN = ["Tak, przyjdę.", "Czy będzie obiad?", "Zgłaszam Annę Nowak.", "Nie, dziękuję.", ""]


def marked(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("head", UNMARKED)
def test_words_above_an_unmarked_original_are_found(head: str, signature: str) -> None:
    text = f"Tak, przyjdę.\n\n{signature}\n\n{head}\n{ORIGINAL}\n"

    assert own_words(text) == "Tak, przyjdę."


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("head", MARKED)
def test_words_around_a_marked_original_are_found(head: str, signature: str) -> None:
    quoted = f"{head}\n{marked(ORIGINAL)}"

    assert own_words(f"Tak.\n\n{signature}\n\n{quoted}") == "Tak."
    assert own_words(f"{quoted}\n\nTak.\n\n{signature}") == "Tak."


def test_answers_between_quoted_lines_are_found() -> None:
    text = (
        f"W dniu 4.01.2027 o 08:00, A pisze:\n{marked('Kto?')}\nAnna Nowak\n{marked('Ile?')}\n2\n"
    )

    assert own_words(text) == "Anna Nowak\n\n2"


def test_end_of_a_quoted_line_that_was_broken_off_is_no_answer() -> None:
    text = f"> {'Prosimy o odpowiedź do piątku ' * 3}słowem\nalbo rezygnuję\n> do piątku\nTak."

    assert own_words(text) == "Tak."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tak\n\nPozdrawiam\nJan\n\nPS. Zgłaszam Annę Nowak", "Tak\n\nPS. Zgłaszam Annę Nowak"),
        ("Pozdrawiam i potwierdzam udział", "Pozdrawiam i potwierdzam udział"),
        (
            "Od jutra jestem na urlopie.\nDo zobaczenia",
            "Od jutra jestem na urlopie.\nDo zobaczenia",
        ),
        ("Temat: szkolenie\nTak", "Temat: szkolenie\nTak"),
        ("W dniu szkolenia mama napisała: tak", "W dniu szkolenia mama napisała: tak"),
        ("Ta wiadomość mnie cieszy.\nTak", "Ta wiadomość mnie cieszy.\nTak"),
        ("Zgłaszam:\nJan Wzorowy", "Zgłaszam:\nJan Wzorowy"),
        ("Tak.\nWzorowy Jan", "Tak."),
        ("Tak.\nPozdrawiam\nEwa\n- tel. 600 100 200", "Tak."),
        ("Pozdrawiam\n- Ewa Lis\n- Jan Lis", "- Ewa Lis\n- Jan Lis"),
        ("Tak\n\nJAN WZOROWY\ntel. 600 100 200", "Tak"),
        ("Jan Wzorowy", "Jan Wzorowy"),
        ("&gt; REZYGNUJĘ\nTak", "Tak"),
    ],
)
def test_what_looks_like_a_quotation_or_signature(text: str, words: str) -> None:
    assert own_words(text, sender_name="Jan Wzorowy") == words


@given(
    own=st.sampled_from(OWN),
    head=st.sampled_from(UNMARKED),
    original=st.lists(st.sampled_from([*ORIGINAL.split("\n"), *OWN]), max_size=8),
    signature=st.sampled_from(SIGNATURES),
)
def test_unmarked_original_never_becomes_a_wish(
    own: str, head: str, original: list[str], signature: str
) -> None:
    quoted = "\n".join(original)

    found = understand(own_words(f"{own}\n{signature}\n\n{head}\n{quoted}"), "Re: x")

    assert found == (understand(own, "Re: x") if own else Wish())


@given(
    own=st.sampled_from(OWN),
    head=st.sampled_from(MARKED),
    original=st.lists(st.sampled_from([*ORIGINAL.split("\n"), *OWN]), min_size=1, max_size=8),
    is_below=st.booleans(),
)
def test_marked_original_never_becomes_a_wish(
    own: str, head: str, original: list[str], *, is_below: bool
) -> None:
    quoted = f"{head}\n{marked(chr(10).join(original))}"

    text = f"{quoted}\n\n{own}" if is_below else f"{own}\n\n{quoted}"

    assert understand(own_words(text), "Re: x") == understand(own, "Re: x")


@given(st.lists(st.sampled_from([*UNMARKED, *MARKED, *SIGNATURES, *OWN, "\n", "> x"]), max_size=8))
def test_any_mixture_is_read(pieces: list[str]) -> None:
    own_words("\n".join(pieces), sender_name="Jan Kowalski")


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_is_read(text: str, name: str) -> None:
    own_words(text, sender_name=name)
