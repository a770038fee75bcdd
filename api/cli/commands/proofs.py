"""Commands that prove a ledger and what it answered: verify, checkpoint, receipt, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.commands.options import (
    BasisOptions,
    DbOption,
    JsonOption,
    NegotiationArgument,
    OutputOption,
    TrustedKeyOption,
    configured_settings,
    locate_ledger,
    open_read_ledger,
    print_answer,
    with_basis_options,
)

commands = typer.Typer()


@commands.command("verify")
def verify(
    key: TrustedKeyOption = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Verify this bundle instead of a ledger.")
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option(help="Verify this receipt instead of a ledger.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Verify the ledger against this signed checkpoint.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute all hashes, rebuild the index, compare.

    Exits with 1 on any difference. Changes nothing.
    """
    from api.cli.answer_text import verify_result_text
    from api.cli.verify import check_document, show_progress, verify_ledger
    from ledger.proofs.signed_note import Verifier

    if document := bundle or receipt:
        sentences = check_document(document, key)
        print_answer({"checked": sentences}, as_json, "\n".join(sentences))
        return
    trusted_key = Verifier.parse(key) if key else None
    settings = locate_ledger(db)
    settings = settings.model_copy(update={"checkpoint": checkpoint}) if checkpoint else settings
    with show_progress() as progress:
        result = verify_ledger(settings, progress, key=trusted_key)
    print_answer(result.to_json(), as_json, verify_result_text(result))
    raise typer.Exit(1 if result.faults else 0)


@commands.command("checkpoint")
def print_checkpoint(db: DbOption = None) -> None:
    """Print the newest signed checkpoint.

    Keep it elsewhere to verify the ledger against it later.
    """
    from api.cli.maintenance import newest_checkpoint

    typer.echo(newest_checkpoint(locate_ledger(db).db), nl=False)


@commands.command("receipt")
@with_basis_options()
def write_receipt(
    negotiation: NegotiationArgument,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
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
    from ledger.proofs.checkpoints import load_verifier, write_file

    question = basis.to_question("DATE", date)
    with open_read_ledger(db) as (ledger, key):
        verifier = load_verifier(key)
        text = receipts.build_receipt(ledger, verifier, negotiation, question, of).decode()
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
    from domain.errors import InvalidQuestionError
    from ledger.proofs.checkpoints import load_verifier

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
    from api.cli.maintenance import make_log_key

    typer.echo(make_log_key(file or configured_settings(db).key_path, name))
