"""Set the sheets of attendance: the list to be signed, and the code that hangs at the door.

They are for the funder's files and for a wall, so they are in Polish whoever asks for them.
"""

import re
from collections.abc import Mapping
from typing import Any

from delivery import qr, typeset
from delivery.characters import one_line
from delivery.chat import ChatFile
from delivery.typography import bind
from texts.dates import day, hour, session_line, until
from texts.translator import Translator, load

PDF, PNG = "application/pdf", "image/png"
LOCALE = "pl"
# For those who come without a registration.
EMPTY_ROWS = 5
TITLE_LENGTH = 300
SHORT_TITLE = 70
# Empty modules that a reader needs on each side of a QR.
QUIET_ZONE = 4
NAME_LENGTH = 120
PIECE = 14
# No column is wide enough for such a word in capital letters.
_LONG_WORD = re.compile(r"\S{27,}")


def signing_list(facts: Mapping[str, Any]) -> bytes:
    """Set the list to be signed as a PDF: for each session a sheet of its own, with its pages."""
    return typeset.pdf("attendance_list", list_facts(facts))


def signing_list_file(facts: Mapping[str, Any]) -> ChatFile:
    """Set the list to be signed as a file for a chat."""
    return ChatFile(file_name("lista-obecnosci", facts["sessions"]), signing_list(facts), PDF)


def code_sheet_file(facts: Mapping[str, Any], *, link: str, bot: str) -> ChatFile:
    """Set the sheet with the code and its QR as a PDF for the printer."""
    content = typeset.pdf("attendance_code", code_sheet_facts(facts, link=link, bot=bot))
    return ChatFile(file_name("kod-obecnosci", [facts["session"]]), content, PDF)


def code_picture(facts: Mapping[str, Any], *, link: str, bot: str) -> ChatFile:
    """Set the same sheet as a picture for a screen."""
    [picture] = typeset.pictures("attendance_code", code_sheet_facts(facts, link=link, bot=bot))
    return ChatFile(
        file_name("kod-obecnosci", [facts["session"]]).replace(".pdf", ".png"), picture, PNG
    )


def file_name(words: str, sessions: list[Mapping[str, Any]]) -> str:
    """Name a file after the first day that it is for."""
    return f"{words}-{sessions[0]['starts_at'][:10]}.pdf"


def list_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write all that stands on the list, ready to be set."""
    t = load(LOCALE)
    printed = facts["printed"]
    made = until(printed["made_at"], facts["sessions"][0]["zone"], LOCALE)
    return {
        **_frame(facts),
        "heading": t("Attendance list"),
        "sheets": [_sheet(t, one) for one in facts["sessions"]],
        "columns": [t("Item no."), t("First name and surname"), t("Organisation"), t("Signature")],
        "rows": [
            [f"{row['number']}.", _set(row["name"], NAME_LENGTH), _set(row["organisation"])]
            for row in facts["rows"]
        ],
        "empty": [f"{len(facts['rows']) + more}." for more in range(1, EMPTY_ROWS + 1)],
        "teacher": t("Led by:"),
        "confirmed": t("Confirmed by (date and signature):"),
        "printed": t("List no. %(number)s of %(moment)s", number=printed["number"], moment=made),
    }


def _sheet(t: Translator, session: Mapping[str, Any]) -> dict[str, Any]:
    when = session_line(session["starts_at"], session["ends_at"], session["zone"], LOCALE)
    which = _part(t, session)
    when = f"{when} ({which})" if which else when
    return {
        "facts": [[t("Date"), when], [t("Place"), _set(session["place"])]],
        "day": day(session["starts_at"], session["zone"], LOCALE),
    }


def part(t: Translator, *, number: int, count: int, days: int) -> str:
    """Say which day of an event a session is, or which part when a day has several.

    Nothing is said of the only one.
    """
    if count == 1:
        return ""
    words = {"number": number, "count": count}
    if days == count:
        return t("day %(number)s of %(count)s", **words)
    return t("part %(number)s of %(count)s", **words)


def _part(t: Translator, session: Mapping[str, Any]) -> str:
    return part(t, number=session["position"], count=session["of"], days=session["days"])


def code_sheet_facts(facts: Mapping[str, Any], *, link: str, bot: str) -> dict[str, Any]:
    """Write all that stands on the sheet with the code, ready to be set."""
    t = load(LOCALE)
    session, code = facts["session"], facts["code"]
    zone = session["zone"]
    return {
        **_frame(facts),
        "part": _part(t, session),
        "when": session_line(session["starts_at"], session["ends_at"], zone, LOCALE),
        "place": _set(session["place"]),
        "please": t("Please confirm that you are here"),
        "by_code": t("Please write this code in the chat with our bot in Telegram:"),
        "code": [code[:3], code[3:]],
        "by_qr": t("Or point the camera of your phone at this picture:"),
        "qr": qr.svg(link, border=QUIET_ZONE),
        "qr_words": t("QR code: confirm that you are here"),
        "bot": f"@{bot}",
        "valid": t(
            "The code works from %(start)s to %(end)s.",
            start=hour(facts["opens_at"], zone, LOCALE),
            end=hour(facts["closes_at"], zone, LOCALE),
        ),
        "help": t("You have no phone with you? Please tell the organisers, they will note it."),
    }


def _frame(facts: Mapping[str, Any]) -> dict[str, Any]:
    programme = facts["programme"]
    return {
        "title": _set(facts["event"]["title"]),
        "short_title": _set(facts["event"]["title"], SHORT_TITLE),
        "programme": {
            name: _set(programme[name]) for name in ("title", "organiser", "funder_line")
        },
    }


def _set(text: str, limit: int = TITLE_LENGTH) -> str:
    """Let no line end in a word of one letter, and cut what no sheet has room for."""
    line = one_line(text)
    if len(line) > limit:
        line = f"{line[: limit - 1].rstrip(' ,;:–')}…"
    return _LONG_WORD.sub(_broken, bind(line))


def _broken(word: re.Match[str]) -> str:
    return "\u200b".join(re.findall(rf".{{1,{PIECE}}}", word[0]))
