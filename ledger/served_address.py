"""The address that a server leaves beside the SQLite file that it has open."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import orjson

from ledger.location import is_server_url, lock_file

LOOPBACK_BY_HOST = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # compared, not bound
"""Where a server that listens on every address of its machine answers on it."""


class ServedAddress(NamedTuple):
    """Where a server answers on its machine, and the secret that it left for the ledger's owner."""

    url: str
    secret: str | None


def find_served_address(db: Path | str) -> ServedAddress | None:
    """Return where a running server answers for a ledger, if one left its address.

    What a server left that ended without removing it is known by the lock, which nobody holds.
    """
    if is_server_url(db):
        return None
    try:
        left = orjson.loads(_address_file(db).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    url, secret = (left.get(name) if isinstance(left, dict) else None for name in ("url", "secret"))
    if not isinstance(url, str) or not _is_locked(db):
        return None
    return ServedAddress(url, secret if isinstance(secret, str) else None)


@contextmanager
def leave_address(
    db: Path | str, host: str, port: int, *, secret: str | None = None
) -> Iterator[None]:
    """Leave the address of a server beside its ledger until it ends, for its owner alone.

    Whoever may read the ledger itself may do everything by the ``secret`` left with it.

    A database on a server may be served by several processes, so nothing is left for it.
    """
    if is_server_url(db):
        yield
        return
    url = f"http://{LOOPBACK_BY_HOST.get(host, f'[{host}]' if ':' in host else host)}:{port}"
    file = _address_file(db)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    left = {"url": url, "pid": os.getpid(), "secret": secret}
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file_draft:
        file_draft.write(orjson.dumps(left) + b"\n")
    draft.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _address_file(db: Path | str) -> Path:
    return Path(f"{db}.server")


def _is_locked(db: Path | str) -> bool:
    """Return whether a process has a ledger open for recording."""
    with suppress(OSError):
        handle = os.open(lock_file(db), os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
    return False
