import copy
import json
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from delivery.chat import Button
from delivery.compose import compose_chat, compose_letter
from delivery.compose_notices import NOTICES, MissingFact, UnknownNotice
from delivery.letter import Letter, to_bytes
from delivery.limits import check_limits

CASES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "facts.json").read_text("utf-8")
)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
HOSTILE = [
    "</b><script>alert(1)</script> & \"' <",
    "Tytuł\r\nBcc: ofiara@example.org\r\n\r\nTreść",
    "ż" * 300,
    "🌻👩‍👩‍👧‍👦" * 60,
    "\u202enasyłan \x00\x07\ud83c \u2028koniec",
    "%(event)s {{ 7*7 }} {% raw %} %s 100%",
    "słowo " * 60,
]
TELEGRAM_TAGS = {"b"}


class Tags(HTMLParser):
    """Check that every tag is known and closed in order, and gather the text."""

    def __init__(self, allowed: set[str] | None) -> None:
        super().__init__()
        self.allowed, self.open, self.text = allowed, list[str](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert self.allowed is None or (tag in self.allowed and not attrs)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(text: str, allowed: set[str] | None) -> Tags:
    tags = Tags(allowed)
    tags.feed(text)
    tags.close()
    assert tags.open == []
    return tags


def kinds(channel: str) -> list[str]:
    return [kind for kind, notice in NOTICES.items() if notice.carries(channel)]


def facts_of(case: str) -> dict[str, Any]:
    return copy.deepcopy(CASES[case])


def without(facts: dict[str, Any], name: str) -> dict[str, Any]:
    *path, last = name.split(".")
    place = facts
    for part in path:
        place = place[part]
    del place[last]
    return facts


def poisoned(facts: dict[str, Any], poison: str) -> dict[str, Any]:
    facts["person"]["name"] = poison
    facts["programme"] = dict.fromkeys(facts["programme"], poison)
    if facts.get("event"):
        facts["event"] |= {"title": poison, "place": poison}
        for session in facts["event"]["sessions"]:
            session["place"] = poison
    for name in ("subject", "body", "case_number", "code", "link"):
        if facts.get(name):
            facts[name] = poison
    return facts


def letter(kind: str, facts: dict[str, Any], locale: str = "pl") -> Letter:
    return compose_letter(
        kind,
        facts,
        locale=locale,
        to_address="anna@example.org",
        mail_from="Urząd Gminy Miłki <akademia@example.org>",
        now=NOW,
    )


@pytest.mark.parametrize("kind", ["birthday", "email_code"])
def test_chat_of_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(UnknownNotice) as refusal:
        compose_chat(kind, facts_of("email_code"), "pl")

    assert (refusal.value.kind, refusal.value.channel) == (kind, "chat")


@pytest.mark.parametrize("kind", ["birthday", "trouble"])
def test_letter_of_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(UnknownNotice) as refusal:
        letter(kind, facts_of("trouble"))

    assert (refusal.value.kind, refusal.value.channel) == (kind, "mail")


@pytest.mark.parametrize(
    ("kind", "fact"),
    [(kind, fact) for kind in kinds("chat") for fact in NOTICES[kind].required("chat")],
)
def test_chat_without_a_required_fact_is_refused_by_its_name(kind: str, fact: str) -> None:
    with pytest.raises(MissingFact) as refusal:
        compose_chat(kind, without(facts_of(kind), fact), "pl")

    assert (refusal.value.kind, refusal.value.fact) == (kind, fact)


@pytest.mark.parametrize(
    ("kind", "fact"),
    [(kind, fact) for kind in kinds("mail") for fact in NOTICES[kind].required("mail")],
)
def test_letter_without_a_required_fact_is_refused_by_its_name(kind: str, fact: str) -> None:
    with pytest.raises(MissingFact) as refusal:
        letter(kind, without(facts_of(kind), fact))

    assert (refusal.value.kind, refusal.value.fact) == (kind, fact)


@pytest.mark.parametrize("fact", NOTICES["invitation"].may_be_null)
def test_invitation_must_say_that_it_has_no_such_fact(fact: str) -> None:
    with pytest.raises(MissingFact) as refusal:
        letter("invitation", without(facts_of("invitation"), fact))

    assert refusal.value.fact == fact


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"session_number": 2}, "event.sessions[2]"),
        ({"session_number": 0}, "event.sessions[0]"),
        ({"calendar": {"uid": "u", "sequence": 0, "method": "REPLY"}}, "calendar.method"),
    ],
)
def test_letter_with_facts_that_do_not_fit_is_refused(change: dict[str, Any], fact: str) -> None:
    with pytest.raises(MissingFact) as refusal:
        letter("registration_confirmed", facts_of("registration_confirmed") | change)

    assert refusal.value.fact == fact


@pytest.mark.parametrize(
    ("kind", "path", "fact"),
    [
        ("registration_confirmed", ("event", "sessions"), "event.sessions"),
        ("event_moved", ("old", "sessions"), "old.sessions"),
    ],
)
def test_event_without_sessions_is_refused(kind: str, path: tuple[str, str], fact: str) -> None:
    facts = facts_of(kind)
    facts[path[0]][path[1]] = []

    with pytest.raises(MissingFact) as refusal:
        compose_chat(kind, facts, "pl")

    assert refusal.value.fact == fact


