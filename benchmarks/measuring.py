"""What every measurement needs: timing, programs that are watched or served, the machine."""

from __future__ import annotations

import http.client
import os
import platform
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
    """Ask over a kept connection; return the headers and the body of a 200."""
    connection.request("GET", path, headers=headers)
    return _answer(connection, path, 200)


def send_json(connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
    """Record over a kept connection, and wait for the 201."""
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    _answer(connection, path, 201)


def _answer(
    connection: http.client.HTTPConnection, path: str, status: int
) -> tuple[http.client.HTTPMessage, bytes]:
    response = connection.getresponse()
    body = response.read()
    if response.status != status:
        raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
    return response.headers, body


@contextmanager
def run_server(command: Sequence[Word], ready: str) -> Iterator[int]:
    """Run a server with a port put at the end of its command; yield the port once it answers."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603  # our own command
        [*command, str(port)], stdout=subprocess.DEVNULL
    )
    try:
        wait_for(process, port, ready)
        yield port
    finally:
        process.terminate()
        process.wait()


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
    ran = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-c", WATCH, *command], check=False, capture_output=True
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr.decode()[-2000:])
    told, _, peak = ran.stdout.rpartition(b"\n")
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
