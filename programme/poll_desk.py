"""What staff see of quick polls: the newest ones, and the answers to one."""

from programme import staff, votes
from programme.votes import PollSummary, Results
from storage.database import Tx
from storage.staff import StaffMember


async def recent(tx: Tx, *, limit: int, member: StaffMember) -> list[PollSummary]:
    """List the newest polls first."""
    staff.permit(member, "results")
    return await votes.recent(tx, limit=limit)


async def results_of(tx: Tx, *, survey_id: int, member: StaffMember) -> Results:
    """Count the current votes of the poll behind a button."""
    staff.permit(member, "results")
    return await votes.results_of(tx, survey_id=survey_id)
