"""How somebody is written to, as they see it among their own data."""

from delivery.chat import Button
from handlers.telegram import buttons
from programme.notices import CHAT, MAIL
from programme.preferences import CHANNEL, INVITATIONS, Preferences
from texts.translator import Translator, mark

Row = tuple[Button, ...]
YES, NO = "yes", "no"
NOTES = {
    (CHANNEL, CHAT): mark("Thank you, from now on we write to you here."),
    (CHANNEL, MAIL): mark("Thank you, from now on we write to you by e-mail."),
    (INVITATIONS, YES): mark("Thank you, you will get invitations from us again."),
    (INVITATIONS, NO): mark(
        "Thank you, you will get no more invitations and no questions from us. What concerns your "
        "registrations still comes."
    ),
}


def lines(t: Translator, view: Preferences) -> list[str]:
    """Say how things stand."""
    where = t("We write to you: here") if view.channel == CHAT else t("We write to you: by e-mail")
    wanted = t("Invitations: yes") if view.invitations else t("Invitations: no")
    return [where, wanted]


def rows(t: Translator, view: Preferences) -> list[Row]:
    """Offer the other choice of each."""
    found: list[Row] = []
    if view.channels:
        label, wish = (
            (t("Write to me by e-mail"), MAIL)
            if view.channel == CHAT
            else (t("Write to me here"), CHAT)
        )
        found.append((Button(label, buttons.write(buttons.PREFER, CHANNEL, wish)),))
    label, wish = (
        (t("I do not want invitations"), NO)
        if view.invitations
        else (t("I want invitations again"), YES)
    )
    found.append((Button(label, buttons.write(buttons.PREFER, INVITATIONS, wish)),))
    return found
