"""Names as people decline them in a sentence are brought back to what their bearers sign."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.mail import polish_names
from handlers.mail.polish_name_table import MEN, WOMEN
from tests.handlers.mail.test_wording import understood

SURNAMES = {
    True: {"Nowak": "Nowak", "Kowalska": "Kowalską", "Zaręba": "Zarębę", "Biała": "Białą"},
    False: {
        "Nowak": "Nowaka",
        "Kowalski": "Kowalskiego",
        "Zaręba": "Zarębę",
        "Biały": "Białego",
        "Wójcik": "Wójcika",
        "Mazur": "Mazura",
        "Wróbel": "Wróbla",
        "Kmieć": "Kmiecia",
    },
}


@given(st.data())
def test_name_put_into_the_accusative_is_brought_back(data: st.DataObject) -> None:
    is_woman = data.draw(st.booleans())
    first = data.draw(st.sampled_from(WOMEN if is_woman else MEN))
    surname, declined = data.draw(st.sampled_from(sorted(SURNAMES[is_woman].items())))
    forms = polish_names.declined(first, is_woman=is_woman, case="accusative")

    found = understood(f"Zgłaszam {data.draw(st.sampled_from(forms))} {declined}")

    (person,) = found.people
    assert person.name == f"{first} {surname}" or not person.is_sure
