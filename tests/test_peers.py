"""The peers of the benchmarks answer the same question alike: it measures nothing here."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from benchmarks import peers, plain
from benchmarks.generator import END, SETTLING, START, standard
from benchmarks.rows import rows

EVENTS = standard(3000)
DATES = [START + int((END - START) * part) for part in (0.1, SETTLING, 0.6, 1)]


def expected(moment: int) -> dict[tuple[str, ...], str]:
    return {cell: row.event for cell, row in peers.newest(EVENTS, moment).items()}


def told_by_table(database: str, query: str, moment: int) -> dict[tuple[str, ...], str]:
    with plain.opened(database) as execute:
        asked = {"query": query, "as_of": str(moment)}
        found = TestClient(plain.create(execute)).get("/state", params=asked).json()["data"]
    return {(each["kind"], each["party"], each["issue"]): each["event"] for each in found}


def test_a_cell_of_each_kind_is_there_and_some_rows_are_withdrawn() -> None:
    kinds = [kind for kind, _, _ in expected(END)]

    assert {kind: kinds.count(kind) for kind in kinds} == {
        "position": 300,
        "point": 40,
        "meeting": 200,
    }
    assert any(row.withdrawn_known for row in rows(EVENTS))


def test_table_on_sqlite_equals_the_fold(tmp_path: Path) -> None:
    database = str(tmp_path / "plain.db")
    plain.fill(database, EVENTS)

    for moment in DATES:
        for query in plain.queries(database):
            assert told_by_table(database, query, moment) == expected(moment)


def test_table_on_postgres_equals_the_fold(postgres_url: str) -> None:
    plain.fill(postgres_url, EVENTS)

    for moment in DATES:
        for query in plain.queries(postgres_url):
            assert told_by_table(postgres_url, query, moment) == expected(moment)


def replayed_by_library(place: dict[str, str]) -> list[dict[tuple[str, ...], str]]:
    peers.library_appends(place, EVENTS, singles=20)
    with peers.library(place) as app:
        found = [peers.replayed(app, moment) for moment in DATES]
    return [{cell: row.event for cell, row in each.items()} for each in found]


def test_library_on_sqlite_replays_to_the_same(tmp_path: Path) -> None:
    told = replayed_by_library(peers.on_sqlite(tmp_path / "log.db"))

    assert told == [expected(moment) for moment in DATES]


def test_library_on_postgres_replays_to_the_same(postgres_url: str) -> None:
    told = replayed_by_library(peers.on_postgres(postgres_url))

    assert told == [expected(moment) for moment in DATES]
