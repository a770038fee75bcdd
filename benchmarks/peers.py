"""Peers to measure against: the bare event-sourcing library and UmaDB; benchmarks/plain.py."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from psycopg.conninfo import conninfo_to_dict

from benchmarks import history
from benchmarks.generator import Event, Recorded
from benchmarks.measuring import Measures, percentile, time_ms
from benchmarks.questions import days
from benchmarks.rows import Cell, Row, rows
from domain.instants import Instant, from_datetime, to_datetime
from tests.postgres import free_port

PAGE = 500
"""One save of 2,000 events or more hangs on PostgreSQL."""
Environment = dict[str, str]
Held = dict[Cell, str]
"""The event that each cell rests on."""


class PeerError(Exception):
    """A peer is not there to be measured."""


class Told(DomainEvent):
    """One event of the standard negotiation, as the library keeps it."""

    body: Event


def on_sqlite(path: Path) -> Environment:
    """Keep the log in a file: the library asks for WAL, SQLite is built with synchronous=FULL."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}


def on_postgres(url: str) -> Environment:
    given = conninfo_to_dict(url)
    names = {
        "DBNAME": "dbname",
        "HOST": "host",
        "PORT": "port",
        "USER": "user",
        "PASSWORD": "password",
    }
    own = {f"POSTGRES_{name}": str(given[key]) for name, key in names.items()}
    return {"PERSISTENCE_MODULE": "eventsourcing.postgres"} | own


@contextmanager
def library(environment: Environment) -> Iterator[Application[UUID]]:
    app = Application[UUID](environment)
    yield app
    app.close()


def library_appends(environment: Environment, events: Iterable[Recorded], singles: int) -> Measures:
    """Save the first events each alone, the others in pages, from one thread."""
    log = uuid4()
    made = (
        Told(log, number, to_datetime(recorded_at), event)
        for number, (recorded_at, event) in enumerate(events, 1)
    )
    with library(environment) as app:
        return _appends(lambda page: app.save(*page), made, singles)


def _appends(
    save: Callable[[Sequence[Any]], object], made: Iterator[Any], singles: int
) -> Measures:
    """Time the saving alone, not what makes the events."""
    alone = list(islice(made, singles))
    costs = [time_ms(lambda each=each: save([each])) for each in alone]  # type: ignore[misc]  # bound at once
    count, whole = 0, 0.0
    for page in history.pages(made, PAGE):
        whole += time_ms(lambda page=page: save(page))  # type: ignore[misc]  # bound at once
        count += len(page)
    return {
        "per event events/s": 1000 * singles / sum(costs),
        "per event p50 ms": statistics.median(costs),
        "per event p99 ms": percentile(costs, 0.99),
        f"pages of {PAGE} events/s": 1000 * count / whole,
    }


def replay_cells(app: Application[UUID], moments: Sequence[Instant]) -> list[Held]:
    """Return what each cell rests on as of each moment, by reading the log until the last."""
    return held_cells(_until(app, max(moments)), moments)


def held_cells(events: Iterable[Recorded], moments: Sequence[Instant]) -> list[Held]:
    told = rows(events)
    return [{cell: row.event for cell, row in newest(told, each).items()} for each in moments]


def replay_difference(app: Application[UUID], moments: Sequence[Instant]) -> list[Cell]:
    return changed_cells(*replay_cells(app, moments))


def changed_cells(before: Held, after: Held) -> list[Cell]:
    return [cell for cell in before | after if before.get(cell) != after.get(cell)]


def newest(told: Iterable[Row], moment: Instant) -> dict[Cell, Row]:
    """Return the newest row of each cell as of a moment."""
    found: dict[Cell, Row] = {}
    for row in told:
        held = found.get(row.cell)
        if row.holds(moment) and (held is None or row.order > held.order):
            found[row.cell] = row
    return found


def _until(app: Application[UUID], moment: Instant) -> Iterator[Recorded]:
    """Yield the log, read in pages, up to what was recorded after the moment."""
    reached, page = 0, list[Any]([None])
    while page:
        page = app.recorder.select_notifications(reached + 1, PAGE)
        for notification in page:
            event = app.mapper.to_domain_event(notification)
            recorded_at = from_datetime(event.timestamp)  # type: ignore[attr-defined]
            if recorded_at > moment:
                return
            yield recorded_at, event.body  # type: ignore[attr-defined]
        reached += len(page)


@contextmanager
def _umadb(folder: Path, program: Path) -> Iterator[Any]:
    """Serve UmaDB in a process of its own; yield a client."""
    from umadb import Client  # only where it is installed

    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(  # noqa: S603  # a program that we installed
        [program, "--listen", address, "--db-path", folder / "uma.db"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            with suppress(Exception):  # its errors for "not yet there" are several
                client = Client(f"http://{address}")
                client.head()
                break
            time.sleep(0.05)
        yield client
    finally:
        process.terminate()
        process.wait()


def umadb(folder: Path, events: Iterable[Recorded], singles: int) -> Measures:
    """Append to UmaDB, read it whole, and fold it at two dates. Raises PeerError without it."""
    beside = str(Path(sys.executable).parent)
    program = shutil.which("umadb", path=beside) or shutil.which("umadb")
    if program is None:
        raise PeerError("UmaDB is not installed: make bench-peers")
    from umadb import Event as Stored  # only where it is installed

    made = (Stored(pair[1]["type"], orjson.dumps(pair), ["standard"]) for pair in events)
    with _umadb(folder, Path(program)) as client:
        measures = _appends(client.append, made, singles)
        start = time.perf_counter()
        held = held_cells((orjson.loads(each.event.data) for each in client.read()), days(1)[0])
        changed_cells(*held)
        return measures | {"difference by replay ms": (time.perf_counter() - start) * 1000}
