"""Commands that maintain a ledger: rebuild, erase, back up, restore, grant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.commands.options import (
    DbOption,
    JsonOption,
    TrustedKeyOption,
    configured_settings,
    print_answer,
)

commands = typer.Typer()


@commands.command("rebuild")
def rebuild_read_models(db: DbOption = None, as_json: JsonOption = False) -> None:
    """Rebuild the read models from the log. They replace the old ones at once."""
    from api.cli.maintenance import rebuild_index
    from api.cli.verify import show_progress

    with show_progress() as progress:
        count = rebuild_index(configured_settings(db), progress)
    print_answer({"events": count}, as_json, f"rebuilt from {count} events")


@commands.command("erase")
def erase_event(
    event: Annotated[str, typer.Argument(help="The id of the event.")],
    reason: Annotated[
        str, typer.Option(help="The law or request that requires it; stays in the log.")
    ],
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase one event's payload for legal compliance.

    Its leaf stays in the log, so every proof still holds.
    """
    from api.cli.maintenance import erase_payload

    recorded = erase_payload(configured_settings(db), event, reason)
    print_answer(recorded.to_json(), as_json, f"erased {event}; recorded as seq {recorded.seq}")


@commands.command("backup")
def back_up(
    file: Annotated[Path, typer.Argument(help="Destination file; must not exist.")],
    db: DbOption = None,
) -> None:
    """Copy a ledger, even while it is in use.

    Its signed checkpoint is written next to the copy.
    """
    from api.cli.backup import backup_ledger

    typer.echo(backup_ledger(configured_settings(db), file))


@commands.command("restore")
def restore(
    files: Annotated[
        list[Path], typer.Argument(help="A backup, or the exports of all negotiations.")
    ],
    from_export: Annotated[
        bool, typer.Option("--from-export", help="The files are exports.")
    ] = False,
    key: TrustedKeyOption = None,
    db: DbOption = None,
) -> None:
    """Restore a ledger from a backup or from exports.

    It takes its place only once all of it is verified.
    """
    from api.cli.backup import restore_ledger
    from ledger.proofs.signed_note import Verifier

    trusted_key = Verifier.parse(key) if key else None
    settings = configured_settings(db)
    typer.echo(restore_ledger(settings, files, from_export=from_export, key=trusted_key))


@commands.command("grant")
def grant(
    role: Annotated[str, typer.Argument(help="An existing role of the database.")],
    db: DbOption = None,
) -> None:
    """Let a PostgreSQL role read and append.

    Run it as the owner of the database: only the owner can erase, rebuild and restore, and nobody
    can change the log. Missing tables are created.
    """
    from api.cli.maintenance import grant_role

    grant_role(configured_settings(db), role)
    typer.echo(f"{role} may append and read")
