"""What the corpus expects of mail that came back, of automatic mail and of our own."""

from typing import Any

from handlers.mail.sorting import Automatic, Own, Sorted
from programme.returned_mail import ReturnedMail, ReturnedRecipient

SORTS = ("returned", "automatic", "own")


def seen(found: Sorted, expected: dict[str, Any]) -> dict[str, Any]:
    """Describe what was found in the words of a file of the corpus.

    Of a recipient `action` and `original` stand only where the file names them.
    """
    if isinstance(found, ReturnedMail):
        told = expected.get("recipients", [])
        names = [set(one) for one in told] + [set()] * len(found.recipients)
        return {
            "sort": "returned",
            "token": next(iter(found.tokens), None),
            "recipients": [
                _recipient(one, wanted)
                for one, wanted in zip(found.recipients, names, strict=False)
            ],
        }
    if isinstance(found, Automatic):
        return {"sort": "automatic", "because": found.because, "is_doubtful": found.is_doubtful}
    if isinstance(found, Own):
        return {"sort": "own", "because": found.because}
    return {"sort": type(found).__name__.lower()}


def _recipient(one: ReturnedRecipient, wanted: set[str]) -> dict[str, Any]:
    known = {
        "address": one.address,
        "status": one.status,
        "weight": one.weight,
        "is_hard": one.weight == "hard",
    }
    more = {"action": one.action, "original": one.original}
    return known | {name: value for name, value in more.items() if name in wanted}
