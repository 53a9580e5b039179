"""Keep the Polish catalogue in step with the sentences of the tree.

`python -m texts.catalogue check` fails when a sentence has no good translation;
`python -m texts.catalogue update` merges new sentences into messages.po, keeps
every translation that still has its sentence and drops the rest. Polish words
are then written into messages.po by hand.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOMS = ("bot", "handlers", "scheduler", "delivery", "programme", "texts")
PO_FILE = "texts/locale/pl/LC_MESSAGES/messages.po"

_PYTHON_CALLS = {"t": None, "plural": (1, 2), "mark": None, "_": None}
_JINJA_CALLS = {"_": None, "gettext": None, "ngettext": (1, 2)}
_JINJA_OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
_COMMENT_TAGS = ("Translators:",)
_HEADER = "# Polish words of the chat, the mails and the pages. English sentences are the ids.\n#"
_KEPT_EXACTLY = re.compile(r"%\(\w+\)[a-z]|</?[a-z]+")


@dataclass(frozen=True, order=True)
class Problem:
    """One sentence that cannot be said in Polish yet, and why."""

    message: str
    reason: str


def extract(root: Path) -> Catalog:
    """Collect every marked sentence of the rooms under a root."""
    found = Catalog(charset="utf-8", header_comment=_HEADER, project="akademia", fuzzy=False)
    for path in _sources(root):
        is_python = path.suffix == ".py"
        messages = extract_from_file(
            "python" if is_python else "jinja2.ext:babel_extract",
            path,
            keywords=_PYTHON_CALLS if is_python else _JINJA_CALLS,
            comment_tags=_COMMENT_TAGS,
            options={} if is_python else _JINJA_OPTIONS,
            strip_comment_tags=True,
        )
        place = path.relative_to(root).as_posix()
        for line, ids, comments, context in messages:
            found.add(ids, None, [(place, line)], auto_comments=comments, context=context)
    return found


def read(po_file: Path) -> Catalog:
    """Read a Polish catalogue; one that does not exist yet is empty."""
    if not po_file.exists():
        return Catalog(locale="pl", charset="utf-8", fuzzy=False)
    with po_file.open("rb") as source:
        return read_po(source, locale="pl", charset="utf-8", abort_invalid=True)


def check(root: Path) -> list[Problem]:
    """List the sentences of the tree that have no good Polish translation."""
    polish = read(root / PO_FILE)
    return sorted(_problems(extract(root), polish))


def update(root: Path) -> Catalog:
    """Merge the tree's sentences into the Polish catalogue and write it.

    A translation is kept only for exactly its own sentence; nothing is guessed
    from similar ones. A sentence that became counted keeps its words as fuzzy.
    """
    po_file = root / PO_FILE
    polish = read(po_file)
    polish.header_comment = _HEADER
    polish.project = "akademia"
    polish.update(extract(root), no_fuzzy_matching=True, update_creation_date=False)
    po_file.parent.mkdir(parents=True, exist_ok=True)
    fresh = po_file.with_suffix(".fresh")
    with fresh.open("wb") as target:
        write_po(
            target,
            polish,
            width=0,
            sort_by_file=True,
            ignore_obsolete=True,
            include_lineno=False,
        )
    fresh.replace(po_file)
    return polish


def _sources(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".txt", ".html"} and (
                path.suffix == ".py" or "templates" in path.parts
            ):
                yield path


def _problems(wanted: Catalog, polish: Catalog) -> Iterator[Problem]:
    for message in wanted:
        if not message.id:
            continue
        name = _forms(message.id)[0]
        translated = polish.get(message.id, message.context)
        if translated is None:
            yield Problem(name, "missing")
        elif translated.fuzzy:
            yield Problem(name, "fuzzy")
        elif bool(translated.pluralizable) != bool(message.pluralizable):
            yield Problem(name, "counted differently")
        elif not all(_forms(translated.string)) or not _is_complete(translated, polish):
            yield Problem(name, "untranslated")
        elif not _keeps_placeholders(translated):
            yield Problem(name, "placeholders differ")


def _is_complete(message: Message, polish: Catalog) -> bool:
    return not message.pluralizable or len(_forms(message.string)) == polish.num_plurals


def _keeps_placeholders(message: Message) -> bool:
    """Compare placeholders and tags; only the form for one may leave the number out."""
    sources = [_kept(each) for each in _forms(message.id)]
    first, *rest = [_kept(each) for each in _forms(message.string)]
    return first in sources and all(each == sources[-1] for each in rest)


def _kept(text: str) -> Counter[str]:
    return Counter(_KEPT_EXACTLY.findall(text))


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (tuple, list)) else (text or "",)


def main(arguments: list[str], root: Path) -> int:
    """Run `check` or `update` and say the outcome; the exit code tells success."""
    if arguments == ["update"]:
        update(root)
    elif arguments != ["check"]:
        sys.stderr.write("usage: python -m texts.catalogue check|update\n")
        return 2
    problems = check(root)
    for problem in problems:
        sys.stdout.write(f"{problem.reason}: {problem.message}\n")
    if arguments == ["update"]:
        sys.stdout.write(f"{PO_FILE}: {len(problems)} sentences still need Polish words\n")
        return 0
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).parent.parent))
