"""The command line speaks the operator's language."""

import pytest
from typer import rich_utils

from bot.language import name_help_panels, operator_language
from texts.translator import load


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        pytest.param({}, "pl", id="nothing-set"),
        pytest.param({"LANG": "C.UTF-8"}, "pl", id="no-language"),
        pytest.param({"LANG": "en_GB.UTF-8"}, "en", id="lang"),
        pytest.param({"LC_ALL": "pl_PL.UTF-8", "LANG": "en_GB.UTF-8"}, "pl", id="lc-all-wins"),
        pytest.param({"LC_ALL": "", "LANG": "en_US"}, "en", id="empty-does-not-count"),
        pytest.param({"LC_MESSAGES": "en_IE", "LANG": "pl_PL"}, "en", id="lc-messages"),
    ],
)
def test_operator_language_follows_the_environment(
    environment: dict[str, str], locale: str
) -> None:
    assert operator_language(environment).locale == locale


@pytest.mark.parametrize(("locale", "title"), [("pl", "Polecenia"), ("en", "Commands")])
def test_name_help_panels_names_the_frames(
    locale: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in vars(rich_utils).copy():
        if name.endswith(("_PANEL_TITLE", "_STRING")):
            monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))

    name_help_panels(load(locale))

    assert title == rich_utils.COMMANDS_PANEL_TITLE
