"""People who register all at once: each says the next thing as soon as the bot has answered."""

import asyncio
import base64
import email
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Say = Callable[[dict[str, Any]], None]
CODE = re.compile(r"\b\d{6}\b")


@dataclass(frozen=True)
class Step:
    """What a person does: writes words, or presses the button whose data hold them.

    `{n}` stands for the person's number, `{code}` for the code in the newest mail.
    """

    deed: str
    what: str


TUTORIAL = (
    Step("write", "/start"),
    Step("write", "Osoba {n}"),
    Step("write", "osoba{n}@example.org"),
    Step("press", "1"),
    Step("press", "yes"),
)
OURS = (
    Step("write", "/start e_{event}"),
    Step("press", ":accept"),
    Step("write", "Osoba Numer {n}"),
    Step("press", ":ngo"),
    Step("write", "KGW Milki"),
    Step("press", ":org:"),
    Step("write", "osoba{n}@example.org"),
    Step("write", "{code}"),
    Step("press", "r:{event}"),
)
OURS_AGAIN = (Step("press", "e:{event}"), Step("press", "r:{event}"))


@dataclass
class Someone:
    """One person: how far they are, what the bot has offered, what came by mail."""

    number: int
    done: int = 0
    buttons: list[str] = field(default_factory=list)
    heard: int = 0
    mails: list[bytes] = field(default_factory=list)


class Crowd:
    """So many people, each going through the steps; `through` is set when the last one is.

    A person is through when the bot has spoken after the last step and, if `mails` are expected,
    so many have arrived.
    """

    def __init__(
        self, people: int, steps: tuple[Step, ...], *, event: str, mails: int, say: Say
    ) -> None:
        self._steps = steps
        self._event = event
        self._mails = mails
        self._say = say
        self._people = {number: Someone(number) for number in range(1, people + 1)}
        self._through: set[int] = set()
        self.through = asyncio.Event()
        self.begun_at = 0.0
        self.ended_at = 0.0
        self.updates = 0

    def begin(self, offered: tuple[str, ...] = ()) -> None:
        """Let everybody take the first step."""
        self.begun_at = time.perf_counter()
        for person in self._people.values():
            person.buttons += [one.format(event=self._event) for one in offered]
            self._go_on(person)

    def heard(self, method: str, call: dict[str, str]) -> None:
        """Take notice of what the bot says in a chat."""
        person = self._people.get(int(call.get("chat_id", 0)))
        if person is None or not method.startswith("send"):
            return
        person.heard += 1
        markup = json.loads(call.get("reply_markup") or "{}")
        for row in markup.get("inline_keyboard", []):
            person.buttons += [one["callback_data"] for one in row if "callback_data" in one]
        self._go_on(person)

    def mailed(self, address: str, raw: bytes) -> None:
        """Take notice of a mail."""
        number = int("".join(sign for sign in address.partition("@")[0] if sign.isdigit()) or 0)
        if person := self._people.get(number):
            person.mails.append(raw)
            self._go_on(person)

    def _go_on(self, person: Someone) -> None:
        if person.done == len(self._steps):
            self._maybe_end(person)
            return
        step = self._steps[person.done]
        update = self._update(person, step)
        if update is not None:
            person.done += 1
            person.heard = 0
            self.updates += 1
            self._say(update)

    def _maybe_end(self, person: Someone) -> None:
        if person.heard and len(person.mails) >= self._mails:
            self._through.add(person.number)
            if len(self._through) == len(self._people) and not self.through.is_set():
                self.ended_at = time.perf_counter()
                self.through.set()

    def _update(self, person: Someone, step: Step) -> dict[str, Any] | None:
        who = {"id": person.number, "is_bot": False, "first_name": "Anna", "language_code": "pl"}
        chat = {"id": person.number, "type": "private", "first_name": "Anna"}
        message = {"message_id": person.done + 1, "date": 1800000000, "chat": chat}
        if step.deed == "press":
            wanted = step.what.format(event=self._event)
            data = next((one for one in reversed(person.buttons) if wanted in one), None)
            if data is None:
                return None
            query = {"id": f"{person.number}-{person.done}", "chat_instance": "1", "data": data}
            bot = {"id": 42, "is_bot": True, "first_name": "b"}
            return {"callback_query": {**query, "from": who, "message": {**message, "from": bot}}}
        if person.done and not person.heard:
            return None
        words = self._words(person, step)
        if words is None:
            return None
        entity = {"type": "bot_command", "offset": 0, "length": len(words.split()[0])}
        entities = {"entities": [entity]} if words.startswith("/") else {}
        return {"message": {**message, "from": who, "text": words, **entities}}

    def _words(self, person: Someone, step: Step) -> str | None:
        if step.what != "{code}":
            return step.what.format(n=person.number, event=self._event)
        return _code(person.mails[-1]) if person.mails else None


def _code(raw: bytes) -> str:
    """Read the six digits out of a mail's plain text."""
    for part in email.message_from_bytes(raw).walk():
        if part.get_content_type() == "text/plain":
            content = str(part.get_payload())
            if part.get("Content-Transfer-Encoding", "").lower() == "base64":
                content = base64.b64decode(content).decode()
            found = CODE.search(content)
            return found.group() if found else ""
    return ""
