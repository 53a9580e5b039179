"""Why somebody cannot be written to the way they want."""

from programme.refusals import AnswerRefused, Refusal


class ChannelMissing(Refusal):
    """There is no chat, or no address, that could be written to."""


class ChecksTooMany(AnswerRefused):
    """So many letters with a link were asked for that no other one is sent for a while."""


class MailboxOurs(AnswerRefused):
    """Our own address was given as somebody's."""


class AddressInUse(AnswerRefused):
    """The person is written to at this address already."""
