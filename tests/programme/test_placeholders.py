"""Words in braces: an allow-list, one pass, and nothing that anybody types is ever evaluated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import placeholders
from programme.placeholder_refusals import EventNotNamed, PlaceholderUnknown

VALUES = {
    "osoba": "Anna Wzorowa",
    "organizacja": "KGW Miłki",
    "miejscowość": "Miłki",
    "wydarzenie": "Szkolenie",
    "data": "10 lutego 2027",
    "miejsce": "Urząd Gminy",
}
HOSTILE = [
    *("{{ person.delete() }}", "{{7*7}}", "{{ 7 * 7 }}", "{{config}}", "{{ self }}", "{{osoba}}"),
    *("{{ osoba }}", "{{{osoba}}}", "{{", "}}", "{{}}", "{{{{", "a {{ b", "a }} b", "{ {osoba} }"),
    *("{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ cycler.__init__.__globals__ }}"),
    *("{{ lipsum.__globals__['os'].popen('id').read() }}", "{{request.application}}"),
    *("{{ joiner.__init__ }}", "{{ namespace.__init__ }}", "{{osoba|attr('__class__')}}"),
    *("{% raw %}", "{% endraw %}", "{% for x in y %}", "{% include '/etc/passwd' %}", "{%", "%}"),
    *("{% import os %}", "{%- if 1 -%}", "{% set x = 1 %}", "{% extends 'a' %}", "{#", "#}"),
    *("{# comment #}", "{#}", "{osoba.__class__}", "{osoba.__init__.__globals__}", "{osoba[0]}"),
    *("{osoba!r}", "{osoba!s}", "{osoba!a}", "{osoba:>1000000000}", "{osoba:{data}}", "{osoba:}"),
    *("{0}", "{1}", "{}", "{ }", "{.}", "{[]}", "{!}", "{:}", "{0.__class__}", "{-1}"),
    *("{osoba", "osoba}", "{", "}", "}{", "{\n}", "{osoba\n}", "{\tosoba}", "{osoba }{", "{{osoba"),
    *("{person}", "{name}", "{self}", "{facts}", "{imię}", "{nazwisko}", "{osoby}", "{osoba1}"),
    *("{osoba;data}", "{osoba,data}", "{osoba or data}", "{osoba()}", "{osoba+1}", "{osoba|upper}"),
    *("{DROP TABLE person}", "{'osoba'}", '{"osoba"}', "{\\osoba}", "{/osoba}", "{$osoba}"),
    *("${7*7}", "${osoba}", "#{7*7}", "#{osoba}", "<%= 7*7 %>", "<% import os %>", "<?php x() ?>"),
    *("<? 1 ?>", "<script>alert(1)</script>", "<SCRIPT src=x>", "< script >", "</script>"),
    *("<iframe src=x>", "<object data=x>", "<embed src=x>", "<style>*{}</style>", "<StYlE>"),
    *("{osoba\u200b}", "{osoba\u202e}", "{\u0000}", "{оsoba}", "{osoba\u0301}"),
    *("{\ud83d\ude00}", "{" * 2_000, "}" * 2_000, "{" + "x" * 4_000 + "}", "{" + "a" * 41 + "}"),
]
HARMLESS = [
    *("", "Szanowni Państwo", "50 % zniżki", "%s %d %(name)s %%", "100 $", "$osoba", "$HOME"),
    *("<b>ważne</b>", "<p>niedomknięte", "a < b > c", "&lt;script&gt;", "</b>", "<a href='x'>"),
    *("\\{osoba\\}".replace("\\{", "(").replace("\\}", ")"), "[osoba]", "(osoba)", "`id`", "$(id)"),
    *(
        "'; DROP TABLE person; --",
        "｛osoba｝",
        "⟨osoba⟩",
        "〔osoba〕",
        "\u202enasłan",
        "../../etc/passwd",
    ),
]


def test_table_of_hostile_templates_is_as_long_as_promised() -> None:
    assert len(set(HOSTILE)) >= 100


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_template_is_refused_by_its_name_and_never_evaluated(words: str) -> None:
    letter = f"Szanowni Państwo, {words} do zobaczenia"

    with pytest.raises(PlaceholderUnknown) as caught:
        placeholders.check(letter)

    assert caught.value.known == placeholders.KNOWN
    assert caught.value.piece.replace("…", "")[:1] in " ".join(words.split())
    assert len(caught.value.piece) <= placeholders.LONGEST_PIECE
    # Even where nobody asked whether it may stand: what is no placeholder stays as it was typed.
    known = placeholders.used(letter)
    assert known or placeholders.fill(letter, VALUES) == letter


@pytest.mark.parametrize("words", HARMLESS)
def test_words_that_only_look_strange_stay_plain_text(words: str) -> None:
    placeholders.check(words)

    assert placeholders.fill(words, VALUES) == words


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("{osoba}", "Anna Wzorowa"),
        ("{ osoba }", "Anna Wzorowa"),
        ("{Osoba}", "Anna Wzorowa"),
        ("{MIEJSCOWOŚĆ}", "Miłki"),
        ("{miejscowosc}", "Miłki"),
        # As some phones write it: letters and accents apart.
        ("{miejscowos\u0301c\u0301}", "Miłki"),
        ("{osoba}{data}", "Anna Wzorowa10 lutego 2027"),
        ("„{wydarzenie}”, {miejsce}; {organizacja}", "„Szkolenie”, Urząd Gminy; KGW Miłki"),
    ],
)
def test_placeholder_is_replaced_as_people_type_it(typed: str, expected: str) -> None:
    placeholders.check(typed)

    assert placeholders.fill(typed, VALUES) == expected


def test_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    values = {"osoba": "{data} {{ 7*7 }} {osoba}", "data": "dziś"}

    assert placeholders.fill("{osoba}, {data}", values) == "{data} {{ 7*7 }} {osoba}, dziś"


def test_word_about_an_event_in_a_letter_about_none_is_refused() -> None:
    placeholders.check("Dzień dobry, {osoba}", has_event=False)

    with pytest.raises(EventNotNamed) as caught:
        placeholders.check("Zapraszamy: { Data }", has_event=False)

    assert caught.value.piece == "{data}"


def test_reader_gets_only_the_words_that_the_letter_uses() -> None:
    texts = ("Do: {organizacja}", "Szanowni {osoba}, {data}")

    own = placeholders.of_reader(texts, person="Anna", organisation="KGW", locality="Ruda")
    unit = placeholders.of_reader(texts, person="", organisation="OSP")

    assert own == {"osoba": "Anna", "organizacja": "KGW"}
    assert unit == {"osoba": "OSP", "organizacja": "OSP"}
    assert placeholders.of_reader(("bez słów",), person="Anna") == {}


SNIPPETS = st.sampled_from([*HOSTILE, *HARMLESS, "{osoba}", "{data}"])
TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from("{}%#$<>osbadt_.[]()!: \n'\"\\")),
    st.lists(SNIPPETS | st.text(max_size=5), max_size=6).map("".join),
)


@given(text=TEXTS, values=st.dictionaries(st.sampled_from(placeholders.KNOWN), st.text()))
def test_any_text_is_refused_by_name_or_becomes_plain_text(
    text: str, values: dict[str, str]
) -> None:
    filled = placeholders.fill(text, values)

    try:
        placeholders.check(text)
    except PlaceholderUnknown:
        return
    # What may stand has no brace but those of known words, so it falls apart at these.
    expected = ""
    rest = text
    while "{" in rest:
        before, _, behind = rest.partition("{")
        name, _, rest = behind.partition("}")
        (known,) = placeholders.used(f"{{{name}}}")
        expected += before + values.get(known, f"{{{name}}}")
    assert "}" not in rest
    assert filled == expected + rest
