"""Hostile load on a real server, beside appends and /livez: python -m tests.evidence.load

Prints a row for each attack: which statuses came back, how long appends and /livez took meanwhile,
and the most memory that the server had by then.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from tests.facts import OPENING, statement
from tests.serving import ApiServer, serve_ledger

EVENTS = "/v1/negotiations/talks/events"
Statuses = Counter[str]
Attack = Callable[[int], Awaitable[Statuses]]


def probe(port: int, path: str, pipe: Any) -> None:
    """Ask or append over and over on one connection each, until told to stop; send the seconds."""
    took: list[float] = []
    failures = Counter[str]()
    while not pipe.poll(0.05):
        start = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            if path == EVENTS:
                told = {**statement(1), "id": str(uuid4()), "statement": f"p{uuid4().hex[:20]}"}
                headers = {"Content-Type": "application/json"}
                connection.request("POST", path, json.dumps(told), headers)
            else:
                connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            if response.status not in (200, 201):
                failures[str(response.status)] += 1
        except OSError as error:
            failures[type(error).__name__] += 1
        finally:
            connection.close()
        took.append(time.monotonic() - start)
    pipe.send((took, dict(failures)))


@contextmanager
def probing(port: int, results: dict[str, Any]) -> Iterator[None]:
    """Append and ask /livez meanwhile; leave the seconds by path."""
    probes = []
    for path in (EVENTS, "/livez"):
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=probe, args=(port, path, theirs))
        process.start()
        probes.append((path, ours, process))
    try:
        yield
    finally:
        for path, ours, process in probes:
            ours.send(None)
            results[path] = ours.recv()
            process.join()


async def exchange(port: int, pieces: list[bytes], timeout: float = 30.0) -> str:
    """Send pieces and return the status that came, or why none did."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError as error:
        return type(error).__name__
    try:
        with suppress(OSError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        line = await asyncio.wait_for(reader.readline(), timeout)
        return line.split()[1].decode() if line else "closed"
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    finally:
        writer.close()


def get(path: str, **headers: str) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}Connection: close\r\n\r\n".encode()


def post(body: bytes, media: str = "application/json", length: int = 0) -> list[bytes]:
    head = (
        f"POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media}\r\n"
        f"Content-Length: {length or len(body)}\r\nConnection: close\r\n\r\n"
    )
    return [head.encode(), body]


async def all_of(port: int, requests: list[list[bytes]], timeout: float = 30.0) -> Statuses:
    return Counter(await asyncio.gather(*(exchange(port, pieces, timeout) for pieces in requests)))


async def keep_asking(port: int, clients: int, seconds: float) -> Statuses:
    """Ask for another date each time, as often as each of many clients can."""
    found, end = Counter[str](), time.monotonic() + seconds

    async def ask(number: int) -> None:
        count = 0
        while time.monotonic() < end:
            count += 1
            day = f"2025-12-{1 + (number + count) % 28:02}T{count % 24:02}:00:{number % 60:02}Z"
            path = f"/v1/negotiations/talks/state?known_at={day}&valid_at={day}"
            status = await exchange(port, [get(path)])
            found[status] += 1
            if status in ("429", "503"):
                await asyncio.sleep(1)

    await asyncio.gather(*map(ask, range(clients)))
    return found


