from playground.invitation import read_cards

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"


def event(*lines: str, method: str = "REQUEST") -> bytes:
    body = "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])
    return f"{HEAD}METHOD:{method}\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


def test_folded_and_escaped_lines_are_read() -> None:
    content = event(
        "DTSTART:20270705T070000Z",
        "DTEND:20270705T130000Z",
        "SUMMARY:Aktywne konsul",
        " tacje\\, część 1\\nMiłki",
        'LOCATION;ALTREP="https://example.org/a:b":Ośrodek Kultury',
        "BEGIN:VALARM",
        "SUMMARY:not this",
        "END:VALARM",
        "garbage",
    )

    assert read_cards(content) == [
        {
            "kind": "request",
            "title": "Aktywne konsultacje, część 1\nMiłki",
            "place": "Ośrodek Kultury",
            "starts_at": "2027-07-05T07:00:00+00:00",
            "ends_at": "2027-07-05T13:00:00+00:00",
        }
    ]


def test_local_times_become_utc() -> None:
    content = event(
        "DTSTART;TZID=Europe/Warsaw:20270705T090000", "DTEND;VALUE=DATE:20270706", "SEQUENCE:0"
    )

    (card,) = read_cards(content)

    assert (card["starts_at"], card["ends_at"]) == (
        "2027-07-05T07:00:00+00:00",
        "2027-07-05T22:00:00+00:00",
    )


def test_kind_follows_method_and_sequence() -> None:
    kinds = [
        read_cards(event("SEQUENCE:2", method=method))[0]["kind"]
        for method in ("REQUEST", "CANCEL", "PUBLISH")
    ]

    assert kinds == ["change", "cancel", "publish"]


def test_several_events_are_several_cards() -> None:
    content = event("SUMMARY:a", "END:VEVENT", "BEGIN:VEVENT", "SUMMARY:b")

    assert [card["title"] for card in read_cards(content)] == ["a", "b"]


def test_what_cannot_be_read_is_empty() -> None:
    cards = read_cards(event("DTSTART:soon", "DTEND;TZID=No/Where:20270101T000000"))

    assert [(card["starts_at"], card["ends_at"]) for card in cards] == [("", "")]
    assert read_cards(b"\xff\xfe") == []
