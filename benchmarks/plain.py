"""Peers: tables that one would write for this, asked at three clocks by SQL, served by FastAPI.

One plain table of what parties said, and on PostgreSQL its rows as ranges (benchmarks/ranges.py).
``python -m benchmarks.plain DATABASE PORT`` serves them; DATABASE is a file or postgresql://….
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from typing import Any

import orjson
import psycopg
import uvicorn
from fastapi import FastAPI, Response

from benchmarks.generator import Recorded
from benchmarks.measuring import Measures, run_server
from benchmarks.ranges import ENDLESS, Range, boxes
from benchmarks.rows import Row, rows
from domain.instants import Instant, to_datetime
from ledger.location import is_server_url

Execute = Callable[[str, dict[str, Any]], list[tuple[Any, ...]]]

SCHEMA = (
    "CREATE TABLE statement_of_position (id INTEGER PRIMARY KEY, negotiation TEXT NOT NULL,"
    " kind TEXT NOT NULL, party TEXT NOT NULL, issue TEXT NOT NULL, stance TEXT NOT NULL,"
    " summary TEXT NOT NULL, occurred BIGINT NOT NULL, known_at BIGINT NOT NULL,"
    " recorded_at BIGINT NOT NULL, event TEXT NOT NULL, publisher TEXT NOT NULL, url TEXT NOT NULL,"
    " withdrawn_known BIGINT, withdrawn_recorded BIGINT)",
    "CREATE TABLE cell (negotiation TEXT NOT NULL, kind TEXT NOT NULL, party TEXT NOT NULL,"
    " issue TEXT NOT NULL, PRIMARY KEY (negotiation, kind, party, issue))",
)
INDEXES = (
    "INSERT INTO cell SELECT DISTINCT negotiation, kind, party, issue FROM statement_of_position",
    "CREATE INDEX by_cell ON statement_of_position (negotiation, kind, party, issue,"
    " occurred DESC, known_at DESC, recorded_at DESC)",
    "CREATE INDEX by_recorded ON statement_of_position (negotiation, recorded_at)",
    "ANALYZE",
)
CUT = (
    "negotiation = :n AND occurred <= :v AND known_at <= :k AND recorded_at <= :r AND"
    " (withdrawn_known IS NULL OR withdrawn_known > :k OR withdrawn_recorded > :r)"
)
ORDER = "occurred DESC, known_at DESC, recorded_at DESC"
SHOWN = (
    "kind",
    "party",
    "issue",
    "stance",
    "summary",
    "occurred",
    "known_at",
    "recorded_at",
    "event",
    "publisher",
    "url",
)
COLUMNS = ", ".join(SHOWN)
QUERIES = {
    "window": f"SELECT {COLUMNS} FROM (SELECT *, row_number() OVER (PARTITION BY kind, party, issue"  # noqa: S608  # our own text
    f" ORDER BY {ORDER}) AS place FROM statement_of_position WHERE {CUT}) AS ranked"
    " WHERE place = 1",
    "distinct-on": f"SELECT * FROM (SELECT DISTINCT ON (kind, party, issue) {COLUMNS}"  # noqa: S608  # our own text
    f" FROM statement_of_position WHERE {CUT} ORDER BY kind, party, issue, {ORDER}) AS newest",
    # The best that we know to write: one descent of the index for each cell.
    "descent": "SELECT " + ", ".join(f"s.{name}" for name in SHOWN) + " FROM cell c"  # noqa: S608  # our own text
    " JOIN statement_of_position s ON s.id = (SELECT id FROM statement_of_position"
    " WHERE kind = c.kind AND party = c.party AND issue = c.issue AND"
    f" {CUT} ORDER BY {ORDER} LIMIT 1) WHERE c.negotiation = :n",
    "ranges": f"SELECT {COLUMNS} FROM held_position WHERE negotiation = :n"  # noqa: S608  # our own text
    " AND valid @> :t::timestamptz AND known @> :t::timestamptz AND recorded @> :t::timestamptz",
}
ON_SQLITE = ("window", "descent")
RANGES = (
    "CREATE TABLE held_position (negotiation TEXT NOT NULL, kind TEXT NOT NULL,"
    " party TEXT NOT NULL, issue TEXT NOT NULL, stance TEXT NOT NULL, summary TEXT NOT NULL,"
    " occurred BIGINT NOT NULL, known_at BIGINT NOT NULL, recorded_at BIGINT NOT NULL,"
    " event TEXT NOT NULL, publisher TEXT NOT NULL, url TEXT NOT NULL,"
    " valid TSTZRANGE NOT NULL, known TSTZRANGE NOT NULL, recorded TSTZRANGE NOT NULL)",
    "CREATE INDEX by_ranges ON held_position USING gist (valid, known, recorded)",
    "ANALYZE held_position",
)
"""The table, and what is made once it is full."""


def difference(query: str) -> str:
    """Return what is in one of two states and not in the other, with the side it is on."""
    before, after = (re.sub(r":([vkrt])\b", rf":\g<1>{end}", QUERIES[query]) for end in (1, 2))
    return (
        f"WITH before AS ({before}), after AS ({after})"  # noqa: S608  # our own text
        " SELECT 'before' AS side, gone.* FROM (SELECT * FROM before EXCEPT SELECT * FROM after)"
        " AS gone UNION ALL SELECT 'after' AS side, come.* FROM"
        " (SELECT * FROM after EXCEPT SELECT * FROM before) AS come"
    )


def moments(as_of: Instant, end: object = "") -> dict[str, Any]:
    """Return all clocks at one moment, under the names that the queries have for an end."""
    clocks = {f"{clock}{end}": as_of for clock in "vkr"}
    return {"n": "standard", f"t{end}": to_datetime(as_of).isoformat(), **clocks}


def queries(database: str) -> list[str]:
    return list(QUERIES if is_server_url(database) else ON_SQLITE)


@contextmanager
def open_plain(database: str) -> Iterator[Execute]:
    if not is_server_url(database):
        connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        yield lambda query, given: connection.execute(query, given).fetchall()
        connection.close()
        return
    with psycopg.connect(database, autocommit=True) as server:

        def execute(query: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
            text = re.sub(r"(?<!:):(\w+)", r"%(\1)s", query)
            cursor = server.execute(text.encode(), given or None)
            return cursor.fetchall() if cursor.description else []

        yield execute


def fill(database: str, events: Iterable[Recorded]) -> Measures:
    """Make the tables and return how many rows each got."""
    found = rows(events)
    places = ", ".join(f":p{n}" for n in range(len(astuple(found[0])) + 2))
    insert = f"INSERT INTO statement_of_position VALUES ({places})"  # noqa: S608  # our own text
    with open_plain(database) as execute:
        for statement in (*SCHEMA, "BEGIN"):
            execute(statement, {})
        for number, row in enumerate(found, 1):
            values = (number, "standard", *astuple(row))
            execute(insert, {f"p{n}": value for n, value in enumerate(values)})
        for statement in ("COMMIT", *INDEXES):
            execute(statement, {})
    return {"rows": len(found)} | (_fill_ranges(database, found) if is_server_url(database) else {})


def _fill_ranges(database: str, found: list[Row]) -> Measures:
    table, *finish = RANGES
    copy = f"COPY held_position (negotiation, {COLUMNS}, valid, known, recorded) FROM STDIN"
    made = list(boxes(found))
    with psycopg.connect(database, autocommit=True) as server:
        server.execute(table.encode())
        with server.cursor().copy(copy.encode()) as lines:
            for box in made:
                ranges = map(_range, (box.valid, box.known, box.recorded))
                shown = (getattr(box.row, name) for name in SHOWN)
                lines.write_row(("standard", *shown, *ranges))
        for statement in finish:
            server.execute(statement.encode())
    return {"boxes": len(made)}


def _range(given: Range) -> str:
    until = "" if given[1] == ENDLESS else to_datetime(given[1]).isoformat()
    return f"[{to_datetime(given[0]).isoformat()},{until})"


def create(execute: Execute) -> FastAPI:
    app = FastAPI()

    @app.get("/state")
    async def state(query: str, as_of: int) -> Response:
        found = execute(QUERIES[query], moments(as_of))
        return _answer([dict(zip(SHOWN, row, strict=True)) for row in found])

    @app.get("/diff")
    async def diff(query: str, start: int, end: int) -> Response:
        found = execute(difference(query), moments(start, 1) | moments(end, 2))
        return _answer([dict(zip(("side", *SHOWN), row, strict=True)) for row in found])

    return app


def _answer(data: list[dict[str, Any]]) -> Response:
    return Response(orjson.dumps({"data": data}), media_type="application/json")


@contextmanager
def serve_plain(database: str) -> Iterator[int]:
    """Serve the table in a process of its own; yield its port."""
    with run_server([sys.executable, "-m", "benchmarks.plain", database], "/openapi.json") as port:
        yield port


def main() -> None:
    database, port = sys.argv[1:]
    with open_plain(database) as execute:
        uvicorn.run(create(execute), port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