def test_chat_with_an_entry_too_few_is_refused() -> None:
    facts = facts_of("registration_confirmed-two_days")
    facts["calendar_entries"].pop()

    with pytest.raises(MissingFact) as refusal:
        compose_chat("registration_confirmed", facts, "pl")

    assert refusal.value.fact == "calendar_entries[2]"


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("kind", kinds("chat"))
def test_hostile_facts_never_break_a_chat_message(kind: str, locale: str, poison: str) -> None:
    message = compose_chat(kind, poisoned(facts_of(kind), poison), locale, now=NOW)

    read_html(message.text, TELEGRAM_TAGS)
    check_limits(message)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u2028\u202e\ud800-\udfff]|\n\n\n", message.text)


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("locale", ["pl", "en"])
@pytest.mark.parametrize("kind", kinds("mail"))
def test_hostile_facts_never_break_a_letter(kind: str, locale: str, poison: str) -> None:
    written = letter(kind, poisoned(facts_of(kind), poison), locale)

    raw = to_bytes(written, mail_from="akademia@example.org", message_id="a@example.org", date=NOW)
    parsed = message_from_bytes(raw, policy=default)
    read_html(written.html, None)
    assert parsed["Subject"] == written.subject
    assert (parsed["Bcc"], len(parsed.get_all("To", []))) == (None, 1)
    assert "<script" not in written.html
    assert len(written.subject) < 600


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", 'https://example.org/"onclick=x', "t.me/x"]
)
def test_invitation_shows_web_links_only(link: str) -> None:
    written = letter("invitation", facts_of("invitation") | {"link": link})

    assert "<a " not in written.html
    assert link not in written.text


def test_chat_file_holds_every_session_in_utc_under_its_own_uid() -> None:
    facts = facts_of("registration_confirmed-two_days")

    file = compose_chat("registration_confirmed", facts, "pl", now=NOW).document

    assert file is not None
    events = Calendar.from_ical(file.content).walk("VEVENT")
    assert [
        (str(e["UID"]), e["SEQUENCE"], e.decoded("DTSTART").isoformat(), e.decoded("DTSTAMP"))
        for e in events
    ] == [
        (f"{2:032x}@example.org", 0, "2027-01-14T08:00:00+00:00", NOW),
        (f"{3:032x}@example.org", 0, "2027-01-15T08:00:00+00:00", NOW),
    ]


@pytest.mark.parametrize(
    ("case", "filename"),
    [
        ("registration_confirmed", "szkolenie.ics"),
        ("meeting", "spotkanie.ics"),
        ("fair", "wydarzenie.ics"),
    ],
)
def test_chat_file_is_named_by_the_kind_of_event(case: str, filename: str) -> None:
    facts = facts_of("registration_confirmed")
    if case in {"meeting", "fair"}:
        facts["event"]["kind"] = case

    file = compose_chat("registration_confirmed", facts, "pl").document

    assert file is not None
    assert file.filename == filename


@pytest.mark.parametrize("kind", ["registration_cancelled", "event_cancelled"])
def test_cancelling_by_chat_never_brings_the_event_back_as_a_file(kind: str) -> None:
    facts = facts_of(kind) | {"calendar_entries": [{"uid": "a@example.org", "sequence": 1}]}

    message = compose_chat(kind, facts, "pl", now=NOW)

    assert message == compose_chat(kind, facts_of(kind), "pl", now=NOW)
    assert message.document is None


def test_notices_without_a_contact_offer_no_empty_help() -> None:
    facts = facts_of("registration_confirmed")
    facts["programme"] |= {"contact": ""}

    message = compose_chat("registration_confirmed", facts, "pl", now=NOW)
    written = letter("registration_confirmed", facts)

    assert message.document is not None
    assert written.calendar is not None
    said = message.text + message.document.content.decode() + written.text + written.html
    assert "Pomoc" not in said + written.calendar.content.decode()


def test_letter_without_calendar_facts_has_no_calendar_and_does_not_speak_of_one() -> None:
    written = letter("event_moved", facts_of("event_moved-waiting_person"))

    assert written.calendar is None
    assert "kalendarz" not in written.text + written.html


def test_event_moved_by_chat_keeps_the_way_out_close() -> None:
    buttons = compose_chat("event_moved", facts_of("event_moved"), "en").buttons

    assert buttons == ((Button("I cannot come", "x:41"),), (Button("My trainings", "m"),))


def test_moved_letter_about_an_added_session_shows_all_old_ones() -> None:
    facts = facts_of("event_moved-place_of_second_day")
    facts["old"]["sessions"].pop()

    written = letter("event_moved", facts)

    assert written.text.count("14\u00a0stycznia") == 1
    assert written.text.count("15\u00a0stycznia") == 1


@pytest.mark.parametrize(
    ("days_left", "polish", "english"),
    [
        (0, "dzisiaj", "today"),
        (1, "jutro", "tomorrow"),
        (2, "za 2 dni", "in 2 days"),
        (3, "za 3 dni", "in 3 days"),
        (7, "za tydzień", "in a week"),
        (14, "za 14 dni", "in 14 days"),
    ],
)
def test_reminder_says_how_many_days_are_left(days_left: int, polish: str, english: str) -> None:
    facts = facts_of("reminder") | {"days_left": days_left}

    said = [compose_chat("reminder", facts, locale).text.splitlines()[0] for locale in ("pl", "en")]

    assert [each.replace("\u00a0", " ") for each in said] == [
        f"<b>Przypominamy: {polish}</b>",
        f"<b>We remind you: {english}</b>",
    ]


def test_mails_never_speak_of_chat_commands_or_buttons() -> None:
    texts = [
        letter(case.split("-")[0], facts_of(case), locale).text
        for case in CASES
        for locale in ("pl", "en")
        if NOTICES[case.split("-", maxsplit=1)[0]].carries("mail")
    ]

    spoken = [t for t in texts if re.search(r"(?<![\w/:.])/[a-z]+|przycisk|button", t)]
    assert spoken == []
