"""The how-manieth equal row of its file each row is, counted on disk, however long the file."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable
from hashlib import blake2b

from ledger.content_ids import RowContent
from ledger.database import begin

_TABLE = """
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE row (digest INTEGER PRIMARY KEY, count INTEGER NOT NULL);
"""
_COUNT = """
INSERT INTO row VALUES (?, 1) ON CONFLICT (digest) DO UPDATE SET count = count + 1 RETURNING count
"""


class EqualRows:
    """Numbers the equal rows of one file; ``numbers`` has those that it gave."""

    def __init__(self) -> None:
        self.numbers = array("I")
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.executescript(_TABLE)
        begin(self.db.cursor())

    def number_row(self, state: bytes) -> RowContent:
        """Return the content of a row, with its number among those equal to it, from 1."""
        digest = int.from_bytes(blake2b(state, digest_size=8).digest(), signed=True)
        ((count,),) = self.db.execute(_COUNT, (digest,)).fetchall()
        self.numbers.append(count)
        return RowContent(state, count)


class CountedRows:
    """Numbers the rows of a file that was counted before."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = iter(numbers)

    def number_row(self, state: bytes) -> RowContent:
        """Return the content of the next row, with its number."""
        return RowContent(state, next(self.numbers))
