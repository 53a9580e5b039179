"""Every way in which a message can fail to leave, on real servers, and what becomes of its row."""

from datetime import timedelta

import pytest

from delivery.chat import ChatMessage, to_json
from playground import faults, mishaps
from playground.faults import Fault
from playground.mishaps import Mishap
from storage.database import Database
from tests.scheduler.post import Post, mail, opened_post, seconds_from_now
from tests.storage.rows import NOW, entry, make_person

HIS = "jan@ngo.example.org"
UNPARSABLE = faults.bad_request("can't parse entities: unclosed tag")
# The fault, how often; then the state, how many messages arrived, whether the chat counts as open.
CHAT_FAULTS: dict[int, tuple[Fault, int, tuple[str, int, bool]]] = {
    11: (faults.slow(0), 1, ("sent", 1, True)),
    12: (faults.blocked(), 1, ("failed", 0, False)),
    13: (faults.deactivated(), 1, ("failed", 0, False)),
    14: (faults.bad_request("chat not found"), 1, ("failed", 0, False)),
    15: (faults.bad_request("message text is empty"), 1, ("failed", 0, True)),
    16: (UNPARSABLE, 1, ("sent", 1, True)),
    17: (UNPARSABLE, 2, ("failed", 0, True)),
    18: (faults.broken(500), 1, ("uncertain", 0, True)),
    19: (faults.broken(502), 1, ("uncertain", 0, True)),
    20: (faults.dropped_before(), 1, ("uncertain", 0, True)),
    21: (faults.dropped_after(), 1, ("uncertain", 1, True)),
    22: (faults.late(5), 1, ("uncertain", 1, True)),
}
SOON, MINUTE, AT_ONCE, NEVER = range(8, 20), range(46, 85), range(-2, 3), range(0)
# The mishap; then the state, how many mails arrived, whether the address counts as good, and
# in about how many seconds the row is due again. One that waits for its channel is due as before.
MAIL_MISHAPS: dict[str, tuple[Mishap, tuple[str, int, bool, range]]] = {
    "greylisted": (mishaps.answer("RCPT", 450), ("retry", 0, True, MINUTE)),
    "mailbox full": (mishaps.answer("RCPT", 552, "5.2.2 Full"), ("retry", 0, True, MINUTE)),
    "sender busy": (mishaps.answer("MAIL", 451), ("retry", 0, True, MINUTE)),
    "sender refused": (mishaps.answer("MAIL", 550), ("failed", 0, True, NEVER)),
    "login wanted": (mishaps.answer("MAIL", 530), ("retry", 0, True, AT_ONCE)),
    "address refused": (mishaps.refuse(HIS), ("failed", 0, False, NEVER)),
    "relay refused": (mishaps.answer("RCPT", 554, "5.7.1 No"), ("failed", 0, True, NEVER)),
    "server closes": (mishaps.answer("RCPT", 421), ("retry", 0, True, SOON)),
    "data refused": (mishaps.answer("DATA", 554), ("failed", 0, True, NEVER)),
    "content refused": (mishaps.answer("END", 554), ("failed", 0, True, NEVER)),
    "content not now": (mishaps.answer("END", 451), ("retry", 0, True, MINUTE)),
    "drop at MAIL": (mishaps.drop("MAIL"), ("retry", 0, True, SOON)),
    "drop at RCPT": (mishaps.drop("RCPT"), ("retry", 0, True, SOON)),
    "drop after the dot": (mishaps.drop("END"), ("uncertain", 0, True, NEVER)),
    "kept, then dropped": (mishaps.accept_then_drop(), ("uncertain", 1, True, NEVER)),
    "kept, then silent": (mishaps.hang_after_dot(), ("uncertain", 1, True, NEVER)),
    "no service": (mishaps.answer("CONNECT", 421), ("retry", 0, True, AT_ONCE)),
}


