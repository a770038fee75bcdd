"""A peer: one plain table of what parties said, asked at three clocks by SQL, served by FastAPI.

``python -m benchmarks.plain DATABASE PORT`` serves it; DATABASE is a file or postgresql://….
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
from fastapi import FastAPI, HTTPException, Response

from benchmarks.generator import Recorded
from benchmarks.measuring import run_server
from benchmarks.rows import rows

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
    "distinct-on": f"SELECT DISTINCT ON (kind, party, issue) {COLUMNS}"  # noqa: S608  # our own text
    f" FROM statement_of_position WHERE {CUT} ORDER BY kind, party, issue, {ORDER}",
    # The best that we know to write: one descent of the index for each cell.
    "descent": "SELECT " + ", ".join(f"s.{name}" for name in SHOWN) + " FROM cell c"  # noqa: S608  # our own text
    " JOIN statement_of_position s ON s.id = (SELECT id FROM statement_of_position"
    " WHERE kind = c.kind AND party = c.party AND issue = c.issue AND"
    f" {CUT} ORDER BY {ORDER} LIMIT 1) WHERE c.negotiation = :n",
}


def queries(database: str) -> list[str]:
    return list(QUERIES) if _is_postgres(database) else ["window", "descent"]


def _is_postgres(database: str) -> bool:
    return database.startswith("postgresql:")


@contextmanager
def open_plain(database: str) -> Iterator[Execute]:
    if not _is_postgres(database):
        connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        yield lambda query, given: connection.execute(query, given).fetchall()
        connection.close()
        return
    with psycopg.connect(database, autocommit=True) as server:

        def execute(query: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
            cursor = server.execute(re.sub(r":(\w+)", r"%(\1)s", query).encode(), given)
            return cursor.fetchall() if cursor.description else []

        yield execute


def fill(database: str, events: Iterable[Recorded]) -> int:
    """Make the table and return how many rows it got."""
    made = [(number, "standard", *astuple(row)) for number, row in enumerate(rows(events), 1)]
    places = ", ".join(f":p{n}" for n in range(len(made[0])))
    insert = f"INSERT INTO statement_of_position VALUES ({places})"  # noqa: S608  # our own text
    with open_plain(database) as execute:
        for statement in (*SCHEMA, "BEGIN"):
            execute(statement, {})
        for row in made:
            execute(insert, {f"p{n}": value for n, value in enumerate(row)})
        for statement in ("COMMIT", *INDEXES):
            execute(statement, {})
    return len(made)


def create(execute: Execute) -> FastAPI:
    app = FastAPI()

    @app.get("/state")
    async def state(query: str, as_of: int) -> Response:
        if query not in QUERIES:
            raise HTTPException(404)
        given = {"n": "standard", "v": as_of, "k": as_of, "r": as_of}
        found = [dict(zip(SHOWN, row, strict=True)) for row in execute(QUERIES[query], given)]
        return Response(orjson.dumps({"data": found}), media_type="application/json")

    return app


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
