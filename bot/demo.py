"""`akademia demo`: the programme with a page to play every part on, or the tour."""

import asyncio
import socket
from datetime import date
from pathlib import Path

import typer

from bot import tour
from bot.stage import COORDINATOR, SECOND_COORDINATOR, set_up
from playground.persona import Persona
from texts.translator import Translator

PERSONAS = (
    Persona(
        101, "Zofia", "Jagodna", "pl", "Koło gospodyń, 70 lat", "zofia@example.org", "Organizacje"
    ),
    Persona(
        102, "Stanisław", "Dębowy", "pl", "Strażak ochotnik", "stanislaw@example.org", "Organizacje"
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


def free_port(wanted: int) -> int:
    """Give the wanted port, or 0, which means any free one, when somebody else has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted


async def play(*, do_tour: bool, out: Path, port: int, today: date | None, t: Translator) -> None:
    """Play the tour, or serve the page until stopped."""
    if do_tour:
        await tour.play(out, typer.echo, today=today)
        return
    async with set_up(personas=PERSONAS, port=free_port(port), today=today) as stage:
        typer.echo(
            t(
                "Please open this page in a browser: %(page)s\nTo stop, press Ctrl+C here.",
                page=stage.playground.page_url,
            )
        )
        await asyncio.Event().wait()
