"""Weigh what a mail server says of a mail it did not deliver (RFC 3463).

`hard`: there is no such address, and the next mail comes back too. `soft`: it may work tomorrow.
`ours`: the server does not want our mail, or not this one; the address may be as good as any.
`waits`: it is still being tried, or was handed on. `arrived`: it was delivered.
"""

import re
from typing import Literal

Weight = Literal["hard", "soft", "ours", "waits", "arrived"]

_HARD = {
    # Mailbox, domain or syntax is wrong; the person has moved; nobody takes mail there at all.
    *("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.5", "5.1.6", "5.1.10"),
    "5.2.1",
    # The account is closed, or mailbox and domain belong to somebody else by now (RFC 7293).
    *("5.7.13", "5.7.17", "5.7.18"),
}
_OURS = {
    # Something is wrong with the sender's address, or with the way we hand mail on.
    *("5.1.7", "5.1.8", "5.1.9"),
    # Too big, in the mailbox or in the system; the system does not take this kind of mail.
    *("5.2.3", "5.3.2", "5.3.3", "5.3.4"),
}
# Protocol, content, policy.
_OUR_SUBJECTS = ("5.5.", "5.6.", "5.7.")
# Systems that give a general code, or none, and the reason in words.
_SPEAKS_VAGUELY = {"5.0.0", "5.2.0", "5.3.0", "5.4.0", "5.4.1", "5.5.0", ""}
# Small letters; the words of mail servers in English and in Polish.
_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|account|address)\s+(?:is\s+)?"
    r"(?:unknown|not found|unavailable|invalid|disabled|inactive|does(?: not|n't) exist)"
    r"|(?:unknown|no such|invalid|inactive|non-?existent)\s+(?:local\s+)?"
    r"(?:user|recipient|mailbox|account|address)"
    r"|does(?: not|n't) have (?:an?|any) \S+ account|no mailbox here|not our customer"
    r"|(?:user|account) (?:has been |is )?(?:closed|deleted|deactivated)"
    r"|recipient address rejected: access denied"
    r"|nieznany (?:użytkownik|odbiorca|adres)|nie ma (?:tu )?takiego (?:użytkownika|adresu|konta)"
    r"|(?:konto|adres|skrzynka|użytkownik|odbiorca) (?:\S+ )?nie istnieje"
    r"|(?:konto|skrzynka) (?:zostało |została )?(?:jest )?(?:nieaktywn|zablokowan|usunięt|zamknięt)"
)
_FULL = re.compile(
    r"(?:mailbox|quota|inbox|storage)\s+(?:is\s+)?(?:full|exceeded)|over\s*-?quota|quota exceeded"
    r"|skrzynka (?:\S+ ){0,3}(?:pełna|przepełniona|zapełniona)|brak miejsca|przekroczon\S+ limit"
)
_UNWANTED = re.compile(
    r"\bspam\b|black-?list|block-?list|\brbl\b|reputation|dmarc|\bspf\b|\bdkim\b|policy"
    r"|relay(?:ing)? (?:access )?denied|not permitted|unsolicited|zablokowan\S+ przez|czarn\S+ list"
)
_CODE = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_BASIC = re.compile(r"(?:^|[\s;:(])([45])\d\d(?=[\s-])")


def code_in(text: str) -> str:
    """Find a code of RFC 3463 in what a server said, or make one of the old code's class."""
    found = _CODE.search(text)
    if found:
        return found[1]
    basic = _BASIC.search(text)
    return f"{basic[1]}.0.0" if basic else ""


def weigh(
    *, status: str, diagnostic: str = "", action: str = "failed", vague: Weight = "soft"
) -> Weight:
    """Say what a report means for the address; where the code is vague the words decide.

    `vague` is what it means when the words say nothing either.
    """
    if action == "delayed":
        return "waits"
    if action in {"relayed", "expanded"}:
        return "waits"
    if action == "delivered":
        return "arrived"
    code = status or code_in(diagnostic)
    words = " ".join(diagnostic.casefold().split())
    # A reason that is no permanent one, and yet they gave up: most often days have passed.
    if code.startswith(("4.", "2.")):
        return "soft"
    if code in _HARD:
        return "hard"
    if code in _SPEAKS_VAGUELY:
        return _by_words(words, otherwise="ours" if code == "5.5.0" else vague)
    if code in _OURS or code.startswith(_OUR_SUBJECTS):
        return "ours"
    return "soft"


def _by_words(words: str, *, otherwise: Weight) -> Weight:
    # The order matters: a refusal of our mail may well name the user, too.
    if _UNWANTED.search(words):
        return "ours" if not _NOBODY.search(words) else "soft"
    if _FULL.search(words):
        return "soft"
    return "hard" if _NOBODY.search(words) else otherwise
