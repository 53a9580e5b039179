"""Change a field, publish or throw away in a dialogue, and never over what was not shown."""

from dataclasses import replace
from typing import Any

import pytest

from programme import event_drafts, event_edit_steps, event_edits
from programme import event_fields as fields
from programme.asking import Asked
from programme.event_cards import Difference
from programme.event_edit_steps import (
    AGAIN,
    DISCARD,
    KEPT,
    NO,
    PUBLISH,
    SAVED,
    TELL,
    YES,
    Done,
)
from programme.event_news import Reach
from programme.event_refusals import (
    CertificateWrong,
    EventChanged,
    EventPublished,
    SameValue,
    SessionsMissing,
)
from programme.quiet_hours import QuietHours
from programme.refusals import (
    EventCancelled,
    EventUnknown,
    NotStaff,
    OptionUnknown,
    QuestionPassed,
)
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.audience import make_staff
from tests.programme.drafting import TWO_DAYS, make_draft, publish, read
from tests.programme.steps import kinds_to, register
from tests.storage.rows import NOW, make_event, make_person

BLANK = Conversation(900, "pl")
DRAFT_FIELDS = ("title", "days", "place", "seats", "deadline", "audience")


async def begin(tx: Tx, event_id: int, field: str, member: StaffMember) -> Asked:
    return await event_edit_steps.begin(
        tx, state=BLANK, event_id=event_id, field=field, member=member, now=NOW
    )


async def begin_deed(tx: Tx, event_id: int, deed: str, member: StaffMember) -> Asked:
    return await event_edit_steps.begin_deed(
        tx, state=BLANK, event_id=event_id, deed=deed, member=member, now=NOW
    )


async def onward(tx: Tx, asked: Asked, member: StaffMember, raw: str) -> Asked | Done:
    return await event_edit_steps.answer(
        tx, state=asked.conversation, raw=raw, member=member, quiet=QuietHours(), now=NOW
    )


@pytest.mark.parametrize(
    ("kind", "values", "names"),
    [
        ("meeting", {}, (*DRAFT_FIELDS, "certificate", "description")),
        (
            "training",
            {"naming": "2027-02-01T23:59"},
            (*DRAFT_FIELDS[:5], "naming", "audience", "certificate", "description"),
        ),
        (
            "fair",
            {},
            (*DRAFT_FIELDS[:4], "stands", "deadline", "audience", "description"),
        ),
    ],
)
async def test_draft_lets_every_field_of_its_kind_be_changed(
    database: Database, kind: str, values: dict[str, Any], names: tuple[str, ...]
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, kind, **values)

        assert event_edit_steps.fields_of(await read(tx, event_id)) == names

        await publish(tx, event_id, member)
        naming = ("naming",) if values else ()
        assert event_edit_steps.fields_of(await read(tx, event_id)) == (
            *("title", "description", "deadline"),
            *naming,
            "audience",
        )


VALUES: list[tuple[str, str, Any]] = [
    (fields.TITLE, " Nowy  tytuł ", "Nowy tytuł"),
    (fields.DAYS, "10-11 lutego 9-15", TWO_DAYS),
    (fields.PLACE, "Szkoła", "Szkoła"),
    (fields.SEATS, "=none", None),
    (fields.DEADLINE, "=before", "2027-02-09T23:59"),
    (fields.AUDIENCE, "office", "office"),
    (fields.DESCRIPTION, "Kawa\nbędzie.", "Kawa\nbędzie."),
    (fields.CERTIFICATE, "1", 1),
]


@pytest.mark.parametrize(("field", "raw", "value"), VALUES)
async def test_draft_is_changed_at_once(
    database: Database, field: str, raw: str, value: Any
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, seats=5)

        done = await onward(tx, await begin(tx, event_id, field, member), member, raw)

        assert isinstance(done, Done)
        assert (done.deed, done.event_id, done.conversation.flow) == (SAVED, event_id, "")
        assert fields.value_of((await read(tx, event_id)).entry, field) == value


