"""Why an announcement cannot be put into the weekly digest, or taken out of it."""

from programme.refusals import Refusal


class AnnouncementUnknown(Refusal):
    """There is no such announcement."""


class AnnouncementTold(Refusal):
    """The digest with this announcement is on its way, so it cannot be withdrawn."""


class AnnouncementWithdrawn(Refusal):
    """The announcement was withdrawn before."""


class AnnouncementLate(Refusal):
    """The digest that it was meant for is over."""


class AnnouncementWithFile(Refusal):
    """A digest has many announcements and no files."""


class AnnouncementNotYours(Refusal):
    """The announcement was not sent to whoever asks for it."""
