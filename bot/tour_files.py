"""What the tour leaves behind: chats, mails, calendars, answers, and a summary of counts."""

import json
from pathlib import Path
from typing import Any

from bot.stage import Stage
from playground.visitor import Visitor
from programme import surveys, votes
from storage import certificates, inbox, outbox_lists, registrations
from storage.database import Tx

TRAINING_CERTIFICATES = 7
FEWEST_PEOPLE, FEWEST_ORGANISATIONS, FEWEST_VOTES = 25, 8, 15


class CountsWrong(Exception):
    """The tour's counts are not what the story must give."""


async def write(stage: Stage, visitors: dict[int, Visitor], out: Path) -> dict[str, Any]:
    """Write everything into the folder and return the summary."""
    keep_messages(stage, visitors, out)
    async with stage.process.database.reading() as tx:
        newest = (await votes.recent(tx, limit=1))[0]
        exported = await surveys.export(tx, survey_key=newest.survey_key, file_format="csv")
        summary = await _summary(tx, newest.survey_key)
    (out / "survey.csv").write_bytes(exported.answers)
    (out / "survey-codebook.csv").write_bytes(exported.codebook)
    return summary


def keep_summary(summary: dict[str, Any], out: Path) -> None:
    """Write the summary of everything."""
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")


def keep_messages(stage: Stage, visitors: dict[int, Visitor], out: Path) -> None:
    """Write chats, mails, calendar entries and the files that people were sent."""
    _chats(visitors, out / "chat")
    _mails(stage, out)
    _files(stage, out)


async def training_summary(tx: Tx, event_id: int) -> dict[str, Any]:
    """Count what the training's story has left behind."""
    messages = await outbox_lists.count(tx)
    return {
        "registrations": await registrations.count_by_event_and_state(tx),
        "certificates": len(await certificates.of_event(tx, event_id)),
        "states": sorted({state for _kind, _channel, state in messages}),
        "inbox": await inbox.count_by_state(tx),
    }


def _fresh(folder: Path, pattern: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(pattern):
        old.unlink()
    return folder


def _chats(visitors: dict[int, Visitor], folder: Path) -> None:
    _fresh(folder, "*.jsonl")
    for chat_id, visitor in visitors.items():
        (folder / f"{chat_id}.jsonl").write_text(visitor.json_lines, encoding="utf-8")


def _mails(stage: Stage, out: Path) -> None:
    mails = _fresh(out / "mail", "*.eml")
    calendars = _fresh(out / "calendar", "*.ics")
    for number, mail in enumerate(stage.playground.mailbox.accepted, start=1):
        (mails / f"{number:03d}.eml").write_bytes(mail.raw)
        if mail.calendar is not None:
            (calendars / f"mail-{number:03d}.ics").write_bytes(mail.calendar)


def _files(stage: Stage, out: Path) -> None:
    calendars, papers = out / "calendar", _fresh(out / "file", "*")
    for chat_id, chat in stage.playground.server.state.chats.items():
        for message_id, message in chat.messages.items():
            if (
                "document" not in message
                or message["from"] is not stage.playground.server.state.bot
            ):
                continue
            stored = stage.playground.server.state.files.get(message["document"]["file_id"])
            suffix = Path(stored.filename).suffix
            folder = calendars if suffix == ".ics" else papers
            (folder / f"chat-{chat_id}-{message_id}{suffix}").write_bytes(stored.content)


async def _summary(tx: Tx, survey_key: str) -> dict[str, Any]:
    messages = await outbox_lists.count(tx)
    results = await votes.results(tx, survey_key=survey_key)
    people = await registrations.count_people(tx)
    return {
        "people": people.people,
        "organisations": people.organisations,
        "registrations": await registrations.count_by_event_and_state(tx),
        "messages": [
            {"kind": kind, "channel": channel, "state": state, "count": count}
            for (kind, channel, state), count in sorted(messages.items())
        ],
        "inbox": await inbox.count_by_state(tx),
        "votes": {option.label: option.count for option in results.options},
    }


def lines(summary: dict[str, Any]) -> list[str]:
    """Lay the summary out for reading."""
    listed = [
        f"  {row['kind']:24} {row['channel']:9} {row['state']:10} {row['count']:4}"
        for row in summary["messages"]
    ]
    head = (
        f"  people: {summary['people']}, organisations: {summary['organisations']}, "
        f"votes: {sum(summary['votes'].values())}, seconds: {summary['seconds']}"
    )
    return [head, *listed]


def check(summary: dict[str, Any]) -> None:
    """Raise CountsWrong when a count is not what the story must give."""
    open_or_lost = [row for row in summary["messages"] if row["state"] != "sent"]
    wrong = {
        "people": summary["people"] < FEWEST_PEOPLE,
        "organisations": summary["organisations"] < FEWEST_ORGANISATIONS,
        "votes": sum(summary["votes"].values()) < FEWEST_VOTES,
        "messages": bool(open_or_lost),
        "inbox": set(summary["inbox"]) != {"done"},
        "certificates": summary["training"]["certificates"] != TRAINING_CERTIFICATES,
        "training's messages": summary["training"]["states"] != ["sent"],
        "training's inbox": set(summary["training"]["inbox"]) != {"done"},
    }
    if any(wrong.values()):
        raise CountsWrong(", ".join(name for name, is_wrong in wrong.items() if is_wrong))
