from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from programme import certificate_check, certificate_lists, certificates
from programme.certificate_refusals import (
    CertificateCodeUnknown,
    CertificateUnknown,
    EventGoesOn,
    NoCertificates,
)
from programme.certificates import Issued
from programme.refusals import EventCancelled, EventUnknown
from storage import certificates as rows
from storage import events, people
from storage import staff as staff_rows
from storage.certificates import Certificate
from storage.database import Database, Tx
from storage.tables import outbox, person
from storage.tables import session as session_table
from tests.programme.audience import CHIEF
from tests.programme.certified import (
    AFTER,
    SECOND_DAY,
    Broken,
    Training,
    attend,
    drawn,
    make_training,
)
from tests.programme.steps import facts_of, told
from tests.storage.rows import FIRST_DAY, make_person

BOTH, FIRST, NONE = (1, 2), (1,), ()


async def issue(tx: Tx, training: Training, **changes: str) -> Issued:
    """Issue what is due after the last session."""
    return await certificates.issue(
        tx, event_id=training.event_id, member=training.maria, now=AFTER, **changes
    )


async def issued(tx: Tx, training: Training) -> list[Certificate]:
    """List all certificates of the training."""
    return await rows.of_event(tx, training.event_id)


async def test_those_who_attended_enough_get_one_by_their_channel(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH, FIRST, BOTH, NONE])

        done = await issue(tx, training, bot="akademia_bot")

        kept = await issued(tx, training)
        assert done == Issued(count=2, already=0, not_enough=2, to_print=0)
        assert [one.number for one in kept] == ["AW/2027/0001", "AW/2027/0002"]
        assert [one.registration_id for one in kept] == [
            training.registrations[0],
            training.registrations[2],
        ]
        assert [(key, kind) for key, kind, _ in await told(tx)] == [
            (f"certificate:{one.id}:telegram", "certificate") for one in kept
        ]
        facts = (await facts_of(tx, f"certificate:{kept[0].id}:telegram"))["certificate"]
        assert facts == kept[0].facts
        assert facts["name"] == "Osoba 1 Przykładowa"
        assert facts["link"] == f"https://t.me/akademia_bot?start=v_{kept[0].code}"
        assert len(facts["event"]["sessions"]) == 2


async def test_one_day_is_enough_where_the_event_says_so_and_only_it_is_printed(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [(2,), NONE], needed=1)

        done = await issue(tx, training)

        (kept,) = await issued(tx, training)
        assert done == Issued(1, 0, 1, 0)
        assert [one["starts_at"] for one in kept.facts["event"]["sessions"]] == [
            SECOND_DAY.isoformat()
        ]
        assert kept.facts["link"] == ""


async def test_second_press_issues_nothing_and_a_late_correction_one_more(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH, FIRST])
        await issue(tx, training)

        again = await issue(tx, training)
        await attend(tx, training.sessions[1], training.registrations[1])
        corrected = await issue(tx, training)

        assert again == Issued(count=0, already=1, not_enough=1, to_print=0)
        assert corrected == Issued(count=1, already=1, not_enough=0, to_print=0)
        assert [one.number for one in await issued(tx, training)] == [
            "AW/2027/0001",
            "AW/2027/0002",
        ]
        assert len(await told(tx)) == 2


async def test_those_without_chat_and_mail_are_counted_and_listed_for_the_printer(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH, BOTH], reachable=False)
        await people.add_contact(
            tx,
            person_id=training.persons[1],
            channel="mail",
            address="ewa@example.org",
            verified=True,
            now=AFTER,
        )

        done = await issue(tx, training)

        everyone = await certificate_lists.to_print(tx, event_id=training.event_id)
        unreached = await certificate_lists.to_print(
            tx, event_id=training.event_id, only_unreached=True
        )
        assert done == Issued(2, 0, 0, to_print=1)
        assert [one.facts["name"] for one in everyone] == [
            "Osoba 1 Przykładowa",
            "Osoba 2 Przykładowa",
        ]
        assert [one.facts["name"] for one in unreached] == ["Osoba 1 Przykładowa"]
        assert [(kind, to) for _, kind, to in await told(tx)] == [
            ("certificate", "ewa@example.org")
        ]


