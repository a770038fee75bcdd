"""Importing files: the whole file is checked first, then recorded in atomic batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from api import bodies, files
from api.archive import opened
from api.settings import Settings
from domain.events import Event
from domain.refusals import InvalidQuestionError, MinutebookError, NotFoundError, Reason
from ledger import log
from ledger.intake import Submission
from ledger.writing import Ledger
from projections import index

BATCH = 1000
"""Events recorded in one atomic batch."""
Fault = dict[str, Any]
"""A line and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a file and where it stands."""

    number: int
    event: Event


def run(
    paths: Sequence[Path], negotiation: str | None, *, dry_run: bool, where: Settings, as_json: bool
) -> int:
    """Import files in order; return the exit code."""
    found = [(file, *read(file, negotiation or file.stem)) for file in paths]
    if sum(_told(file, faults) for file, _, faults in found):
        return 2
    done: list[dict[str, Any]] = []
    ledger = opened(where)
    try:
        for file, lines, _ in found:
            slug = negotiation or file.stem
            known, faults = _try(ledger, slug, lines)
            if _told(file, faults):
                return 2
            counts = {"recorded": 0, "duplicates": known}
            if not dry_run:
                counts = _record(ledger, file.name, slug, lines)
            done.append({"file": str(file), "events": len(lines), **counts})
    finally:
        ledger.close()
        # Told last: a reader that stops listening must not stop the recording.
        for each in done:
            typer.echo(orjson.dumps(each) if as_json else _words(each, dry_run=dry_run))
    return 0


def _told(file: Path, faults: Sequence[Fault]) -> int:
    """Tell the faults of a file; return how many there are."""
    for fault in faults:
        typer.echo(f"{file}:{fault['line']}: {fault['detail']}", err=True)
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        typer.echo(f"{file}: {count}, nothing recorded", err=True)
    return len(faults)


def _words(done: dict[str, Any], *, dry_run: bool) -> str:
    known, recorded = done["duplicates"], f"{done['recorded']} recorded"
    fresh = f"{done['events'] - known} to record" if dry_run else recorded
    return f"{done['file']}: {done['events']} events, {fresh}, {known} recorded before"


def _record(ledger: Ledger, name: str, slug: str, lines: Sequence[Line]) -> dict[str, int]:
    done = {"recorded": 0, "duplicates": 0}
    with _progress() as progress:
        task = progress.add_task(f"recording {name}", total=len(lines))
        for start in range(0, len(lines), BATCH):
            batch = [line.event for line in lines[start : start + BATCH]]
            answer = ledger.record(Submission(slug, batch))
            for kind in done:
                done[kind] += len(answer[kind])
            progress.advance(task, len(batch))
    return done


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _try(ledger: Ledger, slug: str, lines: Sequence[Line]) -> tuple[int, list[Fault]]:
    """Try the whole file without recording it: count what is known, tell each refusal."""
    try:
        answer = ledger.record(Submission(slug, [line.event for line in lines], dry_run=True))
    except MinutebookError as error:
        return 0, [_placed(lines, reason) for reason in _reasons(error)]
    return len(answer["duplicates"]), []


def _reasons(error: MinutebookError) -> Sequence[Reason]:
    return error.reasons or [Reason("", error.detail, error.hint)]


def _placed(lines: Sequence[Line], reason: Reason) -> Fault:
    place, _, rest = reason.pointer.lstrip("/").partition("/")
    if not place.isdigit():
        return _fault(lines[0].number, reason)
    return _fault(lines[int(place)].number, replace(reason, pointer=f"/{rest}"))


def _fault(number: int, reason: Reason) -> Fault:
    remedy = f"; {reason.hint}" if reason.hint else ""
    return {"line": number, "detail": f"{reason.pointer or '/'}: {reason.detail}{remedy}"}


def read(file: Path, slug: str) -> tuple[list[Line], list[Fault]]:
    """Return the events of a file and every bad line; rows without an id get a stable one."""
    try:
        body = file.read_bytes()
    except OSError as error:
        hint = "name a file that can be read"
        raise InvalidQuestionError(f"{file}: {error.strerror}", hint=hint) from None
    digest = sha256(body).hexdigest()
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, value in files.rows(file, body):
        try:
            event = _event(value)
        except MinutebookError as error:
            faults += [_fault(number, reason) for reason in _reasons(error)]
            continue
        name = event.id or uuid5(NAMESPACE_URL, f"minutebook:{slug}:{digest}:{number}")
        lines.append(Line(number, event.model_copy(update={"id": name})))
    if not lines and not faults:
        faults = [{"line": 1, "detail": "the file holds no event"}]
    return lines, faults


def _event(value: Any) -> Event:
    if isinstance(value, MinutebookError):
        raise value
    (event,) = bodies.events([value], single=True)
    return event


def rebuild(db: Path) -> int:
    """Throw the read models away and build them anew; return the number of events."""
    if not db.is_file():
        raise NotFoundError(f"there is no ledger at {db}", hint="name one with --db")
    ledger = Ledger(db)
    try:
        with ledger.writing() as c, _progress() as bar:
            index.drop(c)
            index.create(c)
            size, _ = log.head(c)
            task = bar.add_task("rebuilding", total=size)
            for seq in index.catch_up(c):
                bar.update(task, completed=seq)
        return size
    finally:
        ledger.close()
