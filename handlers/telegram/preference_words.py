"""The sentence for every refusal about how somebody is written to."""

from programme import letter_doors
from programme import preference_refusals as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.ChannelMissing: mark(
        "We have no chat, or no e-mail address, at which we could write to you that way. Please "
        "add one first."
    ),
    why.ChecksTooMany: mark(
        "We have sent several letters already to confirm an address. Please look into the mailbox, "
        "or try again in an hour."
    ),
    why.MailboxOurs: mark("This is our own address. Please write yours."),
    why.AddressInUse: mark("We write to this address already. Nothing has to be confirmed."),
    letter_doors.DoorClosed: mark(
        "This link is no longer valid. Please open the newest letter from us, or call us."
    ),
}
