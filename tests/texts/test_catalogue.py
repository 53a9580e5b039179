from pathlib import Path

import pytest
from jinja2 import TemplateSyntaxError

from texts.catalogue import PO_FILE, Problem, check, extract, main, read, update

HEADER = 'msgid ""\nmsgstr ""\n"Language: pl\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "handlers" / "telegram").mkdir(parents=True)
    (tmp_path / "texts" / "templates" / "notices").mkdir(parents=True)
    (tmp_path / PO_FILE).parent.mkdir(parents=True)
    return tmp_path


def write_code(tree: Path, code: str) -> None:
    (tree / "handlers" / "telegram" / "start.py").write_text(code, "utf-8")


def write_po(tree: Path, entries: str) -> None:
    (tree / PO_FILE).write_text(HEADER + entries, "utf-8")


def ids(tree: Path) -> list[object]:
    return [message.id for message in extract(tree) if message.id]


def test_extract_finds_every_way_of_marking(tree: Path) -> None:
    write_code(
        tree,
        'context.t("Hello, %(name)s", name=x)\n'
        't(\n    "Two "\n    "lines"\n)\n'
        't.plural("%(n)s seat", "%(n)s seats", n)\n'
        'mark("Later")\n'
        '_("Also")\n'
        "t(variable)\n"
        'other("Not this")\n',
    )
    (tree / "texts/templates/notices/chat.txt").write_text(
        "{% trans %}One\n   sentence{% endtrans %}"
        "{% trans n=count %}{{ n }} day{% pluralize %}{{ n }} days{% endtrans %}"
        '{{ gettext("Label") }}'
    )

    assert ids(tree) == [
        "Hello, %(name)s",
        "Two lines",
        ("%(n)s seat", "%(n)s seats"),
        "Later",
        "Also",
        "One sentence",
        ("%(n)s day", "%(n)s days"),
        "Label",
    ]


def test_extract_passes_by_files_that_are_no_templates(tree: Path) -> None:
    (tree / "handlers" / "telegram" / "notes.txt").write_text("{% trans %}No{% endtrans %}")

    assert ids(tree) == []


def test_extract_refuses_a_broken_template(tree: Path) -> None:
    (tree / "texts/templates/notices/chat.txt").write_text("{% trans %}Never closed")

    with pytest.raises(TemplateSyntaxError):
        extract(tree)


@pytest.mark.parametrize(
    ("entries", "problems"),
    [
        ("", [Problem("Hello, %(name)s", "missing"), Problem("%(n)s seat", "missing")]),
        (
            (
                'msgid "Hello, %(name)s"\nmsgstr ""\n\n'
                'msgid "%(n)s seat"\nmsgid_plural "%(n)s seats"\n'
                'msgstr[0] "%(n)s miejsce"\nmsgstr[1] "%(n)s miejsca"\nmsgstr[2] ""\n'
            ),
            [Problem("Hello, %(name)s", "untranslated"), Problem("%(n)s seat", "untranslated")],
        ),
        (
            (
                '#, fuzzy\nmsgid "Hello, %(name)s"\nmsgstr "Witaj, %(name)s"\n\n'
                'msgid "%(n)s seat"\nmsgstr "%(n)s miejsce"\n'
            ),
            [Problem("Hello, %(name)s", "fuzzy"), Problem("%(n)s seat", "counted differently")],
        ),
        (
            (
                'msgid "Hello, %(name)s"\nmsgstr "Witaj, %(nmae)s"\n\n'
                'msgid "%(n)s seat"\nmsgid_plural "%(n)s seats"\n'
                'msgstr[0] "%(n)s miejsce"\nmsgstr[1] "%(n)s miejsca"\nmsgstr[2] "wiele miejsc"\n'
            ),
            [
                Problem("Hello, %(name)s", "placeholders differ"),
                Problem("%(n)s seat", "placeholders differ"),
            ],
        ),
        (
            (
                'msgid "Hello, %(name)s"\nmsgstr "<b>Witaj</b>, %(name)s"\n\n'
                'msgid "%(n)s seat"\nmsgid_plural "%(n)s seats"\n'
                'msgstr[0] "%(n)s miejsce"\nmsgstr[1] "%(n)s miejsca"\nmsgstr[2] "%(n)s miejsc"\n'
            ),
            [Problem("Hello, %(name)s", "placeholders differ")],
        ),
    ],
)
def test_check_names_what_cannot_be_said_in_polish(
    tree: Path, entries: str, problems: list[Problem]
) -> None:
    write_code(tree, 't("Hello, %(name)s", name=x)\nt.plural("%(n)s seat", "%(n)s seats", n)\n')
    write_po(tree, entries)

    assert check(tree) == sorted(problems)


def test_check_lets_the_form_for_one_leave_its_number_out(tree: Path) -> None:
    write_code(tree, 't.plural("One seat", "%(n)s seats", n)\n')
    write_po(
        tree,
        'msgid "One seat"\nmsgid_plural "%(n)s seats"\n'
        'msgstr[0] "Jedno miejsce"\nmsgstr[1] "%(n)s miejsca"\nmsgstr[2] "%(n)s miejsc"\n',
    )

    assert check(tree) == []


def test_update_keeps_translations_and_drops_what_is_gone(tree: Path) -> None:
    write_code(tree, 't("New")\nt("Kept")\n')
    write_po(tree, 'msgid "Gone"\nmsgstr "Nie ma"\n\nmsgid "Kept"\nmsgstr "Jest"\n')

    update(tree)

    kept = {message.id: message.string for message in read(tree / PO_FILE) if message.id}
    assert kept == {"New": "", "Kept": "Jest"}
    assert "Nie ma" not in (tree / PO_FILE).read_text("utf-8")


def test_update_guesses_nothing_from_a_similar_sentence(tree: Path) -> None:
    write_code(tree, 't("You are registered!")\n')
    write_po(tree, 'msgid "You are registered"\nmsgstr "Zapisaliśmy Państwa"\n')

    update(tree)

    assert check(tree) == [Problem("You are registered!", "untranslated")]


def test_update_keeps_words_of_a_sentence_that_became_counted_as_fuzzy(tree: Path) -> None:
    write_code(tree, 't.plural("%(n)s seat", "%(n)s seats", n)\n')
    write_po(tree, 'msgid "%(n)s seat"\nmsgstr "%(n)s miejsce"\n')

    update(tree)

    assert check(tree) == [Problem("%(n)s seat", "fuzzy")]


def test_update_a_second_time_changes_nothing(tree: Path) -> None:
    write_code(tree, 't("B")\nt("A")\nt.plural("%(n)s seat", "%(n)s seats", n)\n')
    (tree / "texts/templates/notices/chat.txt").write_text("{% trans %}A{% endtrans %}")
    update(tree)
    first = (tree / PO_FILE).read_text("utf-8")

    update(tree)

    assert (tree / PO_FILE).read_text("utf-8") == first


def test_main_says_problems_and_fails_until_all_are_solved(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_code(tree, 't("Hello")\n')

    codes = [main(["check"], tree), main(["update"], tree), main(["check"], tree)]
    write_po(tree, 'msgid "Hello"\nmsgstr "Dzień dobry"\n')
    codes += [main(["check"], tree), main([], tree)]

    assert codes == [1, 0, 1, 0, 2]
    assert capsys.readouterr().out == (
        "missing: Hello\n"
        "untranslated: Hello\n"
        f"{PO_FILE}: 1 sentences still need Polish words\n"
        "untranslated: Hello\n"
    )
