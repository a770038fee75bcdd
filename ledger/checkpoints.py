"""Keeping checkpoints: signed after a commit, stored with the log and once more outside of it."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.refusals import NotFoundError, TamperedError
from ledger import log
from ledger.cursor import Cursor
from ledger.notes import SECRET, LogKey, Verifier
from ledger.tree import root

LOGGER = logging.getLogger("minutebook")
EVERY = 1.0
"""Seconds by which the newest checkpoint may lie behind the head."""


class Checkpoints:
    """The key of a log and the newest checkpoint outside of its database.

    The file outside is what shows that a database was put back to an earlier state, so it belongs
    on another disk or to another account.
    """

    key: LogKey

    def __init__(self, place: str | Path, outside: Path) -> None:
        self.place, self.outside = place, outside
        self.size, self.signed_at = -1, 0.0

    def start(self, c: Cursor) -> None:
        """Read the key, and refuse a database that does not continue what was signed.

        Raises TamperedError, or InvalidNoteError where key and checkpoint do not belong together.
        """
        self.key = key_at(self.place)
        if self.outside.is_file():
            known = self.key.verifier.opened(self.outside.read_text())
            size, _ = log.head(c)
            if size < known.size:
                raise TamperedError(
                    f"the database has {size} events, the checkpoint kept outside has {known.size}",
                    hint=f"an older state was put back: restore a newer one; see {self.outside}",
                )
            if root(log.nodes(c), known.size) != known.root:
                raise TamperedError(
                    f"the first {known.size} events are not those that were signed",
                    hint=f"run minutebook verify; the signed checkpoint is {self.outside}",
                )
        elif log.head(c)[0]:
            LOGGER.warning("no checkpoint is kept at %s, so an older state would not be seen",
                           self.outside)  # fmt: skip
        self.sign(c)

    def due(self) -> float:
        """Return in how many seconds what was recorded since must be signed."""
        return max(0.0, self.signed_at + EVERY - time.monotonic())

    def sign(self, c: Cursor) -> None:
        """Sign the head and keep the checkpoint, first in the database, then outside.

        The cursor must not be in a transaction.
        """
        c.execute("BEGIN IMMEDIATE")
        c.execute("UPDATE head SET size = size")  # other processes sign before this, or after
        size, _ = log.head(c)
        if size != self.size:
            note = self.key.signed(size, root(log.nodes(c), size))
            c.execute(
                "INSERT INTO checkpoint SELECT ?, coalesce(max(size), -1), ? FROM checkpoint"
                " WHERE true ON CONFLICT DO NOTHING",
                (size, note),
            )
        c.execute("COMMIT")
        if size != self.size:
            self._keep_outside(size, note)
            self.size, self.signed_at = size, time.monotonic()

    def _keep_outside(self, size: int, note: str) -> None:
        """Keep a checkpoint outside, unless another process has kept a later one by now."""
        kept = self.outside.read_text() if self.outside.is_file() else ""
        if not kept or self.key.verifier.opened(kept).size < size:
            written(self.outside, note)


def written(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file whole or not at all, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_by(path, mode) as file:
        file.write(text.encode())


@contextmanager
def written_by(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Yield a draft that takes the file's place, durably, once the caller wrote it to its end."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def key_at(place: str | Path) -> LogKey:
    """Read the log key from a file or from its text, made now where the file is not there."""
    if str(place).startswith(SECRET):
        return LogKey.parse(str(place))
    path = Path(place)
    if not path.exists():
        create_key(path)
    return LogKey.parse(path.read_text())


def verifier_at(place: str | Path) -> Verifier:
    """Read the public half of a log key that is there. Raises NotFoundError."""
    if not str(place).startswith(SECRET) and not Path(place).is_file():
        hint = "name the key that signs this log with MINUTEBOOK_LOG_KEY"
        raise NotFoundError(f"there is no log key at {place}", hint=hint)
    return key_at(place).verifier


def create_key(path: Path, name: str | None = None) -> LogKey:
    """Make a key, readable by its owner alone."""
    key = LogKey(name or f"minutebook.invalid/{secrets.token_hex(8)}", secrets.token_bytes(32))
    written(path, key.text() + "\n", 0o600)
    return key
