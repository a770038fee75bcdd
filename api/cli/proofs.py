"""Commands that hand out what proves a ledger: checkpoint, receipt, export, log key."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated, Literal

import typer

from api.cli.connection import LedgerOptions, open_client
from api.cli.options import (
    BasisOptions,
    DateArgument,
    NegotiationArgument,
    OutputOption,
    example,
    negotiation_path,
    with_options,
)
from api.cli.terminal import print_body, print_chunks, print_text
from domain.errors import InvalidQuestionError
from domain.events import Audience
from ledger.durable_files import replace_file, write_file

commands = typer.Typer()


@commands.command("checkpoint", epilog=example("checkpoint --db talks.db"))
@with_options()
def print_checkpoint(ledger: LedgerOptions) -> None:
    """Print the newest signed checkpoint.

    Keep it elsewhere to verify the ledger against it later.
    """
    with open_client(ledger) as client:
        print_text(client.get("/v1/audit/checkpoint").body.decode().removesuffix("\n"))


@commands.command(
    "receipt",
    epilog=example("receipt ukraine-peace-talks 2025-12-22 --of positions --output receipt.txt"),
)
@with_options()
def write_receipt(
    negotiation: NegotiationArgument,
    date: DateArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    of: Annotated[
        str, typer.Option(help="The answer to cite: state, positions, diff, search ...")
    ] = "state",
    with_: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="NAME=VALUE",
            help="What that answer takes besides, such as q=ceasefire; may be repeated.",
        ),
    ] = None,
    output: OutputOption = None,
) -> None:
    """Write a citation receipt.

    It holds an answer, the events it rests on, and the proofs that they were recorded, signed by
    the key of the log.
    """
    with open_client(ledger) as client:
        params = {**basis.to_params(as_of=date), "of": of, **_read_pairs(with_ or [])}
        receipt = client.get(negotiation_path(negotiation, "receipt"), params).body
    if output:
        write_file(output, receipt.decode())
    else:
        print_body(receipt)


def _read_pairs(texts: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for name, equals, _ in pairs:
        if not (name and equals):
            hint = "write it as in --with q=ceasefire"
            raise InvalidQuestionError(f"--with {name}: this is no NAME=VALUE", hint=hint)
    return {name: value for name, _, value in pairs}


@commands.command(
    "export", epilog=example("export ukraine-peace-talks --format bundle --output talks.zip")
)
@with_options()
def export_negotiation(
    negotiation: NegotiationArgument,
    ledger: LedgerOptions,
    format_: Annotated[
        Literal["jsonl", "csv", "cloudevents", "bundle"],
        typer.Option(
            "--format", help="One event a line, a table, CloudEvents, or a zip file with proofs."
        ),
    ] = "jsonl",
    audience: Annotated[
        Audience | None,
        typer.Option(help="Only the events that it sees now, with its reports and without salts."),
    ] = None,
    output: OutputOption = None,
) -> None:
    """Write every event as recorded, with its salt, or those that an audience sees.

    minutebook import reads jsonl, csv and cloudevents (in a file that ends with .json) back, with
    equal ids and content. A file is written whole or not at all.
    """
    if format_ == "bundle" and output is None:
        hint = "name a file with --output FILE.zip"
        raise InvalidQuestionError("a bundle cannot be written to standard output", hint=hint)
    path = negotiation_path(negotiation, "export")
    with (
        open_client(ledger) as client,
        client.stream(path, {"format": format_, "audience": audience}) as chunks,
        replace_file(output) if output else nullcontext() as file,
    ):
        if file is None:
            print_chunks(chunks)
            return
        for chunk in chunks:
            file.write(chunk)
        file.flush()
