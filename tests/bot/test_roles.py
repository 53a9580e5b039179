import pytest

from bot.roles import ALL, Role, RoleUnknown, read_roles


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ([], ALL),
        (["all"], ALL),
        (["send", "all"], ALL),
        (["send"], {Role.SEND}),
        (["send,tick"], {Role.SEND, Role.TICK}),
        (["send", " tick , web "], {Role.SEND, Role.TICK, Role.WEB}),
        ([""], ALL),
    ],
)
def test_roles_are_read_from_the_command_line(given: list[str], roles: frozenset[Role]) -> None:
    assert read_roles(given) == roles


def test_role_that_does_not_exist_is_named() -> None:
    with pytest.raises(RoleUnknown) as caught:
        read_roles(["send,sned"])

    assert caught.value.name == "sned"
