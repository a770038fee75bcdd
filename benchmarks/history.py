"""A history in a file: made once by the generator, read as a stream by all that is measured.

``python -m benchmarks.history EVENTS FILE SEED [late]`` makes one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

import orjson

from benchmarks.generator import END, START, Recorded, standard
from domain.instants import DAY, Instant

LATE_FROM, LATE_UNTIL = (START + int((END - START) * part) for part in (0.4, 0.9))
"""What was to be recorded between these is recorded after the end, where a history is late."""
LATE = "late"
T = TypeVar("T")


def late(events: Iterable[Recorded]) -> Iterator[Recorded]:
    """Record the middle half of a history after its end, and what acts on it after that."""
    moved, names, last = list[Recorded](), set[str](), START
    for recorded_at, event in events:
        last = recorded_at
        if LATE_FROM < recorded_at <= LATE_UNTIL or event.get("event") in names:
            names.add(event["id"])
            moved.append((recorded_at, event))
        else:
            yield recorded_at, event
    yield from ((last + DAY + n, event) for n, (_, event) in enumerate(moved))


def make_history(folder: Path, events: int, seed: int = 1, *kinds: str) -> Path:
    """Make a history in a process of its own, unless it is there."""
    given = [str(seed), *kinds]
    path = folder / "-".join(["history", str(events), *given])
    if not path.exists():
        command = [sys.executable, "-m", "benchmarks.history", str(events), path, *given]
        subprocess.run(command, check=True)  # noqa: S603  # our own command
    return path


def read(path: Path, count: int | None = None) -> Iterator[Recorded]:
    """Yield the events of a file, all or the first ones."""
    with path.open("rb") as lines:
        for line in islice(lines, count):
            recorded_at, event = orjson.loads(line)
            yield recorded_at, event


def pages(events: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(events)
    while page := list(islice(iterator, size)):
        yield page


def moment(part: float) -> Instant:
    """Return the instant at a part of the history."""
    return START + int((END - START) * part)


def main() -> None:
    count, path, seed, *kinds = sys.argv[1:]
    events = standard(int(count), int(seed))
    with Path(path).open("wb") as file:
        for pair in late(events) if LATE in kinds else events:
            file.write(orjson.dumps(pair) + b"\n")


if __name__ == "__main__":
    main()
