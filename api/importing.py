"""Importing files: the whole file is checked first, then recorded in atomic batches."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from api import bodies
from api.archive import open_ledger
from domain.events import Event
from domain.refusals import InvalidEventError, InvalidQuestionError, MinutebookError
from ledger import log
from ledger.intake import Submission
from ledger.log import Ledger
from projections import index

BATCH = 1000
"""Events recorded in one atomic batch."""
WHOLE = ("claimed_points", "number")
"""Fields whose digits in a CSV cell are a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a file and where it stands."""

    number: int
    event: Event


def run(
    files: Sequence[Path], negotiation: str | None, *, dry_run: bool, db: Path, as_json: bool
) -> int:
    """Import files in order; return the exit code."""
    ledger = open_ledger(db)
    try:
        for file in files:
            found = _import(ledger, file, negotiation or file.stem, dry_run=dry_run)
            if found["faults"]:
                for fault in found["faults"]:
                    typer.echo(f"{file}:{fault['line']}: {fault['detail']}", err=True)
                typer.echo(f"{file}: {len(found['faults'])} faults, nothing recorded", err=True)
                return 2
            words = (f"{file}: {found['events']} events, {found['recorded']} recorded,"
                     f" {found['duplicates']} recorded before")  # fmt: skip
            typer.echo(orjson.dumps({"file": str(file), **found}).decode() if as_json else words)
        return 0
    finally:
        ledger.close()


def _import(ledger: Ledger, file: Path, negotiation: str, *, dry_run: bool) -> dict[str, Any]:
    lines, faults = read(file)
    faults = faults or _refused(ledger, negotiation, lines)
    done: dict[str, Any] = {
        "events": len(lines), "recorded": 0, "duplicates": 0, "faults": faults
    }  # fmt: skip
    if faults or dry_run:
        return done
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"recording {file.name}", total=len(lines))
        for start in range(0, len(lines), BATCH):
            batch = [line.event for line in lines[start : start + BATCH]]
            answer = ledger.record(Submission(negotiation, batch))
            done["recorded"] += len(answer["recorded"])
            done["duplicates"] += len(answer["duplicates"])
            progress.advance(task, len(batch))
    return done


def _refused(ledger: Ledger, negotiation: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Try the whole file without recording it; tell each refusal with its line."""
    try:
        ledger.record(Submission(negotiation, [line.event for line in lines], dry_run=True))
    except MinutebookError as error:
        return [_fault(lines, reason.pointer, reason.detail, reason.hint)
                for reason in error.reasons] or [{"line": 1, "detail": error.detail}]  # fmt: skip
    return []


def _fault(lines: Sequence[Line], pointer: str, detail: str, hint: str | None) -> dict[str, Any]:
    place, _, rest = pointer.lstrip("/").partition("/")
    number = lines[int(place)].number if place.isdigit() and int(place) < len(lines) else 0
    return {"line": number, "detail": f"/{rest}: {detail}" + (f"; {hint}" if hint else "")}


def read(file: Path) -> tuple[list[Line], list[dict[str, Any]]]:
    """Return the events of a file and every bad line; rows without an id get a stable one."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise InvalidQuestionError(f"{file}: {error.strerror}") from None
    digest = sha256(body).hexdigest()
    lines: list[Line] = []
    faults: list[dict[str, Any]] = []
    for number, text in _rows(file, body):
        try:
            value = bodies.load(text) if isinstance(text, bytes) else text
            (event,) = bodies.events([value], single=True)
        except MinutebookError as error:
            reasons = error.reasons if isinstance(error, InvalidEventError) else ()
            details = [f"{each.pointer or '/'}: {each.detail}" for each in reasons]
            faults += [{"line": number, "detail": each} for each in details or [error.detail]]
            continue
        name = event.id or uuid5(NAMESPACE_URL, f"minutebook:{digest}:{number}")
        lines.append(Line(number, event.model_copy(update={"id": name})))
    if not lines and not faults:
        faults = [{"line": 1, "detail": "the file holds no event"}]
    return lines, faults


def _rows(file: Path, body: bytes) -> Iterator[tuple[int, Any]]:
    match file.suffix.lower():
        case ".jsonl" | ".ndjson":
            yield from ((n, line) for n, line in enumerate(body.split(b"\n"), 1) if line.strip())
        case ".json":
            value = bodies.load(body)
            yield from enumerate(value if isinstance(value, list) else [value], 1)
        case ".csv":
            table = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace"), newline=""))
            for row in table:
                yield table.line_num, nested({k: v for k, v in row.items() if k and v})
        case other:
            hint = "files end in .jsonl, .ndjson, .json or .csv"
            raise InvalidQuestionError(f"{file}: {other or 'no ending'} is unknown", hint=hint)


def nested(row: Mapping[str, Any]) -> dict[str, Any]:
    """Build an object from dotted names: ``reports.0.published`` is the first report's."""
    found: dict[str, Any] = {}
    for name, text in row.items():
        *path, last = name.split(".")
        place = found
        for part in path:
            place = place.setdefault(part, {})
        place[last] = _value(last, text)
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    members = {name: _listed(each) for name, each in value.items()}
    if members and all(name.isdigit() for name in members):
        return [members[name] for name in sorted(members, key=int)]
    return members


def _value(name: str, text: Any) -> Any:
    if isinstance(text, str) and text[:1] in "[{" and text[:2] != "[2":
        return bodies.load(text.encode())
    if isinstance(text, str) and name in WHOLE and text.isdigit():
        return int(text)
    return text


def rebuild(db: Path) -> int:
    """Throw the read models away and build them anew; return the number of events."""
    ledger = Ledger(db)
    try:
        with ledger.writing() as c, Progress(console=Console(stderr=True), transient=True) as bar:
            index.drop(c)
            index.create(c)
            size, _ = log.head(c)
            task = bar.add_task("rebuilding", total=size)
            for seq in index.catch_up(c):
                bar.update(task, completed=seq)
        return size
    finally:
        ledger.close()
