"""Hold what the database says against what the servers really received."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text

from playground.playground import Playground
from programme.memberships import hash_of
from programme.notice_policy import POLICY
from storage.database import Database, Tx
from storage.mail_tables import letter_door
from storage.tables import inbox, outbox
from tests.soak.crowd import Crowd
from texts.translator import load

AGAIN = load("pl")("(sent again)")
ENDED = {"sent", "uncertain", "missed", "cancelled"}


@dataclass
class Report:
    """What a soak has counted, and what was wrong."""

    kills: int = 0
    updates: int = 0
    sent: int = 0
    received: int = 0
    lost: int = 0
    duplicated: int = 0
    uncertain: int = 0
    repeated: int = 0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Lay the counts out as a small table."""
        counts = {
            "processes killed": self.kills,
            "updates, each with one effect": self.updates,
            "rows sent": self.sent,
            "messages received": self.received,
            "lost": self.lost,
            "duplicated": self.duplicated,
            "uncertain, left to staff": self.uncertain,
            "repeated by policy, once": self.repeated,
        }
        return [f"{words:<32}{count:>8}" for words, count in counts.items()] + self.wrong


async def audit(database: Database, playground: Playground, crowd: Crowd, kills: int) -> Report:
    """Count everything once all is quiet."""
    report = Report(kills=kills)
    async with database.reading() as tx:
        rows = list(await tx.execute(select(outbox)))
        doors = await doors_of_letters(tx)
        await _arrivals(tx, playground, report)
        await _registrations(tx, crowd, report)
    report.sent = sum(row.state == "sent" for row in rows)
    report.uncertain = sum(row.state == "uncertain" for row in rows)
    report.repeated = sum(row.doubted > (row.state == "uncertain") for row in rows)
    told(rows, playground, report, doors)
    return report


async def doors_of_letters(tx: Tx) -> dict[str, str]:
    """Tell by the hash of its token which row a mail came from.

    A row that has ended forgets its Message-ID, which holds the token.
    """
    rows = await tx.execute(select(letter_door.c.token_hash, letter_door.c.outbox_key))
    return {row.token_hash: row.outbox_key for row in rows}


def told(rows: list[Any], playground: Playground, report: Report, doors: Mapping[str, str]) -> None:
    """Hold every row against what really arrived."""
    for row in rows:
        if row.state not in ENDED or row.leased_until is not None:
            report.wrong.append(f"{row.key} is still {row.state}: {row.answer}")
        if row.doubted and row.state == "sent" and not is_repeated(row):
            report.wrong.append(f"repeated against the policy: {row.key}")
    _mails([row for row in rows if row.channel == "mail"], playground, report, doors)
    _chats([row for row in rows if row.channel == "telegram"], playground, report)


def is_repeated(row: Any) -> bool:
    """Tell whether the policy sends a doubtful row of this kind and channel once more."""
    return POLICY[row.kind].in_doubt[row.channel] is not None


def _most(row: Any) -> int:
    """Tell how often a row may have arrived: once, and once for each doubt that was repeated."""
    if not is_repeated(row):
        return 1
    return int(row.doubted + (row.state == "sent"))


def _mails(
    rows: list[Any], playground: Playground, report: Report, doors: Mapping[str, str]
) -> None:
    copies = defaultdict(list)
    for mail in playground.mailbox.accepted:
        token = mail.message_id.strip("<>").partition("@")[0]
        copies[doors.get(hash_of(token), mail.message_id)].append(mail.raw)
        report.received += 1
    for row in rows:
        got = copies.pop(row.key, []) or copies.pop(row.message_id, [])
        if row.state == "sent" and not got:
            report.lost += 1
            report.wrong.append(f"lost: {row.key}")
        if len(got) > _most(row) or len(set(got)) > 1:
            report.duplicated += 1
            report.wrong.append(f"{len(got)} mails, {len(set(got))} unlike: {row.key}")
    if copies:
        report.wrong.append(f"mails that no row knows: {list(copies)}")


def _chats(rows: list[Any], playground: Playground, report: Report) -> None:
    by_chat = defaultdict(list)
    for row in rows:
        by_chat[int(row.address)].append(row)
    for chat_id, chat in playground.server.state.chats.items():
        report.received += len(chat.delivered)
        _one_chat(by_chat.pop(chat_id, []), {m["message_id"]: m for m in chat.delivered}, report)
    report.wrong += [f"chat {chat_id} does not exist" for chat_id in by_chat]


def _one_chat(rows: list[Any], delivered: dict[int, Any], report: Report) -> None:
    """Let every message be named by one row, or be the doubtful copy of exactly one row."""
    doubtful: Counter[str] = Counter()
    nameless = 0
    known = dict(delivered)
    for row in rows:
        if row.state == "sent" and not row.facts.get("edits"):
            message = known.pop(row.result["message_id"], None)
            if message is None:
                report.lost += 1
                report.wrong.append(f"lost: {row.key}")
            else:
                doubtful[words(message)] += _most(row) - 1
        elif row.state == "uncertain":
            nameless += _most(row)
    for message in known.values():
        if doubtful[words(message)]:
            doubtful[words(message)] -= 1
        elif nameless:
            nameless -= 1
        else:
            report.duplicated += 1
            report.wrong.append(f"nobody sent: {words(message)!r}")


def words(message: dict[str, Any]) -> str:
    """Give a message's words without the mark that it was sent again."""
    said = str(message.get("text") or message.get("caption") or "")
    first, _, rest = said.partition("\n")
    return rest if first == AGAIN else said


async def _arrivals(tx: Tx, playground: Playground, report: Report) -> None:
    accepted = len(set(playground.server.state.updates.confirmed))
    states = await tx.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state))
    found = {row[0]: row[1] for row in states}
    report.updates = found.get("done", 0)
    if found != {"done": accepted}:
        report.wrong.append(f"{accepted} updates were confirmed, the inbox holds {found}")


async def _registrations(tx: Tx, crowd: Crowd, report: Report) -> None:
    rows = list(await tx.execute(text("SELECT person_id, event_id, state FROM registration")))
    still_open = [(row[0], row[1]) for row in rows if row[2] != "cancelled"]
    if sorted(still_open) != sorted(crowd.open):
        report.wrong.append(f"open: {set(still_open) ^ crowd.open}")
    if len(rows) != crowd.registered:
        report.wrong.append(f"{crowd.registered} deeds made {len(rows)} registrations")
    seats = await tx.execute(
        text(
            "SELECT e.title, e.taken, (SELECT count(*) FROM registration r WHERE "
            "r.event_id = e.id AND r.state = 'active') AS seated, e.capacity FROM event e"
        )
    )
    for title, taken, seated, capacity in seats:
        if taken != seated or taken > capacity:
            report.wrong.append(f"{title}: {taken} taken, {seated} seated, {capacity} seats")
    told = await tx.scalar(
        text(
            "SELECT count(*) FROM outbox WHERE kind = 'waiting_listed' "
            "OR (kind = 'registration_confirmed' AND channel = 'mail')"
        )
    )
    if told != crowd.registered:
        report.wrong.append(f"{crowd.registered} registrations were confirmed {told} times")
