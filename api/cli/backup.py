"""The command that copies a ledger with its checkpoint."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.cli.maintenance import require_ledger
from api.cli.options import DbOption, example
from api.cli.terminal import print_text
from api.cli.verify import copy_database
from api.settings import Settings, load_settings
from domain.errors import InvalidQuestionError, NotFoundError
from ledger.proofs import leaf_records
from ledger.proofs.checkpoints import write_file
from ledger.read_only import ReadOnlyLedger

commands = typer.Typer()


@commands.command("backup", epilog=example("backup copy.db --db talks.db"))
def back_up(
    file: Annotated[Path, typer.Argument(help="Destination file; must not exist.")],
    db: DbOption = None,
) -> None:
    """Copy a ledger, even while it is in use.

    Its signed checkpoint is written next to the copy.
    """
    print_text(backup_ledger(load_settings(db=db), file))


def backup_ledger(settings: Settings, file: Path) -> str:
    """Copy one consistent state of a ledger, and write the checkpoint that covers it next to it."""
    source_path = settings.sqlite_file
    require_ledger(settings)
    if file.exists():
        raise InvalidQuestionError(f"{file} already exists", hint="name a new file")
    if not file.parent.is_dir():
        raise InvalidQuestionError(f"there is no folder {file.parent}", hint="create it first")
    draft_path = file.with_name(f"{file.name}.new")
    draft_path.unlink(missing_ok=True)
    copy_database(source_path, draft_path)
    note = _newest_checkpoint(draft_path)
    write_file(Path(f"{file}.checkpoint"), note)
    draft_path.replace(file)
    return (
        f"{file}: {note.splitlines()[1]} signed events; checkpoint {file}.checkpoint;"
        f" the log key {settings.key_path.name} is not included"
    )


def _newest_checkpoint(file: Path) -> str:
    with closing(ReadOnlyLedger(file)) as ledger, ledger.open_snapshot() as c:
        note = leaf_records.read_newest_note(c)
    if note is None:
        hint = "minutebook serve signs the first one"
        raise NotFoundError(f"{file} has no checkpoint yet", hint=hint)
    return note
