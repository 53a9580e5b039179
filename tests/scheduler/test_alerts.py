"""Staff hear of trouble with sending itself: once, calmly, and by a way that works."""

from datetime import datetime, time, timedelta

import pytest

from playground import faults, mishaps
from programme import staff
from programme.notice_policy import WakingHours
from programme.quiet_hours import QuietHours
from storage.database import Database
from storage.outbox import BROADCAST
from storage.tables import programme
from tests.scheduler.post import INVITATION, Post, mail, opened_post
from tests.storage.rows import NOW, entry, make_programme
from texts.translator import load

CHIEF = 900
CONTACT = "sekretarz@gmina.example.org"
REFUSED = load("pl")(
    "The mail server has refused a mail, and not because of the address. Please tell "
    "whoever looks after the program: the settings of our mailbox have to be looked at, and "
    "then the mail can be sent again."
)
PASSWORD = load("pl")(
    "The mail server does not accept our password, so no mail leaves. Please tell whoever "
    "looks after the program: the password of our mailbox has to be set right. What waits "
    "leaves by itself afterwards."
)
PLAIN = load("pl")(
    "Telegram could not read the bold type or the links of a message, so it went as plain "
    "text. Please tell whoever looks after the program; nothing else has to be done."
)
NIGHT = WakingHours(QuietHours(time(20), time(8)), "Europe/Warsaw")
UNPARSABLE = faults.bad_request("can't parse entities: unclosed tag")


async def _office(post: Post) -> None:
    await post.person(CHIEF)
    token = staff.new_token()
    async with post.database.transaction() as tx:
        await make_programme(tx)
        await tx.execute(programme.update().values(contact=f"Sekretarz, {CONTACT}"))
        await staff.invite_staff(tx, name="Irena", role="coordinator", token=token, now=NOW)
        await staff.accept(tx, token=token, chat_id=CHIEF, now=NOW)


async def test_mails_refused_through_our_fault_are_one_sentence(post: Post) -> None:
    await _office(post)
    post.mailbox.behave(mishaps.answer("MAIL", 550), times=3)
    await post.put(*(mail(f"{n}") for n in range(3)))

    await post.deliver()

    assert {state for key, state in (await post.states()).items() if len(key) == 1} == {"failed"}
    assert post.texts(CHIEF) == [REFUSED]


async def test_refused_password_is_told_at_once_and_once_a_day(database: Database) -> None:
    async with opened_post(database, login="urzad:tajne-haslo-1") as post:
        await _office(post)
        post.login = "urzad:zle-haslo-2"
        await post.put(mail("code", not_after=NOW + timedelta(days=2)))

        ends: list[datetime | None] = []
        for minutes in (0, 1, 2):
            await post.deliver(after=timedelta(minutes=minutes))
            ends.append(await post.resting("mail"))
        post.login = "urzad:tajne-haslo-1"
        await post.deliver(after=timedelta(minutes=3))

        assert post.texts(CHIEF) == [PASSWORD]
        assert None not in ends
        assert (await post.row("code")).state == "sent"


async def test_short_outage_is_nobodys_business_and_a_long_one_is(post: Post) -> None:
    await _office(post)
    await post.mailbox.stop()
    await post.put(mail("code", not_after=NOW + timedelta(days=2)))

    told = []
    for minutes in (0, 1, 2, 3):
        await post.deliver(after=timedelta(minutes=minutes))
        told.append(len(post.texts(CHIEF)))
    await post.mailbox.start()

    assert told == [0, 0, 1, 1]


async def test_broken_telegram_is_told_by_mail(post: Post) -> None:
    await _office(post)
    post.server.fail("sendMessage", with_=faults.unauthorized())
    await post.put(entry("reply", address=str(CHIEF)))

    await post.deliver()

    assert [one.recipients for one in post.mailbox.accepted] == [(CONTACT,)]
    assert post.texts(CHIEF) == []


async def test_markup_that_telegram_refuses_is_told_after_the_plain_text(post: Post) -> None:
    await _office(post)
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=UNPARSABLE)
    await post.put(entry("reply", address="1", facts={"text": "<b>Zażółć</b>"}))

    await post.deliver()

    assert (post.texts(1), post.texts(CHIEF)) == (["Zażółć"], [PLAIN])


async def test_alert_that_cannot_be_delivered_raises_no_other(post: Post) -> None:
    await _office(post)
    post.server.fail(
        "sendMessage", CHIEF, with_=faults.bad_request("message text is empty"), times=None
    )
    post.mailbox.behave(mishaps.answer("MAIL", 550))
    await post.put(mail("code"))

    await post.deliver()

    assert sorted((await post.states()).values()) == ["failed", "failed"]


@pytest.mark.parametrize(("kind", "facts"), [("invitation", INVITATION)])
async def test_what_an_outage_delayed_into_the_night_leaves_in_the_morning(
    post: Post, kind: str, facts: dict[str, object]
) -> None:
    await post.person(1)
    about = {"address": "1", "not_after": NOW + timedelta(days=3)}
    await post.put(
        entry("many", kind=kind, facts=facts, priority=BROADCAST, **about),
        entry("answer", **about),
    )
    await post.server.stop()
    await post.deliver(post.chats(hours=NIGHT))
    await post.server.start()

    await post.deliver(post.chats(hours=NIGHT), after=timedelta(hours=13))
    at_night = await post.states()
    due_at = (await post.row("many")).due_at
    await post.deliver(post.chats(hours=NIGHT), after=timedelta(hours=9))

    assert at_night == {"many": "retry", "answer": "sent"}
    assert due_at == (NOW + timedelta(days=1)).replace(hour=7)
    assert await post.states() == {"many": "sent", "answer": "sent"}
