"""Commands that keep and prove a ledger: verify, erase, back up, export, cite."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.options import (
    AsJson,
    Basis,
    Db,
    Negotiation,
    Output,
    asking,
    configured,
    raw_ledger,
    say,
    where_held,
)

custody = typer.Typer()


@custody.command()
def rebuild(db: Db = None, as_json: AsJson = False) -> None:
    """Build the read models anew from the log, and replace those that are there at once."""
    from api import keeping
    from api.verifying import bar

    with bar() as progress:
        count = keeping.rebuild(configured(db), progress)
    say({"events": count}, as_json, f"rebuilt from {count} events")


@custody.command()
def grant(
    role: Annotated[str, typer.Argument(help="A role of the database that is there.")],
    db: Db = None,
) -> None:
    """Let a database role serve a ledger, and change nothing in its log; run it as the owner.

    The tables are made where they are missing. Erasing, rebuilding and restoring stay with the
    owner.
    """
    from api import keeping

    keeping.grant(configured(db), role)
    typer.echo(f"{role} may append and read")


@custody.command()
@asking()
def receipt(
    negotiation: Negotiation,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
    basis: Basis,
    of: Annotated[
        str, typer.Option(help="The answer cited: state, positions, plans ...")
    ] = "state",
    db: Db = None,
    output: Output = None,
) -> None:
    """Write a citation receipt: an answer, the events it rests on, and what proves them."""
    from api import receipts
    from ledger.checkpoints import verifier_at, written

    with raw_ledger(db) as (ledger, key):
        question = basis.question("DATE", date)
        made = receipts.made(ledger, verifier_at(key), negotiation, question, of).decode()
    if output:
        written(output, made)
    else:
        typer.echo(made)


@custody.command()
def verify(
    key: Annotated[str | None, typer.Option(help="The verifier key to trust.")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Check this file, and no ledger.")] = None,
    receipt: Annotated[Path | None, typer.Option(help="Check this file, and no ledger.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Hold the ledger against this signed checkpoint.")
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Hash the log again, fold it again, compare; exit 1 on any difference."""
    if document := bundle or receipt:
        from api.documents import check_document

        told = check_document(document, key)
        say({"checked": told}, as_json, "\n".join(told))
        return
    from api import verifying
    from api.tables import verdict
    from ledger.notes import Verifier

    trusted = Verifier.parse(key) if key else None
    where = where_held(db)
    where = replace(where, checkpoint=checkpoint) if checkpoint else where
    with verifying.bar() as progress:
        found = verifying.verify(where, progress, key=trusted)
    say(found.echo(), as_json, verdict(found.echo()))
    raise typer.Exit(1 if found.faults else 0)


@custody.command()
def erase(
    event: Annotated[str, typer.Argument(help="The id of an event.")],
    reason: Annotated[str, typer.Option(help="Why the law wants it; this stays in the log.")],
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Erase the payload of one event by law; its leaf and every proof stay."""
    from api import keeping

    receipt = keeping.erase(configured(db), event, reason)
    words = f"erased {event}; recorded as seq {receipt.seq}"
    say(receipt.echo(), as_json, words)


@custody.command()
def checkpoint(db: Db = None) -> None:
    """Print the newest signed checkpoint; it can be kept anywhere and checked later."""
    from api import keeping

    typer.echo(keeping.newest_checkpoint(where_held(db).db), nl=False)


@custody.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy to make; it must not be there yet.")],
    db: Db = None,
) -> None:
    """Copy a ledger while it is in use, with its signed checkpoint beside the copy."""
    from api import keeping

    typer.echo(keeping.backup(configured(db), file))


@custody.command()
def restore(
    files: Annotated[list[Path], typer.Argument(help="A backup, or exports of all negotiations.")],
    from_export: Annotated[bool, typer.Option("--from-export", help="They are exports.")] = False,
    key: Annotated[str | None, typer.Option(help="The verifier key to trust.")] = None,
    db: Db = None,
) -> None:
    """Put a backup or an export in place as a ledger, after verifying all of it."""
    from api import keeping
    from ledger.notes import Verifier

    trusted = Verifier.parse(key) if key else None
    typer.echo(keeping.restore(configured(db), files, from_export=from_export, key=trusted))


log_key = typer.Typer(no_args_is_help=True, help="The key that signs checkpoints.")
custody.add_typer(log_key, name="log-key")


@log_key.command(name="create")
def create_log_key(
    file: Annotated[
        Path | None, typer.Argument(help="Where; default: the configured place.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The origin of the log, such as a domain.")
    ] = None,
    db: Db = None,
) -> None:
    """Make a key, readable by its owner alone, and print the verifier key."""
    from api import keeping

    typer.echo(keeping.new_key(file or configured(db).key, name))


@custody.command()
def export(
    negotiation: Negotiation,
    format_: Annotated[
        Literal["jsonl", "bundle"], typer.Option("--format", help="Lines, or a zip with proofs.")
    ] = "jsonl",
    db: Db = None,
    output: Output = None,
) -> None:
    """Write every event as recorded, with its salt."""
    from api import exports
    from domain.refusals import InvalidQuestionError
    from ledger.checkpoints import verifier_at

    if format_ == "bundle" and output is None:
        raise InvalidQuestionError("a bundle is a file", hint="name it with --output FILE.zip")
    with raw_ledger(db) as (ledger, key):
        if output and format_ == "bundle":
            exports.bundle_file(ledger, verifier_at(key), negotiation, output)
        else:
            exports.lines_to(ledger, negotiation, output)