async def test_each_chat_fault_ends_only_its_own_row(post: Post, database: Database) -> None:
    async with database.transaction() as tx:
        for chat in CHAT_FAULTS:
            await make_person(tx, chat=chat)
    for chat, (fault, times, _) in CHAT_FAULTS.items():
        await post.person(chat)
        post.server.fail("sendMessage", chat, with_=fault, times=times)
    await post.put(*(entry(str(chat), address=str(chat)) for chat in CHAT_FAULTS))

    await post.deliver()

    states = await post.states()
    found = {
        chat: (states[str(chat)], len(post.texts(chat)), await post.is_reachable(str(chat)))
        for chat in CHAT_FAULTS
    }
    assert found == {chat: expected for chat, (_, _, expected) in CHAT_FAULTS.items()}
    assert await post.resting("telegram") is None


@pytest.mark.parametrize("name", MAIL_MISHAPS)
async def test_each_mail_mishap_ends_the_row(post: Post, database: Database, name: str) -> None:
    mishap, expected = MAIL_MISHAPS[name]
    async with database.transaction() as tx:
        await make_person(tx, mail=HIS)
    post.mailbox.behave(mishap)
    await post.put(mail("code"))

    await post.deliver()

    row = await post.row("code")
    found = (row.state, len(post.mailbox.accepted), await post.is_reachable(HIS))
    assert found == expected[:3]
    assert row.state != "retry" or seconds_from_now(row.due_at, NOW) - 1 in expected[3]


async def test_retried_mail_arrives_and_waits_longer_each_time(post: Post) -> None:
    post.mailbox.behave(mishaps.answer("RCPT", 450), times=3)
    await post.put(mail("code"))

    pauses = []
    for minutes in (0, 1.3, 6.1, 18.1):
        await post.deliver(after=timedelta(minutes=minutes))
        row = await post.row("code")
        pauses.append((row.due_at - post.clock()) / timedelta(minutes=1))

    wanted = [round(pauses[0]), round(pauses[1] / 5), round(pauses[2] / 15)]
    assert wanted == [1, 1, 1]
    assert (row.state, len(post.mailbox.accepted)) == ("sent", 1)


async def test_flood_silences_the_whole_channel_also_after_a_restart(
    post: Post, second: Database
) -> None:
    await post.person(1)
    await post.person(2)
    post.server.fail("sendMessage", 1, with_=faults.flood(30))
    await post.put(entry("flooded", address="1"))
    await post.deliver()
    await post.put(entry("innocent", address="2"))

    await post.deliver(post.chats(second))
    during = await post.states()
    await post.deliver(post.chats(second), after=timedelta(seconds=31))

    assert during == {"flooded": "retry", "innocent": "queued"}
    assert await post.states() == {"flooded": "sent", "innocent": "sent"}
    assert (await post.row("flooded")).attempts == 1
    assert (post.texts(1), post.texts(2)) == (["Dzień dobry"], ["Dzień dobry"])


async def test_flood_holds_back_what_was_claimed_with_it(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=faults.flood(30))
    await post.put(*(entry(f"{n}", address="1", facts={"text": f"{n}"}) for n in range(3)))

    await post.deliver()
    during = (await post.states(), post.server.count("sendMessage"))
    await post.deliver(after=timedelta(seconds=31))

    assert during == ({"0": "retry", "1": "retry", "2": "retry"}, 0)
    assert post.texts(1) == ["0", "1", "2"]


async def test_unreachable_telegram_rests_and_then_says_everything_in_order(post: Post) -> None:
    await post.person(1)
    await post.put(entry("first", address="1", facts={"text": "Dzień dobry"}))
    await post.server.stop()
    await post.deliver()
    during = await post.states(), await post.resting("telegram")
    await post.put(entry("second", address="1", facts={"text": "Do widzenia"}))
    await post.server.start()

    await post.deliver(after=timedelta(seconds=31))

    assert during[0] == {"first": "retry"}
    assert during[1] is not None
    assert post.texts(1) == ["Dzień dobry", "Do widzenia"]


