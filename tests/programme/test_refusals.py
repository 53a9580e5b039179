import inspect

from programme import refusals
from programme.refusals import AlreadyRegistered, EventOver, Refusal

CLASSES = [
    one for _, one in inspect.getmembers(refusals, inspect.isclass) if issubclass(one, Refusal)
]


def test_refusal_says_its_sentence_and_its_data() -> None:
    assert str(AlreadyRegistered(5, "waiting")) == (
        "The person has a seat or a place in line already. (registration_id=5, state='waiting')"
    )


def test_refusal_without_data_says_its_sentence() -> None:
    assert str(EventOver()) == "The event has begun or is over."


def test_every_refusal_has_one_sentence_of_its_own() -> None:
    sentences = [str(inspect.getdoc(one)) for one in CLASSES]

    assert len(set(sentences)) == len(CLASSES)
    assert [one for one in sentences if not one.endswith(".")] == []


def test_tree_in_the_docstring_names_every_refusal() -> None:
    drawn = str(refusals.__doc__)

    assert [one.__name__ for one in CLASSES if one.__name__ not in drawn] == []
