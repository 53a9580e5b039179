"""Why something about a task for staff cannot be done."""

from programme.refusals import Refusal


class TaskUnknown(Refusal):
    """There is no such task."""


class TaskDoneBefore(Refusal):
    """The task is done already."""


class TaskNotToReopen(Refusal):
    """The task is open, or it ended by itself, so it cannot be put back."""


class TaskFileGone(Refusal):
    """The file that came with the task is no longer there."""
