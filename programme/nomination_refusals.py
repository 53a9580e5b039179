"""Why an organisation or a person named by it cannot do what they want."""

from programme.refusals import AnswerRefused, DeadlinePassed, Refusal


class NamesNotWanted(Refusal):
    """People come to this event by themselves; organisations name nobody for it."""


class NotContact(Refusal):
    """The person does not speak for the organisation."""


class ContactLinkOld(Refusal):
    """The link mailed to an organisation is too old or was never sent."""


class NamingOver(DeadlinePassed):
    """The organisation's own deadline has passed."""


class QuotaFull(Refusal):
    """The organisation has named as many people as it may."""

    def __init__(self, seats: int) -> None:
        super().__init__()
        self.seats = seats


class AlreadyNamed(Refusal):
    """The person is named for the event already, here or by another organisation."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class NamedByAnother(Refusal):
    """The person behind the link is named for the event by another organisation already."""


class NominationUnknown(Refusal):
    """There is no such nomination, or it is about somebody else."""


class NominationEnded(Refusal):
    """The nomination was answered, taken back or ran out."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state


class AnswersThemselves(Refusal):
    """The person named has a chat or an address and answers for themselves."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class NobodyToCall(Refusal):
    """Every organisation of the register that fits was asked already, or has no address."""


class SeatsUnfit(AnswerRefused):
    """A quota is a whole number from 0 to 500."""


class DayUnfit(AnswerRefused):
    """The words are no day like 8.01.2027, or the day has passed or lies after the beginning."""
