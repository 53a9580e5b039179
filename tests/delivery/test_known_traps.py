"""Traps of libraries that others fell into, at the wire and in what we compose.

docs/explanation/known-traps.md lists all of them with the tests that hold us out; what is not
tested where the thing itself is tested stands here.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from delivery.compose import compose_chat, compose_letter
from delivery.compose_notices import NOTICES
from delivery.letter import Letter, to_bytes
from delivery.smtp import MailSender, SmtpTimeouts
from delivery.smtp_url import SmtpUrl
from playground.mailbox import Mailbox

OURS, HERS = "szkolenia@example.org", "zaneta@ngo.example.org"
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
CASES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "facts.json").read_text("utf-8")
)
LINK = "https://szkolenia.example.org/wypisz/" + "x1Zm9v_-" * 40
# What a template engine, str.format and % would each make something of.
PROBES = (
    "{{ 7 * 7 }} {% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}",
    "{event.__init__.__globals__} {0.__class__} {}",
    "%(body)s %s %d 100 %",
    "{{ programme.__class__ }} {{ body|attr('x') }} {# gone #}",
)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


async def arrived(mailbox: Mailbox, letter: Letter) -> bytes:
    """Send a letter through a real connection and give the bytes that were accepted."""
    raw = to_bytes(letter, mail_from=OURS, message_id="<1@example.org>", date=NOW)
    url = SmtpUrl("127.0.0.1", mailbox.port, "none")

    async def started() -> None:
        return

    async with MailSender(url, timeouts=SmtpTimeouts(5, 5, 5)) as sender:
        await sender.send(sender=OURS, recipient=HERS, data=raw, started=started)
    (mail,) = mailbox.accepted
    assert mail.raw == raw
    return mail.raw


async def test_long_unsubscribe_link_stands_verbatim_in_what_the_server_got(
    mailbox: Mailbox,
) -> None:
    letter = Letter("Żaneta", HERS, "Zaproszenie", "a\n", "<p>a</p>", list_unsubscribe=(LINK,))

    raw = await arrived(mailbox, letter)

    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in raw


async def test_polish_subject_is_read_as_written_by_who_gets_it(mailbox: Mailbox) -> None:
    subject = "Zażółć gęślą jaźń – „Wnioski o dotacje” 15 lipca 2027 r., godz. 9:00, Miłki (2/3)"

    raw = await arrived(mailbox, Letter("Żaneta", HERS, subject, "a\n", "<p>a</p>"))

    assert mailbox.accepted[0].subject == subject
    assert b"?==?" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    raw.decode("ascii")


@pytest.mark.parametrize("case", CASES)
def test_no_calendar_has_a_zone_of_its_own(case: str) -> None:
    kind = case.split("-", maxsplit=1)[0]
    calendars: list[bytes] = []
    if NOTICES[kind].carries("mail"):
        letter = compose_letter(
            kind, CASES[case], locale="pl", to_address=HERS, mail_from=OURS, now=NOW
        )
        calendars += [letter.calendar.content] if letter.calendar else []
    if NOTICES[kind].carries("chat"):
        chat = compose_chat(kind, CASES[case], "pl", now=NOW)
        is_calendar = chat.document and chat.document.content_type == "text/calendar"
        calendars += [chat.document.content] if chat.document and is_calendar else []

    for calendar in calendars:
        assert [word for word in (b"VTIMEZONE", b"TZID", b"RDATE") if word in calendar] == []
        times = [
            line for line in calendar.split(b"\r\n") if line.startswith((b"DTSTART", b"DTEND"))
        ]
        assert times
        assert [line for line in times if not line.endswith(b"Z")] == []


@pytest.mark.parametrize("probe", PROBES)
def test_words_of_staff_are_never_a_template(probe: str) -> None:
    facts = CASES["invitation-without_link"] | {"subject": probe, "body": probe}

    chat = compose_chat("invitation", facts, "pl", now=NOW)
    letter = compose_letter(
        "invitation", facts, locale="pl", to_address=HERS, mail_from=OURS, now=NOW
    )

    assert probe in chat.text.replace("&#39;", "'").replace("&#x27;", "'")
    assert probe in letter.text
    assert letter.subject == probe
