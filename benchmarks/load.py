"""A load on a server of this machine, from a compiled program that costs little of its cores."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("load.c")
BUILT = Path(__file__).with_name(".build") / "load"
NUMBER = "%" * 12
"""Stands in a request for the number of its sending, so that no two are the same."""


class LoadError(Exception):
    """There is no C compiler, or the server could not be reached or understood."""


@dataclass(frozen=True)
class Load:
    """How many clients ask for how long; at a rate of 0 each asks as soon as it was answered."""

    clients: int = 64
    seconds: float = 10
    warm: float = 2
    """Seconds at the start that are not measured."""
    rate: float = 0


@dataclass(frozen=True)
class Figures:
    """What came of a load. Counts are of all requests, rate and latencies of what is measured."""

    sent: int
    accepted: int
    """Answered 2xx."""
    refused: int
    lost: int
    """Not answered."""
    timed: int
    rate: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float
    first_refusal: str = ""


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, body: bytes, kind: str = "application/json") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def run(port: int, requests: Iterable[bytes], load: Load) -> Figures:
    """Send the requests in turn, again and again, to a port of this machine."""
    told = subprocess.run(  # noqa: S603  # our own program
        [_built(), *map(str, (port, load.clients, load.seconds, load.warm, load.rate))],
        input=b"".join(b"%d\n%b" % (len(each), each) for each in requests),
        capture_output=True,
        check=False,
    )
    if told.returncode:
        raise LoadError(told.stderr.decode())
    return Figures(**json.loads(told.stdout), first_refusal=told.stderr.decode())


def _built() -> Path:
    """Compile the program, unless that was done since it was changed."""
    if not BUILT.exists() or BUILT.stat().st_mtime < SOURCE.stat().st_mtime:
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if compiler is None:
            raise LoadError("a load needs a C compiler: apt-get install gcc libc6-dev")
        BUILT.parent.mkdir(exist_ok=True)
        command = [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", BUILT, SOURCE]
        subprocess.run(command, check=True)  # noqa: S603  # our own program
    return BUILT
