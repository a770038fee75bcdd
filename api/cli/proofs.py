"""Commands that hand out what proves a ledger: checkpoint, receipt, export, log key."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.options import (
    BasisOptions,
    DateArgument,
    DbOption,
    NegotiationArgument,
    OutputOption,
    locate_ledger,
    open_read_ledger,
    with_options,
)
from api.settings import load_settings
from domain.errors import InvalidQuestionError, NotFoundError
from ledger.proofs import leaf_records
from ledger.proofs.checkpoints import create_key, load_verifier, write_file
from ledger.read_only import ReadOnlyLedger

commands = typer.Typer()


@commands.command("checkpoint")
def print_checkpoint(db: DbOption = None) -> None:
    """Print the newest signed checkpoint.

    Keep it elsewhere to verify the ledger against it later.
    """
    typer.echo(newest_checkpoint(locate_ledger(db).db), nl=False)


def newest_checkpoint(db: Path | str) -> str:
    """Return the newest signed checkpoint of a ledger. Raises NotFoundError where it has none."""
    with closing(ReadOnlyLedger(db)) as ledger, ledger.open_snapshot() as c:
        note = leaf_records.read_newest_note(c)
    if note is None:
        raise NotFoundError(
            f"{db} has no checkpoint yet", hint="minutebook serve signs the first one"
        )
    return note


@commands.command("receipt")
@with_options()
def write_receipt(
    negotiation: NegotiationArgument,
    date: DateArgument,
    basis: BasisOptions,
    of: Annotated[
        str, typer.Option(help="The answer to cite: state, positions, plans ...")
    ] = "state",
    db: DbOption = None,
    output: OutputOption = None,
) -> None:
    """Write a citation receipt.

    It holds an answer, the events it rests on, and the proofs that they were recorded.
    """
    from api.http import receipts

    with open_read_ledger(db) as (ledger, key):
        verifier = load_verifier(key)
        text = receipts.build_receipt(
            ledger, verifier, negotiation, lambda log: basis.to_question(log, "DATE", date), of
        ).decode()
    if output:
        write_file(output, text)
    else:
        typer.echo(text)


@commands.command("export")
def export_negotiation(
    negotiation: NegotiationArgument,
    format_: Annotated[
        Literal["jsonl", "bundle"],
        typer.Option("--format", help="One event a line, or a zip file with proofs."),
    ] = "jsonl",
    db: DbOption = None,
    output: OutputOption = None,
) -> None:
    """Write every event as recorded, with its salt."""
    from api.http import exports

    if format_ == "bundle" and output is None:
        hint = "name a file with --output FILE.zip"
        raise InvalidQuestionError("a bundle cannot be written to standard output", hint=hint)
    with open_read_ledger(db) as (ledger, key):
        if output and format_ == "bundle":
            exports.write_bundle(ledger, load_verifier(key), negotiation, output)
        else:
            exports.write_lines(ledger, negotiation, output)


log_key_commands = typer.Typer(no_args_is_help=True, help="Manage the key that signs checkpoints.")
commands.add_typer(log_key_commands, name="log-key")


@log_key_commands.command("create")
def create_log_key(
    file: Annotated[
        Path | None, typer.Argument(help="File to write; default: the configured log key.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The origin of the log, such as a domain name.")
    ] = None,
    db: DbOption = None,
) -> None:
    """Create a key that only its owner can read, and print the verifier key."""
    typer.echo(make_log_key(file or load_settings(db=db).key_path, name))


def make_log_key(file: Path, name: str | None) -> str:
    """Create a log key; return its verifier key. Raises InvalidQuestionError if one exists."""
    if name is not None and not re.fullmatch(r"[^\s+]+", name):
        hint = "use one such as example.org/minutes"
        raise InvalidQuestionError("--name: an origin has no spaces and no plus signs", hint=hint)
    if file.exists():
        hint = "move it away first, but keep it: older checkpoints cannot be continued without it"
        raise InvalidQuestionError(f"there is already a key at {file}", hint=hint)
    return create_key(file, name).verifier.to_text()
