"""The attacks: each asks a server for more than it should get, and counts what comes back."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import cycle
from uuid import uuid4

from benchmarks.fill import NAME
from benchmarks.questions import BASE, dates, path
from tests.facts import Event, statement

EVENTS = f"{BASE}/events"
SIZE = 16 * 2**20 - 200
"""Bytes of the longest body."""
Statuses = Counter[str]
Attack = Callable[[int], Awaitable[Statuses]]


async def exchange(port: int, pieces: list[bytes], timeout: float = 30.0) -> str:
    """Send pieces, read the answer whole, and return its status, or why there is none."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError as error:
        return type(error).__name__
    try:
        with suppress(OSError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        async with asyncio.timeout(timeout):
            line = await reader.readline()
            while await reader.read(2**16):
                pass
        return line.split()[1].decode() if line else "closed"
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    finally:
        writer.close()


def get(address: str, headers: Mapping[str, str] | None = None) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\n{lines}Connection: close\r\n\r\n".encode()


def post(
    body: bytes, media: str = "application/json", length: int = 0, query: str = ""
) -> list[bytes]:
    head = (
        f"POST {EVENTS}{query} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media}\r\n"
        f"Content-Length: {length or len(body)}\r\nConnection: close\r\n\r\n"
    )
    return [head.encode(), body]


async def all_of(port: int, requests: list[list[bytes]], timeout: float = 30.0) -> Statuses:
    """Send all at once."""
    return Counter(await asyncio.gather(*(exchange(port, pieces, timeout) for pieces in requests)))


async def by_turns(port: int, requests: list[list[bytes]], at_once: int) -> Statuses:
    """Send so many at once, until all are answered."""
    found, waiting = Counter[str](), iter(requests)

    async def send_next() -> None:
        for pieces in waiting:
            found[await exchange(port, pieces)] += 1

    await asyncio.gather(*(send_next() for _ in range(at_once)))
    return found


def told(number: int, **fields: object) -> Event:
    made = statement(1, id=str(uuid4()), statement=f"a{uuid4().hex[:12]}-{number}")
    return {**made, "speaker": "person-1", **fields}


def events_of(count: int, size: int, *last: Event) -> bytes:
    """Return a batch of so many valid events that together have so many bytes, and the last."""
    filler = "w" * (size // count - 330)
    return json.dumps([*(told(each, note=filler) for each in range(count - 1)), *last]).encode()


def doubled_key(count: int) -> bytes:
    return b'{"a":1,"a":1,' + b",".join(b'"k%d":1' % n for n in range(count)) + b"}"


def pinned(number: int) -> bytes:
    """Return the same pinned question with another header each time."""
    address = f"{BASE}/statements?known_at=2025-01-22&valid_at=2025-01-22&seq=500"
    return get(address, {"Accept": f"{number:08}" + "a" * 15_000})


def questions(what: str, count: int, **more: str) -> list[list[bytes]]:
    """Return questions at as many dates."""
    return [[get(path(what, moment, **more))] for moment in dates(count)]


def page_requests(count: int) -> list[list[bytes]]:
    pages = cycle(("", "/positions", "/events", "/meetings", "/gap", "/anomalies", "/statements"))
    desk = f"/desk/{NAME}"
    addresses = (path("x", moment).partition("?")[2] for moment in dates(count))
    return [[get(f"{desk}{page}?{query}")] for page, query in zip(pages, addresses, strict=False)]


def attack_with(
    send: Callable[..., Awaitable[Statuses]], make: Callable[[], list[list[bytes]]], *more: float
) -> Attack:
    async def attack(port: int) -> Statuses:
        return await send(port, make(), *more)

    return attack


def at_once(make: Callable[[], list[list[bytes]]], timeout: float = 30.0) -> Attack:
    return attack_with(all_of, make, timeout)


ATTACKS: dict[str, Attack] = {
    "nothing": at_once(lambda: [[get("/livez")]] * 20),
    "16 MiB of {} lines, 4 times": at_once(
        lambda: [post(b"{}\n" * (SIZE // 3), "application/x-ndjson")] * 4
    ),
    "16 MiB of [{},{}…], 4 times": at_once(
        lambda: [post(b"[" + b"{}," * (SIZE // 3 - 2) + b"{}]")] * 4
    ),
    "a duplicate among a million keys": at_once(lambda: [post(doubled_key(10**6))]),
    "a duplicate among 90,000 keys, 20 times": at_once(lambda: [post(doubled_key(90_000))] * 20),
    "a text of 16 MiB, 4 times": at_once(
        lambda: [post(json.dumps(told(0, note="w" * (SIZE - 400))).encode())] * 4
    ),
    "16 MiB that are no JSON, 4 times": at_once(
        lambda: [post(b'{"note":"' + b"w" * (SIZE - 20) + b'",}')] * 4
    ),
    "16 MiB of digits, 4 times": at_once(lambda: [post(b"[" + b"1" * (SIZE - 20) + b"]")] * 4),
    "10,000 events with one fault, 4 times": at_once(
        lambda: [post(events_of(10_000, SIZE, {"type": "statement-made"}))] * 4
    ),
    "headers of 100 MiB": at_once(
        lambda: [[b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", *([b"a" * 2**20] * 100)]] * 2
    ),
    "an address of 100 MiB": at_once(lambda: [[b"GET /", *([b"a" * 2**20] * 100)]] * 2),
    "40 bodies of 15 MiB held": at_once(
        lambda: [post(b" " * (15 * 2**20), length=16 * 2**20)] * 40, 45
    ),
    "300 half requests": at_once(lambda: [[b"GET /livez HTTP/1.1\r\nHo"]] * 300),
    "words of 64 kB": at_once(lambda: [[get(f"{BASE}/statements?q=" + "a%20" * 16_000)]] * 10),
    "45 questions with filters": at_once(lambda: questions("state", 45, min_sources="2")),
    "4,000 pinned with other headers": attack_with(
        by_turns, lambda: [[pinned(number)] for number in range(4000)], 20
    ),
    "2,000 slow connections": at_once(lambda: [[b"GET /livez HTTP/1.1\r\n", b"Ho"]] * 2000),
}
FURTHER_ATTACKS: dict[str, Attack] = {
    "10,000 events tried, 4 times": at_once(
        lambda: [post(events_of(10_000, SIZE), query="?dry_run=true")] * 4
    ),
    "1,000 events tried for changes, 4 times": at_once(
        lambda: [post(events_of(1000, SIZE), query="?dry_run=true&changes=true")] * 4, 100
    ),
    "200 states, 45 at once": attack_with(by_turns, partial(questions, "state", 200), 45),
    "100 differences, 20 at once": attack_with(
        by_turns,
        lambda: [
            [get(f"{BASE}/diff?from=2025-06-0{1 + n % 9}&to=2025-1{n % 2}-01")] for n in range(100)
        ],
        20,
    ),
    "200 pages, 45 at once": attack_with(by_turns, partial(page_requests, 200), 45),
    "4 exports": at_once(lambda: [[get(f"{BASE}/export?audience=staff")]] * 4),
    "100 streams of the whole log": at_once(lambda: [[get(f"{BASE}/stream?after=0")]] * 100, 10),
}
"""With what those who have a key may ask for; after the others, for what they leave in memory."""
