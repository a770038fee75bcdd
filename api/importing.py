"""Importing files: the whole file is checked first, then recorded in atomic batches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from api import checking, collector
from api.archive import opened
from api.checking import Checked
from api.settings import Settings
from domain.refusals import MinutebookError, NotFoundError
from ledger import granting, log, place
from ledger.intake import Submission
from ledger.writing import Ledger
from projections import index

BATCH = 1000
"""Events recorded in one atomic batch."""


def run(
    paths: Sequence[Path], negotiation: str | None, *, dry_run: bool, where: Settings, as_json: bool
) -> int:
    """Import files in order; return the exit code."""
    found = [checking.read(file, negotiation or file.stem) for file in paths]
    if any(each.faults for each in found):
        _try_beside(found, where)
        return _told(found)
    done: list[dict[str, Any]] = []
    ledger = opened(where)
    try:
        known = checking.tried(ledger, found)
        if any(each.faults for each in found):
            return _told(found)
        for each, before in zip(found, known, strict=True):
            counts = {"recorded": 0, "duplicates": before} if dry_run else _record(ledger, each)
            done.append({"file": str(each.file), "events": len(each.lines), **counts})
    finally:
        ledger.close()
        # Told last: a reader that stops listening must not stop the recording.
        for line in done:
            typer.echo(orjson.dumps(line) if as_json else _words(line, dry_run=dry_run))
    return 0


def _try_beside(found: Sequence[Checked], where: Settings) -> None:
    """Try what is left of files with faults of form; make no ledger for it, nor need one."""
    with TemporaryDirectory() as name, suppress(MinutebookError):
        ledger = opened(where if place.there(where.db) else Settings(Path(name) / "trial.db"))
        try:
            checking.tried(ledger, found)
        finally:
            ledger.close()


def _told(found: Sequence[Checked]) -> int:
    """Tell the faults of all files by line; return the exit code."""
    for each in found:
        for line, detail in sorted(each.faults, key=itemgetter(0)):
            typer.echo(f"{each.file}:{line}: {detail}", err=True)
        if each.faults:
            count = "1 fault" if len(each.faults) == 1 else f"{len(each.faults)} faults"
            typer.echo(f"{each.file}: {count}, nothing recorded", err=True)
    return 2


def _words(done: dict[str, Any], *, dry_run: bool) -> str:
    known, recorded = done["duplicates"], f"{done['recorded']} recorded"
    fresh = f"{done['events'] - known} to record" if dry_run else recorded
    return f"{done['file']}: {done['events']} events, {fresh}, {known} recorded before"


def _record(ledger: Ledger, found: Checked) -> dict[str, int]:
    done = {"recorded": 0, "duplicates": 0}
    with _progress() as progress:
        task = progress.add_task(f"recording {found.file.name}", total=len(found.lines))
        for start in range(0, len(found.lines), BATCH):
            batch = [line.event for line in found.lines[start : start + BATCH]]
            answer = ledger.record(Submission(found.negotiation, batch))
            for kind in done:
                done[kind] += len(answer[kind])
            progress.advance(task, len(batch))
    return done


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def rebuild(db: Path | str) -> int:
    """Throw the read models away and build them anew; return the number of events."""
    if not place.there(db):
        raise NotFoundError(f"there is no ledger at {db}", hint="name one with --db")
    collector.spare()
    ledger = Ledger(db)
    try:
        with ledger.writing() as c, _progress() as bar:
            with granting.kept(c, index.native(c).TABLES):
                index.drop(c)
                index.create(c)
            size, _ = log.head(c)
            task = bar.add_task("rebuilding", total=size)
            for seq in index.catch_up(c):
                bar.update(task, completed=seq)
        return size
    finally:
        ledger.close()
