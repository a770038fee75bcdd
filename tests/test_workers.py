"""Several processes on one log: any of them records, any answers, and all of them end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvicorn
from uvicorn.supervisors import multiprocess

from api.cli import supervisor
from domain import acceptance
from domain.errors import BusyError
from ledger import writer
from ledger.submission import Submission
from tests.facts import OPENING, statement
from tests.serving import BIN, ApiServer, ServedTalks, open_talks, serve_ledger
from tests.test_streaming import PATH
from tests.world import World

WORKERS = 3
ENDED = 2
"""Processes of a server that a test ends: each takes more than a second to start."""


@pytest.fixture
def server(postgres_url: str, tmp_path: Path) -> Iterator[ApiServer]:
    """Give a server that the test ends."""
    with serve_ledger(postgres_url, "--workers", str(ENDED), folder=tmp_path) as server:
        server.post("talks", OPENING)
        yield server


@pytest.fixture(scope="module")
def shared_server(
    shared_ledger_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiServer]:
    folder = tmp_path_factory.mktemp("served")
    with serve_ledger(shared_ledger_url, "--workers", str(WORKERS), folder=folder) as server:
        yield server


@pytest.fixture
def talks(shared_server: ApiServer) -> ServedTalks:
    return open_talks(shared_server)


def workers(server: ApiServer) -> list[int]:
    """Return the processes that answer, as the parent started them."""
    return spawned_by(server.process.pid)


def spawned_by(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [pid for pid, command in commands.items() if b"spawn_main" in command]


@contextmanager
def leave_only(server: ApiServer, one: int, url: str) -> Iterator[None]:
    """Have one process alone answer for a moment, the others stopped outside any transaction, whose
    locks they would keep."""
    others = [pid for pid in workers(server) if pid != one]
    try:
        for _ in range(100):
            send(signal.SIGSTOP, others)
            if not is_in_transaction(url):
                break
            send(signal.SIGCONT, others)
            time.sleep(0.05)
        yield
    finally:
        send(signal.SIGCONT, others)


def send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, number)


def is_in_transaction(url: str) -> bool:
    """Return whether anybody else is in a transaction on a database."""
    with psycopg.connect(url, autocommit=True) as c:
        found = c.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            " AND backend_type = 'client backend'"
        ).fetchall()
    return bool(found)


def test_what_one_process_recorded_every_other_answers_at_once(
    talks: ServedTalks, shared_ledger_url: str
) -> None:
    counts = []
    for n, (appender, reader) in enumerate(permutations(workers(talks.server), 2), 1):
        with leave_only(talks.server, appender, shared_ledger_url):
            talks.record(statement(n))
        with leave_only(talks.server, reader, shared_ledger_url):
            statements = talks.server.get(f"{talks.path}/statements?limit=1000")["data"]
            counts.append((n, len(statements)))

    assert counts == [(n, n) for n in range(1, WORKERS * (WORKERS - 1) + 1)]


def test_appends_to_all_processes_at_once_leave_no_gap_and_lose_nothing(talks: ServedTalks) -> None:
    with ThreadPoolExecutor(8) as clients:
        answers = [*clients.map(talks.record, map(statement, range(1, 201)))]
    acknowledged = {answer["recorded"][0]["seq"]: answer["recorded"][0]["id"] for answer in answers}
    with talks.server.stream(talks.stream_path) as stream:
        events = stream.take(200)

    assert [seq for seq, _, _ in events] == list(range(talks.head + 1, talks.head + 201))
    assert {seq: item["id"] for seq, _, item in events} == acknowledged


def test_the_same_event_sent_to_all_processes_at_once_is_recorded_once(talks: ServedTalks) -> None:
    with ThreadPoolExecutor(8) as clients:
        answers = [*clients.map(talks.record, [statement(7)] * 24)]

    assert sum(len(answer["recorded"]) for answer in answers) == 1
    assert sum(len(answer["duplicates"]) for answer in answers) == 23


def test_streams_of_every_process_tell_what_any_process_recorded(
    talks: ServedTalks, shared_ledger_url: str
) -> None:
    first, second, _ = workers(talks.server)
    only_first = leave_only(talks.server, first, shared_ledger_url)
    with only_first, talks.server.stream(talks.stream_path) as stream:
        os.kill(second, signal.SIGCONT)
        os.kill(first, signal.SIGSTOP)
        talks.record(statement(1))
        os.kill(first, signal.SIGCONT)
        events = stream.take(1)

    assert [seq for seq, _, _ in events] == [talks.head + 1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_processes_end_soon_though_streams_are_open(server: ApiServer, number: int) -> None:
    children = workers(server)
    with ThreadPoolExecutor(12) as clients:
        opened = threading.Barrier(13, timeout=60)

        def follow(_: int) -> None:
            with server.stream(f"{PATH}?audience=staff") as stream:
                opened.wait()
                list(stream.blocks())

        following = [clients.submit(follow, n) for n in range(12)]
        opened.wait()
        seconds = server.end(number)
        for each in following:
            each.result()

    assert len(children) == ENDED
    assert seconds < 8
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []


def test_processes_whose_parent_was_killed_end_soon_and_give_the_port_free(
    server: ApiServer,
) -> None:
    children = workers(server)
    with server.stream(f"{PATH}?audience=staff") as stream:
        stream.take(1)
        server.end(signal.SIGKILL)
        left = await_end(children)

    assert len(children) == ENDED
    assert left == []
    with socket.create_server(("127.0.0.1", server.port)):
        pass


PREPARING = """
import sys
from projections.index import catch_up
catch_up.PARALLEL_THRESHOLD = 0
pages = catch_up.prepare_pages(([] for _ in range(100)), 1)
for _ in pages:
    print("prepared", flush=True)
    sys.stdin.read()
