"""Importing files: all are checked first, then recorded, page by page with little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from api import checking
from api.archive import opened
from api.checking import Check, Found, Source
from api.settings import Settings
from ledger import place
from ledger.intake import Submission
from ledger.reading import Readable, Reading
from ledger.trial import Trial
from ledger.writing import Ledger
from projections import index

MANY = 1000
"""From so many events on, the database looks at what was added before questions are asked."""


def run(
    paths: Sequence[Path], negotiation: str | None, *, dry_run: bool, where: Settings, as_json: bool
) -> int:
    """Import files in order; return the exit code."""
    sources = [checking.source(file, negotiation or file.stem) for file in paths]
    with _progress() as progress:
        checked = _checked(sources, where, progress)
        if any(found.faults for found in checked):
            return 2
        done = [_planned(found) for found in checked] if dry_run else None
        done = done or _recorded(sources, checked, where, progress)
    # Told last: a reader that stops listening must not stop the recording.
    for each, found, counts in zip(sources, checked, done, strict=True):
        told = {"file": str(each.file), "events": found.events, **counts}
        typer.echo(orjson.dumps(told) if as_json else _words(told, dry_run=dry_run))
    return 0


def _checked(sources: Sequence[Source], where: Settings, progress: Progress) -> list[Found]:
    """Check all files before any is recorded, and tell what is wrong with each."""
    with _readable(where) as ledger, ledger.reading() as c, closing(Trial()) as trial:
        check = Check(c, trial)
        return [_checked_file(check, each, progress) for each in sources]


@contextmanager
def _readable(where: Settings) -> Iterator[Readable]:
    """Yield the ledger that is there, or an empty one: checking makes none."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        ledger: Reading | Ledger
        if place.there(where.db) and not place.on_server(where.db):
            ledger = Reading(where.db)
        else:
            ledger = Ledger(where.db if place.there(where.db) else Path(name) / "trial.db")
        stack.callback(ledger.close)
        yield ledger


def _checked_file(check: Check, given: Source, progress: Progress) -> Found:
    task = progress.add_task(f"checking {given.file.name}", total=None)
    found = check.file(given, lambda line, told: _tell(f"{given.file}:{line}: {told}"))
    if found.faults:
        count = "1 fault" if found.faults == 1 else f"{found.faults} faults"
        _tell(f"{given.file}: {count}, nothing recorded")
    progress.remove_task(task)
    return found


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _planned(found: Found) -> dict[str, int]:
    return {"recorded": 0, "duplicates": found.duplicates}


def _words(done: dict[str, Any], *, dry_run: bool) -> str:
    known, recorded = done["duplicates"], f"{done['recorded']} recorded"
    fresh = f"{done['events'] - known} to record" if dry_run else recorded
    return f"{done['file']}: {done['events']} events, {fresh}, {known} recorded before"


def _recorded(
    sources: Sequence[Source], checked: Sequence[Found], where: Settings, progress: Progress
) -> list[dict[str, int]]:
    with closing(opened(where)) as ledger:
        done = [_record(ledger, each, found.events, progress)
                for each, found in zip(sources, checked, strict=True)]  # fmt: skip
        if sum(each["recorded"] for each in done) >= MANY:
            with ledger.writing() as c:
                index.settle(c)
        return done


def _record(ledger: Ledger, given: Source, events: int, progress: Progress) -> dict[str, int]:
    """Record a file, each page whole or not at all."""
    done = {"recorded": 0, "duplicates": 0}
    task = progress.add_task(f"recording {given.file.name}", total=events)
    for page in checking.pages(given):
        answer = ledger.record(Submission(given.negotiation, page.events))
        for kind in done:
            done[kind] += len(answer[kind])
        progress.advance(task, len(page.events))
    return done


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
