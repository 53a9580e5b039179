"""Everybody is written to by the way they asked for, and else by the other."""

import pytest

from programme import (
    invitations,
    nomination_notices,
    notices,
    preferences,
    registration,
)
from programme.notices import Notice
from programme.preference_refusals import ChannelMissing
from programme.preferences import CHANNEL, INVITATIONS, LANGUAGE, Preferences
from programme.refusals import OptionUnknown
from storage import conversations, organisations, people
from storage.conversations import Conversation
from storage.database import Database
from tests.programme.audience import (
    close_chat,
    make_member,
    make_organisation,
    queued,
)
from tests.programme.inviting import MAILBOX, make_crowd, reached
from tests.programme.naming import make_contact
from tests.storage.rows import NOW, make_event


async def test_notice_goes_by_the_channel_that_was_asked_for_and_else_by_the_other(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        both = await make_member(tx, "Anna", chat=1, mail="anna@example.org")

        async def told(key: str) -> str | None:
            person = await people.get(tx, both)
            notice = Notice("offer_expired", key, {"event": None}, 20, NOW, NOW.replace(year=2028))
            return await notices.tell(tx, notice, person=person, now=NOW)

        ways = [await told("a")]
        assert await preferences.change(tx, person_id=both, channel="mail", now=NOW) == (CHANNEL,)
        assert await preferences.change(tx, person_id=both, channel="mail", now=NOW) == ()
        ways.append(await told("b"))
        await people.set_unreachable(
            tx, channel="mail", address="anna@example.org", why="550", now=NOW
        )
        ways.append(await told("c"))
        await people.set_reachable(tx, channel="mail", address="anna@example.org")
        assert await preferences.change(tx, person_id=both, channel="telegram", now=NOW) == (
            CHANNEL,
        )
        ways.append(await told("d"))
        await close_chat(tx, 1)
        ways.append(await told("e"))

        assert ways == ["telegram", "mail", "telegram", "telegram", "mail"]
        # Never to both at once.
        assert len(await queued(tx)) == len(ways)


async def test_confirmation_goes_both_ways_unless_mail_was_asked_for(database: Database) -> None:
    async with database.transaction() as tx:
        both = await make_member(tx, "Anna", chat=1, mail="anna@example.org")
        mails = await make_member(tx, "Ewa", chat=2, mail="ewa@example.org")
        await preferences.change(tx, person_id=mails, channel="mail", now=NOW)
        event_id = await make_event(tx)

        for person_id in (both, mails):
            await registration.register(
                tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW
            )

        assert await reached(tx, "registration_confirmed") == [
            "1",
            "anna@example.org",
            "ewa@example.org",
        ]


async def test_letters_and_previews_follow_the_channel_that_was_asked_for(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        crowd = await make_crowd(tx)
        await preferences.change(tx, person_id=crowd["anna"], channel="mail", now=NOW)

        found = await invitations.preview(tx, audience="organisations", event_id=None, now=NOW)

        assert (found.by_chat, found.by_mail) == (1, 4)


async def test_contact_who_asked_for_mail_is_called_by_mail_beside_those_in_chat(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW", email=MAILBOX)
        first = await make_contact(tx, unit, 5, "Anna")
        second = await make_contact(tx, unit, 6, "Jan")
        await people.add_contact(
            tx, person_id=first, channel="mail", address="a@example.org", verified=True, now=NOW
        )
        await preferences.change(tx, person_id=first, channel="mail", now=NOW)
        found = await organisations.get(tx, unit)
        assert found is not None

        ways = await nomination_notices.recipients(tx, found, unasked=True)

        assert [(one.channel, one.person_id) for one in ways] == [
            ("telegram", second),
            ("mail", first),
        ]


async def test_change_names_what_is_new_and_speaks_the_language_in_the_chat(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        anna = await make_member(tx, "Anna", chat=1, mail="anna@example.org")
        await conversations.save(tx, Conversation(1, "pl"), now=NOW)
        await conversations.save(tx, Conversation(2, "pl"), now=NOW)

        changed = await preferences.change(
            tx, person_id=anna, channel="telegram", invitations=False, locale="en", now=NOW
        )

        assert changed == (INVITATIONS, LANGUAGE)
        person = await people.get(tx, anna)
        spoken = [await conversations.load(tx, chat) for chat in (1, 2)]
        assert [one.locale for one in spoken if one] == ["en", "pl"]
        assert await preferences.of(tx, person=person) == Preferences(
            name="Anna",
            invitations=False,
            locale="en",
            person=person,
            channel="telegram",
            has_chat=True,
            mail="anna@example.org",
        )


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"channel": "mail"}, ChannelMissing),
        ({"channel": "fax"}, OptionUnknown),
        ({"locale": "de"}, OptionUnknown),
    ],
)
async def test_change_to_what_there_is_not_is_refused(
    database: Database, wish: dict[str, str], refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        anna = await make_member(tx, "Anna", chat=1)

        with pytest.raises(refusal):
            await preferences.change(tx, person_id=anna, now=NOW, **wish)  # type: ignore[arg-type]
