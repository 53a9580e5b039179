"""Every command of the command line has its line on the page, and no line names another."""

import re
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"


def commands(group: TyperGroup, before: str = "akademia") -> set[str]:
    """Return the full words of every command below a group."""
    found = set()
    for name, command in group.commands.items():
        words = f"{before} {name}"
        found |= commands(command, words) if isinstance(command, TyperGroup) else {words}
        if isinstance(command, TyperGroup) and command.invoke_without_command:
            found.add(words)
    return found


def test_every_command_is_on_the_page() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)

    listed = re.findall(
        r"^\| `(akademia [a-z -]+?)(?: --[a-z]+| [A-Z ]+)?`", PAGE.read_text(), re.MULTILINE
    )

    assert set(listed) == commands(group)
