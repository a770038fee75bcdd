"""Checkpoints: signed after a commit, stored with the log and again outside of its database."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import NotFoundError, TamperedError
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG, LogAccepted, TreeHead
from ledger import log
from ledger.database import Clock, Cursor, transaction, wall_clock
from ledger.location import OWNER_MODE, PUBLIC_MODE
from ledger.own_events import record_own_event
from ledger.proofs import signed_history
from ledger.proofs.continuity import KnownHead, LogContinuity
from ledger.proofs.merkle import compute_root
from ledger.proofs.signed_note import SECRET_PREFIX, LogKey, Verifier

LOGGER = logging.getLogger("minutebook")

_INSERT_CHECKPOINT = """
INSERT INTO checkpoint
SELECT :size, coalesce(max(size), -1), :note FROM checkpoint WHERE true
ON CONFLICT DO NOTHING
"""


class CheckpointSigner:
    """The key of a log and the newest checkpoint outside of its database.

    The file outside is what shows that a database was put back to an earlier state, so it belongs
    on another disk or to another account.
    """

    key: LogKey

    def __init__(
        self, key_location: str | Path, external_file: Path, *, accept_log: str | None = None
    ) -> None:
        """``accept_log`` is why a log is accepted that no checkpoint outside vouches for."""
        self.key_location, self.external_file = key_location, external_file
        self.accept_log = accept_log
        self.continuity = LogContinuity()
        self.signed_size = -1

    def start_signing(self, c: Cursor, clock: Clock = wall_clock) -> None:
        """Read the key, and refuse a database that does not continue what was signed.

        Raises ForkedLogError, TamperedError where no checkpoint outside vouches for a log that has
        events, or InvalidNoteError where key and checkpoint do not belong together.
        """
        self.key = load_or_create_key(self.key_location)
        size, _ = log.read_head(c)
        if size and not self.external_file.is_file():
            self._accept_log(c, size, clock())
        self.sign_head(c)

    def keep_witnessed(self, note: str) -> None:
        """Keep what a witness showed that this log does not contain, for who has to decide."""
        write_file(signed_history.witnessed_file(self.external_file), note)

    def read_witnessed(self) -> KnownHead | None:
        """Return the head of what a witness showed. Raises InvalidNoteError."""
        file = signed_history.witnessed_file(self.external_file)
        if not file.is_file():
            return None
        shown = self.key.verifier.open_note(file.read_text())
        return KnownHead(shown.size, shown.root, f"the checkpoint {file}, which a witness showed")

    def sign_new_log(self, c: Cursor) -> None:
        """Sign a log that was made here, such as a restored one, where nothing outside vouches for
        it yet."""
        self.key = load_or_create_key(self.key_location)
        self.sign_head(c)

    def _accept_log(self, c: Cursor, size: int, now: Instant) -> None:
        if not self.accept_log:
            raise TamperedError(
                f"there is no checkpoint at {self.external_file}, so nothing outside of the"
                f" database vouches for its {size} events",
                hint="put the file back, or the setting checkpoint right; if it is lost, verify the"
                " ledger, then minutebook serve --accept-log REASON, or recover --reason REASON,"
                " which is recorded",
            )
        root = compute_root(log.node_reader(c), size).hex()
        decision = LogAccepted(reason=self.accept_log, accepted=TreeHead(size=size, root=root))
        with transaction(c):
            record_own_event(c, LEDGER_SLUG, decision.model_dump(mode="json"), now=now)

    def sign_head(self, c: Cursor) -> None:
        """Sign the head and store the checkpoint, first in the database, then outside.

        Does nothing where the head is signed already. The cursor must not be in a transaction.
        Raises what the database or the disk raises, and then the next call starts over, or
        ForkedLogError where the log is not one that was signed before and has grown.
        """
        if log.read_head(c)[0] == self.signed_size:
            return
        with transaction(c):
            c.execute("UPDATE head SET size = size")  # other processes sign before this, or after
            self._advance_to_external()
            self.continuity.check_tree(c)
            size, _ = log.read_head(c)
            head = KnownHead(size, compute_root(log.node_reader(c), size))
            note = self.key.sign_checkpoint(head.size, head.root)
            c.execute(_INSERT_CHECKPOINT, {"size": size, "note": note})
        self.continuity.advance(head)
        if self._advance_to_external() < size:
            write_file(self.external_file, note, PUBLIC_MODE)
            signed_history.append_note(self.external_file, note)
        self.signed_size = size

    def _advance_to_external(self) -> int:
        """Remember the checkpoint outside, which another process may have stored; return its size,
        or -1 where there is none."""
        if not self.external_file.is_file():
            return -1
        signed = self.key.verifier.open_note(self.external_file.read_text())
        told_by = f"the checkpoint {self.external_file}"
        self.continuity.advance(KnownHead(signed.size, signed.root, told_by))
        return signed.size


def sign_copy(c: Cursor, key: LogKey, newest_note: str) -> str:
    """Sign the head of a copy of a log, in the copy alone, where it continues what was signed.

    Raises ForkedLogError, or InvalidNoteError where the key is that of another log.
    """
    signed = key.verifier.open_note(newest_note)
    continuity = LogContinuity()
    continuity.advance(KnownHead(signed.size, signed.root, "the newest checkpoint"))
    with transaction(c):
        continuity.check_tree(c)
        size, _ = log.read_head(c)
        note = key.sign_checkpoint(size, compute_root(log.node_reader(c), size))
        c.execute(_INSERT_CHECKPOINT, {"size": size, "note": note})
    return note


def write_file(path: Path, text: str, mode: int = OWNER_MODE) -> None:
    """Write a file whole or not at all, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replace_file(path, mode) as file:
        file.write(text.encode())


@contextmanager
def replace_file(path: Path, mode: int = OWNER_MODE) -> Iterator[BinaryIO]:
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


def load_or_create_key(location: str | Path) -> LogKey:
    """Read the log key from a file or from its text, made now where the file is not there."""
    if str(location).startswith(SECRET_PREFIX):
        return LogKey.parse(str(location))
    path = Path(location)
    if not path.exists():
        create_key(path)
    return LogKey.parse(path.read_text())


def is_key_here(location: str | Path) -> bool:
    """Return whether a log key can be read."""
    return str(location).startswith(SECRET_PREFIX) or Path(location).is_file()


def load_key(location: str | Path) -> LogKey:
    """Read a log key that is there. Raises NotFoundError."""
    if not is_key_here(location):
        hint = "name the key that signs this log with MINUTEBOOK_LOG_KEY"
        raise NotFoundError(f"there is no log key at {location}", hint=hint)
    return load_or_create_key(location)


def load_verifier(location: str | Path) -> Verifier:
    """Read the public half of a log key that is there. Raises NotFoundError."""
    return load_key(location).verifier


def create_key(path: Path, name: str | None = None) -> LogKey:
    """Make a key, readable by its owner alone."""
    key = LogKey(name or f"minutebook.invalid/{secrets.token_hex(8)}", secrets.token_bytes(32))
    write_file(path, key.to_text() + "\n")
    return key
