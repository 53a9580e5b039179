"""What the link to somebody named tells of who opens it, and what need not be asked then."""

from datetime import timedelta

from programme import memberships, named_links, nomination_answers, profile
from programme.asking import Asked
from programme.conversations import Conversation
from programme.named_links import Known
from programme.profile import Introduced
from storage import people
from storage.database import Database, Tx
from tests.programme.audience import make_organisation
from tests.programme.naming import LINK, NamingScene, accept, make_scene, name, token_of
from tests.storage.rows import NOW, make_person

OURS = "office@example.org"
MAIL = "anna@example.org"
CHAT = 77
LATER = NOW + timedelta(days=9)


async def begin(tx: Tx, token: str) -> Asked:
    """Follow a link and accept the privacy notice."""
    asked = await profile.begin(
        tx, state=Conversation(CHAT, "pl"), then=f"n:{token}", link=token, now=NOW
    )
    return asked_of(await answer(tx, asked, "accept"))


async def answer(tx: Tx, asked: Asked, raw: str) -> Asked | Introduced:
    return await profile.answer(tx, state=asked.conversation, raw=raw, our_address=OURS, now=NOW)


def asked_of(found: Asked | Introduced) -> Asked:
    assert isinstance(found, Asked)
    return found


def known(at: NamingScene, **more: object) -> Known:
    said = {"name": "Anna Wzorowa", "role": "ngo", "organisation": "KGW Miłki"}
    return Known(**{**said, "organisation_id": at.organisation_id, **more})  # type: ignore[arg-type]


async def test_mailed_link_proves_its_address_and_nothing_else_is_asked(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await begin(tx, token_of(await name(tx, at, email=MAIL)))

        done = await answer(tx, asked, "me")

        assert (asked.question, asked.facts["known"]) == ("named", known(at, address=MAIL))
        assert isinstance(done, Introduced)
        person = await people.get(tx, done.person_id)
        assert (person.name, person.role, person.organisation_id) == (
            "Anna Wzorowa",
            "ngo",
            at.organisation_id,
        )
        contacts = await people.contacts(tx, person.id)
        assert {(one.channel, one.address, one.verified) for one in contacts} == {
            ("telegram", str(CHAT), True),
            ("mail", MAIL, True),
        }


async def test_link_that_was_handed_on_proves_no_address(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await begin(tx, token_of(await name(tx, at)))

        after = asked_of(await answer(tx, asked, "me"))

        assert asked.facts["known"] == known(at)
        assert after.question == "mail"


async def test_somebody_else_is_asked_everything(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await begin(tx, token_of(await name(tx, at, email=MAIL)))

        pressed = asked_of(await answer(tx, asked, "other"))
        typed = asked_of(await answer(tx, asked, "Ewa Inna"))

        assert (pressed.question, typed.question) == ("name", "role")
        assert "address" not in typed.conversation.data["answers"]


async def test_link_after_start_is_still_heard(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        token = token_of(await name(tx, at, email=MAIL))
        first = await profile.begin(tx, state=Conversation(CHAT, "pl"), then="", now=NOW)
        asked = asked_of(await answer(tx, first, "accept"))

        again = await profile.begin(
            tx, state=asked.conversation, then=f"n:{token}", link=token, now=NOW
        )

        assert (asked.question, again.question) == ("name", "named")


async def test_link_that_ends_meanwhile_leads_to_the_ordinary_questions(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email=MAIL)
        asked = await begin(tx, token_of(naming))
        ewa = await make_person(tx, name="Ewa", chat=8)
        await nomination_answers.decline(
            tx,
            nomination_id=naming.nomination_id,
            person_id=ewa,
            proof=token_of(naming),
            now=NOW,
        )

        after = asked_of(await answer(tx, asked, "me"))

        assert after.question == "name"


async def test_links_that_tell_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email=MAIL)
        await accept(tx, naming, await make_person(tx, name="Anna Wzorowa", chat=8))

        for token in ("", "wrong", token_of(naming)):
            assert await named_links.behind(tx, token) is None


async def test_known_by_mail_alone_the_chat_becomes_theirs(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, name="Anna Wzorowa", mail=MAIL)
        asked = await begin(tx, token_of(await name(tx, at, email=MAIL)))

        done = await answer(tx, asked, "me")

        assert asked.facts["known"] == known(at, address=MAIL, person_id=anna)
        assert isinstance(done, Introduced)
        assert done.person_id == anna


async def test_clerk_is_known_by_the_kind_of_the_organisation(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        office = await make_organisation(tx, "Urząd Gminy", kind="office")
        naming = await name(tx, at, organisation_id=office, speaker=at.staff)

        found = await named_links.behind(tx, token_of(naming))

        assert found == Known("Anna Wzorowa", "clerk", office, "Urząd Gminy")


async def test_member_known_only_on_paper_is_answered_for_or_handed_the_link(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        paper = await make_person(tx, name="Anna Papierowa", organisation_id=at.organisation_id)
        await memberships.join(tx, person_id=paper, organisation_id=at.organisation_id, now=NOW)
        naming = await name(tx, at, person_id=paper)
        newcomer = await make_person(tx, name="Anna Papierowa", chat=9)
        entry = await people.get(tx, newcomer)

        link = await nomination_answers.link_to_hand_on(
            tx, nomination_id=naming.nomination_id, link=LINK, now=NOW
        )
        shown = await nomination_answers.by_link(
            tx, token=link.partition("?start=n_")[2], person=entry
        )
        found = await nomination_answers.answer_for(
            tx, nomination_id=naming.nomination_id, speaker=at.contact, yes=True, now=NOW
        )

        assert naming.channel is None
        assert (shown.nomination.id, shown.is_handed) == (naming.nomination_id, False)
        assert (found.state, found.person_id) == ("accepted", paper)


async def follow_letter(tx: Tx, at: NamingScene) -> Asked:
    """Follow the link in a letter to the organisation and accept the privacy notice."""
    await memberships.new_link(
        tx, organisation_id=at.organisation_id, event_id=at.event_id, expires_at=LATER, token="k"
    )
    asked = await profile.begin(
        tx, state=Conversation(CHAT, "pl"), then="k:k", organisation_link="k", now=NOW
    )
    return asked_of(await answer(tx, asked, "accept"))


async def test_letters_link_tells_the_organisation_of_who_opens_it(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await follow_letter(tx, at)

        mail = asked_of(await answer(tx, asked, "Zofia Jagodna"))
        done = await answer(tx, mail, "skip")

        assert (asked.question, mail.question) == ("name", "mail")
        assert isinstance(done, Introduced)
        person = await people.get(tx, done.person_id)
        assert (person.name, person.role, person.organisation_id) == (
            "Zofia Jagodna",
            "ngo",
            at.organisation_id,
        )


async def test_letters_link_that_is_too_old_tells_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        asked = await follow_letter(tx, at)

        after = await profile.answer(
            tx, state=asked.conversation, raw="Zofia Jagodna", our_address=OURS, now=LATER
        )

        assert asked_of(after).question == "role"
