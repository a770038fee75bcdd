"""How much room is left where a ledger writes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ledger.location import is_server_url
from ledger.writer import Ledger

LITTLE_SPACE = 512 * 2**20
"""Bytes left below which a disk is called nearly full."""


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """The bytes that are free in a folder for who runs the server."""

    what: str
    folder: Path
    free: int

    @property
    def is_little(self) -> bool:
        return self.free < LITTLE_SPACE

    def __str__(self) -> str:
        return f"{self.free // 2**20} MiB are left in {self.folder} for the {self.what}"


def measure_space(location: str | Path, checkpoint: Path | None) -> list[DiskSpace]:
    """Return the room for a ledger in a file, and for its checkpoint; what a server of PostgreSQL
    has left cannot be asked."""
    folders = dict[str, Path]()
    if not is_server_url(location):
        folders["ledger"] = Path(location).absolute().parent
    if checkpoint:
        folders["checkpoint"] = checkpoint.absolute().parent
    return [
        DiskSpace(what, folder, shutil.disk_usage(folder).free)
        for what, folder in folders.items()
        if folder.is_dir()
    ]


def measure_ledger(ledger: Ledger) -> list[DiskSpace]:
    """Return the room that a ledger which is open has left."""
    file = ledger.checkpoints.external_file if ledger.checkpoints else None
    return measure_space(ledger.location, file)


def nearly_full(ledger: Ledger) -> list[DiskSpace]:
    return [space for space in measure_ledger(ledger) if space.is_little]
