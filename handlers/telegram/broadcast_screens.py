"""What staff read when they have held a letter back, let it go on or stopped it."""

from delivery.broadcast_progress import GO_ON, STOP, TAKE_BACK, leaves_at
from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from programme.broadcast_standing import Standing
from programme.broadcasting import Stopped
from texts.translator import Translator


def taken_back(t: Translator, own_letter: int | None) -> ChatMessage:
    """Say that nobody gets the letter, and offer its author to change it."""
    words = t("Taken back. Nothing was sent, and nobody gets this letter.")
    if own_letter is None:
        return ChatMessage(words)
    back = Button(t("Back to the letter"), buttons.write(buttons.LETTER_REOPEN, own_letter))
    return ChatMessage(words, ((back,),))


def paused(t: Translator, number: int, waiting: int) -> ChatMessage:
    """Say how many wait, with the way on."""
    words = t.plural(
        "Paused. %(n)s message waits until you let it go on. What was leaving at this moment "
        "still arrives.",
        "Paused. %(n)s messages wait until you let them go on. What was leaving at this moment "
        "still arrives.",
        waiting,
    )
    return ChatMessage(words, ((_go_on(t, number),),))


def goes_on(t: Translator, standing: Standing, ahead: int, *, zone: str) -> ChatMessage:
    """Say how many are ahead; one that has not begun can be taken back once more."""
    if not standing.begun and standing.starts_at is not None:
        take_back = Button(t("Take it back"), buttons.write(TAKE_BACK, standing.broadcast_id))
        return ChatMessage(leaves_at(t, standing.starts_at, zone), ((take_back,),))
    words = t.plural(
        "Sending goes on: %(n)s message is ahead.",
        "Sending goes on: %(n)s messages are ahead.",
        ahead,
    )
    return ChatMessage(words)


def ask_stop(t: Translator, number: int, waiting: int) -> ChatMessage:
    """Ask whether those who have got nothing yet shall never get it."""
    words = t.plural(
        "Paused. Shall sending end for good? %(n)s recipient has not got this letter yet and then "
        "will not get it. This cannot be undone.",
        "Paused. Shall sending end for good? %(n)s recipients have not got this letter yet and "
        "then will not get it. This cannot be undone.",
        waiting,
    )
    end = Button(t("Yes, end it for good"), buttons.write(STOP, number))
    return ChatMessage(words, ((_go_on(t, number),), (end,)))


def stopped(t: Translator, ended: Stopped) -> ChatMessage:
    """Say how many were held back, and that what has left has left."""
    held = t.plural(
        "Sending has ended. %(n)s message was held back.",
        "Sending has ended. %(n)s messages were held back.",
        ended.held_back,
    )
    left = t.plural(
        "%(n)s message had left before and cannot be taken back.",
        "%(n)s messages had left before and cannot be taken back.",
        ended.left,
    )
    return ChatMessage(f"{held} {left}" if ended.left else held)


def _go_on(t: Translator, number: int) -> Button:
    return Button(t("Go on sending"), buttons.write(GO_ON, number))
