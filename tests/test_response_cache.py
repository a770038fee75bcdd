"""Immutable answers from memory on PostgreSQL: given again, forgotten once something is erased."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from api import app
from api.http import middleware
from ledger import erasure
from ledger.erasure import ErasureMonitor
from tests.command_line import run_command
from tests.facts import OPENING, event_id, statement
from tests.serving import key_environment, serve_ledger, wait_until
from tests.world import World

PATH = (
    "/v1/negotiations/talks/statements?known_at=2025-12-22T00:00:00Z"
    "&valid_at=2025-12-22T00:00:00Z&seq=5"
)
MARGIN = 3.0
"""Seconds that a busy machine may add."""


def erase(url: str, folder: Path) -> None:
    arguments = ("erase", event_id(1), "--reason", "an order", "--db", url)
    assert run_command(*arguments, **key_environment(folder)).returncode == 0


def test_what_another_process_erased_is_given_from_memory_for_seconds_at_most(
    postgres_url: str, tmp_path: Path
) -> None:
    with serve_ledger(postgres_url, folder=tmp_path) as server:
        server.post("talks", [*OPENING, statement(1)])
        time.sleep(0.2)  # it has looked once
        first = server.get(PATH)
        with psycopg.connect(postgres_url) as connection:
            connection.execute("UPDATE version SET body = '{}' WHERE seq = 5")
        again = server.get(PATH)
        erase(postgres_url, tmp_path)
        erased = time.monotonic()
        while "Word 1" in str(server.get(PATH)):
            assert time.monotonic() < erased + erasure.COUNT_LIFETIME + MARGIN
            time.sleep(0.05)
        after = [server.get(PATH) for _ in range(2)]

    assert "Word 1" in str(first)
    assert again == first
    assert after[0]["data"] != first["data"]
    assert after[1] == after[0]


def asked(kept: middleware.ResponseCache, *headers: tuple[bytes, bytes]) -> bytes:
    """Ask for one pinned answer, past all that is web."""
    told: list[Any] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"seq=3",
        "headers": list(headers),
    }

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(kept(scope, None, send))  # type: ignore[arg-type]  # nothing is received
    return bytes(told[-1]["body"])


class Log:
    """An application whose pinned answer tells how many were erased when it was asked."""

    def __init__(self) -> None:
        self.erased, self.seen, self.calls = 0, 0, 0
        self.meanwhile = self.nothing

    def nothing(self) -> None:
        """Let nothing happen while an answer is made."""

    def erase(self) -> None:
        self.erased = self.seen = self.erased + 1

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls, body = self.calls + 1, str(self.erased).encode()
        self.meanwhile()
        headers = [(b"cache-control", b"immutable"), (b"etag", b'"x"')]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def kept(log: Log) -> middleware.ResponseCache:
    return middleware.ResponseCache(log, lambda scope: "rights", lambda: log.seen)


def test_an_answer_is_forgotten_at_the_next_erasure(
    log: Log, kept: middleware.ResponseCache
) -> None:
    told = [asked(kept), asked(kept)]
    log.erase()
    told += [asked(kept), asked(kept)]

    assert (told, log.calls) == ([b"0", b"0", b"1", b"1"], 2)
    ((key, response),) = kept.responses.items()
    assert kept.total_size == response.measure(key)


def test_what_answers_alike_is_kept_once(log: Log, kept: middleware.ResponseCache) -> None:
    for accept in (b"*/*", b"application/json", b"text/html, " + b"a" * 60_000):
        asked(kept, (b"accept", accept))
    asked(kept, (b"accept", b"application/x-ndjson"))

    assert (log.calls, len(kept.responses)) == (2, 2)
    assert kept.total_size < 10_000


def test_an_answer_that_an_erasure_overtook_is_not_kept(
    log: Log, kept: middleware.ResponseCache
) -> None:
    log.meanwhile = log.erase
    overtaken = asked(kept)
    log.meanwhile = log.nothing

    assert (overtaken, asked(kept)) == (b"0", b"1")


def test_nothing_is_given_from_memory_while_erasures_are_not_known(
    log: Log, kept: middleware.ResponseCache
) -> None:
    asked(kept)
    log.erased, known = 1, log.seen
    log.seen = None  # type: ignore[assignment]  # as after a lost connection
    unknown = asked(kept)
    log.seen = known

    assert (unknown, asked(kept)) == (b"1", b"0")


def test_what_was_seen_counts_for_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "COUNT_LIFETIME", 1.0)
    counts = iter([2])

    @contextmanager
    def open_snapshot() -> Iterator[Any]:  # once; then the connection is lost
        yield SimpleNamespace(execute=lambda statement: None, fetchone=lambda: (next(counts),))

    lost: Any = SimpleNamespace(open_snapshot=open_snapshot)
    monitor = ErasureMonitor(lost)
    with closing(monitor.task):
        monitor.task.start()
        wait_until(lambda: monitor.recent_count() == 2)
        wait_until(lambda: monitor.recent_count() is None)


def test_beside_a_replica_nothing_is_kept(postgres_url: str, tmp_path: Path) -> None:
    world, replica = World(tmp_path, "http", postgres_url), SimpleNamespace()
    one, other = app.create_app(world.ledger), app.create_app(world.ledger, replica=replica)  # type: ignore[arg-type]  # never asked
    world.close()

    layers = [[each.cls for each in made.user_middleware] for made in (one, other)]
    assert [middleware.ResponseCache in each for each in layers] == [True, False]
