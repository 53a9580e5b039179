"""Announcements of the world of rights: one waits, one was withdrawn, one was told to Jan."""

from typing import Any

from programme import announcements
from programme.audience_choice import Choice
from storage import announcements as rows
from storage.database import Tx
from storage.outbox import BROADCAST, Entry, put
from storage.staff import StaffMember
from storage.tables import outbox
from tests.programme.newsletters import FRIDAY, announce
from tests.storage.rows import NOW


async def make_news(tx: Tx, know: dict[str, Any], member: StaffMember, *, chat: int) -> None:
    """Put three announcements into the digest; what Jan got lies in the outbox."""
    choice = Choice(people=(know["jan"],))
    for name in ("news", "news_gone", "news_told"):
        know[name] = await announce(
            tx, member, f"Ogłoszenie {name}", choice=choice, body="Dla: Jan Tajnowski."
        )
    await announcements.withdraw(tx, member=member, announcement_id=know["news_gone"], now=NOW)
    await rows.end(tx, [know["news_told"]], state=rows.TOLD, now=NOW)
    told = {"id": know["news_told"], "subject": "Nabór", "body": "Dla: Jan Tajnowski."}
    told |= {"case_number": "", "event": None, "deadline": None, "placeholders": {}}
    programme = {"title": "", "funder_line": "", "organiser": "", "contact": ""}
    entry = Entry(
        key=f"{announcements.key_of(FRIDAY, know['jan'])}:telegram",
        channel="telegram",
        kind="digest",
        address=str(chat),
        locale="pl",
        facts={"programme": programme, "person": {"name": "Jan"}, "announcements": [told]},
        priority=BROADCAST,
        due_at=NOW,
        not_after=NOW,
        person_id=know["jan"],
    )
    await put(tx, [entry], now=NOW)
    await tx.execute(outbox.update().where(outbox.c.key == entry.key).values(state="sent"))
