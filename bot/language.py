"""The language of the command line: Polish, unless the operator's machine speaks English."""

from collections.abc import Mapping

from typer import rich_utils

from texts.translator import Translator, load

# The order in which programs on this system look for the language of their messages.
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def operator_language(environment: Mapping[str, str]) -> Translator:
    """Choose by the first of LC_ALL, LC_MESSAGES and LANG that is set."""
    given = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return load("en" if given.lower().startswith("en") else "pl")


def name_help_panels(t: Translator) -> None:
    """Let the frames around the help pages say their names in the operator's language."""
    rich_utils.ARGUMENTS_PANEL_TITLE = t("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = t("Options")
    rich_utils.COMMANDS_PANEL_TITLE = t("Commands")
    rich_utils.ERRORS_PANEL_TITLE = t("Error")
    rich_utils.DEFAULT_STRING = t("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = t("[required]")
