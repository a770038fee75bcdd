"""Peers to measure against: the bare event-sourcing library, UmaDB, and a plain table.

Run ``python -m benchmarks.peers``. It prints each measure, and writes all of them to
benchmarks/results/peers.json. It is no test: time depends on the machine.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from psycopg.conninfo import conninfo_to_dict

from benchmarks import plain
from benchmarks.generator import END, SETTLING, START, Event, Recorded, standard
from benchmarks.rows import Cell, Row, rows
from benchmarks.spine import RESULTS, Measures, machine, percentile, timed
from domain.instants import Instant, from_datetime, to_datetime
from tests.postgres import MEASURED, cluster, free_port

PAGE = 500
"""One save of 2,000 events or more hangs on PostgreSQL."""
DATES = tuple(START + int((END - START) * part) for part in (SETTLING, 0.5, 1))
Environment = dict[str, str]


class Told(DomainEvent):
    """One event of the standard negotiation, as the library keeps it."""

    body: Event


def on_sqlite(path: Path) -> Environment:
    """Keep the log in a file: the library asks for WAL, SQLite is built with synchronous=FULL."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}


def on_postgres(url: str) -> Environment:
    given = conninfo_to_dict(url)
    names = {"DBNAME": "dbname", "HOST": "host", "PORT": "port", "USER": "user",
             "PASSWORD": "password"}  # fmt: skip
    own = {f"POSTGRES_{name}": str(given[key]) for name, key in names.items()}
    return {"PERSISTENCE_MODULE": "eventsourcing.postgres"} | own


@contextmanager
def library(environment: Environment) -> Iterator[Application[UUID]]:
    app = Application[UUID](environment)
    yield app
    app.close()


def library_appends(environment: Environment, events: list[Recorded], singles: int) -> Measures:
    """Save the events in pages, but the last ones each alone, from one thread."""
    log = uuid4()
    made = [Told(log, number, to_datetime(recorded_at), event)
            for number, (recorded_at, event) in enumerate(events, 1)]  # fmt: skip
    with library(environment) as app:
        return _appends(lambda page: app.save(*page), made, singles)


def _appends(save: Callable[[Sequence[Any]], object], made: list[Any], singles: int) -> Measures:
    paged, alone = made[:-singles], made[-singles:]
    pages = [paged[start : start + PAGE] for start in range(0, len(paged), PAGE)]
    whole = sum(timed(lambda page=page: save(page)) for page in pages)  # type: ignore[misc]  # bound at once
    costs = [timed(lambda each=each: save([each])) for each in alone]  # type: ignore[misc]  # bound at once
    return {
        "per event events/s": 1000 * singles / sum(costs),
        "per event p50 ms": statistics.median(costs),
        "per event p99 ms": percentile(costs, 0.99),
        f"pages of {PAGE} events/s": 1000 * len(paged) / whole,
    }


def library_replays(environment: Environment) -> Measures:
    """Fold the log up to each of three dates into cells, from nothing."""
    with library(environment) as app:
        cells = len(replayed(app, DATES[-1]))
        costs = [statistics.median(timed(lambda date=date: replayed(app, date)) for _ in range(3))  # type: ignore[misc]  # bound at once
                 for date in DATES]  # fmt: skip
    named = zip(("a fifth", "half", "all"), costs, strict=True)
    return {"cells": cells} | {f"replay of {part} ms": cost for part, cost in named}


def replayed(app: Application[UUID], moment: Instant) -> dict[Cell, Row]:
    """Return the newest row of each cell as of a moment, by reading the log until then."""
    return newest(_until(app, moment), moment)


def newest(events: list[Recorded], moment: Instant) -> dict[Cell, Row]:
    found: dict[Cell, Row] = {}
    for row in rows(events):
        held = found.get(row.cell)
        if row.holds(moment) and (held is None or row.order > held.order):
            found[row.cell] = row
    return found


def _until(app: Application[UUID], moment: Instant) -> list[Recorded]:
    found: list[Recorded] = []
    while True:
        page = app.recorder.select_notifications(len(found) + 1, PAGE)
        for notification in page:
            event = app.mapper.to_domain_event(notification)
            recorded_at = from_datetime(event.timestamp)  # type: ignore[attr-defined]
            if recorded_at > moment:
                return found
            found.append((recorded_at, event.body))  # type: ignore[attr-defined]
        if len(page) < PAGE:
            return found


@contextmanager
def _umadb(folder: Path, program: Path) -> Iterator[Any]:
    """Serve UmaDB in a process of its own; yield a client."""
    from umadb import Client  # only where it is installed

    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(  # noqa: S603  # a program that we installed
        [program, "--listen", address, "--db-path", folder / "uma.db"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
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


def umadb(folder: Path, events: list[Recorded], singles: int) -> Measures:
    """Append to UmaDB and read it whole; nothing where it is not installed."""
    program = shutil.which("umadb", path=str(Path(sys.executable).parent))
    if program is None:
        return {}
    from umadb import Event as Stored  # only where it is installed

    made = [Stored(event["type"], orjson.dumps(event), ["standard"]) for _, event in events]
    with _umadb(folder, Path(program)) as client:
        measures = _appends(client.append, made, singles)
        spent = timed(lambda: [orjson.loads(each.event.data) for each in client.read()])
    return measures | {"read and parsed events/s": 1000 * len(made) / spent}


def measured(folder: Path, events: list[Recorded], singles: int, requests: int) -> Measures:
    """Measure every peer, one after the other."""
    found: Measures = {}

    def keep(name: str, measures: Measures) -> None:
        found.update({f"{name}: {each}": value for each, value in measures.items()})

    def on(name: str, environment: Environment, database: str) -> None:
        keep(f"library, {name}", library_appends(environment, events, singles))
        keep(f"library, {name}", library_replays(environment))
        keep(f"table, {name}", {"rows": plain.fill(database, events)})
        keep(f"table, {name}", plain.reading(database, requests))

    on("SQLite", on_sqlite(folder / "library.db"), str(folder / "plain.db"))
    with cluster(MEASURED) as server, server.database() as url:
        on("PostgreSQL", on_postgres(url), url)
    keep("UmaDB", umadb(folder, events, singles))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--singles", type=int, default=2_000, help="events that are saved alone")
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as name:
        events = standard(options.events)
        found = measured(Path(name), events, options.singles, options.requests)
    for measure, value in found.items():
        print(f"{measure:48} {value:12,.2f}")
    RESULTS.mkdir(exist_ok=True)
    kept = {"machine": machine(), "events": options.events, "measures": found}
    (RESULTS / "peers.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
