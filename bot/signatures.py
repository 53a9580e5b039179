"""Read the key that signs mails, and say what has to stand in DNS."""

import os
from typing import TYPE_CHECKING

from bot.sayable import Sayable
from bot.settings import OTHERS_MAY_READ, Settings, WrongSettings
from delivery.headers import parse_mailbox
from texts.translator import mark

if TYPE_CHECKING:
    from delivery.signing import Signer

NAME = "AKADEMIA_DKIM_KEY"


def signer(settings: Settings) -> "Signer | None":
    """Give who signs our mails, None where the mail server does; raises WrongSettings."""
    file = settings.dkim_key
    if file is None:
        return None
    settings.require("mail_from")
    assert settings.mail_from  # noqa: S101 -- `require` has just refused anything else
    if not os.access(file, os.R_OK):
        words = mark("%(name)s: %(file)s is not there, or cannot be read by this user.")
        raise WrongSettings([Sayable(words, name=NAME, file=file)])
    if file.stat().st_mode & OTHERS_MAY_READ:
        words = mark(
            "%(name)s: %(file)s can be read by every user of this machine: "
            "run `chmod 600 %(file)s`."
        )
        raise WrongSettings([Sayable(words, name=NAME, file=file)])
    from delivery.signing import KeyUnusable, read_key  # noqa: PLC0415 -- most sign nothing

    domain = parse_mailbox(settings.mail_from).address.rpartition("@")[2].lower()
    try:
        return read_key(file.read_bytes(), domain=domain, selector=settings.dkim_selector)
    except KeyUnusable as unusable:
        raise WrongSettings([_why(unusable.reason, settings)]) from None


def _why(reason: str, settings: Settings) -> Sayable:
    words = {
        "form": mark("%(name)s: %(file)s is not a private key (PEM, RSA or Ed25519, no password)."),
        "short": mark("%(name)s: %(file)s is too short: an RSA key has 2048 to 4096 bits."),
        "long": mark("%(name)s: %(file)s is too long: an RSA key has 2048 to 4096 bits."),
    }
    return Sayable(words[reason], name=NAME, file=settings.dkim_key)
