"""Whether the files of a SQLite ledger are still those that were opened."""

from __future__ import annotations

import os
import threading
from pathlib import Path


class FileGuard:
    """Knows the database, its write-ahead log and the shared memory that locks both by device and
    inode; none ever shrinks while a ledger is open."""

    def __init__(self, database: Path) -> None:
        beside = database.resolve()  # what a link names
        self._files = (str(database), f"{beside}-wal", f"{beside}-shm")
        self._lock, self._seen = threading.Lock(), dict[str, os.stat_result]()

    def find_change(self) -> str | None:
        """Return what another program did to a file, if anything."""
        with self._lock:  # else a size read earlier may be compared with a later one
            return self._find_change()

    def _find_change(self) -> str | None:
        for path in self._files:
            seen = self._seen.get(path)
            try:
                found = os.stat(path)  # a third of the time
            except FileNotFoundError:
                if seen:
                    return f"{path} was removed or renamed"
                continue
            if seen and (found.st_dev, found.st_ino) != (seen.st_dev, seen.st_ino):
                return f"{path} was replaced by another file"
            if seen and found.st_size < seen.st_size:
                return f"{path} was truncated from {seen.st_size} to {found.st_size} bytes"
            self._seen[path] = found
        return None
