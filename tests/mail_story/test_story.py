from pathlib import Path

import pytest

from tests.mail_servers import MailServers
from tests.mail_story.story import MailStory, staged


@pytest.mark.timeout(180)
async def test_the_story_of_a_training_by_mail_comes_to_its_end(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    said: list[str] = []
    async with staged(mail_servers, tmp_path) as (stage, own):
        story = MailStory(stage, mail_servers, own, said.append)
        await story.play()
        letters = {
            reader.name: [kind for kind in reader.kinds() if kind != "invitation"]
            for reader in story.readers
        }

    standing = [line.strip() for line in said if "stan szkolenia" in line]
    assert standing == [
        "stan szkolenia: 2 z miejscem, 0 w kolejce",
        "stan szkolenia: 2 z miejscem, 1 w kolejce",
        "stan szkolenia: 1 z miejscem, 1 w kolejce, 1 miejsc zaproponowanych",
        "stan szkolenia: 2 z miejscem, 0 w kolejce, 0 miejsc zaproponowanych",
    ]
    # Nobody is written to twice about the same thing: two answers and Anna's later no are three.
    assert letters == {
        "Zofia Jagodna": ["nomination_call", "mail_understood", *3 * ["nomination_answered"]],
        "Stanisław Dębowy": ["nomination_call", "mail_understood", "nomination_answered"],
        "Jan Kowalski": ["nominated", "mail_understood", "registration_confirmed"],
        "Anna Nowak": ["nominated", "registration_confirmed", "seat_given_up"],
        "Piotr Zieliński": [
            "nominated",
            "waiting_listed",
            "seat_offered",
            "registration_confirmed",
        ],
        "Ewa Kwiatowa": ["email_code"],
    }
