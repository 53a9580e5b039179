"""Print what organisations say of themselves, and take it over into the register."""

from datetime import UTC, datetime

import typer

from bot.process import opened
from bot.settings import Settings
from programme import survey_register
from programme.refusals import OptionUnknown
from programme.survey_register import Proposal
from texts.translator import Translator, mark

FIELDS = {
    survey_register.AREAS: mark("areas of activity"),
    survey_register.LOCALITY: mark("locality"),
}


async def show(settings: Settings, *, key: str, take: list[int], t: Translator) -> None:
    """List what the register could take over, each with a number; write those that are named.

    Raises SurveyUnknown, and OptionUnknown for a number that is not in the list.
    """
    now = datetime.now(UTC)
    async with opened(settings, now=now) as database, database.transaction() as tx:
        found = await survey_register.proposals(tx, survey_key=key, member=None)
        if any(number > len(found) for number in take):
            raise OptionUnknown
        for number in sorted(set(take)):
            await survey_register.take_over(
                tx, survey_key=key, proposal=found[number - 1], member=None, now=now
            )
    for number, one in enumerate(found, start=1):
        done = t("taken over") if number in take else ""
        typer.echo(" · ".join(filter(None, (f"{number:>4}  {_line(one, t)}", done))))
    if not found:
        typer.echo(t("The register has all that the organisations say."))
    elif not take:
        typer.echo(t("Nothing was changed. To take a line over: --take NUMBER"))


def _line(one: Proposal, t: Translator) -> str:
    return t(
        "%(organisation)s, %(field)s: now “%(now)s”, then “%(then)s”",
        organisation=one.organisation,
        field=t(FIELDS[one.field]),
        now=", ".join(one.now),
        then=", ".join(one.then),
    )
