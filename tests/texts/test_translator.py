from pathlib import Path

import pytest
from jinja2 import UndefinedError

from texts import translator
from texts.translator import Translator, escaped, load, mark


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(translator, "TEMPLATES", tmp_path)
    translator._load.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def _fresh_translators() -> None:
    translator._load.cache_clear()


@pytest.mark.parametrize(
    ("asked", "given"),
    [("pl", "pl"), ("en", "en"), ("en-GB", "en"), ("PL_pl", "pl"), ("uk", "pl"), ("", "pl")],
)
def test_load_gives_polish_for_an_unknown_locale(asked: str, given: str) -> None:
    assert load(asked).locale == given


def test_load_gives_the_same_translator_again() -> None:
    assert load("en") is load("en-US")


def test_translator_fills_named_placeholders() -> None:
    said = [load(locale)("Help: %(contact)s", contact="100%") for locale in ("pl", "en")]

    assert said == ["Pomoc: 100%", "Help: 100%"]


def test_translator_leaves_a_message_without_values_alone() -> None:
    assert load("pl")("100% of nothing") == "100% of nothing"


def test_marked_message_is_returned_unchanged() -> None:
    assert mark("You are registered") == "You are registered"


@pytest.mark.parametrize(
    ("n", "polish"),
    [
        (0, "0 osób"),
        (1, "1 osoba"),
        (2, "2 osoby"),
        (4, "4 osoby"),
        (5, "5 osób"),
        (11, "11 osób"),
        (12, "12 osób"),
        (14, "14 osób"),
        (15, "15 osób"),
        (21, "21 osób"),
        (22, "22 osoby"),
        (25, "25 osób"),
        (101, "101 osób"),
        (102, "102 osoby"),
        (112, "112 osób"),
        (122, "122 osoby"),
    ],
)
def test_plural_takes_the_polish_form_of_its_number(n: int, polish: str) -> None:
    said = load("pl").plural("%(n)s person", "%(n)s people", n)

    assert said.replace("\u00a0", " ") == polish


@pytest.mark.parametrize(("n", "english"), [(0, "0 people"), (1, "1 person"), (2, "2 people")])
def test_plural_takes_the_english_form_of_its_number(n: int, english: str) -> None:
    assert load("en").plural("%(n)s person", "%(n)s people", n) == english


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("page.html", "&lt;b&gt;&amp;&#34;\n"),
        ("chat.txt", "&lt;b&gt;&amp;&#34;"),
        ("_chat.txt", "&lt;b&gt;&amp;&#34;"),
        ("body.txt", '<b>&"'),
        ("subject.txt", '<b>&"'),
    ],
)
def test_render_escapes_facts_where_markup_is_read(templates: Path, name: str, shown: str) -> None:
    (templates / name).write_text("{{ name }}")

    assert load("pl").render(name, {"name": '<b>&"'}) == shown


def test_render_escapes_values_inside_translated_sentences(templates: Path) -> None:
    (templates / "chat.txt").write_text("{% trans contact %}Help: {{ contact }}{% endtrans %}")

    assert load("pl").render("chat.txt", {"contact": "<i>"}) == "Pomoc: &lt;i&gt;"


def test_render_leaves_no_stray_blank_lines(templates: Path) -> None:
    (templates / "chat.txt").write_text(
        "\n\nfirst  \n{% if true %}\n\n  {% endif %}\n\n\n\n{{ text }}\n\n"
    )

    assert load("pl").render("chat.txt", {"text": "a\n\n\n\nb"}) == "first\n\na\n\nb"


def test_render_refuses_a_missing_fact(templates: Path) -> None:
    (templates / "chat.txt").write_text("{{ person.name }}")

    with pytest.raises(UndefinedError):
        load("pl").render("chat.txt", {"person": {}})


def test_render_refuses_facts_that_are_not_json(templates: Path) -> None:
    (templates / "chat.txt").write_text("{{ path }}")

    with pytest.raises(TypeError):
        load("pl").render("chat.txt", {"path": templates})


def test_template_filters_say_dates_in_the_readers_language(templates: Path) -> None:
    session = {
        "starts_at": "2027-01-15T08:00:00Z",
        "ends_at": "2027-01-15T14:00:00Z",
        "zone": "Europe/Warsaw",
    }
    (templates / "body.txt").write_text(
        "{{ s|session_line }}\n{{ [s]|days_line }}\n{{ s.ends_at|until(s.zone) }}\n{{ locale }}"
    )

    said = [load(locale).render("body.txt", {"s": session}) for locale in ("pl", "en")]

    assert [each.replace("\u00a0", " ") for each in said] == [
        (
            "piątek, 15 stycznia 2027, godz. 9:00–15:00\n"
            "15 stycznia 2027\npiątek, 15 stycznia 2027, godz. 15:00\npl"
        ),
        "Friday, 15 January 2027, 9:00–15:00\n15 January 2027\nFriday, 15 January 2027, 15:00\nen",
    ]


def test_paragraphs_filter_splits_at_empty_lines(templates: Path) -> None:
    (templates / "page.html").write_text(
        "{% for lines in body|paragraphs %}<p>{{ lines|join('/') }}</p>{% endfor %}"
    )

    page = load("pl").render("page.html", {"body": "\na\nb\n \n\nc<\n"})

    assert page == "<p>a/b</p><p>c&lt;</p>\n"


def test_translator_is_named_by_its_locale_alone() -> None:
    assert repr(load("pl")) == "Translator(locale='pl')"
    assert isinstance(load("pl"), Translator)


def test_escaped_text_is_what_a_template_writes() -> None:
    assert escaped("<b>&\"'ż") == "&lt;b&gt;&amp;&#34;&#39;ż"
