import inspect
from datetime import timedelta

import pytest

from delivery import failures
from delivery.failures import (
    ChatMoved,
    CompositionError,
    DeliveryFailure,
    FloodLimited,
    HeaderRefused,
    Temporary,
)


def test_failure_tree_of_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn = {
        word
        for line in (failures.__doc__ or "").splitlines()
        for word in line.split()
        if word.isidentifier() and inspect.isclass(getattr(failures, word, None))
    } - {"Temporary", "Permanent"}
    classes = {
        name
        for name, value in vars(failures).items()
        if inspect.isclass(value) and value.__module__ == failures.__name__
    }

    assert drawn | {"Temporary", "Permanent"} == classes


@pytest.mark.parametrize(
    ("name", "permanent"),
    [
        ("Temporary", False),
        ("FloodLimited", False),
        ("Permanent", True),
        ("AddressRefused", True),
        ("ChatUnreachable", True),
        ("MarkupRefused", True),
        ("ChatMoved", False),
        ("ChannelBroken", False),
        ("LoginRefused", False),
        ("Deferred", False),
        ("MessageGone", True),
        ("OutcomeUnknown", False),
    ],
)
def test_failure_type_says_whether_it_is_for_good(name: str, permanent: bool) -> None:
    failure: type[DeliveryFailure] = getattr(failures, name)

    assert failure.permanent is permanent


def test_failures_carry_their_data() -> None:
    flood = FloodLimited("429", retry_after=timedelta(seconds=7))
    moved = ChatMoved("400", new_chat_id=-100)

    assert (flood.retry_after, flood.retry_at_least) == (timedelta(seconds=7),) * 2
    assert Temporary("451").retry_at_least is None
    assert (moved.new_chat_id, moved.answer, str(moved)) == (-100, "400", "400")


def test_composition_error_speaks_its_docstring() -> None:
    assert str(CompositionError()) == "The notice cannot be sent as it is written."
    assert str(HeaderRefused("To: x")) == (
        "A header of a letter contains characters that a header may not have. (To: x)"
    )
    assert isinstance(HeaderRefused(), ValueError)
