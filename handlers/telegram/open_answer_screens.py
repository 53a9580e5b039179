"""How staff read in the chat what people wrote, and say what it is about."""

from html import escape

from delivery.chat import Button, ChatMessage
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from programme.open_answers import TAG_LENGTH, AnswerPage, OpenAnswer
from texts.translator import Translator

QUESTION_LENGTH, SHOWN, WHOLE, ON_BUTTON = 160, 500, 3000, 44
TAGS_OFFERED = 12


def page(t: Translator, found: AnswerPage) -> ChatMessage:
    """Show a page of answers with their tags, and the ways to the rest."""
    lines = [
        f"<b>{escape(shorten(t(found.question.label), QUESTION_LENGTH))}</b>",
        t("Answers: %(n)s", n=found.total),
    ]
    if found.tag is not None:
        lines.append(t("With the tag: %(tag)s", tag=escape(found.tag)))
    rows: list[tuple[Button, ...]] = []
    for place, one in enumerate(found.answers, start=1):
        lines += ["", f"{place}. {escape(shorten(one.text, SHOWN))}", *_tags(t, one)]
        data = buttons.write(buttons.OPEN_ANSWER, found.wave_id, found.place, one.handle)
        rows.append((Button(t("Tag answer %(n)s", n=place), data),))
    if not found.answers:
        lines += ["", t("Nobody has written anything here.")]
    rows += _turns(t, found)
    rows += _filters(t, found)
    back = buttons.write(buttons.SURVEY_RESULTS, found.wave_id, 0)
    return ChatMessage("\n".join(lines), (*rows, (Button(t("Back to the results"), back),)))


def _tags(t: Translator, one: OpenAnswer) -> list[str]:
    if not one.tags:
        return []
    said = t("Tags: %(tags)s", tags=escape(", ".join(one.tags)))
    return [f"<i>{said}</i>"]


def _at(found: AnswerPage, number: int, tag: int | None) -> str:
    data = (found.wave_id, found.place, number)
    return buttons.write(buttons.OPEN_ANSWERS, *data, *(() if tag is None else (tag,)))


def _turns(t: Translator, found: AnswerPage) -> list[tuple[Button, ...]]:
    names = [tag for tag, _ in found.tags]
    tag = names.index(found.tag) if found.tag in names else None
    turns = []
    if found.number:
        turns.append(Button(t("« Previous"), _at(found, found.number - 1, tag)))
    if found.number + 1 < found.pages:
        turns.append(Button(t("Next »"), _at(found, found.number + 1, tag)))
    return [tuple(turns)] if turns else []


def _filters(t: Translator, found: AnswerPage) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = [
        (Button(shorten(f"{tag} ({count})", ON_BUTTON), _at(found, 0, place)),)
        for place, (tag, count) in enumerate(found.tags[:TAGS_OFFERED])
        if tag != found.tag
    ]
    if found.tag is not None:
        rows.append((Button(t("All answers"), _at(found, 0, None)),))
    return rows


def answer(
    t: Translator,
    one: OpenAnswer,
    known: tuple[tuple[str, int], ...],
    *,
    wave_id: int,
    place: int,
) -> ChatMessage:
    """Show one answer with the tags that can be put on it or taken off."""
    lines = [escape(shorten(one.text, WHOLE)), "", *_tags(t, one)]
    lines.append(t("Which tag fits? A press puts it on, another takes it off."))
    rows = [
        (
            Button(
                shorten(f"✓ {tag}" if tag in one.tags else tag, ON_BUTTON),
                buttons.write(buttons.ANSWER_TAG, wave_id, place, one.handle, number),
            ),
        )
        for number, (tag, _) in enumerate(known[:TAGS_OFFERED])
    ]
    new = buttons.write(buttons.ANSWER_TAG_NEW, wave_id, place, one.handle)
    back = buttons.write(buttons.OPEN_ANSWERS, wave_id, place, 0)
    rows += [(Button(t("A new tag"), new),), (Button(t("Back to the answers"), back),)]
    return ChatMessage("\n".join(lines), tuple(rows))


def ask(t: Translator) -> ChatMessage:
    """Ask for the words of a new tag."""
    return ChatMessage(
        t(
            "Please write the new tag: a word or two on what the answer is about, at most "
            "%(limit)s characters.",
            limit=TAG_LENGTH,
        )
    )