async def test_published_event_is_changed_after_a_last_look(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        await publish(tx, event_id, member)
        await register(tx, event_id, await make_person(tx, chat=7))
        asked = await begin(tx, event_id, fields.TITLE, member)

        look = await onward(tx, asked, member, "Nowy tytuł")
        assert isinstance(look, Asked)
        assert (await read(tx, event_id)).entry.title == "Spotkanie robocze"
        again = await onward(tx, look, member, AGAIN)
        assert isinstance(again, Asked)
        look = await onward(tx, again, member, "Nowy tytuł")
        assert isinstance(look, Asked)
        done = await onward(tx, look, member, TELL)

        assert (look.question, look.facts["difference"], look.facts["reach"]) == (
            "edit_confirm",
            Difference(fields.TITLE, "Spotkanie robocze", "Nowy tytuł"),
            Reach(1, 0, 0),
        )
        assert isinstance(done, Done)
        assert (done.deed, done.people) == (SAVED, 1)
        assert (await kinds_to(tx, "7"))[-1] == "event_changed"


async def test_last_look_names_what_would_be_strange(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        await publish(tx, event_id, member)
        asked = await begin(tx, event_id, fields.DEADLINE, member)

        look = await onward(tx, asked, member, "20 lutego")

        assert isinstance(look, Asked)
        assert [type(one).__name__ for one in look.facts["doubts"]] == ["DeadlineAfterStart"]
        assert not look.facts["can_tell"]
        # Nobody can be told of a deadline, whatever button somebody sends.
        with pytest.raises(OptionUnknown):
            await onward(tx, look, member, TELL)
        kept = await onward(tx, look, member, NO)
        assert isinstance(kept, Done)
        assert kept.deed == KEPT


async def test_draft_is_published_after_a_last_look(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, deadline="2027-02-20T23:59")
        asked = await begin_deed(tx, event_id, PUBLISH, member)
        assert [type(one).__name__ for one in asked.facts["card"].doubts] == ["DeadlineAfterStart"]

        with pytest.raises(OptionUnknown):
            await onward(tx, asked, member, "tak")
        done = await onward(tx, asked, member, YES)

        assert isinstance(done, Done)
        assert done.deed == PUBLISH
        assert (await read(tx, event_id)).entry.state == "published"
        with pytest.raises(EventPublished):
            await begin_deed(tx, event_id, PUBLISH, member)


async def test_draft_is_thrown_away_after_a_last_look(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        asked = await begin_deed(tx, event_id, DISCARD, member)

        kept = await onward(tx, asked, member, NO)
        assert isinstance(kept, Done)
        assert kept.deed == KEPT
        await onward(tx, asked, member, YES)

        with pytest.raises(EventUnknown):
            await begin(tx, event_id, fields.TITLE, member)


async def test_draft_without_a_day_is_not_offered_for_publishing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, days=[])

        with pytest.raises(SessionsMissing):
            await begin_deed(tx, event_id, PUBLISH, member)


async def test_what_somebody_else_changed_is_not_saved_over(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        asked = await begin(tx, event_id, fields.TITLE, member)
        deed = await begin_deed(tx, event_id, PUBLISH, member)
        await event_drafts.change(
            tx,
            member=member,
            event_id=event_id,
            revision=0,
            field=fields.PLACE,
            value="Szkoła",
            now=NOW,
        )

        for open_question, raw in ((asked, "Mój tytuł"), (deed, YES)):
            with pytest.raises(EventChanged):
                await onward(tx, open_question, member, raw)
            # After a restart the question would be asked again, about what is no longer so.
            with pytest.raises(EventChanged):
                await event_edit_steps.ask(
                    tx, state=open_question.conversation, member=member, now=NOW
                )

        found = await read(tx, event_id)
        assert (found.entry.title, found.entry.state) == ("Spotkanie robocze", "draft")


async def test_last_look_is_not_saved_over_what_was_published_meanwhile(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        await publish(tx, event_id, member)
        asked = await begin(tx, event_id, fields.TITLE, member)
        look = await onward(tx, asked, member, "Mój tytuł")
        assert isinstance(look, Asked)
        await event_edits.save(
            tx,
            member=member,
            event_id=event_id,
            revision=1,
            field=fields.TITLE,
            value="Jej tytuł",
            tell=False,
            quiet=QuietHours(),
            now=NOW,
        )

        with pytest.raises(EventChanged):
            await onward(tx, look, member, YES)

        assert (await read(tx, event_id)).entry.title == "Jej tytuł"


async def test_what_does_not_fit_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, "training")
        cancelled = await make_event(tx, state="cancelled")
        asked = await begin(tx, event_id, fields.CERTIFICATE, member)

        with pytest.raises(CertificateWrong):
            await onward(tx, asked, member, "2")
        with pytest.raises(OptionUnknown):
            await begin(tx, event_id, "taken", member)
        with pytest.raises(OptionUnknown):
            await begin(tx, event_id, fields.STANDS, member)
        with pytest.raises(EventCancelled):
            await begin(tx, cancelled, fields.TITLE, member)
        odd = replace(asked, conversation=replace(asked.conversation, step="gone"))
        with pytest.raises(QuestionPassed):
            await onward(tx, odd, member, "x")
        await publish(tx, event_id, member)
        same = await begin(tx, event_id, fields.TITLE, member)
        with pytest.raises(SameValue):
            await onward(tx, same, member, "Spotkanie robocze")
        with pytest.raises(OptionUnknown):
            await begin(tx, event_id, fields.SEATS, member)


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_only_those_who_may_make_events_change_them(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        asked = await begin(tx, event_id, fields.TITLE, member)
        reader = await make_staff(tx, chat_id=901, role=role)

        for refused in (
            begin(tx, event_id, fields.TITLE, reader),
            begin_deed(tx, event_id, PUBLISH, reader),
            onward(tx, asked, reader, "Nowy"),
        ):
            with pytest.raises(NotStaff):
                await refused
