"""Files that are written whole or not at all, and stay when the power fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ledger.location import OWNER_MODE


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


def sync_folder(folder: Path) -> None:
    """Keep what was made, renamed or removed in a folder, also when the power fails."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
