"""The surveys that come with the program, to be loaded by staff with one press."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from programme import staff, survey_loading
from programme.importing.problems import FileRefused
from programme.importing.survey_definition import SurveyDefinition
from programme.importing.survey_file import read_survey
from programme.survey_refusals import WaveUnknown
from programme.wall_time import to_wall
from programme.wave_refusals import ReadySurveyUnfit
from storage import surveys as store
from storage.database import Tx
from storage.staff import StaffMember

RIGHT = "surveys"


@dataclass(frozen=True)
class ReadySurvey:
    """A survey that comes with the program; `survey_id` is None until it is loaded."""

    key: str
    title: str
    questions: int
    survey_id: int | None


async def listed(
    tx: Tx, *, files: Mapping[str, bytes], zone: str, member: StaffMember, now: datetime
) -> list[ReadySurvey]:
    """List the ready surveys by title; `files` are theirs, by name."""
    staff.permit(member, RIGHT)
    found = []
    for content in files.values():
        definition = _read(content, zone, now)
        known = await store.by_key(tx, definition.key)
        form = definition.form
        found.append(
            ReadySurvey(
                definition.key, form.title, len(form.questions), known.id if known else None
            )
        )
    return sorted(found, key=lambda one: one.title)


async def load(
    tx: Tx,
    *,
    key: str,
    files: Mapping[str, bytes],
    zone: str,
    member: StaffMember,
    now: datetime,
) -> int:
    """Load a ready survey and return its number; one that is loaded stays as it is.

    Raises WaveUnknown for a key that none has, and ReadySurveyUnfit where what is kept already
    stands against it, after which nothing may be committed.
    """
    staff.permit(member, RIGHT)
    known = await store.by_key(tx, key)
    for content in files.values():
        definition = _read(content, zone, now)
        if definition.key != key:
            continue
        if known is None:
            try:
                await survey_loading.load(
                    tx, definition=definition, zone=zone, now=now, member=member
                )
            except FileRefused as faults:
                raise ReadySurveyUnfit from faults
            known = await store.by_key(tx, key)
        if known is not None:
            return known.id
    raise WaveUnknown


def _read(content: bytes, zone: str, now: datetime) -> SurveyDefinition:
    return read_survey(content, today=to_wall(now, zone).date())
