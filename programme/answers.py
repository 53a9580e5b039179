"""What people type, made fit to keep: texts, single lines, names, e-mail addresses."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from programme.refusals import (
    AddressWrong,
    AnswerEmpty,
    AnswerTooLong,
    NameWithoutLetters,
)

Value = str | tuple[str, ...]

NAME_LIMIT = 120
ADDRESS_LIMIT = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
# Control characters and half characters break databases and exports; the format characters of
# Cf turn the direction of a line or join emoji, so that only single lines go without them.
_BROKEN = {"Cc", "Cs"}
_INVISIBLE = {*_BROKEN, "Cf", "Co", "Cn"}


def _has_words(cleaned: str) -> bool:
    return any(unicodedata.category(each)[0] not in "CZ" for each in cleaned)


def _fitting(cleaned: str, limit: int) -> str:
    if not _has_words(cleaned):
        raise AnswerEmpty
    if len(cleaned) > limit:
        raise AnswerTooLong(limit)
    return cleaned


def text(raw: str, limit: int) -> str:
    """Keep lines and tabs, drop other control characters; at most `limit` characters."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    kept = (each for each in lines if each in "\n\t" or unicodedata.category(each) not in _BROKEN)
    return _fitting("".join(kept).strip(), limit)


def one_line(raw: str) -> str:
    """Fold white space into single spaces and drop what cannot be seen; may be empty."""
    visible = (
        each
        for each in " ".join(raw.split())
        if each == " " or unicodedata.category(each) not in _INVISIBLE
    )
    return " ".join("".join(visible).split())


def name(raw: str, limit: int = NAME_LIMIT) -> str:
    """Take a name: one line of at most 120 characters with at least one letter."""
    words = _fitting(one_line(raw), min(limit, NAME_LIMIT))
    if not any(each.isalpha() for each in words):
        raise NameWithoutLetters
    return words


def address(raw: str) -> str:
    """Take an e-mail address and write it in ASCII, as every mail server understands it."""
    typed = raw.strip()
    if not _has_words(typed):
        raise AnswerEmpty
    if len(typed) > ADDRESS_LIMIT:
        raise AddressWrong
    try:
        checked = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise AddressWrong from error
    if checked.ascii_email is None:
        raise AddressWrong
    return checked.ascii_email