"""


def test_processes_that_prepare_pages_end_with_the_one_they_work_for() -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", PREPARING], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdout
    running.stdout.readline()
    children = spawned_by(running.pid)
    running.kill()
    running.wait()  # not for the end of its output, which they have open
    left = await_end(children)
    running.communicate()

    assert children
    assert left == []


def await_end(processes: list[int]) -> list[int]:
    """Wait a few seconds for processes to end; return those that live, and end them."""
    until = time.monotonic() + 8
    while left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]:
        if time.monotonic() > until:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    return left


def refusal_of(*arguments: str) -> str:
    ran = subprocess.run(
        [BIN / "minutebook", "serve", "--port", "0", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    return ran.stderr


@pytest.fixture
def handlers() -> Iterator[None]:
    """Take back the handlers of signals that a supervisor sets."""
    before = {number: signal.getsignal(number) for number in multiprocess.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("signal:pause", "did not answer within 2 seconds; all were ended"),
        ("os:abort", "ended while it started, with exit code -6; all were ended"),
    ],
)
def test_processes_that_do_not_start_end_with_an_error(
    monkeypatch: pytest.MonkeyPatch, start: str, told: str
) -> None:
    monkeypatch.setattr(supervisor, "START_TIMEOUT", 2.0)
    config = uvicorn.Config(start, factory=True, port=0, workers=2)
    with closing(config.bind_socket()) as listening:
        started = supervisor.Supervisor(config, listening, [])
        with pytest.raises(BusyError, match=told):
            started.run()

    assert not any(process.process.is_alive() for process in started.processes)


def test_sqlite_is_refused_to_several_processes(tmp_path: Path) -> None:
    file = str(tmp_path / "talks.db")
    told = refusal_of("--db", file, "--workers", "2")
    with serve_ledger(file, folder=tmp_path):
        told_second = refusal_of("--db", file)

    assert "SQLite supports only one process\nhint: omit --workers" in told
    assert "another process has" in told_second
    assert "on PostgreSQL several processes" in told_second


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_full_queue_refuses_with_a_time_to_come_back_and_loses_nothing(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_QUEUE", 4)
    url = request.getfixturevalue("postgres_url") if database == "postgres" else None
    with World(tmp_path, "http", url) as world:
        world.record("2025-12-21T09:00:00Z", OPENING)
        held, free = threading.Event(), threading.Event()
        commit = world.ledger.appender.commit

        def slow(c: Any) -> None:
            held.set()
            free.wait(60)
            commit(c)

        monkeypatch.setattr(world.ledger.appender, "commit", slow)
        with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(12) as clients:
            taken = first.submit(world.post, [statement(1)])
            held.wait(60)
            waiting = [
                world.ledger.submit(Submission("talks", [acceptance.parse_event(statement(n))]))
                for n in range(2, 6)
            ]
            answers = [*clients.map(lambda n: world.post([statement(n)]), range(6, 30))]
            free.set()
            recorded = [taken.result().json(), *(each.result() for each in waiting)]
        monkeypatch.undo()
        again = [world.post([statement(n)]) for n in range(6, 30)]
        listed = world.get("/events", limit=1000, audience="staff").json()["data"]

    assert {answer.status_code for answer in answers} == {503}
    assert {answer.headers["retry-after"] for answer in answers} == {"1"}
    assert "too many batches are waiting" in answers[0].json()["detail"]
    assert [len(each["recorded"]) for each in recorded] == [1] * 5
    assert [len(answer.json()["recorded"]) for answer in again] == [1] * 24
    assert [each["seq"] for each in listed] == list(range(1, 34))
    assert len({each["id"] for each in listed}) == 33
