import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from programme import document_checks, documents, registration
from programme.document_refusals import (
    DocumentChecked,
    DocumentInOrder,
    DocumentNotNeeded,
    DocumentReplaced,
    DocumentUnknown,
)
from programme.refusals import AnswerEmpty, AnswerTooLong, EventUnknown, Refusal
from storage import documents as rows
from storage.database import Database, Tx
from storage.documents import PersonCount
from storage.paper_tables import document_version
from storage.staff import StaffMember
from storage.tables import audit
from tests.programme.audience import CHIEF
from tests.programme.papers import (
    TITLES,
    hand_in,
    make_asking_event,
    make_member,
    required_ids,
    seated,
)
from tests.programme.steps import facts_of, kinds_to
from tests.storage.rows import NOW


async def handed(tx: Tx, folder: Path, *, both: bool = True) -> tuple[int, list[int], StaffMember]:
    """Give a registration with documents handed in, their versions and a member of staff."""
    event_id = await make_asking_event(tx)
    registration_id, person_id = await seated(tx, event_id)
    for required_id in (await required_ids(tx, event_id))[: 2 if both else 1]:
        await hand_in(tx, folder, registration_id, required_id, person_id)
    found = await rows.of_registration(tx, registration_id)
    return registration_id, [one.version_id for one in found.values()], await make_member(tx)


async def documents_told(tx: Tx) -> list[str]:
    """List what the person was told about documents."""
    return [kind for kind in await kinds_to(tx, "7") if kind.startswith("document")]


