"""What the second pair of eyes sees: the letter, whom it goes to, and the two ways on."""

from html import escape

from delivery.broadcast_progress import leaves_at
from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.letter_screens import back_to, in_digest, whom_words
from programme.asking import Asked
from programme.broadcasting import Started
from programme.invitation_drafts import Invitation
from programme.invitation_sending import InDigest, Proposed
from programme.invitations import Audience
from programme.second_look_steps import SentBack
from texts.dates import date_line, until
from texts.translator import Translator

SUBJECT_LENGTH = 120


def _subject(letter: Invitation) -> str:
    return escape(shorten(letter.content["subject"], SUBJECT_LENGTH))


def proposed(t: Translator, waits: Proposed) -> ChatMessage:
    """Say to the author that a colleague has to confirm."""
    text = t.plural(
        "Nothing has been sent yet. The letter goes to %(n)s recipient, so another coordinator "
        "has to confirm it. They have it in their chat now; you will see here when it leaves.",
        "Nothing has been sent yet. The letter goes to %(n)s recipients, so another coordinator "
        "has to confirm it. They have it in their chat now; you will see here when it leaves.",
        waits.people,
    )
    return ChatMessage(text)


def asks(t: Translator, letter: Invitation, people: int) -> ChatMessage:
    """Ask another coordinator to look at a letter."""
    text = t.plural(
        "A colleague has written a letter to %(n)s recipient and asks you to look at it before it "
        "leaves: %(subject)s",
        "A colleague has written a letter to %(n)s recipients and asks you to look at it before "
        "it leaves: %(subject)s",
        people,
        subject=f"<b>{_subject(letter)}</b>",
    )
    look = Button(t("Read the letter"), buttons.write(buttons.LETTER_LOOK, letter.id))
    return ChatMessage(text, ((look,),))


def last_look(t: Translator, letter: Invitation, audience: Audience, *, zone: str) -> ChatMessage:
    """Offer to send a colleague's letter, or to give it back."""
    lines = [
        t("Above is the letter exactly as it will look in the chat. Nothing has been sent yet."),
        "",
        f"<b>{t('It will go to: %(whom)s.', whom=whom_words(t, audience))}</b>",
        t(
            "On Telegram: %(chat)s. By e-mail: %(mail)s.",
            chat=audience.by_chat,
            mail=audience.by_mail,
        ),
        t("First on the list: %(names)s.", names="; ".join(map(escape, audience.names[:5]))),
    ]
    if letter.starts_at is not None:
        moment = until(letter.starts_at, zone, t.locale)
        lines.append(t("It leaves on %(moment)s.", moment=moment))
    if letter.late_joiners:
        lines.append(t("Those who join the recipients later get it too."))
    about = (letter.id, letter.revision)
    rows = (
        (Button(t("I send it"), buttons.write(buttons.LETTER_CONFIRM, *about)),),
        (Button(t("I give it back for changes"), buttons.write(buttons.LETTER_SEND_BACK, *about)),),
    )
    return ChatMessage("\n".join(lines), rows)


def ask_remark(t: Translator, asked: Asked) -> ChatMessage:
    """Ask what has to be changed."""
    text = t(
        "What has to be changed in the letter “%(subject)s”? Please write it below; your "
        "colleague gets these words.",
        subject=_subject(asked.facts["letter"]),
    )
    version = asked.conversation.version
    none = Button(t("Give it back without a remark"), buttons.answer(version, "none"))
    return ChatMessage(text, ((none,),))


def sent_back(t: Translator) -> ChatMessage:
    """Say that the author has the letter again."""
    return ChatMessage(t("The letter is with your colleague again, and nothing was sent."))


def has_come_back(t: Translator, back: SentBack, by: str) -> ChatMessage:
    """Say to the author that the letter has come back, and why."""
    text = t(
        "%(name)s gives your letter “%(subject)s” back to you. Nothing was sent.",
        name=escape(by),
        subject=_subject(back.letter),
    )
    if back.remark:
        remark = t("The remark: %(remark)s", remark=escape(back.remark))
        text = f"{text}\n\n{remark}"
    return ChatMessage(text, (back_to(t, back.letter.id),))


def confirmed(
    t: Translator, letter: Invitation, by: str, gone: Started | InDigest, *, zone: str
) -> ChatMessage:
    """Say to the author that a colleague has let the letter go, and until when it can be held."""
    text = t(
        "%(name)s has confirmed your letter “%(subject)s”.",
        name=escape(by),
        subject=_subject(letter),
    )
    if isinstance(gone, InDigest):
        return in_digest(t, date_line(gone.day, t.locale), before=text)
    if gone.starts_at is None:
        return ChatMessage(text)
    hint = t("Nothing has been sent yet, so you can still take it back.")
    back = Button(t("Take it back"), buttons.write(buttons.BROADCAST_TAKE_BACK, gone.broadcast_id))
    lines = (text, leaves_at(t, gone.starts_at, zone), hint)
    return ChatMessage("\n".join(lines), ((back,),))
