"""Where a ledger lives: one SQLite file, recorded in by one process, or a PostgreSQL database."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from domain.errors import BusyError, NotFoundError

OWNER_MODE = 0o600
"""The mode of what is made anew: only its owner reads and writes it."""

PUBLIC_MODE = 0o644
"""The mode of what others may read, and only its owner writes: it has no secret."""


def is_server_url(location: Path | str) -> bool:
    """Return whether this is the address of a PostgreSQL database."""
    return str(location).startswith(("postgresql://", "postgres://"))


def may_exist(location: Path | str) -> bool:
    """Return whether there may be a ledger already; a server is asked when it is opened."""
    return is_server_url(location) or Path(location).is_file()


def has_several_servers(location: Path | str) -> bool:
    """Return whether an address names several servers, of which one is the primary at a time."""
    return is_server_url(location) and "," in _server_hosts(str(location))


def _server_hosts(address: str) -> str:
    """Return the hosts of an address with their ports, as they are written."""
    parts = urlsplit(address)
    return parts.netloc.rpartition("@")[2] or dict(parse_qsl(parts.query)).get("host", "")


def server_file_name(address: str) -> str:
    """Return a file name for what belongs to a database on a server: its hosts and name."""
    name_parts = (_server_hosts(address).lower(), urlsplit(address).path)
    return re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(("postgresql", *name_parts))).strip("-")


def mask_password(location: str) -> str:
    """Return an address without its password."""
    return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:(secret)@", location)


def sqlite_uri(path: str | Path) -> str:
    return (
        "file:ledger?mode=memory&cache=shared"
        if str(path) == ":memory:"
        else f"file:{quote(str(path))}"
    )


def refuse_foreign_file(path: str | Path) -> None:
    """Refuse a file that is not a ledger, before a byte of it changes. Raises NotFoundError."""
    file = Path(path)
    if file.exists() and not (file.is_file() and _is_ledger_file(file)):
        hint = "name a file that Minutebook made, or one that does not exist yet"
        raise NotFoundError(f"{path} is not a ledger", hint=hint)


def require_folder(path: Path, made_folder: Path) -> None:
    """Require the folder of a new file; ``made_folder`` is made, since nobody typed it.

    Raises NotFoundError.
    """
    folder = path.absolute().parent
    if folder == made_folder.absolute():
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir():
        hint = "check the path for a slip, or make the folder first"
        raise NotFoundError(f"there is no folder {folder} for {path.name}", hint=hint)


def _is_ledger_file(file: Path) -> bool:
    """Return whether a file is a database that holds our head row, or nothing yet."""
    query = "SELECT count(*), total(name = 'head' AND sql LIKE '%frontier%') FROM sqlite_master"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as c:
            tables, heads = c.execute(query).fetchone()
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # an error may quote what is damaged
        return False
    return bool(tables == 0 or heads)


def make_private_file(path: str | Path) -> None:
    """Make an empty file for its owner alone, unless there is one; SQLite gives its mode to the
    files that it makes beside it."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_MODE))


def is_open_to_others(path: Path) -> bool:
    """Return whether other users of the machine may read or write a file."""
    return bool(path.stat().st_mode & 0o006)


def lock_file(path: str | Path) -> Path:
    """Return the file that is locked for a database, the same for each link to it."""
    real = Path(path).resolve()
    return real.with_name(f"{real.name}.lock")


def lock_ledger(path: str | Path) -> int:
    """Keep the database to one process: SQLite gives us one writer, so we keep to one.

    Raises BusyError where another has it, NotFoundError where it cannot be told.
    """
    refuse_foreign_file(path)
    if Path(path).exists() and Path(path).stat().st_nlink > 1:
        hint = "copy the file to the name that you want to keep, and remove the others"
        detail = f"{path} has another name too (a hard link), by which others may record in it"
        raise NotFoundError(detail, hint=hint)
    handle = os.open(lock_file(path), os.O_CREAT | os.O_RDWR, OWNER_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise BusyError(
            f"another process has {path} open for recording",
            hint="stop it, run the command again, then start it; on PostgreSQL several processes"
            " may record",
        ) from None
    return handle