SIZE = 16 * 2**20 - 100
ATTACKS: dict[str, Attack] = {
    "nothing": lambda port: all_of(port, [[get("/livez")]] * 20),
    "16 MiB of {} lines, 4 times": lambda port: all_of(
        port, [post(b"{}\n" * (SIZE // 3), "application/x-ndjson")] * 4
    ),
    "16 MiB of [{},{}…], 4 times": lambda port: all_of(
        port, [post(b"[" + b"{}," * (SIZE // 3 - 2) + b"{}]")] * 4
    ),
    "a duplicate among a million keys": lambda port: all_of(
        port, [post(b'{"a":1,"a":1,' + b",".join(b'"k%d":1' % n for n in range(10**6)) + b"}")]
    ),
    "headers of 100 MiB": lambda port: all_of(
        port, [[b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", *([b"a" * 2**20] * 100)]] * 2
    ),
    "an address of 100 MiB": lambda port: all_of(port, [[b"GET /", *([b"a" * 2**20] * 100)]] * 2),
    "40 bodies of 15 MiB held": lambda port: all_of(
        port, [post(b" " * (15 * 2**20), length=16 * 2**20)] * 40, 45
    ),
    "300 half requests": lambda port: all_of(port, [[b"GET /livez HTTP/1.1\r\nHo"]] * 300),
    "words of 64 kB": lambda port: all_of(
        port, [[get("/v1/negotiations/talks/statements?q=" + "a%20" * 16_000)]] * 10
    ),
    "45 questions with filters": lambda port: all_of(
        port,
        [
            [get(f"/v1/negotiations/talks/state?min_sources=2&seq={100 + n}&audience=staff")]
            for n in range(45)
        ],
    ),
    "4,000 pinned with other headers": lambda port: in_turn(port, 4000),
    "2,000 slow connections": lambda port: all_of(
        port, [[b"GET /livez HTTP/1.1\r\n", b"Ho"]] * 2000
    ),
    "200 clients for 15 s": lambda port: keep_asking(port, 200, 15),
}


async def in_turn(port: int, count: int) -> Statuses:
    found = Counter[str]()
    path = "/v1/negotiations/talks/statements?known_at=2025-12-22&valid_at=2025-12-22&seq=5"
    for number in range(0, count, 20):
        filled = [[get(path, Accept=f"{number + each:08}" + "a" * 15_000)] for each in range(20)]
        found += await all_of(port, filled)
    return found


async def as_coroutine(attack: Awaitable[Statuses]) -> Statuses:
    return await attack


def peak_memory(process: int) -> float:
    """Return the most memory that a process had, in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def quantile(took: list[float], share: float) -> float:
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def fill(server: ApiServer, count: int) -> None:
    server.post("talks", OPENING)
    for start in range(0, count, 2000):
        batch = [
            {**statement(1), "id": str(uuid4()), "statement": f"s{start + each}"}
            for each in range(min(2000, count - start))
        ]
        server.post("talks", batch)


def seconds_until_normal(server: ApiServer) -> float:
    """Return how long after an attack a question is answered within a second again."""
    start = time.monotonic()
    while time.monotonic() < start + 60:
        asked = time.monotonic()
        status, _, _ = server.call("GET", "/v1/negotiations/talks/statements")
        if status == 200 and time.monotonic() - asked < 1:
            return asked - start
    return float("inf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--only", default="", help="attacks whose name contains this")
    arguments = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        with serve_ledger(folder / "load.db", folder=folder) as server:
            fill(server, arguments.events)
            print(f"{'attack':36} appends p99  livez p99  p99.9  normal   peak  answers")
            for name, attack in ATTACKS.items():
                if arguments.only in name:
                    _run(server, name, attack)


def _run(server: ApiServer, name: str, attack: Attack) -> None:
    results: dict[str, Any] = {}
    with probing(server.port, results):
        time.sleep(1)
        statuses = asyncio.run(as_coroutine(attack(server.port)))
        normal = seconds_until_normal(server)
        time.sleep(1)
    (appends, append_failures), (livez, livez_failures) = results[EVENTS], results["/livez"]
    peak = peak_memory(server.process.pid)
    print(
        f"{name:36} {quantile(appends, 0.99):9.3f} s {quantile(livez, 0.99):8.3f} s"
        f" {quantile(livez, 0.999):5.3f} s {normal:5.1f} s {peak:4.0f} MB"
        f"  {dict(statuses)} {append_failures or ''} {livez_failures or ''}",
        flush=True,
    )


if __name__ == "__main__":
    os.nice(5)
    main()
