"""Show a letter before it is sent as its readers will have it: in the chat, and as an e-mail.

It is shown for whoever has the longest words and for whoever has the fewest. A phone shows no
HTML in a chat, so the page of the e-mail comes as a file that its browser opens.
"""

from html import escape
from typing import Any

from delivery.chat import ChatFile, ChatMessage
from delivery.compose import compose_chat, compose_letter
from delivery.letter import Letter
from delivery.limits import TEXT_LENGTH, visible_length
from handlers.telegram.labels import shorten
from handlers.telegram.turn import Turn
from programme import letter_looks
from programme.invitation_drafts import Invitation
from texts.translator import Translator, load

NOBODY = "osoba@example.org"


async def say(turn: Turn, letter: Invitation) -> None:
    """Show the letter to the one with the longest words, and to the one with the fewest."""
    looks = await letter_looks.looks(turn.tx, letter)
    for look in looks:
        # The reader's own language, as the letter will have it.
        facts, t = look.facts, load(look.locale)
        head = _head(turn.t, look.is_longest, look.name)
        await turn.say(ChatMessage(head))
        await turn.say(compose_chat(letter_looks.KIND, facts, t.locale))
        written = _letter(turn, facts, t.locale)
        await turn.say(_as_text(turn.t, written))
        await turn.say(_as_page(turn.t, written, longest=look.is_longest))


def _head(t: Translator, is_longest: bool, name: str) -> str:
    shown = escape(name) or t("somebody without a name")
    if is_longest:
        return t("This is how it looks to whoever has the longest words: %(name)s.", name=shown)
    return t("This is how it looks to whoever has the fewest words: %(name)s.", name=shown)


def _letter(turn: Turn, facts: dict[str, Any], locale: str) -> Letter:
    return compose_letter(
        letter_looks.KIND,
        facts,
        locale=locale,
        to_address=NOBODY,
        mail_from=turn.desk.our_address,
        now=turn.now,
    )


def _as_text(t: Translator, letter: Letter) -> ChatMessage:
    head = t("The e-mail as plain text. Its subject: %(subject)s", subject=escape(letter.subject))
    room = TEXT_LENGTH - visible_length(head) - 2
    return ChatMessage(f"{head}\n\n{escape(shorten(letter.text, room))}")


def _as_page(t: Translator, letter: Letter, *, longest: bool) -> ChatMessage:
    words = t("The e-mail as a page. Please open the file to see it as most readers will.")
    name = t("letter-longest.html") if longest else t("letter-shortest.html")
    return ChatMessage(words, document=ChatFile(name, letter.html.encode(), "text/html"))
