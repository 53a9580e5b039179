"""The words of the report on a letter: what became of each recipient, and how they stand."""

from texts.translator import Translator, mark

RESULTS = {
    "sent_chat": mark("arrived in the chat"),
    "sent_mail": mark("arrived by e-mail"),
    "waiting": mark("waits to be sent"),
    "failed": mark("not delivered"),
    "blocked": mark("the person closed the chat"),
    "uncertain": mark("not certain whether it arrived"),
    "missed": mark("too late, not sent"),
    "cancelled": mark("held back"),
    "postal": mark("to be printed and posted"),
    "posted": mark("posted"),
    "unreachable": mark("no chat and no address"),
    "unwanted": mark("wants no invitations"),
    "same_address": mark("reads the same address as somebody else"),
}
ANSWERS = {
    "registered": mark("has a seat"),
    "in_line": mark("waits for a seat"),
    "named": mark("has named somebody, who has not answered"),
    "gave_up": mark("will not come"),
    "silent": mark("has not answered"),
    "begun": mark("has begun to register and has not finished"),
}
HEADS = {
    "sheet": mark("Report"),
    "name": mark("Name"),
    "organisation": mark("Organisation"),
    "result": mark("What became of the letter"),
    "at": mark("When"),
    "answer": mark("Answer given"),
}
WORDS = {
    **{f"result_{key}": words for key, words in RESULTS.items()},
    **{f"answer_{key}": words for key, words in ANSWERS.items()},
    **{f"report_{key}": words for key, words in HEADS.items()},
}


class Words:
    """The words of the workbook in one language."""

    def __init__(self, t: Translator) -> None:
        self._t = t

    def __call__(self, key: str) -> str:
        """Give the words for a key of the report."""
        return self._t(WORDS[key])
