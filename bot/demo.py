"""`akademia demo`: the programme with a page to play every part on, or the tour."""

import asyncio
import socket
from datetime import date
from pathlib import Path

import typer

from bot import tour, tour_crowd
from bot.stage import COORDINATOR, SECOND_COORDINATOR, Stage, set_up
from playground.persona import Persona
from storage import events as event_rows
from texts.translator import Translator

PERSONAS = (
    Persona(
        101, "Zofia", "Jagodna", "pl", "Koło gospodyń, 70 lat", "zofia@example.org", "Organizacje"
    ),
    Persona(
        102,
        "Stanisław",
        "Dębowy",
        "pl",
        "Strażak, czyta pocztę OSP",
        "osp.milki@milki.example.org",
        "Organizacje",
    ),
    Persona(103, "Ewa", "Kwiatowa", "pl", "Klub sportowy", "ewa@example.org", "Organizacje"),
    Persona(
        104,
        "Emily",
        "Brook",
        "en",
        "Fundacja, mówi po angielsku",
        "emily@example.org",
        "Organizacje",
    ),
    Persona(
        201, "Lucyna", "Papierowa", "pl", "Referat organizacyjny", "lucyna@example.org", "Urząd"
    ),
    Persona(
        202, "Marek", "Stołowy", "pl", "Ośrodek pomocy społecznej", "marek@example.org", "Urząd"
    ),
    COORDINATOR,
    SECOND_COORDINATOR,
)

SMALL_TRAINING = "lider-spolecznosci"
NEIGHBOURS = ("Barbara", "Danuta", "Halina", "Henryk", "Marianna", "Teresa")


def free_port(wanted: int) -> int:
    """Give the wanted port, or 0, which means any free one, when somebody else has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted


async def seat_neighbours(stage: Stage) -> None:
    """Take six of the eight seats, so that two people on the page fill the training."""
    async with stage.process.database.reading() as tx:
        event = await event_rows.by_key(tx, SMALL_TRAINING)
    number = event.id if event else 0
    guests = [one for one in tour_crowd.guests() if one.name.split()[0] in NEIGHBOURS]
    await asyncio.gather(*(_seat(stage, guest, number) for guest in guests))
    await stage.process.settle()


async def _seat(stage: Stage, guest: tour_crowd.Guest, event_id: int) -> None:
    first, last = guest.name.split(" ", 1)
    visitor = stage.playground.visitor(guest.chat_id, first, last)
    mailbox = stage.playground.mailbox
    await tour_crowd.introduce(visitor, guest, mailbox, wish=f"e_{event_id}")
    await tour_crowd.press(visitor, rf"r:{event_id}")
    await visitor.wait_for("", timeout=tour_crowd.PATIENCE)


async def play(*, do_tour: bool, out: Path, port: int, today: date | None, t: Translator) -> None:
    """Play the tour, or serve the page until stopped."""
    if do_tour:
        await tour.play(out, typer.echo, today=today)
        return
    async with set_up(personas=PERSONAS, port=free_port(port), today=today, by_mail=True) as stage:
        await seat_neighbours(stage)
        typer.echo(
            t(
                "Please open this page in a browser: %(page)s\nTo stop, press Ctrl+C here.",
                page=stage.playground.page_url,
            )
        )
        await asyncio.Event().wait()
