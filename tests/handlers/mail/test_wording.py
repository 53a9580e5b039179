"""What a reply may say, sentence by sentence; and what must never become a wish."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.wording import LONGEST, understand
from programme.mail_wishes import Answer, Wish, WrittenPerson

REPLY = "Re: Zaproszenie"
SENTENCES = [
    *("TAK", "Zgłaszam Jana Kowalskiego", "REZYGNUJĘ", "Czy będzie obiad?", "ale", "jeśli", "nie"),
    *("anna@example.org", "600 100 200", "\n", "\n\n", "- ", "1. ", "Uczestnicy:", "Pozdrawiam"),
    *("Anna Nowak", ",", "proszę", "i", "\t", "|", "Dzień dobry", "PS.", "@", "+48", "-- "),
]


def understood(words: str) -> Wish:
    return understand(words, REPLY)


def answer(words: str) -> Answer:
    found = understood(words)
    assert found.rest == ""
    assert found.people == ()
    return found.answer


@pytest.mark.parametrize(
    "words",
    [
        "TAK",
        "tak, będę",
        "Tak!!!",
        "Dzień dobry, tak.",
        "potwierdzam",
        "Potwierdzam swój udział w szkoleniu. Dziękuję za zaproszenie.",
        "Zapisuję się.",
        "Zgłaszam udział.",
        "Zgłaszam swój udział w spotkaniu",
        "przyjdę",
        "Dziękuję, chętnie przyjdę.",
        "Będziemy na pewno",
        "Proszę mnie zapisać na szkolenie.",
        "Chciałabym wziąć udział w warsztatach.",
        "Przyjmuję miejsce.",
        "Bardzo chętnie!",
        "Proszę o rezerwację miejsca.",
        "Oczywiście, że przyjdę.",
        "Deklaruję udział",
        "W odpowiedzi na zaproszenie potwierdzam obecność.",
        "Yes",
        "Yes, I will come.",
        "I confirm my attendance. Thank you for the invitation!",
    ],
)
def test_yes_is_understood(words: str) -> None:
    assert answer(words) == "yes"


@pytest.mark.parametrize(
    "words",
    [
        "NIE",
        "Nie, dziękuję.",
        "nie mogę",
        "Niestety nie mogę przyjść.",
        "Nie dam rady.",
        "Nie będę mógł przyjść, ponieważ jestem chory.",
        "Nie będę mogła wziąć udziału.",
        "REZYGNUJĘ",
        "Rezygnuję z udziału w szkoleniu.",
        "Niestety muszę zrezygnować z udziału z powodu choroby.",
        "Nie przyjdę, bo jestem w szpitalu.",
        "proszę mnie wypisać",
        "Proszę o wypisanie mnie ze szkolenia.",
        "Proszę anulować moje zgłoszenie.",
        "Odwołuję swój udział.",
        "Nie, rezygnuję",
        "Szanowni Państwo, z przykrością rezygnujemy.",
        "No, thank you",
        "I cancel",
        "Unfortunately I cannot attend.",
        "Nikt od nas nie przyjedzie.",
        "Niestety nikt z naszego koła nie będzie mógł przyjść.",
    ],
)
def test_no_is_understood(words: str) -> None:
    assert answer(words) == "no"


@pytest.mark.parametrize(
    "words",
    [
        "Proszę nie przysyłać zaproszeń.",
        "Proszę mi już nie przysyłać zaproszeń!",
        "Nie chcę więcej otrzymywać zaproszeń",
        "Prosimy nas wypisać z listy mailingowej.",
        "Proszę przestać mi wysyłać te maile!",
        "Rezygnuję z otrzymywania zaproszeń.",
        "STOP",
        "unsubscribe",
        "No more invitations please",
    ],
)
def test_no_more_invitations_is_understood(words: str) -> None:
    found = understood(words.replace(" please", ""))

    assert found == Wish(answer="stop")


@pytest.mark.parametrize(
    "words",
    [
        "nie rezygnuję",
        "Nie, nie rezygnuję!",
        "nie potwierdzam",
        "Tak, ale tylko do dwunastej.",
        "Tak. Ale jeśli będzie padać, to nie.",
        "Tak, jeśli będzie dojazd",
        "Przyjdę, o ile zdążę.",
        "Chyba przyjdę",
        "Może będę.",
        "Przyjdę z mężem",
        "Będę 3 grudnia",
        "Będę tylko w środę.",
        "czy będzie obiad?",
        "Tak?",
        "TAK / NIE",
        "Tak, rezygnuję",
        "Tak, nie mogę",
        "Tak\nNie",
        "Potwierdzam, że nie przyjdę.",
        "Potwierdzam otrzymanie wiadomości",
        "Nie mogę się doczekać!",
        "Nie mogę przyjść, ale może przyjdzie córka",
        "Nie przyjdę, bo nie wiem czy będzie dojazd",
        "Nie zgłaszam Jana Kowalskiego.",
        "Rozmawiałam z Janem Kowalskim o remoncie.",
        "Zamiast mnie przyjdzie Anna Nowak.",
        "Jan Kowalski?",
        "Zgłaszam",
        "Zgłaszamy następujące osoby:",
        "Skład zarządu:\n- Jan Kowalski\n- Anna Nowak",
        "Nie przyjdzie Jan Kowalski. Przyjdzie Anna Nowak.",
        "OK",
        "Zgłaszam, że nie przyjdę",
        "Zgłaszam rezygnację Jana Kowalskiego",
        "Anna Nowak tak, Jan Kowalski nie",
        "Potwierdzam rezygnację",
        "Proszę mnie nie zapisywać",
        "2",
        "Proszę o fakturę",
        "Wypisz mnie",
        "Proszę o potwierdzenie otrzymania wiadomości",
    ],
)
def test_doubt_is_left_to_staff(words: str) -> None:
    found = understood(words)

    assert (found.answer, found.people) == ("", ())
    assert found.rest.split() == words.replace("- ", "").split()


def test_question_beside_a_yes_is_left_to_staff() -> None:
    assert understood("Tak, będę.\nCzy będzie obiad?") == Wish("yes", rest="Czy będzie obiad?")


@pytest.mark.parametrize(
    "words", ["", "\n\n", "Dzień dobry", "Dziękuję za zaproszenie!", "Miłego dnia"]
)
def test_greetings_and_thanks_ask_for_nothing(words: str) -> None:
    assert understood(words) == Wish()


def test_resigning_and_no_more_mail_gives_the_seat_back_and_tells_staff() -> None:
    words = "Rezygnuję.\nProszę nie przysyłać zaproszeń."

    assert understood(words) == Wish("no", rest="Proszę nie przysyłać zaproszeń.")


def people(words: str) -> list[tuple[str, str, str, bool]]:
    return [(one.name, one.email, one.phone, one.is_sure) for one in understood(words).people]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Zgłaszam Jana Kowalskiego, jan@example.org", ("Jan Kowalski", "jan@example.org", "")),
        ("ZGŁASZAM JANA KOWALSKIEGO", ("Jan Kowalski", "", "")),
        ("zgłaszam jana kowalskiego", ("Jan Kowalski", "", "")),
        ("Zglaszam Anne Wojcik", ("Anna Wojcik", "", "")),
        ("Zgłaszam dr Annę Nowak-Kowalską", ("Anna Nowak-Kowalska", "", "")),
        (
            "Proszę zapisać panią sołtys Ewę Białą, tel. 600 100 200",
            ("Ewa Biała", "", "600 100 200"),
        ),
        ("Na szkolenie przyjdzie pan Jerzy Biały.", ("Jerzy Biały", "", "")),
        ("W szkoleniu weźmie udział Anna Maria Nowak.", ("Anna Maria Nowak", "", "")),
        ("Potwierdzamy udział Jana Kowalskiego.", ("Jan Kowalski", "", "")),
        ("Zgłaszam Stanisława Nowaka", ("Stanisław Nowak", "", "")),
        ("Zgłaszam Kamilę Zarębę", ("Kamila Zaręba", "", "")),
        ("Zgłaszam Marka Wróbla", ("Marek Wróbel", "", "")),
        ("Uczestnik: Kowalski Jan", ("Jan Kowalski", "", "")),
        (
            "Imię i nazwisko: Jan Kowalski\nTelefon: 54 284 00 00",
            ("Jan Kowalski", "", "54 284 00 00"),
        ),
        ("Zgłaszam Marka Borka, m.borek@example.org", ("Marek Borek", "m.borek@example.org", "")),
    ],
)
def test_named_person_is_understood(words: str, expected: tuple[str, str, str]) -> None:
    assert people(words) == [(*expected, True)]
    assert understood(words).rest == ""


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Zgłaszam Marka Borka", "Marek Borek"),
        ("Zgłaszam Marka Jurka", "Marek Jurek"),
        ("Zgłaszam Kamila Mazura", "Kamila Mazura"),
        ("Zgłaszam Pawła Matejkę", "Paweł Matejka"),
        ("TAK\nJan Kowalski", "Jan Kowalski"),
        ("Jan Kowalski", "Jan Kowalski"),
        ("Zgłaszam Jana Kowalskiego z naszego chóru", "Jan Kowalski"),
    ],
)
def test_doubtful_name_is_unsure(words: str, name: str) -> None:
    assert [(one.name, one.is_sure) for one in understood(words).people] == [(name, False)]


@pytest.mark.parametrize(
    "words",
    [
        "Zgłaszamy: Annę Nowak i Piotra Zielińskiego",
        "Zgłaszam następujące osoby:\n1. Anna Nowak\n2. Piotr Zieliński",
        "Uczestnicy:\n\n- Nowak Anna\n- Zieliński Piotr",
        "Od nas przyjdą Anna Nowak oraz Piotr Zieliński.",
        "Zgłaszam Annę Nowak.\nZgłaszam też Piotra Zielińskiego.",
        "Zgłaszamy:\nLp.\tImię i nazwisko\n1.\tAnna Nowak\n2.\tPiotr Zieliński",
        "Zgłaszamy:\n1\nAnna Nowak\n2\nPiotr Zieliński",
        "W imieniu koła zgłaszam na szkolenie dwie osoby: Annę Nowak, Piotra\nZielińskiego.",
    ],
)
def test_two_people_are_understood(words: str) -> None:
    assert people(words) == [("Anna Nowak", "", "", True), ("Piotr Zieliński", "", "", True)]
    assert (understood(words).answer, understood(words).rest) == ("yes", "")


def test_bare_list_names_people_and_says_no_more() -> None:
    words = (
        "Anna Nowak – anna@example.org, tel. 600 100 200\nPiotr Lis\npiotr@example.org\n600100201"
    )

    assert understood(words) == Wish(
        people=(
            WrittenPerson("Anna Nowak", "Anna Nowak", "anna@example.org", "600 100 200"),
            WrittenPerson("Piotr Lis", "Piotr Lis", "piotr@example.org", "600100201"),
        )
    )


@pytest.mark.parametrize(
    "words",
    [
        "Rezygnują:\n- Jan Kowalski",
        "Niestety nie przyjdzie Jan Kowalski.",
        "Jan Kowalski rezygnuje z udziału.",
        "Proszę wypisać Jana Kowalskiego.",
    ],
)
def test_person_who_does_not_come_is_understood(words: str) -> None:
    assert understood(words).answer == "no"
    assert people(words) == [("Jan Kowalski", "", "", True)]


@pytest.mark.parametrize("other", ["Anna Nowak", "- Anna Nowak"])
def test_what_is_said_of_one_is_not_said_of_another(other: str) -> None:
    found = understood(f"Jan Kowalski - rezygnuje\n{other}")

    assert [(one.name, one.is_sure) for one in found.people] == [
        ("Jan Kowalski", True),
        ("Anna Nowak", False),
    ]


def test_address_is_given_to_whom_it_is_called_after() -> None:
    words = "Zgłaszam Annę Nowak i Jana Kowalskiego: jan.kowalski@example.org, nowak@example.org"

    assert people(words) == [
        ("Anna Nowak", "nowak@example.org", "", True),
        ("Jan Kowalski", "jan.kowalski@example.org", "", True),
    ]


@pytest.mark.parametrize(
    "number", ["2027-01-12", "12.01.2027", "48010112345", "61 1090 1014 0000 0712 1981 2874"]
)
def test_number_that_is_no_telephone_is_not_taken(number: str) -> None:
    found = understood(f"Zgłaszam Annę Nowak, {number}")

    assert [one.phone for one in found.people] == [""]


@pytest.mark.parametrize(
    ("subject", "words", "expected"),
    [
        ("REZYGNUJĘ", "", Wish("no")),
        ("Re: TAK", "", Wish()),
        ("Rezygnacja", "Serdecznie pozdrawiam wszystkich w urzędzie", None),
        ("TAK", "REZYGNUJĘ", Wish(rest="TAK\nREZYGNUJĘ")),
        ("TAK", "Ale tylko jeśli zdążę", Wish(rest="TAK\nAle tylko jeśli zdążę")),
        ("TAK", "tak", Wish("yes")),
        ("Szkolenie", "tak", Wish("yes")),
    ],
)
def test_subject_counts_where_it_is_their_own(
    subject: str, words: str, expected: Wish | None
) -> None:
    found = understand(words, subject)

    assert found == (expected or Wish("no", rest=words))


@given(st.lists(st.sampled_from(SENTENCES), max_size=12), st.text(max_size=40))
def test_understanding_never_raises(sentences: list[str], subject: str) -> None:
    found = understand(" ".join(sentences), subject)

    assert found.answer in {"", "yes", "no", "stop"}


@given(st.text(max_size=300))
def test_any_text_is_understood_or_left(words: str) -> None:
    understood(words)


@given(st.lists(st.sampled_from(SENTENCES), max_size=6))
def test_condition_never_becomes_a_wish(sentences: list[str]) -> None:
    found = understood(". ".join([*sentences, "Ale tylko jeśli będzie dojazd"]))

    assert found.answer == ""
    assert not any(one.is_sure for one in found.people)


@pytest.mark.parametrize("text", ["a. ", "Jan ", "tak ", "prosze nie przysylac wiecej ", "P i "])
def test_long_text_is_read_at_once(text: str) -> None:
    words = text * (LONGEST // len(text))

    begun = time.process_time()
    found = understood(words + "Rezygnuję.")

    assert time.process_time() - begun < 2
    assert found.answer == ""