async def test_refused_token_pauses_the_chats_alone(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", with_=faults.unauthorized())
    await post.put(entry("reply", address="1"), mail("code"))

    await post.deliver()
    during = (await post.states(), await post.resting("mail"))
    await post.deliver(after=timedelta(seconds=31))

    assert during == ({"reply": "retry", "code": "sent"}, None)
    assert post.texts(1) == ["Dzień dobry"]


async def test_moved_chat_is_followed(post: Post, database: Database) -> None:
    async with database.transaction() as tx:
        await make_person(tx, chat=1)
    await post.person(1)
    await post.person(77)
    post.server.fail("sendMessage", 1, with_=faults.migrated(77), times=None)
    await post.put(entry("reply", address="1"))

    await post.deliver()

    assert await post.states() == {"reply": "sent"}
    assert post.texts(77) == ["Dzień dobry"]
    assert await post.is_reachable("77")


async def test_markup_that_telegram_refuses_goes_as_plain_text(post: Post) -> None:
    await post.person(1)
    await post.put(entry("reply", address="1", facts={"text": "<b>Zażółć <i>A &amp; B</b>"}))

    await post.deliver()

    assert await post.states() == {"reply": "sent"}
    assert post.texts(1) == ["Zażółć A & B"]


async def test_edit_whose_answer_was_lost_is_simply_repeated(post: Post) -> None:
    visitor = await post.person(1)
    await post.put(entry("first", address="1"))
    await post.deliver()
    edit = to_json(ChatMessage("Zmieniony", edits=visitor.last.message_id))
    post.server.fail("editMessageText", with_=faults.dropped_after())
    await post.put(entry("edit", address="1", facts=edit))

    await post.deliver()
    during = (await post.row("edit")).state
    await post.deliver(after=timedelta(seconds=11))

    row = await post.row("edit")
    assert (during, row.state, row.answer) == ("retry", "sent", "message is not modified")
    assert visitor.last.text == "Zmieniony"


async def test_dead_mail_server_loses_nothing(post: Post) -> None:
    await post.mailbox.stop()
    await post.put(*(mail(f"{n}") for n in range(5)))

    await post.deliver()
    during = set((await post.states()).values())
    resting = await post.resting("mail")
    await post.mailbox.start()
    await post.deliver(after=timedelta(seconds=31))

    assert during == {"retry"}
    assert resting is not None
    assert set((await post.states()).values()) == {"sent"}
    assert len(post.mailbox.accepted) == 5


async def test_refused_login_pauses_the_mail_without_blaming_a_row(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened_post(database, login="urzad:tajne-haslo-1") as post:
        post.login = "urzad:zle-haslo-2"
        await post.put(mail("code"), mail("other", address="ewa@ngo.example.org"))

        await post.deliver()
        during = (await post.states(), post.mailbox.connections)
        post.login = "urzad:tajne-haslo-1"
        await post.deliver(after=timedelta(seconds=31))

        assert during == ({"code": "retry", "other": "retry"}, 1)
        assert await post.states() == {"code": "sent", "other": "sent"}
        assert "haslo" not in caplog.text


POISON: dict[str, dict[str, object]] = {
    "no words": {"facts": {"text": ""}},
    "no message": {"facts": {"words": "?"}},
    "no number": {"address": "Jan"},
    "no such kind": {"kind": "riddle"},
    "no facts": {"kind": "reminder", "facts": {}},
}


async def test_poisonous_rows_fail_and_stop_nobody(post: Post) -> None:
    await post.person(1)
    poison = [entry(name, **{"address": "1", **wrong}) for name, wrong in POISON.items()]
    await post.put(*poison, mail("no mail", kind="trouble"), mail("odd", address="a b@c"))
    await post.put(entry("healthy", address="1"), mail("sound"))

    await post.deliver()

    failed = dict.fromkeys([*POISON, "no mail", "odd"], "failed")
    assert await post.states() == failed | {"healthy": "sent", "sound": "sent"}
    assert post.texts(1) == ["Dzień dobry"]


async def test_row_that_is_put_off_has_one_last_attempt_while_it_is_worth_it(post: Post) -> None:
    post.mailbox.behave(mishaps.answer("RCPT", 450))
    not_after = NOW + timedelta(seconds=75)
    await post.put(mail("code", not_after=not_after))

    await post.deliver()
    due_at = (await post.row("code")).due_at
    await post.deliver(after=timedelta(seconds=46))

    assert due_at == not_after - timedelta(seconds=30)
    assert await post.states() == {"code": "sent"}
