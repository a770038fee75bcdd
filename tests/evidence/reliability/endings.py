"""SIGTERM while many follow and many do not read what they asked for.

Every stream must end with ``bye``, everything must be in the one file, the newest event signed, and
the process must end within two seconds. A server that is killed instead says goodbye to nobody.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sqlite3
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from tests.evidence.reliability.kills import memory_folder
from tests.evidence.reliability.starter import is_running, shared_starter
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import EVENTS, NAME, ServedLedger, call, opening

READERS_OF_STREAMS = 0.4
"""How many ask for an export and do not read it, for each one that follows: 200 for 500."""
EXPORTED = 4_000
"""Events recorded, so that an export is larger than what sockets keep."""
PATIENCE = 60.0
SETTLING = 3.0
"""Seconds until the server has written what sockets take, and waits for those who do not read."""
LONGEST = 2.0
"""Seconds that the end may take."""
BYE = b"event: bye"


def ask(port: int, path: str, held: ExitStack) -> socket.socket:
    """Ask on a socket that takes little before it is read."""
    asked = held.enter_context(socket.socket())
    asked.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    asked.connect(("127.0.0.1", port))
    asked.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return asked


def fill(server: ServedLedger) -> None:
    assert call(server.port, "POST", EVENTS, opening())[0] == 201
    parties = [
        {"type": "party-registered", "party": f"p{n}", "name": f"{n} " * 40}
        for n in range(EXPORTED)
    ]
    for start in range(0, EXPORTED, 500):
        assert call(server.port, "POST", EVENTS, parties[start : start + 500])[0] == 201


def read_rest(stream: socket.socket) -> bytes:
    """Read what is left until the other side closes."""
    parts, stream_timeout = [], 10.0
    stream.settimeout(stream_timeout)
    while part := stream.recv(2**16):
        parts.append(part)
    return b"".join(parts)


def end_while_followed(count: int, number: int) -> Outcome:
    with memory_folder() as folder, ExitStack() as held:
        file = folder / "fire.db"
        server = ServedLedger(file, folder, shared_starter())
        server.start()
        fill(server)
        head = call(server.port, "GET", "/readyz")[1]["head"]
        path = f"/v1/negotiations/{NAME}/stream?audience=staff&after={head}"
        streams = [ask(server.port, path, held) for _ in range(count)]
        for stream in streams:
            assert select.select([stream], [], [], 60)[0], "a stream did not begin"
        readers = [
            ask(server.port, f"/v1/negotiations/{NAME}/export", held)
            for _ in range(int(count * READERS_OF_STREAMS))
        ]
        for reader in readers:
            assert select.select([reader], [], [], 60)[0], "an export did not begin"
        time.sleep(SETTLING)
        party = {"type": "party-registered", "party": "last", "name": "Last"}
        assert call(server.port, "POST", EVENTS, [party])[0] == 201
        start, before = time.monotonic(), read_cpu_seconds(server.process)
        server.send(number)
        cpu = before
        while (seconds := time.monotonic() - start) < PATIENCE and is_running(server.process):
            cpu = max(cpu, read_cpu_seconds(server.process))
            time.sleep(0.01)
        byes = sum(BYE in read_rest(stream) for stream in streams)
        failures = find_failures(file, folder / "checkpoint")
    if byes < count:
        failures.append(f"{count - byes} of {count} streams were not told")
    if seconds > LONGEST:
        failures.append(f"the end took {seconds:.2f} s")
    told = (
        f"{count} streams and {len(readers)} who do not read: {byes} byes, ended in {seconds:.2f} s"
        f" with {cpu - before:.2f} s of CPU"
    )
    return Outcome(told, failures)


def read_cpu_seconds(process: int) -> float:
    """Return what a process has used so far; 0 once it has ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def find_failures(file: Path, checkpoint: Path) -> list[str]:
    if Path(f"{file}-wal").exists():
        return ["not all is in the file"]
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
        ((size,),) = connection.execute("SELECT size FROM head").fetchall()
    signed = int(checkpoint.read_text().split("\n")[1])
    return [] if signed == size else [f"{signed} of {size} events are signed"]


def end_in_order(count: int, seed: int) -> Outcome:
    return end_while_followed(count, signal.SIGTERM)


def end_by_kill(seed: int) -> Outcome:
    return end_while_followed(20, signal.SIGKILL)


TRIALS = (Trial("endings", 500, end_in_order, end_by_kill),)
