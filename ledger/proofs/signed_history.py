"""The checkpoints signed so far, kept outside of the database beside the newest one.

They tell where two histories part: the database may have lost its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson

from domain.errors import InvalidNoteError
from domain.ledger_events import KEY_STATEMENT
from ledger.location import PUBLIC_MODE
from ledger.proofs.key_chain import KeyChain
from ledger.proofs.signed_note import Checkpoint, Verifier

KEPT_NOTES = 1000
"""Newest checkpoints that stay when the file is shortened."""
MAX_BYTES = 4 * KEPT_NOTES * 300
"""The size at which it is: a note has about 300 bytes."""


def history_file(external_file: Path) -> Path:
    return external_file.with_name(f"{external_file.name}.history")


def witnessed_file(external_file: Path) -> Path:
    """Return where a checkpoint is kept that a witness showed and the log does not contain."""
    return external_file.with_name(f"{external_file.name}.witnessed")


def append_note(external_file: Path, note: str) -> None:
    """Keep one more checkpoint. Raises OSError."""
    path = history_file(external_file)
    if not path.exists():
        path.touch(PUBLIC_MODE)
    with path.open("ab") as file:
        file.write(orjson.dumps(note) + b"\n")
        file.flush()
        os.fsync(file.fileno())
        is_long = file.tell() > MAX_BYTES
    if is_long:
        _shorten(path)


def _shorten(path: Path) -> None:
    """Keep what old keys signed for new ones, the newest checkpoints, and of the older ones every
    other."""
    lines = path.read_bytes().splitlines(keepends=True)
    statements = [line for line in lines if line.startswith(b'"' + KEY_STATEMENT.encode())]
    notes = [line for line in lines if line not in statements]
    kept = [*notes[:-KEPT_NOTES:2], *notes[-KEPT_NOTES:]][-3 * KEPT_NOTES :]
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.touch(PUBLIC_MODE)
    draft.write_bytes(b"".join([*statements, *kept]))
    draft.replace(path)


def read_checkpoints(external_file: Path, key: Verifier | KeyChain) -> Iterator[Checkpoint]:
    """Yield what was signed with a key or those of a log, in that order; a line that was cut off is
    passed over."""
    for note in read_notes(external_file):
        with suppress(InvalidNoteError):
            yield key.open_note(note)


def read_notes(external_file: Path) -> Iterator[str]:
    """Yield all that was kept, in that order: checkpoints, and what an old key signed for a new
    one."""
    with suppress(FileNotFoundError):
        for line in history_file(external_file).read_bytes().splitlines():
            with suppress(orjson.JSONDecodeError):
                note = orjson.loads(line)
                if isinstance(note, str):
                    yield note
