"""The command that copies a ledger with its checkpoint."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated, cast

import typer

from api.cli.direct_access import NoUrlOption, load_direct_settings
from api.cli.maintenance import require_ledger
from api.cli.options import DbOption, example
from api.cli.terminal import print_text
from api.cli.verify import copy_database
from api.settings import Settings
from domain.errors import BusyError, InvalidQuestionError, NotFoundError
from ledger import log
from ledger.database import Cursor
from ledger.durable_files import write_file
from ledger.location import PUBLIC_MODE
from ledger.proofs import stored_cosignatures
from ledger.proofs.checkpoints import sign_copy
from ledger.proofs.key_files import is_key_here

COPIES, PAUSE_SECONDS = 10, 0.7
"""How often a ledger is copied until all of the copy is signed, and seconds between two."""
commands = typer.Typer()


@commands.command("backup", epilog=example("backup copy.db --db talks.db"))
def back_up(
    file: Annotated[Path, typer.Argument(help="Destination file; must not exist.")],
    db: DbOption = None,
    url: NoUrlOption = None,
) -> None:
    """Copy a ledger, even while it is in use.

    Reads the file itself, not through a server. Its signed checkpoint is written next to the copy.
    """
    print_text(backup_ledger(load_direct_settings(db), file))


def backup_ledger(settings: Settings, file: Path) -> str:
    """Copy one consistent state of a ledger, and write the checkpoint that covers it next to it."""
    source_path = settings.sqlite_file
    require_ledger(settings)
    if file.exists():
        raise InvalidQuestionError(f"{file} already exists", hint="name a new file")
    if not file.parent.is_dir():
        raise InvalidQuestionError(f"there is no folder {file.parent}", hint="create it first")
    draft_path = file.with_name(f"{file.name}.new")
    try:
        note = _copy_signed(source_path, draft_path, settings)
        write_file(Path(f"{file}.checkpoint"), note, PUBLIC_MODE)
        draft_path.replace(file)
    finally:
        draft_path.unlink(missing_ok=True)
    return (
        f"{file}: {note.splitlines()[1]} signed events; checkpoint {file}.checkpoint;"
        f" the log key {settings.key_path.name} is not included"
    )


def _copy_signed(source_path: Path, draft_path: Path, settings: Settings) -> str:
    """Copy a ledger; return the checkpoint that covers the whole copy.

    The newest second may not be signed yet: then the head of the copy is signed with the log key,
    or where that is not here, a moment is waited for at which all is signed. Raises BusyError.
    """
    for attempt in range(COPIES):
        time.sleep(PAUSE_SECONDS if attempt else 0)
        draft_path.unlink(missing_ok=True)
        copy_database(source_path, draft_path)
        with closing(sqlite3.connect(draft_path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            if note := _sign_copy(cast(Cursor, connection.cursor()), settings):
                return note
    raise BusyError(
        "the newest events of each copy were not signed yet, and the log key is not here to sign"
        " them",
        hint="name the key with MINUTEBOOK_LOG_KEY, or try again when less is recorded",
    )


def _sign_copy(c: Cursor, settings: Settings) -> str | None:
    """Return the checkpoint that covers all of a copy, signed now where it has none.

    Raises InvalidNoteError where the key is that of another log, ForkedLogError where the copy does
    not continue what was signed.
    """
    note = stored_cosignatures.read_newest_note(c)
    if note is None:
        hint = "minutebook serve signs the first one"
        raise NotFoundError("the ledger has no checkpoint yet", hint=hint)
    size, _ = log.read_head(c)
    if int(note.splitlines()[1]) == size:
        return note
    if not is_key_here(settings.key_path):
        return None
    return sign_copy(c, settings.key_path, note)
