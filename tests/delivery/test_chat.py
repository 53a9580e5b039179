import json

from hypothesis import given
from hypothesis import strategies as st

from delivery.chat import Button, ChatFile, ChatMessage, PollQuestion, from_json, to_json

FILES = st.builds(ChatFile, st.text(), st.binary(max_size=40), st.text())
BUTTONS = st.builds(Button, st.text(), st.none() | st.text(), st.none() | st.text())
MESSAGES = st.builds(
    ChatMessage,
    text=st.text(),
    buttons=st.lists(st.lists(BUTTONS, max_size=3).map(tuple), max_size=3).map(tuple),
    document=st.none() | FILES,
    photo=st.none() | FILES,
    poll=st.none()
    | st.builds(PollQuestion, st.text(), st.lists(st.text()).map(tuple), st.booleans()),
    edits=st.none() | st.integers(),
)


@given(MESSAGES)
def test_message_comes_back_from_json_unchanged(message: ChatMessage) -> None:
    written = json.dumps(to_json(message))

    assert from_json(json.loads(written)) == message


def test_message_with_everything_is_plain_json() -> None:
    message = ChatMessage(
        text="<b>Zapisano</b>",
        buttons=(
            (Button("Moje szkolenia", data="m"), Button("Strona", url="https://example.org")),
        ),
        document=ChatFile("szkolenie.ics", b"BEGIN", "text/calendar"),
        poll=PollQuestion("Czy było dobrze?", ("Tak", "Nie")),
        edits=7,
    )

    assert to_json(message) == {
        "text": "<b>Zapisano</b>",
        "buttons": [
            [
                {"label": "Moje szkolenia", "data": "m", "url": None},
                {"label": "Strona", "data": None, "url": "https://example.org"},
            ]
        ],
        "document": {
            "filename": "szkolenie.ics",
            "content": "QkVHSU4=",
            "content_type": "text/calendar",
        },
        "photo": None,
        "poll": {"question": "Czy było dobrze?", "options": ["Tak", "Nie"], "multiple": False},
        "edits": 7,
    }


def test_message_read_from_bare_text_has_nothing_else() -> None:
    assert from_json({"text": "Dzień dobry"}) == ChatMessage("Dzień dobry")


def test_file_named_by_its_kept_bytes_carries_none_of_them() -> None:
    message = ChatMessage("", document=ChatFile("karta.pdf", b"", "application/pdf", "ab" * 20))

    data = to_json(message)

    assert data["document"] == {
        "filename": "karta.pdf",
        "stored": "ab" * 20,
        "content_type": "application/pdf",
    }
    assert from_json(data) == message
