"""All commands, and what their errors look like."""

from __future__ import annotations

import sys
from typing import Never

import typer

from api.cli import (
    backup,
    dates,
    doctor,
    drafting,
    keys,
    log,
    log_keys,
    lookups,
    maintenance,
    proofs,
    proposals,
    questions,
    recording,
    recover,
    restore,
    search,
    serve,
    sessions,
    verify,
    voiding,
    watch,
    witness,
)
from api.cli.terminal import print_text
from domain.errors import ForkedLogError, InvalidNoteError, MinutebookError, TamperedError

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Minutebook: record what became known, ask what was known at any given date.",
)
for group in (
    serve,
    recording,
    drafting,
    watch,
    proposals,
    voiding,
    questions,
    dates,
    lookups,
    search,
    log,
):
    cli.add_typer(group.commands)
for group in (
    maintenance,
    doctor,
    keys,
    sessions,
    backup,
    restore,
    recover,
    verify,
    proofs,
    log_keys,
    witness,
):
    cli.add_typer(group.commands)


ARGUMENT_BY_PARAMETER = {"as_of": "DATE", "from": "FROM", "to": "TO", "q": "WORDS"}
"""What the command line calls a parameter that an error names and that is no option there."""


def main() -> None:
    """Run the command line: exit code 2 for a refusal, 1 for a check that failed."""
    try:
        cli()
    except MinutebookError as error:
        lines = [
            f"{_name_parameter(reason.pointer) or '/'}: {reason.detail}" for reason in error.reasons
        ]
        exit_code = 1 if isinstance(error, TamperedError | ForkedLogError | InvalidNoteError) else 2
        _exit_with_error("\n".join(lines) or error.detail, error.hint, exit_code)
    except SystemExit as end:
        # Typer ends with 1 when the reader of a pipe has gone, as head does.
        sys.exit(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    except OSError as error:
        path = error.filename or "standard output"
        _exit_with_error(
            f"cannot use {path}: {error.strerror}", "check the path and who may use it"
        )
    except Exception as error:
        if not type(error).__module__.startswith(("sqlite3", "eventsourcing")):
            raise
        hint = "name a ledger made by Minutebook with --db; a PostgreSQL server must be running"
        _exit_with_error(f"cannot use the database: {error}", hint)


def _name_parameter(name: str) -> str:
    """Return what a user typed for a parameter: an option, or else an argument."""
    option = f"--{name.replace('_', '-')}"
    is_option = any(each.partition("=")[0] == option for each in sys.argv)
    return option if is_option else ARGUMENT_BY_PARAMETER.get(name, name)


def _exit_with_error(text: str, hint: str | None, exit_code: int = 2) -> Never:
    print_text(f"{text}\nhint: {hint}" if hint else text, err=True)
    sys.exit(exit_code)