@pytest.mark.parametrize(
    ("needed", "state", "early", "refusal"),
    [
        (None, "published", False, NoCertificates),
        (2, "cancelled", False, EventCancelled),
        (2, "draft", False, EventUnknown),
        (2, "published", True, EventGoesOn),
    ],
)
async def test_no_certificates_where_there_can_be_none(
    database: Database,
    needed: int | None,
    state: str,
    *,
    early: bool,
    refusal: type[Exception],
) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH], needed=needed)
        await events.set_state(tx, training.event_id, expected="published", state=state)
        end = SECOND_DAY + timedelta(hours=6)
        now = end - timedelta(seconds=1) if early else end

        with pytest.raises(refusal):
            await certificates.issue(tx, event_id=training.event_id, member=training.maria, now=now)

        assert await issued(tx, training) == []
        assert await drawn(tx, training.programme_id) == 0


async def test_unknown_event_has_no_certificates(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(EventUnknown):
            await certificates.standing(tx, event_id=-1, now=AFTER, member=CHIEF)


async def test_what_is_printed_stays_although_name_and_event_change(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH])
        await issue(tx, training)
        (before,) = await issued(tx, training)
        await people.change(tx, training.persons[0], name="Ktoś Inny")
        await tx.execute(session_table.update().values(place="Gdzie indziej"))

        assert await issued(tx, training) == [before]


async def test_numbers_of_two_events_of_one_programme_follow_each_other(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        one = await make_training(tx, [BOTH, BOTH])
        other = await make_training(tx, [BOTH], programme_id=one.programme_id)
        third = await make_training(tx, [BOTH])

        for training in (one, other, third):
            await issue(tx, training)

        numbers = [each.number for t in (one, other, third) for each in await issued(tx, t)]
        assert numbers == ["AW/2027/0001", "AW/2027/0002", "AW/2027/0003", "AW/2027/0001"]


async def test_rollback_leaves_no_gap_and_no_message(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH, BOTH])

    with suppress(Broken):
        async with database.transaction() as tx:
            await issue(tx, training)
            raise Broken
    async with database.reading() as tx:
        nothing = (
            await issued(tx, training),
            await told(tx),
            await drawn(tx, training.programme_id),
        )
    async with database.transaction() as tx:
        await issue(tx, training)
        numbers = [one.number for one in await issued(tx, training)]

    assert nothing == ([], [], 0)
    assert numbers == ["AW/2027/0001", "AW/2027/0002"]


async def test_database_refuses_a_second_standing_certificate(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH])
        await issue(tx, training)

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await rows.add(
                tx,
                programme_id=training.programme_id,
                registration_id=training.registrations[0],
                number="X/2027/0001",
                code="X",
                facts={},
                staff_id=None,
                now=AFTER,
            )


async def test_code_tells_what_the_paper_says_but_the_name(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH])
        await issue(tx, training)
        (kept,) = await issued(tx, training)

        found = await certificate_check.verify(tx, code=kept.code.lower().replace("-", " "))

        assert found.number == "AW/2027/0001"
        assert found.initials == "O. P."
        assert found.event_title == "Budowanie partnerstw"
        assert found.sessions == kept.facts["event"]["sessions"]
        assert (found.issued_at, found.zone, found.state) == (AFTER, "Europe/Warsaw", "valid")
        assert "Przykładowa" not in repr(found)


@pytest.mark.parametrize(
    "code", ["K7MF-2QXA-9P", "", "K" * 500, "🎓🎓🎓", "' OR 1=1; --", "\ud800", "\x00", "%_%"]
)
async def test_wrong_codes_are_all_answered_the_same(database: Database, code: str) -> None:
    async with database.transaction() as tx:
        await issue(tx, await make_training(tx, [BOTH]))

        with pytest.raises(CertificateCodeUnknown) as refused:
            await certificate_check.verify(tx, code=code)

    assert vars(refused.value) == {}


