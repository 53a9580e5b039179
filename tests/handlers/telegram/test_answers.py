"""Who somebody is: address, code, organisation, and what is kept of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from playground.visitor import Visitor
from programme.profile import CODE, CODE_TRIES, CODES_AN_HOUR
from programme.refusals import (
    AddressOurs,
    AddressWrong,
    CodeExpired,
    CodesTooMany,
    CodeWrong,
    OptionUnknown,
)
from tests.handlers.scene import Scene, all_buttons, heard, sentence

ADDRESS = "anna@example.org"


async def to_mail(scene: Scene, visitor: Visitor) -> None:
    """Answer until the address is asked for."""
    await scene.say(visitor, "/start e_2")
    await scene.choose(visitor, "accept")
    await scene.say(visitor, "Anna Wzorowa")
    await scene.choose(visitor, "ngo")
    await scene.say(visitor, "KGW Milki")
    await scene.choose(visitor, "org:1")


async def code_for(scene: Scene, address: str = ADDRESS, *, after: int = 0) -> str:
    """Read the newest code that was mailed to an address."""
    mail = await scene.playground.mailbox.wait_for_mail(address, after=after)
    found = re.search(r"\b\d{6}\b", mail.text)
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def contacts(scene: Scene) -> list[tuple[str, str, bool]]:
    rows = await scene.rows("SELECT channel, address, verified_at IS NOT NULL FROM contact")
    return [(channel, address, bool(verified)) for channel, address, verified in rows]


async def test_mailed_code_proves_the_address(scene_both: Scene) -> None:
    anna = scene_both.visitor()
    await to_mail(scene_both, anna)
    await scene_both.say(anna, ADDRESS)
    code = await code_for(scene_both)

    _thanks, card = await scene_both.say(anna, f" {code[:3]} {code[3:]} ")

    assert card.buttons != []
    assert await contacts(scene_both) == [("telegram", "1", True), ("mail", ADDRESS, True)]
    await scene_both.tap(anna, "r:2")
    mails = scene_both.playground.mailbox.mails_for(ADDRESS)
    assert [mail.calendar is not None for mail in mails] == [False, True, True]


async def test_code_wrong_five_times_ends_and_a_new_one_works(scene: Scene) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)
    await scene.say(anna, ADDRESS)
    code = await code_for(scene)

    for left in reversed(range(CODE_TRIES)):
        (answer,) = await scene.say(anna, wrong(code))
        assert answer.text.startswith(sentence(CodeWrong(left)))
    (late,) = await scene.say(anna, code)

    assert late.text.startswith(sentence(CodeExpired()))
    number = scene.playground.mailbox.accepted[-1].number
    await scene.choose(anna, "again")
    await scene.say(anna, await code_for(scene, after=number))
    assert ("mail", ADDRESS, True) in await contacts(scene)


async def test_code_that_is_too_old_is_refused(scene: Scene) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)
    await scene.say(anna, ADDRESS)
    code = await code_for(scene)

    scene.clock.put_forward(CODE.worth_until(scene.clock()) + timedelta(seconds=1))
    (answer,) = await scene.say(anna, code)

    assert answer.text.startswith(sentence(CodeExpired()))
    assert await scene.step(anna) == "mail_code"


async def test_new_code_makes_the_earlier_one_worthless(scene: Scene) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)
    await scene.say(anna, ADDRESS)
    first = await code_for(scene)
    number = scene.playground.mailbox.accepted[-1].number
    await scene.choose(anna, "again")
    second = await code_for(scene, after=number)

    if first != second:
        (answer,) = await scene.say(anna, first)
        assert answer.text.startswith(sentence(CodeWrong(CODE_TRIES - 1)))
    await scene.say(anna, second)

    assert await scene.step(anna) == ""


async def test_changed_address_gets_its_own_code(scene: Scene) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)
    await scene.say(anna, "ann@example.org")
    old = await code_for(scene, "ann@example.org")

    await scene.choose(anna, "change")
    await scene.say(anna, ADDRESS)
    new = await code_for(scene)
    if old != new:
        await scene.say(anna, old)
        assert await scene.step(anna) == "mail_code"
    await scene.say(anna, new)

    assert await contacts(scene) == [("telegram", "1", True), ("mail", ADDRESS, True)]


@pytest.mark.parametrize("asked_for_address", [False, True])
async def test_address_may_be_left_out_before_and_after_the_code(
    scene: Scene, *, asked_for_address: bool
) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)
    if asked_for_address:
        await scene.say(anna, ADDRESS)

    await scene.choose(anna, "skip")

    assert await scene.step(anna) == ""
    assert await contacts(scene) == [("telegram", "1", True)]


async def test_our_own_address_and_no_address_are_refused(scene: Scene) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)

    (ours,) = await scene.say(anna, "SEKRETARZ@milki.example.org")
    (none,) = await scene.say(anna, "nie mam")

    assert ours.text.startswith(sentence(AddressOurs()))
    assert none.text.startswith(sentence(AddressWrong()))
    assert scene.playground.mailbox.accepted == []
    assert await scene.step(anna) == "mail"


async def test_mailbox_cannot_be_flooded_with_codes(scene: Scene) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)
    await scene.say(anna, ADDRESS)
    for _ in range(CODES_AN_HOUR - 1):
        await scene.choose(anna, "again")

    (again,) = await scene.choose(anna, "again")
    await scene.choose(anna, "change")
    (other,) = await scene.say(anna, "jan@example.org")

    assert again.text.startswith(sentence(CodesTooMany()))
    assert other.text.startswith(sentence(CodesTooMany()))
    assert len(scene.playground.mailbox.accepted) == CODES_AN_HOUR
    scene.clock.put_forward(scene.clock() + timedelta(hours=1, seconds=1))
    await scene.say(anna, "jan@example.org")
    assert await scene.step(anna) == "mail_code"


async def test_clerk_chooses_an_office_or_writes_its_name(scene: Scene) -> None:
    piotr, ewa = scene.visitor(1), scene.visitor(2)
    for visitor, name in ((piotr, "Piotr Urzędowy"), (ewa, "Ewa Urzędowa")):
        await scene.say(visitor, "/start")
        await scene.choose(visitor, "accept")
        await scene.say(visitor, name)
        await scene.choose(visitor, "clerk")
    offices = [label for label in piotr.last.buttons if label.startswith(("Urząd", "Gminny"))]

    await scene.choose(piotr, "org:")
    await scene.choose(piotr, "skip")
    await scene.say(ewa, "Miłki")
    state = await scene.state(ewa)
    kinds = await scene.rows("SELECT id FROM organisation WHERE kind = 'office'")

    assert len(offices) == 3
    found = {number for number, _ in state.data["answers"]["matches"]}
    assert found == {number for (number,) in kinds}
    rows = await scene.rows(
        "SELECT person.role, organisation.kind FROM person "
        "JOIN organisation ON organisation.id = person.organisation_id"
    )
    assert rows == [("clerk", "office")]


async def test_organisation_that_is_not_in_the_register_is_kept_as_written(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.say(anna, "/start")
    await scene.choose(anna, "accept")
    await scene.say(anna, "Anna Wzorowa")
    await scene.choose(anna, "ngo")
    (nothing,) = await scene.say(anna, "Szachiści & <b>Goniec</b>")
    values = [data.split(":")[2] for _, data in all_buttons(anna) if data.startswith("q:5:")]

    await scene.choose(anna, "again")
    await scene.say(anna, "Szachiści & <b>Goniec</b>")
    await scene.choose(anna, "other")
    await scene.choose(anna, "skip")

    assert values == ["other", "again"]
    assert "Szachiści & <b>Goniec</b>" in nothing.text
    rows = await scene.rows("SELECT organisation_id, organisation_text FROM person")
    assert rows == [(None, "Szachiści & <b>Goniec</b>")]


async def test_none_of_the_organisations_found_may_be_right(scene: Scene) -> None:
    anna = scene.visitor()
    await to_mail(scene, anna)
    await scene.say(anna, "/anuluj")
    await scene.say(anna, "/start")
    await scene.choose(anna, "accept")
    await scene.say(anna, "Anna Wzorowa")
    await scene.choose(anna, "ngo")
    await scene.say(anna, "KGW")
    await scene.say(anna, "OSP Rydzewo")
    assert (await scene.state(anna)).data["answers"]["matches"][0][1].endswith("Rydzewie")

    await scene.choose(anna, "other")
    await scene.choose(anna, "skip")

    rows = await scene.rows("SELECT organisation_id, organisation_text FROM person")
    assert rows == [(None, "OSP Rydzewo")]


async def test_typed_key_of_no_organisation_is_refused_kindly(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.say(anna, "/start")
    await scene.choose(anna, "accept")
    await scene.say(anna, "Anna Wzorowa")
    await scene.choose(anna, "ngo")

    for typed in ("org:²", "org:999999", f"org:{'9' * 40}", "org:"):
        (answer,) = await scene.say(anna, typed)
        assert answer.text.startswith(sentence(OptionUnknown()))
        assert await scene.step(anna) == "organisation"


async def test_version_of_the_privacy_notice_that_was_shown_is_recorded(scene: Scene) -> None:
    anna = scene.visitor()
    async with scene.database.transaction() as tx:
        await tx.execute(
            text(
                "INSERT INTO privacy_notice (version, locale, text, valid_from) "
                "SELECT 7, locale, 'Nowa treść <&>', valid_from FROM privacy_notice"
            )
        )

    (shown,) = await scene.say(anna, "/start")
    await scene.choose(anna, "accept")
    await scene.say(anna, "Anna Wzorowa")
    await scene.choose(anna, "ngo")
    await scene.say(anna, "KGW Milki")
    await scene.choose(anna, "org:1")
    await scene.choose(anna, "skip")

    assert "Nowa treść <&>" in shown.text
    rows = await scene.rows("SELECT person_id, notice_version, channel FROM consent")
    assert rows == [(1, 7, "telegram")]


async def test_person_is_asked_once(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)

    await scene.say(anna, "/start")
    await scene.say(anna, "/start e_2")

    assert await scene.step(anna) == ""
    assert await scene.rows("SELECT count(*) FROM consent") == [(1,)]
    assert len({message.message_id for message in heard(anna)}) == len(heard(anna))
