"""A database that is away: whoever asks is told so within a second, and the log says it once."""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import postgres
from tests.facts import OPENING, statement
from tests.serving import PATIENCE, wait_until
from tests.world import World

NOW = "2025-12-22T12:00:00Z"
MARGIN = 3.0
"""Seconds that a busy machine may add."""
GIVEN = {
    "negotiation": "talks",
    "event": str(statement(1)["id"]),
    "party": "north",
    "seq": "1",
    "size": "1",
}


class Door:
    """Stands before a server: what passes can be swallowed, or refused as by a server that is
    stopped."""

    def __init__(self, port: int) -> None:
        self.target, self.swallows = ("127.0.0.1", port), False
        self.pairs = list[socket.socket]()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_open, self.threads = True, list[threading.Thread]()
        self._start(self._accept)

    def _start(self, work: Callable[..., None], *sockets: socket.socket) -> None:
        thread = threading.Thread(target=work, args=sockets, name=f"door{work.__name__}")
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                inner, _ = self.listener.accept()
                if not self.is_open:
                    inner.close()
                    continue
                outer = socket.create_connection(self.target)
                self.pairs += (inner, outer)
                self._start(self._pass_on, inner, outer)

    def _pass_on(self, inner: socket.socket, outer: socket.socket) -> None:
        with suppress(OSError, ValueError), closing(inner), closing(outer):
            while True:
                ready, _, _ = select.select([inner, outer], [], [], 1)
                for one in ready:
                    data = one.recv(2**16)
                    if not data:
                        return
                    if not self.swallows:
                        (outer if one is inner else inner).sendall(data)

    def shut(self) -> None:
        self.is_open = False
        for each in self.pairs:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        self.is_open = True
        if self.swallows:  # what was lost on the way never comes
            self.swallows = False
            for each in self.pairs:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let nobody through any more, and end what waits for them."""
        with closing(self.listener):
            self.listener.shutdown(socket.SHUT_RDWR)  # a close alone wakes nobody
            self.threads[0].join(PATIENCE)
        self.shut()
        for thread in self.threads:
            thread.join(PATIENCE)


@pytest.fixture
def door(ledger_url: str) -> Iterator[Door]:
    with closing(Door(urlsplit(ledger_url).port or 5432)) as made:
        yield made
    assert not any(thread.is_alive() for thread in made.threads)


@pytest.fixture
def world(tmp_path: Path, ledger_url: str, door: Door) -> Iterator[World]:
    postgres.empty_ledger(ledger_url)
    port = urlsplit(ledger_url).port
    with World(tmp_path, "http", ledger_url.replace(f":{port}/", f":{door.port}/")) as made:
        made.record(NOW, [*OPENING, statement(1)])
        yield made


def every_path(world: World) -> list[str]:
    """Return the address of every route that reads a negotiation."""
    paths = set()
    for route in world.client.app.routes:  # type: ignore[attr-defined]  # of FastAPI
        path = str(getattr(route, "path", ""))
        if "GET" in (getattr(route, "methods", None) or ()) and "{negotiation}" in path:
            for name, value in GIVEN.items():
                path = path.replace(f"{{{name}}}", value)
            if "{" not in path:
                paths.add(path)
    return sorted(paths)


@pytest.mark.parametrize("kind", ["stopped", "swallowed"])
def test_every_route_says_within_a_second_that_the_database_is_away(
    world: World, door: Door, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "minutebook")
    paths = every_path(world)
    assert world.get("/state").status_code == 200
    if kind == "stopped":
        door.shut()
    else:
        door.swallows = True
    start = time.monotonic()
    first = world.get("/state")
    took_first = time.monotonic() - start
    start = time.monotonic()
    answers = {path: world.client.get(path) for path in ["/", "/readyz", *paths]}
    took = time.monotonic() - start
    refused = world.post([statement(2)])
    alive = world.client.get("/livez").status_code
    door.open()
    wait_until(lambda: world.get("/state").status_code == 200)
    wait_until(partial(is_recorded, world))

    assert took_first < 1 + MARGIN
    assert took < len(paths) * 0.1 + MARGIN
    assert (first.status_code, first.json()["detail"]) == (503, "the database does not answer")
    assert (refused.status_code, refused.headers["retry-after"], alive) == (503, "1", 200)
    found = {path: answer.status_code for path, answer in answers.items()}
    assert {path for path, status in found.items() if status not in (422, 503)} == set()
    assert sum(status == 503 for status in found.values()) > 40
    for path, answer in answers.items():
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "1", path
    told = [record.getMessage() for record in caplog.records]
    assert sum(each.startswith("the database does not answer: ") for each in told) == 1, told
    assert told.count("the database answers again") == 1, told
    assert len(told) < 12, told


def is_recorded(world: World) -> bool:
    return bool(world.post([statement(2)]).status_code == 201)
