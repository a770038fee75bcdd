"""The command that says what is wrong with an installation."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from api.cli.options import DbOption, JsonOption, example
from api.cli.terminal import print_json, print_text
from api.doctor.examination import examine
from api.doctor.results import Verdict
from api.settings import load_settings
from domain.errors import InvalidQuestionError

commands = typer.Typer()


@commands.command("doctor", epilog=example("doctor --db talks.db"))
def examine_installation(
    db: DbOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with an installation, and what helps; nothing is changed.

    Exits with 1 where a check fails.
    """
    results = _examine_settings(db, host, port)
    if as_json:
        print_json({"checks": [each.to_json() for each in results]})
    else:
        print_text("\n".join(each.to_text() for each in results))
    if any(each.status == "failed" for each in results):
        raise typer.Exit(1)


def _examine_settings(db: str | None, host: str | None, port: int | None) -> list[Verdict]:
    logging.getLogger("minutebook").addHandler(logging.NullHandler())  # checks say it themselves
    try:
        settings = load_settings(db=db, host=host, port=port)
    except InvalidQuestionError as error:
        return [Verdict("settings", "failed", error.detail, error.hint)]
    return list(examine(settings))
