"""Where a ledger lives: one SQLite file, recorded in by one process."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from domain.refusals import BusyError, NotFoundError


def address(path: str | Path) -> str:
    return (
        "file:ledger?mode=memory&cache=shared"
        if str(path) == ":memory:"
        else f"file:{quote(str(path))}"
    )


def checked(path: str | Path) -> None:
    """Refuse what is there and no ledger, before a byte of it changes. Raises NotFoundError."""
    place = Path(path)
    if place.exists() and not (place.is_file() and _ours(place)):
        hint = "name a file that Minutebook made, or one that is not there yet"
        raise NotFoundError(f"{path} is no ledger", hint=hint)


def _ours(place: Path) -> bool:
    """Tell whether a file is a database that holds our head row, or nothing yet."""
    find = "SELECT count(*), total(name = 'head' AND sql LIKE '%frontier%') FROM sqlite_master"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(place))}?mode=ro", uri=True)) as c:
            tables, heads = c.execute(find).fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False
    return bool(tables == 0 or heads)


def locked(path: str | Path) -> int:
    """Keep the database to one process: SQLite gives us one writer, so we keep to one."""
    checked(path)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise BusyError(
            f"another process has {path} open for recording",
            hint="stop it, or ask it over HTTP; several processes need PostgreSQL",
        ) from None
    return handle
