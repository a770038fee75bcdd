"""What every measurement needs: timing, programs that are watched or served, the machine."""

from __future__ import annotations

import http.client
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.postgres import free_port, programs

RESULTS = Path(__file__).parent / "results"
MINUTEBOOK = Path(sys.executable).with_name("minutebook")
PATIENCE = 120
Measures = dict[str, float]
Word = str | Path
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class RefusedError(Exception):
    """A server answers with another status than is wanted."""


def time_ms(act: Callable[[], object]) -> float:
    """Return how many milliseconds an act takes."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def percentile(samples: Sequence[float], part: float) -> float:
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * part))]


def growth(name: str, values: Sequence[float]) -> Measures:
    """Return the last of some values against the first, if there are two."""
    return {f"{name} growth": values[-1] / values[0]} if len(values) > 1 else {}


def fetch(
    connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str] = NO_HEADERS
) -> bytes:
    return fetch_response(connection, path, headers)[1]


def fetch_response(
    connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str] = NO_HEADERS
) -> tuple[http.client.HTTPMessage, bytes]:
    """Ask over a kept connection, opened again if the server ended it; return what a 200 has."""
    with suppress(http.client.RemoteDisconnected):
        return _exchange(connection, 200, "GET", path, None, headers)
    return _exchange(connection, 200, "GET", path, None, headers)


def send_json(connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
    """Record over a kept connection, and wait for the 201."""
    _exchange(connection, 201, "POST", path, body, {"Content-Type": "application/json"})


def _exchange(
    connection: http.client.HTTPConnection,
    status: int,
    method: str,
    path: str,
    sent: bytes | None,
    headers: Mapping[str, str],
) -> tuple[http.client.HTTPMessage, bytes]:
    connection.request(method, path, sent, headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != status:
        raise RefusedError(f"{path}: {response.status} {body[:200]!r}")
    return response.headers, body


@contextmanager
def run_server(command: Sequence[Word], ready: str) -> Iterator[int]:
    """Run a server with a port put at the end of its command; yield the port once it answers."""
    with run_process(command, ready) as (port, _):
        yield port


@contextmanager
def run_process(command: Sequence[Word], ready: str) -> Iterator[tuple[int, int]]:
    """Run a server in the same way; yield its port and the number of its process."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603  # our own command
        [*command, str(port)], stdout=subprocess.DEVNULL
    )
    try:
        wait_for(process, port, ready)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def cpu_ms(process: int) -> float:
    """Return the milliseconds that all threads of a process, which end with it, had a core."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e6


def wait_for(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Wait until a path is answered with 200."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            fetch(http.client.HTTPConnection("127.0.0.1", port), path)
            return
        time.sleep(0.01)
    raise RuntimeError(f"no answer from {' '.join(map(str, process.args))}")  # type: ignore[arg-type]  # a list


ACCEPTED = "--accept-clock=the history of a benchmark is of another time"


def product(database: str) -> list[Word]:
    """Return the command that serves a ledger, but for its port."""
    return [MINUTEBOOK, "serve", "--db", database, ACCEPTED, "--port"]


def serve_product(database: str) -> AbstractContextManager[int]:
    return run_server(product(database), "/readyz")


@dataclass(frozen=True)
class CommandRun:
    """What a command told, how long it took, and the peak of its largest process."""

    told: bytes
    seconds: float
    peak_mb: float


def run_watched(command: Sequence[Word]) -> CommandRun:
    """Run a command in a process of its own."""
    started = time.perf_counter()
    watch = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", WATCH, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    )
    try:
        output, errors = watch.communicate()
    except BaseException:
        os.killpg(watch.pid, signal.SIGKILL)  # with what it watches
        raise
    if watch.returncode:
        raise RuntimeError(errors.decode()[-2000:])
    told, _, peak = output.rpartition(b"\n")
    return CommandRun(told, time.perf_counter() - started, int(peak) / 1024)


WATCH = """
import resource, subprocess, sys
told = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stdout.write(told.stdout.decode() + f"\\n{peak}")
sys.exit(told.returncode)
"""
"""Tells the peak of one command, from a small process: a fork counts what its parent holds."""


def postgres_version() -> str:
    """Return the version of the server that is measured, empty where there is none."""
    folder = programs()
    told = subprocess.check_output([folder / "postgres", "--version"]) if folder else b""  # noqa: S603  # a server's own program
    return told.decode().split()[2] if told else ""


def machine() -> dict[str, object]:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory GB": round(pages / 1e9),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": postgres_version(),
    }
