"""Turn the frozen facts of a notice into what its templates read.

Everything optional gets a value, strange characters are taken out, and the sittings
that this one notice is about are picked, each with its place and its "day 1 of 2".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from delivery import digest_words, mail_answer_words, office_letters, summary_words
from delivery.characters import one_line, printable
from delivery.compose_notices import MissingFact
from texts.dates import local_day
from texts.translator import Translator

LONGEST_LINE = 500
_SEVERAL_LINES = frozenset({"body"})
_KEPT_WHOLE = frozenset(
    {
        *("link", "uid", "id", "registration_id", "starts_at", "ends_at", "question", "options"),
        *("stored", "content_type", "since", "zone", "at"),
    }
)
# What a notice that does not state it reads in its place.
LEFT_OUT = {
    "event": None,
    "session_number": None,
    "calendar": None,
    "calendar_entries": (),
    "registration_id": None,
    "exhibitor_id": None,
    "body_cut": False,
    "reason": "",
    "withdrawn_by": "",
    "documents": (),
    "offers": False,
    "offer": None,
    "naming": "",
    "about": "",
    "multiple": False,
    "buttons_of": None,
    "anonymous": False,
    "closes": None,
    "organisation": None,
}
# A chat file can only add to a calendar, so what is called off has none.
_WITH_FILE = frozenset({"registration_confirmed", "promoted", "event_moved"})
_WEB_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_TURNING_OVER = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def view(
    kind: str,
    channel: str,
    facts: Mapping[str, Any],
    t: Translator,
    *,
    longest: int = LONGEST_LINE,
) -> dict[str, Any]:
    """Prepare facts that check_facts has let pass; single lines are cut at `longest`.

    A letter is about one sitting when it is numbered, because a calendar invitation is;
    a chat message tells of the whole event, except a reminder.
    """
    seen: dict[str, Any] = {**LEFT_OUT, **_clean(facts, longest)}
    if channel == "chat" and kind != "reminder":
        seen |= {"session_number": None, "calendar": None}
    if channel == "mail" or kind not in _WITH_FILE:
        seen["calendar_entries"] = []
    event = seen["event"]
    if event is not None:
        seen["parts"] = len(event["sessions"])
        seen["sittings"] = sittings(kind, seen, t)
    if "days_left" in seen:
        seen["when"] = day_words(int(seen["days_left"]), t)
    if "old" in seen:
        seen |= _change(kind, seen, t)
    if "outcomes" in seen:
        zone = event["sessions"][0]["zone"] if event is not None else "Europe/Warsaw"
        seen["lines"] = mail_answer_words.lines(seen["outcomes"], zone, t)
        seen |= mail_answer_words.sort_of(seen["outcomes"])
    for one in seen.get("announcements", ()):
        own = one["event"]
        listed = _sittings(own["sessions"], own["place"], t) if own is not None else []
        one.update(digest_words.view_of(one, seen, listed))
        office_letters.add_words(kind, one, t)
    if kind == "summary":
        summary_words.add_words(seen["summary"], t)
    if kind in office_letters.LETTERS:
        office_letters.add_words(kind, seen, t)
        seen["link"] = seen["link"] if _WEB_LINK.fullmatch(seen["link"] or "") else None
        seen["zone"] = event["sessions"][0]["zone"] if event is not None else "Europe/Warsaw"
    return seen


def clean_line(text: str, longest: int | None = LONGEST_LINE) -> str:
    """Make one line of a text, cut where it is longer than `longest`; None cuts nowhere."""
    line = one_line(text).translate(_TURNING_OVER)
    if longest is None or len(line) <= longest:
        return line
    return line[: longest - 1].rstrip() + "…"


def sittings(kind: str, seen: Mapping[str, Any], t: Translator) -> list[dict[str, Any]]:
    """List the sittings that the notice is about: the one that is numbered, or all."""
    event, number = seen["event"], seen["session_number"]
    everything = _sittings(event["sessions"], event["place"], t)
    if not everything:
        raise MissingFact(kind, "event.sessions")
    if number is None:
        return everything
    if not 1 <= number <= len(everything):
        raise MissingFact(kind, f"event.sessions[{number}]")
    chosen = everything[number - 1]
    if "session" in seen:
        chosen |= {"session": seen["session"], "place": _place(seen["session"], event["place"])}
    return [chosen]


def day_words(days: int, t: Translator) -> str:
    """Say on which day the session is, counted from the day the reminder is sent."""
    named = {0: t("today"), 1: t("tomorrow"), 7: t("in a week")}
    return named[days] if days in named else t.plural("in %(n)s day", "in %(n)s days", days)


def _sittings(
    sessions: Sequence[Mapping[str, Any]], place: str, t: Translator
) -> list[dict[str, Any]]:
    count = len(sessions)
    days = {local_day(each["starts_at"], each["zone"]) for each in sessions}
    listed = []
    for number, session in enumerate(sessions, 1):
        if count == 1:
            part = ""
        elif len(days) == count:
            part = t("day %(number)s of %(count)s", number=number, count=count)
        else:
            part = t("part %(number)s of %(count)s", number=number, count=count)
        listed.append({"session": dict(session), "part": part, "place": _place(session, place)})
    return listed


def _place(session: Mapping[str, Any], place: str) -> str:
    return session.get("place") or place


def _change(kind: str, seen: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """Set the old sittings beside the new ones and name what has changed."""
    old, number = seen["old"], seen["session_number"]
    before = _sittings(old["sessions"], old["place"], t)
    if not before:
        raise MissingFact(kind, "old.sessions")
    if number is not None and number <= len(before):
        before = [before[number - 1]]
    now = seen["sittings"]
    moved = _of(before, "starts_at", "ends_at") != _of(now, "starts_at", "ends_at")
    elsewhere = {each["place"] for each in before} != {each["place"] for each in now}
    changed = "both" if moved and elsewhere else "place" if elsewhere else "date"
    return {"old_sittings": before, "changed": changed}


def _of(listed: Sequence[Mapping[str, Any]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(each["session"][name] for name in names) for each in listed]


def _clean(value: Any, longest: int, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _clean(each, longest, key) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(each, longest, name) for each in value]
    if not isinstance(value, str):
        return value
    if name in _SEVERAL_LINES:
        return printable(value).translate(_TURNING_OVER)
    return clean_line(value, None if name in _KEPT_WHOLE else longest)
