"""Ask whoever sits at the terminal before something that cannot be taken back."""

import sys

import typer

from texts.translator import Translator


def confirmed(question: str, t: Translator) -> bool:
    """Ask in the operator's language; no answer, and nobody who could give one, is a no."""
    choice = t("[y/N]")
    typer.echo(f"{question} {choice} ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        typer.echo(err=True)
    return answer.strip().lower() in t("y yes").split()
