"""Where a ledger lives: one SQLite file, recorded in by one process, or a PostgreSQL database."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from domain.refusals import BusyError, NotFoundError


def on_server(where: Path | str) -> bool:
    """Tell whether this is the address of a PostgreSQL database."""
    return str(where).startswith(("postgresql://", "postgres://"))


def there(where: Path | str) -> bool:
    """Tell whether there may be a ledger already; a server is asked when it is opened."""
    return on_server(where) or Path(where).is_file()


def name(address: str) -> str:
    """Return a file name for what belongs to a database on a server: its host and name."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    named = (parts.hostname or query.get("host", ""), str(parts.port or ""), parts.path)
    return re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(("postgresql", *named))).strip("-")


def masked(where: str) -> str:
    """Return an address without its password."""
    return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:(secret)@", where)


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
