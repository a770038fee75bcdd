"""The file system of a recorded disk: one file, and a journal of what is written to it."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any

import mfusepy

from tests.evidence.reliability.recorded_disk import FLUSH, HEADER


class RecordedDisk(mfusepy.Operations):
    """The file system of one file, ``disk``."""

    use_ns = True

    def __init__(self, journal: Path, size: int) -> None:
        self._content = bytearray(size)
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2}
        if path != "/disk":
            raise mfusepy.FuseOSError(errno.ENOENT)
        return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": len(self._content)}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", "disk"]

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._content[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        self._content[offset : offset + len(data)] = data
        os.write(self._journal, HEADER.pack(offset, len(data)) + data)
        return len(data)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        os.write(self._journal, HEADER.pack(FLUSH, 0))
        return 0


if __name__ == "__main__":
    recorded = RecordedDisk(Path(sys.argv[2]), int(sys.argv[3]))
    mfusepy.FUSE(recorded, sys.argv[1], foreground=True, nothreads=True)
