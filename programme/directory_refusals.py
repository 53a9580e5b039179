"""Why staff cannot do something from the card of a person or an organisation."""

from programme.refusals import AnswerRefused, Refusal


class OrganisationNotFound(Refusal):
    """There is no such organisation."""


class NoteGone(Refusal):
    """The note is not there any more."""


class NoteOfAnother(Refusal):
    """Only its author and a coordinator may remove a note."""


class WayWorks(Refusal):
    """Nothing is known against this address."""


class PagesMissing(Refusal):
    """A new address is proved on a page, and there are no pages."""


class NotAPhone(AnswerRefused):
    """A telephone number has digits."""
