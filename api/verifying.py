"""Verifying a ledger: the log is hashed again, the read model folded again, both compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.progress import TaskID

from api import collector
from api.archive import open_ledger
from api.settings import Settings
from domain.refusals import MinutebookError, NotFoundError
from ledger import place
from ledger.audit import Audit, Fault
from ledger.checkpoints import key_at
from ledger.notes import Checkpoint, LogKey, Verifier
from ledger.place import checked
from projections.audit import Refold, held_in_place, in_a_file, in_temporary_tables
from projections.schema import faults_in_a_file, faults_on_server

Progress = Callable[[str, int, int], None]
"""Told a step, the seq reached and the last one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: nothing wrong if there are no faults."""

    events: int
    root: str
    signed: int | None
    faults: list[Fault]

    def echo(self) -> dict[str, Any]:
        found = [{"seq": each.seq, "field": each.field, "detail": each.detail}
                 for each in self.faults]  # fmt: skip
        return {"events": self.events, "root_hash": self.root, "signed": self.signed,
                "faults": found}  # fmt: skip


def silent(step: str, reached: int, size: int) -> None:
    """Tell nothing of the progress."""


@contextmanager
def bar() -> Iterator[Progress]:
    """Show the progress on standard error while it lasts."""
    with ProgressBar(console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(step: str, reached: int, size: int) -> None:
            if step not in tasks:
                tasks[step] = shown.add_task(step, total=size)
            shown.update(tasks[step], completed=reached)

        yield progress


def verify(
    found: Settings, progress: Progress, *, key: Verifier | None = None, unsigned: bool = False
) -> Verdict:
    """Check a whole ledger without changing it.

    ``key`` is the verifier key to trust; by default that of the log key beside the ledger.
    ``unsigned`` leaves out the checkpoints, for a ledger that was made anew.
    """
    collector.spare()
    trusted = key or _own_key(found)
    outside, faults = (None, []) if unsigned else _outside(found.outside, trusted)
    audit = None
    with _audited(found, faults) as (c, refolded):
        with _told(faults, "log"):
            audit = Audit(c, faults)
            for reached in audit:
                progress("hashing", reached, audit.size)
            if trusted and not unsigned:
                audit.signed(trusted, outside)
        size = audit.frontier.size if audit else 0
        with _told(faults, "read model"), refolded as refold:
            for reached in refold:
                progress("folding", reached, size)
            progress("comparing", size, size)
            faults += refold.faults()
    root = audit.frontier.root.hex() if audit else ""
    return Verdict(size, root, outside.size if outside else None, faults)


Audited = tuple[Any, AbstractContextManager[Refold]]
"""A cursor on one state of the log, and a read model to fold it into again."""


@contextmanager
def _audited(found: Settings, faults: list[Fault]) -> Iterator[Audited]:
    """Yield what is audited: a copy of a file, or one snapshot of a database on a server."""
    if place.on_server(found.db):
        store = import_module("ledger.postgres").datastore(str(found.db))
        with closing(store), store.snapshot() as c:
            with _told(faults, "read model"):
                held_in_place(c)
            with _told(faults, "database"):
                faults += faults_on_server(c)
            yield c, nullcontext(in_temporary_tables(c))
        return
    with TemporaryDirectory(prefix="minutebook-verify-") as name:
        folder = Path(name)
        copy = folder / "copy.db"
        with _told(faults, "database"):
            copied(found.file, copy)
            faults += _sound(copy, folder)
        with closing(sqlite3.connect(copy)) as connection:
            yield connection.cursor(), in_a_file(copy, folder / "scratch.db")


@contextmanager
def _told(faults: list[Fault], part: str) -> Iterator[None]:
    """Make a fault of whatever keeps a part from being read: anything may stand in it."""
    try:
        yield
    except NotFoundError:
        raise  # no ledger at all
    except Exception as error:
        faults.append(Fault(None, part, f"it cannot be read: {type(error).__name__} {error}"))


def copied(db: Path, copy: Path) -> Path:
    """Copy one consistent state, page by page, whoever records meanwhile."""
    checked(db)
    there = f"file:{quote(str(db))}?mode=ro"
    with (
        closing(sqlite3.connect(there, uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # so that reading it leaves no files beside
    return copy


def _sound(db: Path, folder: Path) -> Iterator[Fault]:
    """Check the file itself and its schema."""
    with closing(sqlite3.connect(db)) as connection:
        told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if told != "ok":
        yield Fault(None, "database", str(told))
    fresh = folder / "fresh.db"
    key = LogKey("minutebook.invalid/fresh", bytes(32)).text()
    open_ledger(fresh, key=key, outside=folder / "fresh.checkpoint").close()
    yield from faults_in_a_file(db, fresh)


def _own_key(found: Settings) -> Verifier | None:
    place = found.key
    there = str(place).startswith("PRIVATE+KEY+") or place.is_file()
    return key_at(place).verifier if there else None


def _outside(path: Path, key: Verifier | None) -> tuple[Checkpoint | None, list[Fault]]:
    """Read the checkpoint kept outside; say what is not checked where it or the key is missing."""
    if key is None:
        return None, [Fault(None, "log key", "there is none, so no signature was checked")]
    if not path.is_file():
        return None, [Fault(None, "checkpoint outside", f"there is none at {path}")]
    try:
        return key.opened(path.read_text()), []
    except MinutebookError as error:
        return None, [Fault(None, "checkpoint outside", error.detail)]
