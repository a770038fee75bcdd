"""A disk that keeps each write and each flush in the order in which the kernel sent them.

It is one file of a FUSE file system, below a loop device with ext4. From its journal the disk can
be made as a power cut leaves it: all that was flushed, and any part of what was not.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from random import Random
from typing import NamedTuple

SECTOR = 512
HEADER = struct.Struct("<QQ")
FLUSH = 2**64 - 1
"""Stands for an offset in the header of a flush."""
TOOLS = ("losetup", "mkfs.ext4", "mount", "umount")
FILE_SYSTEM = "tests.evidence.reliability.recorded_file"
"""Runs as a process, and alone needs libfuse."""
PATIENCE = 30.0
"""Seconds until a disk that does not appear, or is still in use, counts as a failure."""


class Write(NamedTuple):
    """What the kernel wrote."""

    offset: int
    data: bytes


class CutDisk:
    """A disk as power cuts leave it, at rising places of its journal."""

    def __init__(self, journal: Path, size: int) -> None:
        self._file = journal.open("rb")
        self._flushed, self._pending = bytearray(size), list[Write]()
        self.flushes, self.writes = 0, 0

    def advance(self, end: int) -> None:
        """Read the records of the journal that begin before a place and are whole."""
        while (start := self._file.tell()) < end:
            header = self._file.read(HEADER.size)
            if len(header) == HEADER.size:
                offset, length = HEADER.unpack(header)
                data = self._file.read(length)
                if len(data) == length:
                    self._take(offset, data)
                    continue
            self._file.seek(start)  # it is being written
            return

    def _take(self, offset: int, data: bytes) -> None:
        if offset != FLUSH:
            self._pending.append(Write(offset, data))
            self.writes += 1
            return
        for write in self._pending:
            _put(self._flushed, write)
        self._pending.clear()
        self.flushes += 1

    def make_image(self, random: Random) -> bytearray:
        """Return what is left: of what was not flushed whole writes, none, or some sectors."""
        image, fate = bytearray(self._flushed), random.choice(("none", "all", "some"))
        for write in self._pending:
            part = {"none": 0.0, "all": 1.0}.get(fate, random.choice((0.0, 0.5, 1.0)))
            for start in range(0, len(write.data), SECTOR):
                if random.random() < part:
                    sector = write.data[start : start + SECTOR]
                    _put(image, Write(write.offset + start, sector))
        return image


def _put(content: bytearray, write: Write) -> None:
    content[write.offset : write.offset + len(write.data)] = write.data


def find_lack() -> str | None:
    """Return why no such disk can be made here, if so."""
    lacking = [tool for tool in TOOLS if not shutil.which(tool)]
    if os.geteuid() != 0 or lacking or not Path("/dev/fuse").exists():
        return f"needs root, /dev/fuse and {', '.join(TOOLS)}"
    try:
        import_module("mfusepy")
    except OSError:
        return "needs libfuse: apt-get install libfuse2"
    return None


@contextmanager
def recorded_disk(folder: Path, size: int) -> Iterator[tuple[Path, Path]]:
    """Make an ext4 on a recorded disk of so many bytes; give where it is mounted, and the journal
    of the disk."""
    below, mounted, journal = folder / "below", folder / "disk", folder / "journal"
    for each in (below, mounted):
        each.mkdir()
    with ExitStack() as held:
        command = [sys.executable, "-m", FILE_SYSTEM, below, journal, str(size)]
        served = subprocess.Popen(command)
        held.callback(served.wait)
        held.callback(_run, "umount", "--lazy", below)
        until = time.monotonic() + PATIENCE
        while not (below / "disk").exists():
            if time.monotonic() > until or served.poll() is not None:
                raise RuntimeError("FUSE did not start")
            time.sleep(0.02)
        device = held.enter_context(loop_device(below / "disk"))
        _run("mkfs.ext4", "-q", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", device)
        held.enter_context(mount(device, mounted))
        yield mounted, journal


@contextmanager
def loop_device(file: Path) -> Iterator[str]:
    device = _run("losetup", "--find", "--show", file).strip()
    try:
        yield device
    finally:
        _run("losetup", "--detach", device)


@contextmanager
def mount(device: str, place: Path) -> Iterator[None]:
    _run("mount", device, place)
    try:
        yield
    finally:
        _unmount(place)


def _unmount(place: Path) -> None:
    """Unmount what a server that was ended may be in for a moment yet."""
    until = time.monotonic() + PATIENCE
    while subprocess.run(["umount", place], capture_output=True).returncode:
        if time.monotonic() > until:
            raise RuntimeError(f"{place} stays in use")
        time.sleep(0.05)


def _run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
