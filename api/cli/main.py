"""The entry point: all commands, and what their errors look like."""

from __future__ import annotations

import sys

import typer

from api.cli import backup, maintenance, proofs, questions, recording, serve, verify
from domain.errors import InvalidNoteError, MinutebookError, TamperedError

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Minutebook: record what became known, ask what was known at any given date.",
)
for group in (serve, recording, questions, maintenance, backup, verify, proofs):
    cli.add_typer(group.commands)


def main() -> None:
    """Run the command line: exit code 2 for a refusal, 1 for a check that failed."""
    try:
        cli()
    except MinutebookError as error:
        lines = [f"{reason.pointer or '/'}: {reason.detail}" for reason in error.reasons]
        lines = lines or [error.detail]
        lines += [f"hint: {error.hint}"] if error.hint else []
        typer.echo("\n".join(lines), err=True)
        sys.exit(1 if isinstance(error, TamperedError | InvalidNoteError) else 2)
    except SystemExit as end:
        # Typer ends with 1 when the reader of a pipe has gone, as head does.
        sys.exit(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    except OSError as error:
        typer.echo(f"cannot use {error.filename or 'standard output'}: {error.strerror}", err=True)
        sys.exit(2)
    except Exception as error:
        if not type(error).__module__.startswith(("sqlite3", "eventsourcing")):
            raise
        typer.echo(f"cannot use the database: {error}", err=True)
        typer.echo("hint: name a ledger made by Minutebook with --db", err=True)
        sys.exit(2)
