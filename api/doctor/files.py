"""Checks of the files of an installation: ledger, log key, and the room on their disks."""

from __future__ import annotations

import os
from pathlib import Path

from api.doctor.results import Doubt
from api.monitoring.disk import LITTLE_SPACE, measure_space
from api.settings import Settings
from domain.errors import BusyError, NotFoundError
from ledger.proofs.key_files import is_key_text, load_key, short_name

LEAST_SPACE = 16 * 2**20
"""Bytes without which a ledger cannot grow on."""


def check_ledger_file(settings: Settings) -> str:
    """Look at the file of a SQLite ledger: it is there, ours, and can be read and written."""
    file = settings.sqlite_file
    folder = file.absolute().parent
    if not folder.is_dir():
        hint = "check the path for a slip, or make the folder first"
        raise NotFoundError(f"there is no folder {folder} for {file.name}", hint=hint)
    if not file.exists():
        raise Doubt(f"there is no ledger at {file} yet", "minutebook serve or import makes one")
    for path, rights in ((file, os.R_OK | os.W_OK), (folder, os.R_OK | os.W_OK | os.X_OK)):
        if not os.access(path, rights):
            hint = f"run as its owner, or give this user the right: chown, or chmod u+rw {path}"
            raise NotFoundError(f"this user may not read and write {path}", hint=hint)
    if file.stat().st_nlink > 1:
        hint = "copy the file to the name that you want to keep, and remove the others"
        raise NotFoundError(f"{file} has another name too (a hard link)", hint=hint)
    marker = Path(f"{file}.unverified")
    if marker.exists():
        hint = "see what is wrong with the disk, then start the server, which verifies the log"
        raise BusyError("the disk failed to keep or give back what was written", hint=hint)
    return f"{file} is there"


def check_modes(settings: Settings) -> str:
    """See that only the owner reads what is secret or for staff."""
    files = [] if is_key_text(settings.key_path) else [settings.key_path]
    if isinstance(settings.db, Path):
        base = settings.db
        files += [base, *(Path(f"{base}{ending}") for ending in ("-wal", "-shm", ".server"))]
    open_files = [str(file) for file in files if file.is_file() and file.stat().st_mode & 0o077]
    if open_files:
        names = " ".join(open_files)
        says = f"other users of this machine may read {names}"
        if str(settings.key_path) in open_files:
            hint = f"chmod 600 {names}; if somebody may have read the key, replace it"
            raise NotFoundError(says, hint=hint)
        raise Doubt(says, f"chmod 600 {names}")
    return "only the owner reads ledger and key"


def check_key(settings: Settings, *, is_new: bool) -> str:
    """Read the key that signs the log, which a new ledger gets at its first start."""
    if is_new and not is_key_text(settings.key_path) and not settings.key_path.exists():
        return f"{settings.key_path} is made at the first start"
    return short_name(load_key(settings.key_path).verifier)


def check_space(settings: Settings) -> str:
    """See how much room is left for ledger and checkpoint."""
    spaces = measure_space(settings.db, settings.checkpoint_path)
    for space in spaces:
        if space.free < LEAST_SPACE:
            raise BusyError(str(space), hint="make room: recording fails")
    for space in spaces:
        if space.is_little:
            raise Doubt(str(space), "make room: nothing is recorded once it is full")
    return f"{LITTLE_SPACE // 2**20} MiB or more are left"
