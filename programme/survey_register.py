"""Propose to staff what organisations say of themselves in a survey, for the register.

A survey with names may ask organisations a question "areas", for their areas of activity, and a
question "locality". The answers change nothing by themselves: staff take them over one by one,
and see what stands in the register before. Areas are added to those that staff wrote, so that
nothing is lost; a locality takes the place of the one before.
"""

from dataclasses import dataclass
from datetime import datetime

from programme import forms, staff, surveys
from programme.forms import Form
from programme.importing.spelling import fold
from programme.questions import MISSING
from programme.survey_refusals import RegisterChanged
from storage import current_answers, organisations, survey_changes
from storage import forms as form_store
from storage.current_answers import Current
from storage.database import Tx
from storage.organisations import Organisation
from storage.staff import StaffMember
from storage.surveys import Survey

AREAS, LOCALITY = "areas", "locality"
FIELDS = (AREAS, LOCALITY)
# An option of this key says that none of the others is meant.
OTHER = "other"
_OWNER = "organisation:"


@dataclass(frozen=True)
class Proposal:
    """What would stand in the register of one organisation, and what stands there now.

    `added` is what the organisation says and the register does not have.
    """

    organisation_id: int
    organisation: str
    field: str
    now: tuple[str, ...]
    then: tuple[str, ...]
    added: tuple[str, ...]


async def proposals(tx: Tx, *, survey_key: str, member: StaffMember | None) -> list[Proposal]:
    """List what the register could take over, by organisation; raises SurveyUnknown.

    What is there already, however it is spelt, is not proposed. `member` is None for the
    operator of the machine.
    """
    if member is not None:
        staff.permit(member, "surveys")
    survey = await surveys.find(tx, survey_key)
    found = [
        proposal
        for organisation_id, said in (await _said(tx, survey)).items()
        for proposal in _proposals(await organisations.get(tx, organisation_id), said)
    ]
    return sorted(found, key=lambda one: (fold(one.organisation), one.field))


async def take_over(
    tx: Tx, *, survey_key: str, proposal: Proposal, member: StaffMember | None, now: datetime
) -> None:
    """Write what an organisation said into the register, as it was shown.

    Raises RegisterChanged when the register or the answer is no longer what was shown.
    """
    if member is not None:
        staff.permit(member, "surveys")
    await survey_changes.hold_organisation(tx, proposal.organisation_id)
    if proposal not in await proposals(tx, survey_key=survey_key, member=None):
        raise RegisterChanged
    is_list = proposal.field == AREAS
    value: object = list(proposal.then) if is_list else proposal.then[0]
    await organisations.change(tx, proposal.organisation_id, **{proposal.field: value})
    if member is not None:
        detail = {
            "organisation": proposal.organisation_id,
            "survey": survey_key,
            "before": ", ".join(proposal.now),
            "after": ", ".join(proposal.then),
        }
        await staff.record(tx, member, "survey register", detail=detail, now=now)


async def _said(tx: Tx, survey: Survey) -> dict[int, dict[str, tuple[str, ...]]]:
    """Give, by organisation and field, the words of their answers; a later wave counts more."""
    newest = await surveys.form_of(tx, survey)
    versions = {row.version: surveys.read(row) for row in await form_store.versions(tx, newest.key)}
    order = {wave: spot for spot, wave in enumerate(await survey_changes.wave_keys(tx, survey.id))}
    said: dict[int, dict[str, tuple[str, ...]]] = {}
    for field in FIELDS:
        answers = await current_answers.current(tx, survey.id, question_key=field)
        for one in sorted(answers, key=lambda each: order.get(each.wave, -1)):
            words = _words(versions[one.form_version], one)
            if one.respondent.startswith(_OWNER) and words:
                unit = int(one.respondent.removeprefix(_OWNER))
                said.setdefault(unit, {})[field] = words
    return said


def _words(form: Form, answer: Current) -> tuple[str, ...]:
    """Give the words of the chosen options as the register has them, in Polish."""
    question = forms.flat(form).question(answer.question_key)
    labels = {one.key: one.label for one in question.options} if question else {}
    chosen = (key for key in answer.option_keys if key not in (*MISSING, OTHER))
    return tuple(labels[key] for key in chosen if key in labels)


def _proposals(unit: Organisation | None, said: dict[str, tuple[str, ...]]) -> list[Proposal]:
    if unit is None:
        return []
    found = []
    for field, words in said.items():
        now = unit.areas if field == AREAS else tuple(filter(None, (unit.locality,)))
        known = {fold(word) for word in now}
        added = tuple(word for word in words if fold(word) not in known)
        if added:
            then = (*now, *added) if field == AREAS else added[:1]
            found.append(Proposal(unit.id, unit.name, field, now, then, added))
    return found
