"""Set the poster of a public survey, and the sheet of codes to be cut out.

Both hang or lie where residents are, so they are in Polish whoever asks for them.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from delivery import qr, typeset
from delivery.characters import one_line
from delivery.chat import ChatFile
from delivery.typography import bind
from texts.dates import until
from texts.translator import Translator, load

PDF, PNG = "application/pdf", "image/png"
LOCALE = "pl"
TITLE_LENGTH, SENTENCE_LENGTH = 160, 320
# Empty modules that a reader needs on each side of a QR.
QUIET_ZONE = 4
_LONG_WORD = re.compile(r"\S{27,}")
PIECE = 14
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def poster_file(facts: Mapping[str, Any]) -> ChatFile:
    """Set the poster as a PDF for the printer."""
    return ChatFile(_name("plakat", facts), typeset.pdf("survey_poster", poster_facts(facts)), PDF)


def poster_picture(facts: Mapping[str, Any]) -> ChatFile:
    """Set the poster as a picture for a screen or a web page of the office."""
    [picture] = typeset.pictures("survey_poster", poster_facts(facts))
    return ChatFile(_name("plakat", facts).replace(".pdf", ".png"), picture, PNG)


def codes_file(facts: Mapping[str, Any]) -> ChatFile:
    """Set the sheet of printed codes as a PDF, eight on each page."""
    return ChatFile(_name("kody", facts), typeset.pdf("survey_codes", codes_facts(facts)), PDF)


def codes_pictures(facts: Mapping[str, Any]) -> list[bytes]:
    """Set the sheet of printed codes as one PNG a page."""
    return typeset.pictures("survey_codes", codes_facts(facts))


def _name(words: str, facts: Mapping[str, Any]) -> str:
    parts = [words, facts["survey_key"], facts["wave_key"]]
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", one) for one in parts if one) + ".pdf"


def poster_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write all that stands on the poster, ready to be set."""
    t = load(LOCALE)
    return {
        **_frame(t, facts),
        "please": t("Please tell us what you think"),
        "intro": _set(_first_sentences(facts["intro"]), SENTENCE_LENGTH),
        "by_qr": t("Point the camera of your phone at this picture:"),
        "qr": qr.svg(facts["link"], border=QUIET_ZONE),
        "by_address": t("Or type this address into a browser:"),
        "address": facts["address"],
        "minutes": t.plural(
            "It takes about %(n)s minute.", "It takes about %(n)s minutes.", facts["minutes"]
        ),
        "until": _until(t, facts),
        "privacy": _privacy(t, facts),
        "help": _set(_help(t, facts), SENTENCE_LENGTH),
    }


def codes_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write all that stands on the sheet of codes, ready to be set."""
    t = load(LOCALE)
    return {
        **_frame(t, facts),
        "for_one": t("A code for one answer"),
        "how": t("Point the camera at the picture, or type the address and the code:"),
        "address": facts["address"],
        "until": _until(t, facts),
        "cards": [
            {
                "code": code,
                "qr": qr.svg(f"{facts['link']}?{urlencode({'k': code})}", border=QUIET_ZONE),
            }
            for code in facts["codes"]
        ],
    }


def _frame(t: Translator, facts: Mapping[str, Any]) -> dict[str, Any]:
    programme = facts["programme"]
    return {
        "programme": {
            name: _set(programme[name], TITLE_LENGTH)
            for name in ("title", "organiser", "funder_line")
        },
        "title": _set(facts["title"], TITLE_LENGTH),
        "qr_words": t("QR code: open the survey"),
    }


def _until(t: Translator, facts: Mapping[str, Any]) -> str:
    if not facts["closes_at"]:
        return ""
    return t(
        "You can answer until %(moment)s.", moment=until(facts["closes_at"], facts["zone"], LOCALE)
    )


def _privacy(t: Translator, facts: Mapping[str, Any]) -> str:
    if facts["privacy"] == "anonymous":
        return t("The survey is anonymous: we do not ask who you are, and we cannot find it out.")
    return t("We do not ask who you are: neither a name nor an address is kept.")


def _help(t: Translator, facts: Mapping[str, Any]) -> str:
    contact = facts["programme"]["contact"]
    return t("Without a phone? We gladly help: %(contact)s", contact=contact) if contact else ""


def _first_sentences(text: str) -> str:
    """Give as many whole sentences of the beginning as the poster has room for."""
    paragraph = one_line(text.split("\n\n", maxsplit=1)[0])
    found = ""
    for sentence in _SENTENCE_END.split(paragraph):
        if found and len(found) + len(sentence) >= SENTENCE_LENGTH:
            break
        found = f"{found} {sentence}".strip()
    return found


def _set(text: str, limit: int) -> str:
    """Let no line end in a word of one letter, and cut what no sheet has room for."""
    line = one_line(text)
    if len(line) > limit:
        line = f"{line[: limit - 1].rstrip(' ,;:–')}…"
    return _LONG_WORD.sub(_broken, bind(line))


def _broken(word: re.Match[str]) -> str:
    return "\u200b".join(re.findall(rf".{{1,{PIECE}}}", word[0]))