async def test_revoked_one_says_so_and_does_not_leave(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH])
        await issue(tx, training)
        (kept,) = await issued(tx, training)

        await certificates.revoke(
            tx, certificate_id=kept.id, reason="pomyłka", member=training.maria, now=AFTER
        )

        again = await issue(tx, training)
        states = (await tx.execute(select(outbox.c.state))).scalars().all()
        assert (await certificate_check.verify(tx, code=kept.code)).state == "revoked"
        assert states == ["cancelled"]
        assert again.count == 0
        assert await certificates.mine(tx, person_id=training.persons[0]) == []
        assert await certificate_lists.to_print(tx, event_id=training.event_id) == []
        with pytest.raises(CertificateUnknown):
            await certificates.revoke(
                tx, certificate_id=kept.id, reason="znowu", member=training.maria, now=AFTER
            )


async def test_reissued_one_bears_the_name_of_today_and_the_old_code_says_so(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH])
        await issue(tx, training)
        (old,) = await issued(tx, training)
        await people.change(tx, training.persons[0], name="Anna Poprawna")

        new = await certificates.reissue(
            tx, certificate_id=old.id, member=training.maria, now=AFTER
        )

        assert (new.number, new.facts["name"]) == ("AW/2027/0002", "Anna Poprawna")
        assert new.facts["event"] == old.facts["event"]
        assert (await certificate_check.verify(tx, code=old.code)).state == "replaced"
        assert (await certificate_check.verify(tx, code=new.code)).state == "valid"
        assert await certificate_lists.newest(tx, event_id=training.event_id, member=CHIEF) == [new]
        with pytest.raises(CertificateUnknown):
            await certificates.reissue(tx, certificate_id=old.id, member=training.maria, now=AFTER)


async def test_revoked_one_can_be_issued_anew_once(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH])
        await issue(tx, training)
        (old,) = await issued(tx, training)
        await certificates.revoke(
            tx, certificate_id=old.id, reason="pomyłka", member=training.maria, now=AFTER
        )

        new = await certificates.reissue(
            tx, certificate_id=old.id, member=training.maria, now=AFTER
        )

        assert (await certificate_check.verify(tx, code=old.code)).state == "revoked"
        assert (await certificate_lists.one(tx, certificate_id=new.id, member=CHIEF)).last
        assert not (await certificate_lists.one(tx, certificate_id=old.id, member=CHIEF)).last
        with pytest.raises(CertificateUnknown):
            await certificates.reissue(tx, certificate_id=old.id, member=training.maria, now=AFTER)


async def test_own_certificates_are_ones_own_also_after_two_people_were_joined(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH])
        await issue(tx, training)
        (kept,) = await issued(tx, training)
        stranger = await make_person(tx, chat=77)

        with pytest.raises(CertificateUnknown):
            await certificates.own(tx, certificate_id=kept.id, person_id=stranger)
        await tx.execute(
            person.update()
            .where(person.c.id == training.persons[0])
            .values(merged_into_id=stranger)
        )

        assert await certificates.own(tx, certificate_id=kept.id, person_id=stranger) == kept


async def test_deeds_are_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH, NONE])
        await issue(tx, training)
        await issue(tx, training)
        (kept,) = await issued(tx, training)
        await certificates.revoke(
            tx, certificate_id=kept.id, reason="pomyłka", member=training.maria, now=AFTER
        )

        trail = await staff_rows.audit_trail(tx, limit=10)

    assert [(one.action, one.detail) for one in trail] == [
        ("certificate revoked", {"certificate": kept.id, "reason": "pomyłka"}),
        ("certificates", {"event": training.event_id, "certificates": 1}),
    ]


async def test_due_lists_who_would_get_one(database: Database) -> None:
    async with database.transaction() as tx:
        training = await make_training(tx, [BOTH, FIRST], days=(FIRST_DAY, SECOND_DAY))

        due = await certificates.due(tx, event_id=training.event_id, now=AFTER)

    assert [one.attendee.name for one in due] == ["Osoba 1 Przykładowa"]
