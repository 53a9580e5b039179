"""The people of the tour, and how a person meets the bot for the first time.

They press buttons by what lies behind them and not by their labels, so that the story plays on
when a word is changed, and they answer a question once, however often it is asked.
"""

import asyncio
import re
from dataclasses import dataclass

from playground.mailbox import Mailbox
from playground.seen import SeenMessage
from playground.visitor import Visitor

CODE = re.compile(r"\b\d{6}\b")
PATIENCE = 30.0
MEMBERS = (
    ("Zofia Jagodna", "KGW Milki"),
    ("Halina Brzozowa", "Koło gospodyń Miłki"),
    ("Teresa Polna", "KGW Rydzewo"),
    ("Barbara Leśna", "rudzianki"),
    ("Danuta Łąkowa", "KGW Staswiny"),
    ("Marianna Żytnia", "wyszowianki"),
    ("Stanisław Dębowy", "OSP Miłki"),
    ("Henryk Klonowy", "straż pożarna Rydzewo"),
    ("Józef Olchowy", "OSP Marcinowa Wola"),
    ("Kazimierz Wierzba", "LKS Fala"),
    ("Andrzej Sosnowy", "Żagiel Rydzewo"),
    ("Ewa Kwiatowa", "Orlik"),
    ("Krystyna Świerkowa", "milosnicy ziemi mileckiej"),
    ("Wanda Rzeczna", "Nasza Wies Czyprki"),
    ("Ryszard Jesion", "przyjaciele paprotek"),
    ("Urszula Zielna", "Zielony Brzeg"),
    ("Grażyna Malinowa", "Razem dla Dzieci"),
    ("Tomasz Jeziorny", "Mazurska Przystań"),
    ("Jadwiga Różana", "Caritas"),
    ("Bronisława Górna", "klub seniora"),
    ("Zdzisław Grabowy", "Kormoran"),
    ("Edward Wodny", "koło wędkarskie okoń"),
    ("Irena Ogrodowa", "opieki nad zabytkami"),
    ("Elżbieta Nadbrzeżna", "Stowarzyszenie Miłośników Ziemi Mileckiej"),
)
CLERKS = ("Lucyna Papierowa", "Marek Stołowy", "Beata Urzędowa", "Piotr Archiwalny")
FIRST_CHAT = 1001


@dataclass(frozen=True)
class Guest:
    """One person of the story; `organisation` is what they would type."""

    number: int
    name: str
    organisation: str
    role: str
    address: str

    @property
    def chat_id(self) -> int:
        """The number of the person's chat."""
        return FIRST_CHAT + self.number


def guests() -> list[Guest]:
    """List everyone: members first, then clerks; every fourth has no e-mail."""
    listed = [(name, organisation, "ngo") for name, organisation in MEMBERS]
    listed += [(name, "", "clerk") for name in CLERKS]
    return [
        Guest(
            number,
            name,
            organisation,
            role,
            f"osoba{number}@milki.example.org" if number % 4 else "",
        )
        for number, (name, organisation, role) in enumerate(listed)
    ]


async def press(visitor: Visitor, pattern: str) -> None:
    """Wait for a button whose data fits, and press it."""
    fits = re.compile(pattern)
    seen = await _with_button(visitor, fits)
    for row in seen.rows:
        for button in row:
            data = button.get("callback_data", "")
            if fits.fullmatch(data):
                await visitor.press_data(seen.message_id, data, label=button["text"])
                return


async def _with_button(visitor: Visitor, fits: re.Pattern[str]) -> SeenMessage:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while True:
        message = await visitor.wait_for("", timeout=max(0.01, deadline - loop.time()))
        for candidate in [message, *reversed(visitor.messages)]:
            datas = [one.get("callback_data", "") for row in candidate.rows for one in row]
            if candidate.from_bot and any(fits.fullmatch(data) for data in datas):
                return candidate
        await visitor.wait_for("", timeout=max(0.01, deadline - loop.time()), after=visitor.mark)


async def say(visitor: Visitor, text: str) -> None:
    """Answer a question with words, once it has been asked."""
    await visitor.wait_for("", timeout=PATIENCE)
    await visitor.send(text)


async def introduce(visitor: Visitor, guest: Guest, mailbox: Mailbox, *, wish: str) -> None:
    """Press Start on a link and answer every question about oneself."""
    await visitor.send(f"/start {wish}")
    await press(visitor, r"q:\d+:accept")
    await say(visitor, guest.name)
    await press(visitor, rf"q:\d+:{guest.role}")
    if guest.role == "ngo":
        await say(visitor, guest.organisation)
    await press(visitor, r"q:\d+:org:\d+")
    if not guest.address:
        await press(visitor, r"q:\d+:skip")
        return
    await say(visitor, guest.address)
    await visitor.wait_for("", timeout=PATIENCE)
    mail = await mailbox.wait_for_mail(guest.address, timeout=PATIENCE)
    found = CODE.search(mail.text)
    await visitor.send(found.group() if found else "")


async def register(visitor: Visitor, event_id: int) -> None:
    """Open an event's card from a link and register: two taps in all."""
    await visitor.send(f"/start e_{event_id}")
    await press(visitor, rf"r:{event_id}")
    await visitor.wait_for("", timeout=PATIENCE)
