"""Look at the waves of a survey at the command line, open, close and remind."""

from collections.abc import Callable
from datetime import UTC, datetime

import typer

from bot.process import opened
from bot.settings import Settings
from programme import survey_desk, survey_missing, survey_reminders, survey_waves, surveys
from programme.survey_desk import WaveView
from programme.survey_refusals import WaveUnknown
from storage import waves
from storage.database import Tx
from texts.dates import until
from texts.translator import Translator, mark

Ask = Callable[[str], bool]
STATES = {"planned": mark("planned"), "open": mark("open"), "closed": mark("closed")}


async def show(settings: Settings, *, key: str, t: Translator) -> None:
    """Print a survey's waves, a line each, the newest first."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        survey = await surveys.find(tx, key)
        number, pages = 0, 1
        while number < pages:
            view = await survey_desk.one(tx, survey_id=survey.id, number=number, member=None)
            for wave in view.waves:
                typer.echo(_line(wave, settings.timezone.key, t))
            number, pages = number + 1, view.pages
    if not view.waves:
        typer.echo(t("It has not been held yet, and no day is planned."))


def _line(view: WaveView, zone: str, t: Translator) -> str:
    kept = view.wave
    last = kept.closed_at or kept.closes_at
    days = until(kept.opens_at, zone, t.locale)
    if last is not None:
        days = f"{days} – {until(last, zone, t.locale)}"
    counts = t(
        "asked %(asked)s, answered %(answered)s, begun %(begun)s",
        asked=view.asked,
        answered=view.answered,
        begun=view.begun,
    )
    parts = [kept.key, t(STATES[kept.state]), days, counts]
    return " · ".join([*parts, view.event] if view.event else parts)


async def open_now(
    settings: Settings, *, key: str, wave_key: str, ask: Ask | None, t: Translator
) -> None:
    """Open a planned wave; the running bot asks whom it is for."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database:
        async with database.reading() as tx:
            wave_id = await _wave_id(tx, key, wave_key)
        if ask is None or ask(t("Shall the survey be opened now, before its day?")):
            async with database.transaction() as tx:
                await survey_waves.open_now(tx, wave_id=wave_id, member=None, now=now)
            typer.echo(t("The wave is open. The bot asks people as soon as it runs."))


async def close(
    settings: Settings, *, key: str, wave_key: str, ask: Ask | None, t: Translator
) -> None:
    """Close a wave, or give up a planned one."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database:
        async with database.reading() as tx:
            wave_id = await _wave_id(tx, key, wave_key)
        question = t(
            "Shall the survey be closed? Nobody can answer any more then. All answers that "
            "were sent are kept."
        )
        if ask is None or ask(question):
            async with database.transaction() as tx:
                await survey_waves.close(tx, wave_id=wave_id, member=None, now=now)
            typer.echo(t("Nobody can answer any more. All answers that were sent are kept."))


async def remind(
    settings: Settings, *, key: str, wave_key: str, ask: Ask | None, t: Translator
) -> None:
    """Remind those who have not answered."""
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database:
        async with database.reading() as tx:
            wave_id = await _wave_id(tx, key, wave_key)
        question = t("Shall we remind those who have not answered? Who has answered hears nothing.")
        if ask is None or ask(question):
            async with database.transaction() as tx:
                count = await survey_reminders.remind_now(
                    tx,
                    wave_id=wave_id,
                    member=None,
                    quiet=settings.quiet,
                    zone=settings.timezone.key,
                    now=now,
                )
            typer.echo(t.plural("%(n)s message leaves.", "%(n)s messages leave.", count))


async def missing(settings: Settings, *, key: str, wave_key: str, t: Translator) -> None:
    """Print who has not answered, or only how many where names would give somebody away."""
    async with opened(settings, now=datetime.now(UTC)) as database, database.reading() as tx:
        wave_id = await _wave_id(tx, key, wave_key)
        number, pages = 0, 1
        while number < pages:
            page = await survey_missing.page(tx, wave_id=wave_id, number=number, member=None)
            for one in page.names or ():
                typer.echo(f"{one.name} · {one.channel or '–'}")
            number, pages = number + 1, page.pages if page.names is not None else 1
    typer.echo(t("Without an answer: %(n)s", n=page.total))
    if page.names is None:
        typer.echo(
            t(
                "The survey is anonymous, and either very few have answered or very few have not. "
                "Names would give away what somebody answered, so we show only the number."
            )
        )


async def _wave_id(tx: Tx, key: str, wave_key: str) -> int:
    survey = await surveys.find(tx, key)
    wave = await waves.by_key(tx, survey.id, wave_key)
    if wave is None:
        raise WaveUnknown
    return wave.id
