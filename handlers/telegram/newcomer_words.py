"""The sentences for somebody new who cannot be taken in."""

from programme import newcomers as why
from programme.refusals import Refusal
from texts.translator import mark

SENTENCES: dict[type[Refusal], str] = {
    why.NoticeChanged: mark(
        "The information about your data has changed a moment ago. Please read it and send the "
        "form once more."
    ),
}
