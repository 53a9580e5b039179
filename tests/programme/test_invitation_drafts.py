"""A letter to many while it is written, and a correction of one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from delivery.letter_room import too_many
from programme import corrections, invitation_drafts, invitation_sending
from programme.broadcast_refusals import BroadcastUnknown
from programme.broadcasting import Started
from programme.invitation_refusals import (
    LetterTooLong,
    NothingToCorrect,
    SendingMomentPassed,
)
from programme.placeholder_refusals import EventNotNamed, PlaceholderUnknown
from programme.refusals import NotStaff, Refusal, TextTooLong
from storage import invitations as rows
from storage.database import Database
from tests.programme.audience import make_member, make_staff
from tests.programme.letters import ALONE, crowd, draft, seen
from tests.storage.rows import NOW, make_event, make_programme


async def test_letter_is_dated_today_and_signed_as_the_office_signs(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        event_id = await make_event(tx)
        letter = await invitation_drafts.begin(
            tx, member=await make_staff(tx), event_id=event_id, now=NOW
        )

    assert letter.content["dated"] == "2027-01-04"
    assert letter.content["subject"] == "Budowanie partnerstw"
    assert invitation_drafts.signature_of("Urząd Gminy Miłki") == "Wójt Gminy Miłki"
    assert invitation_drafts.signature_of("Fundacja Przykład") == "Fundacja Przykład"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"body": "{{ person.delete() }}"}, PlaceholderUnknown),
        ({"subject": "{osoba.__class__}"}, PlaceholderUnknown),
        ({"body": "Zapraszamy, {data}"}, EventNotNamed),
        ({"body": "ż" * 4_097}, TextTooLong),
        ({"signature": "ż" * 121}, TextTooLong),
        ({"body": "{osoba} " * 100}, LetterTooLong),
    ],
)
async def test_words_that_cannot_stand_are_refused_when_they_are_saved(
    database: Database, words: dict[str, str], refusal: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_programme(tx)
        letter = await draft(tx, member)

        with pytest.raises(refusal):
            await invitation_drafts.change_words(
                tx, **seen(letter, member), words=words, room=too_many
            )

        assert await rows.get(tx, letter.id) == letter


async def test_room_is_measured_with_the_longest_name_there_is(database: Database) -> None:
    measured: list[Mapping[str, Any]] = []

    def note(facts: Mapping[str, Any]) -> int:
        measured.append(facts)
        return 0

    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_programme(tx)
        await make_member(tx, "ę" * 333, chat=1)
        letter = await draft(tx, member)
        await invitation_drafts.change_words(
            tx, **seen(letter, member), words={"body": "{osoba} {organizacja}"}, room=note
        )

    own = measured[0]["placeholders"]
    assert (len(own["osoba"]), len(own["organizacja"])) == (333, 200)


async def test_moment_that_has_passed_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_programme(tx)
        letter = await draft(tx, member)

        with pytest.raises(SendingMomentPassed):
            await invitation_drafts.change_moment(tx, **seen(letter, member), starts_at=NOW)
        later = await invitation_drafts.change_moment(
            tx, **seen(letter, member), starts_at=NOW + timedelta(days=1)
        )

    assert later.starts_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_letters_are_not_for_everybody_of_staff(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        author = await make_staff(tx)
        await crowd(tx)
        letter = await draft(tx, author)
        weak = await make_staff(tx, chat_id=950, role=role)

        with pytest.raises(NotStaff):
            await invitation_drafts.begin(tx, member=weak, event_id=None, now=NOW)
        with pytest.raises(NotStaff):
            await invitation_drafts.change_late_joiners(tx, **seen(letter, weak))
        with pytest.raises(NotStaff):
            await invitation_sending.confirm(tx, **seen(letter, weak), rules=ALONE)
        with pytest.raises(NotStaff):
            await corrections.begin(tx, member=weak, broadcast_id=1, now=NOW)


async def test_correction_is_about_what_somebody_has_got(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await crowd(tx)
        letter = await draft(tx, member, case_number="SK.1")
        started = await invitation_sending.confirm(tx, **seen(letter, member), rules=ALONE)
        assert isinstance(started, Started)

        with pytest.raises(NothingToCorrect):
            await corrections.begin(tx, member=member, broadcast_id=started.broadcast_id, now=NOW)
        with pytest.raises(BroadcastUnknown):
            await corrections.begin(tx, member=member, broadcast_id=9_999, now=NOW)
