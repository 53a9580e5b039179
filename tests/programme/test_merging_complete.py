"""No table that names a person is forgotten when two of them become one."""

from storage.columns import metadata
from storage.tables import person, registration

# Every column that names a person, and what joining does with it.
KNOWN = {
    ("agenda_exception", "person_id"): "moves, what both had stays with either",
    ("attendance_try", "person_id"): "stays: it counts wrong tries of one hour",
    ("broadcast_recipient", "person_id"): "moves, what both had stays with either",
    ("consent", "person_id"): "moves",
    ("contact", "person_id"): "moves, what both had stays once",
    ("event_refusal", "person_id"): "moves, what both had stays with either",
    ("exhibitor", "person_id"): "moves",
    ("membership", "person_id"): "moves, what both had is closed once",
    ("nomination", "named_by_person_id"): "moves",
    ("nomination", "person_id"): "moves, of two open ones at an event one is withdrawn",
    ("not_duplicate", "higher_id"): "is copied",
    ("not_duplicate", "lower_id"): "is copied",
    ("outbox", "person_id"): "moves while it may still leave",
    ("person", "merged_into_id"): "follows",
    ("person_merge", "gone_id"): "is the record itself",
    ("person_merge", "kept_id"): "is the record itself",
    ("staff_note", "person_id"): "moves",
    ("staff_task", "person_id"): "moves",
    ("letter_door", "person_id"): "moves",
    ("survey_recipient", "person_id"): "moves, what both had stays once",
    ("registration", "person_id"): "moves, of two open ones at an event one ends",
}


# What hangs on a registration that ends because its person has a better one.
OF_A_REGISTRATION = {
    "attendance": "moves, what both had stays with either",
    "calendar_entry": "stays, and is taken back",
    "certificate": "moves, unless one stands",
    "document": "moves, of two the one that got further",
    "nomination": "names the registration that stays",
    "offer": "is withdrawn",
}


def test_every_column_that_names_a_person_is_known() -> None:
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.references(person)
    }

    assert found == set(KNOWN)


def test_everything_that_hangs_on_a_registration_is_known() -> None:
    found = {
        table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.references(registration)
    }

    assert found == set(OF_A_REGISTRATION)