async def test_accept_of_all_tells_once(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        registration_id, (first, second), member = await handed(tx, tmp_path)

        one = await document_checks.accept(tx, version_id=first, member=member, now=NOW)
        told_then = await documents_told(tx)
        both = await document_checks.accept(tx, version_id=second, member=member, now=NOW)

        assert (one.papers.complete, told_then) == (False, [])
        assert (both.papers.complete, await documents_told(tx)) == (True, ["documents_complete"])
        facts = await facts_of(tx, f"documents_complete:{second}:telegram")
        assert (facts["documents"], facts["registration_id"]) == (list(TITLES), registration_id)


async def test_send_back_tells_why_and_the_document_is_missing_again(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        registration_id, (first, _), member = await handed(tx, tmp_path)

        after = await document_checks.send_back(
            tx, version_id=first, reason="  Brak\npodpisu. ", member=member, now=NOW
        )
        facts = await facts_of(tx, f"document_returned:{first}:telegram")

        paper = after.papers.papers[0]
        assert (paper.state, paper.reason, paper.is_wanted) == ("returned", "Brak podpisu.", True)
        assert (facts["document"], facts["reason"]) == (TITLES[0], "Brak podpisu.")
        assert facts["required_document_id"] == paper.required_id
        assert await documents.missing(tx, registration_id=registration_id) == [TITLES[0]]
        assert await documents_told(tx) == ["document_returned"]


async def test_document_sent_again_is_checked_again_and_history_stays(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        registration_id, (first,), member = await handed(tx, tmp_path, both=False)
        await document_checks.send_back(
            tx, version_id=first, reason="Nieczytelne", member=member, now=NOW
        )
        found = next(iter((await rows.of_registration(tx, registration_id)).values()))
        person_id = (
            await document_checks.sheet(tx, registration_id=registration_id, member=CHIEF)
        ).person.id
        await hand_in(tx, tmp_path, registration_id, found.required_document_id, person_id)
        newest = next(iter((await rows.of_registration(tx, registration_id)).values()))

        after = await document_checks.accept(
            tx, version_id=newest.version_id, member=member, now=NOW
        )
        history = await tx.execute(
            select(
                document_version.c.outcome, document_version.c.reason, document_version.c.staff_id
            ).order_by(document_version.c.id)
        )

        assert after.papers.papers[0].state == "accepted"
        assert [tuple(row) for row in history] == [
            ("returned", "Nieczytelne", member.id),
            ("accepted", "", member.id),
        ]


async def test_deeds_of_staff_are_recorded(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        registration_id, (first, _), member = await handed(tx, tmp_path)

        await document_checks.accept(tx, version_id=first, member=member, now=NOW)
        row = (await tx.execute(select(audit.c.action, audit.c.detail))).one()

        assert tuple(row) == (
            "documents",
            {"registration": registration_id, "version": first, "outcome": "accepted"},
        )


async def test_double_tap_on_accept_changes_nothing_more(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        _, (first,), member = await handed(tx, tmp_path, both=False)
        await document_checks.accept(tx, version_id=first, member=member, now=NOW)

        with pytest.raises(DocumentChecked) as caught:
            await document_checks.accept(
                tx, version_id=first, member=member, now=NOW + timedelta(seconds=1)
            )
        checked = (await tx.execute(select(document_version.c.checked_at))).scalar_one()

        assert (caught.value.title, caught.value.outcome) == (TITLES[0], "accepted")
        assert checked == NOW


async def test_older_version_cannot_be_decided_on(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        registration_id, (first,), member = await handed(tx, tmp_path, both=False)
        found = await document_checks.sheet(tx, registration_id=registration_id, member=CHIEF)
        paper = found.papers.papers[0]
        await hand_in(tx, tmp_path, registration_id, paper.required_id, found.person.id)

        with pytest.raises(DocumentReplaced):
            await document_checks.accept(tx, version_id=first, member=member, now=NOW)
        with pytest.raises(DocumentReplaced):
            await document_checks.one(tx, version_id=first, member=CHIEF)


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [("", AnswerEmpty), (" \n", AnswerEmpty), ("👍", AnswerEmpty), ("x" * 301, AnswerTooLong)],
)
async def test_send_back_needs_a_reason_of_some_words(
    database: Database, tmp_path: Path, reason: str, refusal: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        registration_id, (first, _), member = await handed(tx, tmp_path)

        with pytest.raises(refusal):
            await document_checks.send_back(
                tx, version_id=first, reason=reason, member=member, now=NOW
            )

        after = await document_checks.sheet(tx, registration_id=registration_id, member=CHIEF)
        assert after.papers.papers[0].state == "handed_in"


async def test_unknown_numbers_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_member(tx)

        with pytest.raises(DocumentUnknown):
            await document_checks.accept(tx, version_id=-1, member=member, now=NOW)
        with pytest.raises(DocumentUnknown):
            await document_checks.sheet(tx, registration_id=-1, member=CHIEF)
        with pytest.raises(EventUnknown):
            await document_checks.overview(tx, event_id=-1, member=CHIEF)


async def test_paper_at_the_office_is_accepted_at_once(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        registration_id, (first,), member = await handed(tx, tmp_path, both=False)
        event_papers = (
            await document_checks.sheet(tx, registration_id=registration_id, member=CHIEF)
        ).papers
        await document_checks.accept(tx, version_id=first, member=member, now=NOW)

        after = await document_checks.tick_paper(
            tx,
            registration_id=registration_id,
            required_id=event_papers.papers[1].required_id,
            member=member,
            now=NOW,
        )

        assert [(paper.state, paper.file_id is None) for paper in after.papers.papers] == [
            ("accepted", False),
            ("accepted", True),
        ]
        assert await documents_told(tx) == ["documents_complete"]
        with pytest.raises(DocumentInOrder):
            await document_checks.tick_paper(
                tx,
                registration_id=registration_id,
                required_id=event_papers.papers[1].required_id,
                member=member,
                now=NOW,
            )


async def test_paper_takes_the_place_of_a_photo_that_waits(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        registration_id, _, member = await handed(tx, tmp_path, both=False)
        before = (
            await document_checks.sheet(tx, registration_id=registration_id, member=CHIEF)
        ).papers

        await document_checks.tick_paper(
            tx,
            registration_id=registration_id,
            required_id=before.papers[0].required_id,
            member=member,
            now=NOW,
        )
        outcomes = await tx.execute(
            select(document_version.c.outcome).order_by(document_version.c.id)
        )

        assert list(outcomes.scalars()) == ["replaced", "accepted"]


async def test_cancelled_registration_is_told_nothing(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        registration_id, (first,), member = await handed(tx, tmp_path, both=False)
        found = await document_checks.sheet(tx, registration_id=registration_id, member=CHIEF)
        await registration.cancel(
            tx, registration_id=registration_id, person_id=found.person.id, now=NOW
        )

        with pytest.raises(DocumentNotNeeded):
            await document_checks.tick_paper(
                tx,
                registration_id=registration_id,
                required_id=found.papers.papers[1].required_id,
                member=member,
                now=NOW,
            )
        await document_checks.send_back(
            tx, version_id=first, reason="Nieczytelne", member=member, now=NOW
        )

        assert await documents_told(tx) == []


async def test_overview_counts_people_by_name(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        first_id, second_id = await required_ids(tx, event_id)
        zofia, zofia_id = await seated(tx, event_id, chat=1, name="Zofia Z")
        anna, anna_id = await seated(tx, event_id, chat=2, name="Anna A")
        member = await make_member(tx)
        await hand_in(tx, tmp_path, zofia, first_id, zofia_id)
        await hand_in(tx, tmp_path, anna, first_id, anna_id)
        await hand_in(tx, tmp_path, anna, second_id, anna_id)
        longest = await document_checks.first_to_check(tx, event_id=event_id, member=CHIEF)
        assert longest is not None
        await document_checks.accept(
            tx, version_id=longest.paper.version_id or 0, member=member, now=NOW
        )

        seen = await document_checks.overview(tx, event_id=event_id, member=CHIEF)

        assert (seen.required, seen.to_check) == (TITLES, 2)
        assert seen.counts == (
            PersonCount(anna, "Anna A", "active", 2, 0, 2),
            PersonCount(zofia, "Zofia Z", "active", 2, 1, 0),
        )
        assert [one.missing for one in seen.counts] == [0, 1]


@pytest.mark.parametrize("rival", ["accept", "send back"])
async def test_two_staff_at_the_same_moment(
    database: Database, second: Database, tmp_path: Path, rival: str
) -> None:
    async with database.transaction() as tx:
        _, (version_id,), member = await handed(tx, tmp_path, both=False)
        other = await make_member(tx, chat=901, name="Adam")
    start = asyncio.Event()

    async def decide(base: Database, who: StaffMember, what: str) -> str:
        await start.wait()
        try:
            async with base.transaction() as tx:
                if what == "accept":
                    await document_checks.accept(tx, version_id=version_id, member=who, now=NOW)
                else:
                    await document_checks.send_back(
                        tx, version_id=version_id, reason="Brak podpisu", member=who, now=NOW
                    )
        except DocumentChecked:
            return "too late"
        return what

    tasks = [
        asyncio.create_task(decide(database, member, "accept")),
        asyncio.create_task(decide(second, other, rival)),
    ]
    start.set()
    done = await asyncio.gather(*tasks)

    async with database.reading() as tx:
        outcome = (await tx.execute(select(document_version.c.outcome))).scalar_one()
        told = await documents_told(tx)
    winner = next(one for one in done if one != "too late")
    assert sorted(done).count("too late") == 1
    assert outcome == ("accepted" if winner == "accept" else "returned")
    assert told == ([] if winner == "accept" else ["document_returned"])


async def test_two_staff_accept_the_last_two_documents_and_the_person_is_told_once(
    database: Database, second: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        _, versions, member = await handed(tx, tmp_path)

    async def accept(base: Database, version_id: int) -> None:
        async with base.transaction() as tx:
            await document_checks.accept(tx, version_id=version_id, member=member, now=NOW)

    await asyncio.gather(accept(database, versions[0]), accept(second, versions[1]))

    async with database.reading() as tx:
        assert await documents_told(tx) == ["documents_complete"]
