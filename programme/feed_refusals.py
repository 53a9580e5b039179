"""Why a calendar cannot be had by an address."""

from programme.refusals import Refusal


class NoFeeds(Refusal):
    """The programme has no address on the web by which a calendar could be fetched."""
