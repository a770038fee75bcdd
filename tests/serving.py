"""The real server as a process of its own, asked over sockets, its streams read line by line."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import HTTPServer
from pathlib import Path
from typing import IO, Any
from unittest import mock
from uuid import UUID, uuid4

from api.cli import demo_ledger
from api.cli.server import assemble_server
from api.settings import load_settings
from api.wiring import AcceptedAtStart, open_configured_ledger
from tests.facts import OPENING, Event
from tests.world import KEY

BIN = Path(sys.executable).parent
ACCEPTED = "--accept-clock=the events of a test are of another time"
PATIENCE = 60.0
"""Seconds until a server that does not start, tell or end counts as broken."""


def wait_until(is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def serve_http(http: HTTPServer) -> Iterator[str]:
    """Have a server of a test's own answer from a thread; give its address."""
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@dataclass(frozen=True)
class Served:
    """A server that answers on a port."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Ask on a connection of its own; an answer that is no JSON is given as bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            sent = None if body is None else json.dumps(body)
            told = {"Content-Type": "application/json"} if sent else {}
            connection.request(method, path, sent, told | headers)
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, json.loads(raw) if b"{" in raw[:1] else raw

    def get(self, path: str) -> Any:
        status, _, answer = self.call("GET", path)
        assert status == 200, answer
        return answer

    def post(self, negotiation: str, events: list[dict[str, Any]]) -> Any:
        status, _, answer = self.call("POST", f"/v1/negotiations/{negotiation}/events", events)
        assert status == 201, answer
        return answer

    @contextmanager
    def stream(self, path: str, **headers: str) -> Iterator[Stream]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        assert response.status == 200, response.read()
        try:
            yield Stream(response)
        finally:
            response.close()
            connection.close()


@dataclass(frozen=True)
class ApiServer(Served):
    """A server that is a process of its own."""

    process: subprocess.Popen[str]

    def end(self, number: int = signal.SIGTERM) -> float:
        """Tell the server to stop; return how many seconds it took."""
        start = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        return time.monotonic() - start


class Stream:
    """Server-Sent Events, one at a time; ends when the server ends it."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.response = response

    def blocks(self) -> Iterator[dict[str, str]]:
        """Yield each block of fields; a comment has an empty name."""
        block: dict[str, str] = {}
        for raw in self.response:
            name, _, value = raw.decode().rstrip("\n").partition(":")
            if name or value:
                block[name] = value.removeprefix(" ")
            elif block:
                yield block
                block = {}

    def events(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Yield seq, type and data of each event; comments alone do not count as life."""
        heard = time.monotonic()
        for block in self.blocks():
            if "id" in block:
                data = json.loads(block["data"])
                yield data["seq"], block["event"], data
                heard = time.monotonic()
            elif time.monotonic() > heard + PATIENCE:
                raise TimeoutError(f"no event came for {PATIENCE:.0f} s")

    def take(self, count: int) -> list[tuple[int, str, dict[str, Any]]]:
        events = self.events()
        return [next(events) for _ in range(count)]


@dataclass(frozen=True)
class ServedTalks:
    """A negotiation of one test's own on a server that tests share."""

    server: Served
    name: str
    head: int
    """The seq of its opening's last event: those before are of other tests."""

    @property
    def path(self) -> str:
        return f"/v1/negotiations/{self.name}"

    @property
    def stream_path(self) -> str:
        """The address of what is recorded after the opening, as staff see it."""
        return f"{self.path}/stream?audience=staff&after={self.head}"

    def record(self, *events: Event) -> Any:
        """Record events under ids that are of this negotiation alone."""
        ids = (UUID(int=(self.head << 64) + UUID(event["id"]).int) for event in events)
        return self.server.post(
            self.name, [event | {"id": str(id_)} for event, id_ in zip(events, ids, strict=True)]
        )


def open_talks(server: Served) -> ServedTalks:
    """Open a negotiation under a name that is not taken yet."""
    name = f"talks-{uuid4()}"
    return ServedTalks(server, name, server.post(name, OPENING)["head"])


def key_environment(folder: Path) -> dict[str, str]:
    """Return the variables that put a ledger's key and checkpoint into a folder."""
    return {
        "MINUTEBOOK_LOG_KEY": str(folder / "log.key"),
        "MINUTEBOOK_CHECKPOINT": str(folder / "checkpoint"),
    }


@contextmanager
def serve_ledger(
    db: str | Path,
    *arguments: str,
    folder: Path,
    log: IO[str] | None = None,
    program: Sequence[str | Path] = (BIN / "minutebook",),
    **given: str,
) -> Iterator[ApiServer]:
    """Serve a ledger with the real command on a free port; its key and checkpoint in a folder.

    Its own log goes to a file where one is given. ``program`` is what runs the command.
    """
    process = subprocess.Popen(
        [*program, "serve", f"--db={db}", "--port=0", ACCEPTED, *arguments],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env=os.environ | key_environment(folder) | given,
    )
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert line.startswith("Minutebook answers at http://"), line
        yield ApiServer(int(line.rpartition(":")[2].partition("/")[0]), process)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


@contextmanager
def serve_here(db: str | Path, *, folder: Path, **given: str) -> Iterator[Served]:
    """Serve a ledger from a thread, where the start and the end of its process do not matter.

    It takes a fortieth of the processor time that a process takes.
    """
    with mock.patch.dict(os.environ, key_environment(folder) | given):
        settings = load_settings(db=str(db), port=0)
    with closing(open_configured_ledger(settings, AcceptedAtStart(clock=ACCEPTED))) as ledger:
        server = assemble_server(settings, ledger)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield Served(server.servers[0].sockets[0].getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


@contextmanager
def serve_demonstration(folder: Path, **given: str) -> Iterator[Served]:
    """Serve the demonstration from a folder of its own, with the keys that vouch for it."""
    with mock.patch.dict(os.environ, XDG_DATA_HOME=str(folder)):
        file = demo_ledger.demo_ledger_file()
    for made in (f"{file}.key", f"{file}.checkpoint"):
        shutil.copy(made, folder / {"key": "log.key"}.get(made.rpartition(".")[2], "checkpoint"))
    with serve_here(file, folder=folder, **given) as server:
        yield server


@contextmanager
def serve_world(folder: Path) -> Iterator[Served]:
    """Serve what a world recorded in a folder, with its key."""
    outside = str(folder / "world.db.checkpoint")
    given = {"MINUTEBOOK_LOG_KEY": KEY, "MINUTEBOOK_CHECKPOINT": outside}
    with serve_here(folder / "world.db", folder=folder, **given) as server:
        yield server
