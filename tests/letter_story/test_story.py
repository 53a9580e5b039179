import re

import pytest

from tests.letter_story.story import BLOCKING, CASE, REFUSED, LetterStory, staged

# A line of the report that is no button.
COUNT = re.compile(r"[^\[]+: \d+")


@pytest.mark.timeout(240)
async def test_the_story_of_a_letter_reaches_each_reader_once_and_ends_in_a_report() -> None:
    said: list[str] = []
    async with staged() as (stage, readers):
        story = LetterStory(stage, readers, said.append)
        await story.play()
        in_chat = [
            sum(CASE in message.text for message in visitor.messages)
            for visitor in story.chats.values()
        ]
        mailbox = stage.playground.mailbox
        by_mail = [
            len([mail for mail in mailbox.mails_for(reader.mail) if CASE in mail.text])
            for reader in readers
            if reader.mail
        ]

    assert in_chat == [0] * BLOCKING + [1] * (len(in_chat) - BLOCKING)
    assert by_mail == [0] * REFUSED + [1] * (len(by_mail) - REFUSED)
    heading = next(place for place, line in enumerate(said) if "Raport:" in line)
    lines = [
        line.strip() for said_at_once in said[heading + 1 :] for line in said_at_once.split("\n")
    ]
    counted = [line for line in lines if COUNT.fullmatch(line)]
    assert counted == [
        "Odbiorcy: 183",
        "dotarło na czacie: 111",
        "dotarło e-mailem: 55",
        "nie dostarczono: 2",
        "czat zamknięty przez odbiorcę: 3",
        "do wydruku i wysłania pocztą: 3",
        "bez czatu i adresu: 9",
        "ma miejsce: 8",
        "jeszcze bez odpowiedzi: 161",
    ]
