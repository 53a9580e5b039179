"""Show staff how far a broadcast has come: one message, edited, and a report at the end."""

from datetime import datetime
from html import escape
from typing import Any

from delivery.chat import ChatMessage, to_json
from programme import broadcast_reports, notices
from programme.broadcast_reports import Report
from storage import conversations, outbox_lists
from storage.broadcasts import Broadcast
from storage.database import Tx
from texts.translator import Translator, load

BAR = 10


async def refresh(tx: Tx, *, now: datetime) -> bool:
    """Queue an edit for every broadcast that has moved on; tell whether there was any."""
    changed = False
    for broadcast in await broadcast_reports.unfinished(tx):
        changed |= await _refresh(tx, broadcast, now=now)
    return changed


async def _refresh(tx: Tx, broadcast: Broadcast, *, now: datetime) -> bool:
    announced = broadcast_reports.announcement_key(broadcast.id)
    place = await _message(tx, broadcast)
    if place is None and await outbox_lists.is_open(tx, announced, now=now):
        return False
    # One edit at a time: a delayed older one would overwrite a newer one, the report even.
    if await outbox_lists.any_open(tx, keys_from=f"{announced}:", now=now):
        return False
    report = await broadcast_reports.report(tx, broadcast_id=broadcast.id)
    ended = report.queued == 0
    # A message that never came, or nobody knows whether, is not edited: the report is a new one.
    chat_id, message_id = place or (await broadcast_reports.staff_chat(tx, broadcast), None)
    if not ended and message_id is None:
        return False
    if ended and not await broadcast_reports.finish(tx, broadcast_id=broadcast.id, now=now):
        return False
    chat = await conversations.load(tx, chat_id)
    t = load(chat.locale if chat else "pl")
    done = broadcast.people - report.queued
    # The count is part of the key: the same standing is shown once, however often we look.
    await notices.reply(
        tx,
        chat_id=chat_id,
        key=f"progress:{broadcast.id}:{'end' if ended else done}",
        message=to_json(ChatMessage(_words(t, broadcast, report), edits=message_id)),
        locale=t.locale,
        now=now,
    )
    return True


async def _message(tx: Tx, broadcast: Broadcast) -> tuple[int, int] | None:
    if broadcast.progress_chat_id is not None and broadcast.progress_message_id is not None:
        return broadcast.progress_chat_id, broadcast.progress_message_id
    found = await outbox_lists.sent_message(tx, broadcast_reports.announcement_key(broadcast.id))
    if found is None:
        return None
    await broadcast_reports.set_progress_message(
        tx, broadcast_id=broadcast.id, chat_id=found[0], message_id=found[1]
    )
    return found


def _words(t: Translator, broadcast: Broadcast, report: Report) -> str:
    done = broadcast.people - report.queued
    filled = BAR * done // max(1, broadcast.people)
    title = escape(str(broadcast.content.get("subject") or broadcast.content.get("question") or ""))
    head = t("Sending has ended. Report:") if report.queued == 0 else t("Being sent:")
    standing = t("%(done)s of %(all)s", done=done, all=broadcast.people)
    lines = [
        f"{head} <b>{title}</b>" if title else head,
        f"{'▓' * filled}{'░' * (BAR - filled)} {standing}",
        *_counts(t, report),
    ]
    return "\n".join(lines)


def _counts(t: Translator, report: Any) -> list[str]:
    named = [
        (t("Sent: %(count)s", count=report.sent), True),
        (t("Waiting: %(count)s", count=report.queued), report.queued),
        (t("The person has closed the chat: %(count)s", count=report.blocked), report.blocked),
        (t("Could not be delivered: %(count)s", count=report.failed), report.failed),
        (
            t("Perhaps delivered, not repeated: %(count)s", count=report.uncertain),
            report.uncertain,
        ),
        (t("Not sent, as it was too late: %(count)s", count=report.missed), report.missed),
        (
            t("Not sent, as the event was cancelled: %(count)s", count=report.cancelled),
            report.cancelled,
        ),
    ]
    return [words for words, shown in named if shown]
