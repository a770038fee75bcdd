"""Commands that keep and prove a ledger: verify, erase, back up, export, cite."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.options import (
    BasisOptions,
    DbOption,
    JsonOption,
    NegotiationArgument,
    OutputOption,
    configured_settings,
    locate_ledger,
    open_read_ledger,
    print_answer,
    with_basis_options,
)

maintenance_cli = typer.Typer()


@maintenance_cli.command()
def rebuild(db: DbOption = None, as_json: JsonOption = False) -> None:
    """Build the read models anew from the log, and replace those that are there at once."""
    from api.cli import backup
    from api.cli.verify import show_progress

    with show_progress() as progress:
        count = backup.rebuild_index(configured_settings(db), progress)
    print_answer({"events": count}, as_json, f"rebuilt from {count} events")


@maintenance_cli.command()
def grant(
    role: Annotated[str, typer.Argument(help="A role of the database that is there.")],
    db: DbOption = None,
) -> None:
    """Let a database role serve a ledger, and change nothing in its log; run it as the owner.

    The tables are made where they are missing. Erasing, rebuilding and restoring stay with the
    owner.
    """
    from api.cli import backup

    backup.grant_role(configured_settings(db), role)
    typer.echo(f"{role} may append and read")


@maintenance_cli.command()
@with_basis_options()
def receipt(
    negotiation: NegotiationArgument,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
    basis: BasisOptions,
    of: Annotated[
        str, typer.Option(help="The answer cited: state, positions, plans ...")
    ] = "state",
    db: DbOption = None,
    output: OutputOption = None,
) -> None:
    """Write a citation receipt: an answer, the events it rests on, and what proves them."""
    from api.http import receipts
    from ledger.proofs.checkpoints import load_verifier, write_file

    with open_read_ledger(db) as (ledger, key):
        question = basis.to_question("DATE", date)
        receipt_text = receipts.build_receipt(
            ledger, load_verifier(key), negotiation, question, of
        ).decode()
    if output:
        write_file(output, receipt_text)
    else:
        typer.echo(receipt_text)


@maintenance_cli.command()
def verify(
    key: Annotated[str | None, typer.Option(help="The verifier key to trust.")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Check this file, and no ledger.")] = None,
    receipt: Annotated[Path | None, typer.Option(help="Check this file, and no ledger.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Hold the ledger against this signed checkpoint.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hash the log again, fold it again, compare; exit 1 on any difference."""
    if document := bundle or receipt:
        from api.cli.offline_check import check_document

        sentences = check_document(document, key)
        print_answer({"checked": sentences}, as_json, "\n".join(sentences))
        return
    from api.cli import verify
    from api.cli.tables import verify_result_text
    from ledger.proofs.signed_note import Verifier

    trusted_key = Verifier.parse(key) if key else None
    located_settings = locate_ledger(db)
    located_settings = (
        replace(located_settings, checkpoint=checkpoint) if checkpoint else located_settings
    )
    with verify.show_progress() as progress:
        verify_result = verify.verify_ledger(located_settings, progress, key=trusted_key)
    print_answer(verify_result.to_json(), as_json, verify_result_text(verify_result.to_json()))
    raise typer.Exit(1 if verify_result.faults else 0)


@maintenance_cli.command()
def erase(
    event: Annotated[str, typer.Argument(help="The id of an event.")],
    reason: Annotated[str, typer.Option(help="Why the law wants it; this stays in the log.")],
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase the payload of one event by law; its leaf and every proof stay."""
    from api.cli import backup

    recorded_event = backup.erase_payload(configured_settings(db), event, reason)
    message = f"erased {event}; recorded as seq {recorded_event.seq}"
    print_answer(recorded_event.to_json(), as_json, message)


@maintenance_cli.command()
def checkpoint(db: DbOption = None) -> None:
    """Print the newest signed checkpoint; it can be kept anywhere and checked later."""
    from api.cli import backup

    typer.echo(backup.newest_checkpoint(locate_ledger(db).db), nl=False)


@maintenance_cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy to make; it must not be there yet.")],
    db: DbOption = None,
) -> None:
    """Copy a ledger while it is in use, with its signed checkpoint beside the copy."""
    from api.cli import backup

    typer.echo(backup.backup_ledger(configured_settings(db), file))


@maintenance_cli.command()
def restore(
    files: Annotated[list[Path], typer.Argument(help="A backup, or exports of all negotiations.")],
    from_export: Annotated[bool, typer.Option("--from-export", help="They are exports.")] = False,
    key: Annotated[str | None, typer.Option(help="The verifier key to trust.")] = None,
    db: DbOption = None,
) -> None:
    """Put a backup or an export in place as a ledger, after verifying all of it."""
    from api.cli import backup
    from ledger.proofs.signed_note import Verifier

    trusted_key = Verifier.parse(key) if key else None
    typer.echo(
        backup.restore_ledger(
            configured_settings(db), files, from_export=from_export, key=trusted_key
        )
    )


log_key_cli = typer.Typer(no_args_is_help=True, help="The key that signs checkpoints.")
maintenance_cli.add_typer(log_key_cli, name="log-key")


@log_key_cli.command(name="create")
def create_log_key(
    file: Annotated[
        Path | None, typer.Argument(help="Where; default: the configured place.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The origin of the log, such as a domain.")
    ] = None,
    db: DbOption = None,
) -> None:
    """Make a key, readable by its owner alone, and print the verifier key."""
    from api.cli import backup

    typer.echo(backup.make_log_key(file or configured_settings(db).key_path, name))


@maintenance_cli.command()
def export(
    negotiation: NegotiationArgument,
    format_: Annotated[
        Literal["jsonl", "bundle"], typer.Option("--format", help="Lines, or a zip with proofs.")
    ] = "jsonl",
    db: DbOption = None,
    output: OutputOption = None,
) -> None:
    """Write every event as recorded, with its salt."""
    from api.http import exports
    from domain.errors import InvalidQuestionError
    from ledger.proofs.checkpoints import load_verifier

    if format_ == "bundle" and output is None:
        raise InvalidQuestionError("a bundle is a file", hint="name it with --output FILE.zip")
    with open_read_ledger(db) as (ledger, key):
        if output and format_ == "bundle":
            exports.write_bundle(ledger, load_verifier(key), negotiation, output)
        else:
            exports.write_lines(ledger, negotiation, output)
