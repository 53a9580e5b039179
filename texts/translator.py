"""Give one reader's language to whoever must say something.

A Translator is loaded once per locale and handed over; nothing here remembers
"the current language". English sentences are the ids of the catalogue, so the
only catalogue kept is the Polish one.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from texts import dates
from texts.styles import Styled

LOCALES = ("pl", "en")
CATALOGUE = Path(__file__).parent / "locale" / "pl" / "LC_MESSAGES" / "messages.po"
TEMPLATES = Path(__file__).parent / "templates"


def mark(message: str) -> str:
    """Mark a message for the catalogue and return it untranslated.

    For sentences that stand in a table at import time and are translated later
    by the reader's Translator.
    """
    return message


@dataclass(frozen=True)
class Translator:
    """Say messages, counted messages and whole templates in one locale."""

    locale: str
    _words: NullTranslations = field(repr=False, compare=False)
    _templates: Environment = field(repr=False, compare=False)

    def __call__(self, message: str, /, **values: object) -> str:
        """Translate a message and fill its `%(name)s` placeholders.

        Nothing is escaped: whoever writes Telegram HTML escapes the values.
        """
        translated = self._words.gettext(message)
        return translated % values if values else translated

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Translate a counted message; `%(n)s` is the count."""
        return self._words.ngettext(singular, plural, n) % {"n": n, **values}

    def render(self, name: str, facts: Mapping[str, Any]) -> str:
        """Render a template with facts that are plain JSON values.

        Chat and HTML templates escape every fact. A fact that is missing is an
        error, never an empty place.
        """
        # A template sees copies made of JSON alone: no object whose methods it could call.
        plain = json.loads(json.dumps(facts))
        text = self._templates.get_template(name).render(plain)
        return _tidy(text) if name.endswith(".txt") else text.strip() + "\n"


def escaped(text: str) -> str:
    """Write a text as chat and HTML templates write a fact."""
    return str(escape(text))


def load(locale: str) -> Translator:
    """Give the translator for a locale such as "pl" or "en-GB"; unknown ones read Polish."""
    language = locale.lower().replace("_", "-").split("-")[0]
    return _load(language if language in LOCALES else LOCALES[0])


@cache
def _load(locale: str) -> Translator:
    words = _polish(CATALOGUE) if locale == "pl" else NullTranslations()
    return Translator(locale, words, _environment(words, locale))


def _polish(catalogue: Path) -> GNUTranslations:
    compiled = io.BytesIO()
    with catalogue.open("rb") as source:
        write_mo(compiled, read_po(source, locale="pl"))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _environment(words: NullTranslations, locale: str) -> Environment:
    # Any: the i18n extension adds its methods to the object when it is loaded.
    environment: Any = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=_is_markup,  # noqa: S701 - a function decides: all but the mails' plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", Styled],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(words, newstyle=True)
    environment.globals["locale"] = locale
    environment.filters |= {
        "session_line": partial(_session_line, locale=locale),
        "days_line": partial(dates.days_line, locale=locale),
        "until": partial(dates.until, locale=locale),
        "paragraphs": _paragraphs,
    }
    return cast("Environment", environment)


def _is_markup(name: str | None) -> bool:
    """Tell whether a template writes markup: Telegram reads chat texts as HTML."""
    return name is not None and name.endswith((".html", "chat.txt"))


def _session_line(session: Mapping[str, str], locale: str) -> str:
    return dates.session_line(session["starts_at"], session["ends_at"], session["zone"], locale)


def _paragraphs(text: str) -> list[list[str]]:
    """Split a text at empty lines into paragraphs, each a list of its lines."""
    parts = re.split(r"\n\s*\n", text.strip())
    return [part.splitlines() for part in parts if part.strip()]


def _tidy(text: str) -> str:
    """Leave at most one empty line anywhere, and none at the ends."""
    lines = "\n".join(line.rstrip(" ") for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
