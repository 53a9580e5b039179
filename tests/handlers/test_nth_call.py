"""Whatever call fails, the story ends well; EVERY_CALL=1 lets every single one fail in turn."""

import os
from collections import Counter
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import select

from playground.playground import Playground
from storage.database import open_database
from storage.tables import event, inbox, outbox, registration
from tests.handlers.nth_call import HERS, Kind, Story, Trouble, trouble_everything
from tests.handlers.scene import Scene
from tests.soak.ledger import Report, doors_of_letters, told

# How many calls of a kind the story makes at least, and how many lie between two samples.
SAMPLES: dict[Kind, tuple[int, int]] = {
    "statement": (300, 149),
    "commit": (50, 15),
    "telegram": (15, 4),
    "poll": (8, 6),
    "smtp": (9, 4),
}
# More than there are; those beyond the last call strike nothing.
ALL: dict[Kind, int] = {"statement": 700, "commit": 90, "telegram": 25, "poll": 20, "smtp": 12}
EVERY = bool(os.environ.get("EVERY_CALL"))
STORIES: list[tuple[str, Kind, int, bool]] = [
    ("sqlite", kind, number, after)
    for kind, (most, stride) in SAMPLES.items()
    for after in (False, True)
    for number in range(1 + after, (ALL[kind] if EVERY else most) + 1, 1 if EVERY else stride)
]
# The servers' troubles are the same on both databases: the first, the last and the stride.
ON_POSTGRESQL: dict[Kind, tuple[int, int, int]] = {
    "commit": (5, 56, 50),
    "statement": (160, 161, 100),
}
STORIES += [
    ("postgresql", kind, number, after)
    for kind, (first, most, stride) in ON_POSTGRESQL.items()
    for after in (False, True)
    for number in range(first + after, most + 1, stride)
]
NOTICES = {
    ("registration_confirmed", "telegram"): 1,
    ("registration_confirmed", "mail"): 1,
    ("invitation", "telegram"): 1,
    ("reminder", "telegram"): 1,
    ("registration_cancelled", "telegram"): 1,
    ("registration_cancelled", "mail"): 1,
}


def _name(value: object) -> str:
    return {False: "before", True: "after"}[value] if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    ("backend", "kind", "number", "after"), STORIES, indirect=["backend"], ids=_name
)
async def test_story_ends_well_whatever_call_fails(
    kind: Kind, number: int, *, after: bool, database_url: str, tmp_path: Path
) -> None:
    trouble = Trouble(kind, number, after)

    wrong = await _told(database_url, tmp_path, trouble)

    assert trouble.has_struck or EVERY
    assert wrong == []


async def _told(url: str, folder: Path, trouble: Trouble) -> list[str]:
    async with Playground() as playground:
        scene, look = Scene(playground, url, folder), open_database(url)
        try:
            story = Story(scene, look, trouble, restarts=trouble.number % 2 == 1)
            await story.prepare()
            trouble_everything(scene, trouble)
            await scene.start()
            await story.tell()
            return await _wrong(story)
        finally:
            await scene.close()
            await look.close()


async def _wrong(story: Story) -> list[str]:
    """Say what a story that ended well would not have left behind."""
    async with story.look.reading() as tx:
        rows = list(await tx.execute(select(outbox)))
        doors = await doors_of_letters(tx)
        arrivals = Counter(await tx.scalars(select(inbox.c.state)))
        registrations = list(await tx.scalars(select(registration.c.state)))
        seats = list(await tx.scalars(select(event.c.taken)))
    report = Report()
    confirmed = set(story.scene.playground.server.state.updates.confirmed)
    told(rows, story.scene.playground, report, doors)
    notices = Counter((row.kind, row.channel) for row in rows if row.kind != "reply")
    found = {
        "the inbox": (dict(arrivals), {"done": len(confirmed)}),
        "registrations": (registrations, ["cancelled"]),
        "seats taken": (seats, [0]),
        "notices": (dict(notices), NOTICES),
        "the calendar": (_calendar(story), [("REQUEST", 0), ("CANCEL", 1)]),
    }
    return report.wrong + [
        f"{name}: {is_} != {must}" for name, (is_, must) in found.items() if is_ != must
    ]


def _calendar(story: Story) -> list[tuple[str, int]]:
    """Read the calendar mails in order, each as often as it is another mail, all of one UID."""
    seen: dict[str, tuple[str, int]] = {}
    uids = set()
    for mail in story.scene.playground.mailbox.mails_for(HERS):
        calendar = Calendar.from_ical(mail.calendar or b"")
        (entry,) = calendar.walk("VEVENT")
        seen.setdefault(mail.message_id, (str(calendar["METHOD"]), int(str(entry["SEQUENCE"]))))
        uids.add(str(entry["UID"]))
    assert len(uids) <= 1
    return list(seen.values())
