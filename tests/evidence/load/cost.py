"""What keys, limits and observers cost an answer: python -m tests.evidence.load.cost

The server as it is, asked with a key for what is in the access record, against one without all of
this, in turn in many short rounds of one run; of each round the ratio of both.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import uuid4

from benchmarks import fill, history
from benchmarks.questions import BASE, dates, path
from tests.facts import statement
from tests.serving import BIN, ApiServer, serve_ledger

MARK = 1.05
PINNED = f"{BASE}/state?audience=staff&known_at=2025-01-22&valid_at=2025-01-22&seq=500"
Request = tuple[str, bytes | None]
"""An address, and what is posted to it."""
STATES, APPENDS, CACHED = 15, 40, 200
"""Requests of each kind in a round."""


class Cost(NamedTuple):
    """Milliseconds of a request: as its client waits, and as its server computes."""

    wall: float
    cpu: float


class Measured:
    """A server that is asked over one connection."""

    def __init__(self, server: ApiServer, secret: str | None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.cpu_clock = (~server.process.pid << 3) | 2  # as clock_getcpuclockid says
        self.costs: dict[str, list[Cost]] = {
            "state": [],
            "append": [],
            "pinned state from memory": [],
        }

    def ask(self, address: str, body: bytes | None = None) -> None:
        told = {"Content-Type": "application/json"} if body else {}
        self.connection.request("POST" if body else "GET", address, body, self.headers | told)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status not in (200, 201):
            raise RuntimeError(f"{address}: {response.status} {answer[:300]!r}")

    def measure(self, name: str, requests: list[Request]) -> None:
        self.connection.close()  # an idle one is not kept for long
        self.connection.connect()
        cpu, wall = time.clock_gettime(self.cpu_clock), time.perf_counter()
        for request in requests:
            self.ask(*request)
        spent = time.perf_counter() - wall, time.clock_gettime(self.cpu_clock) - cpu
        self.costs[name].append(Cost(*(each / len(requests) * 1000 for each in spent)))


def ask_round(servers: list[Measured], moments: list[int], number: int) -> None:
    """Ask each server the same; who begins changes from round to round."""
    states: list[Request] = [(path("state", each, audience="staff"), None) for each in moments]
    for server in servers if number % 2 else servers[::-1]:
        server.measure("state", states)
        server.measure("pinned state from memory", [(PINNED, None)] * CACHED)
        server.measure("append", [(f"{BASE}/events", event_body()) for _ in range(APPENDS)])


def event_body() -> bytes:
    told = statement(1, id=str(uuid4()), statement=f"c{uuid4().hex[:20]}", speaker="person-1")
    return json.dumps(told).encode()


def print_ratios(guarded: Measured, bare: Measured) -> None:
    """Print a row for each kind of request; half of the rounds lie between the bounds."""
    print("| | CPU without | CPU with | ratio of CPU | ratio of wall time | at most 1.05 |")
    print("|---|---|---|---|---|---|")
    for name in guarded.costs:
        pairs = list(zip(guarded.costs[name], bare.costs[name], strict=True))
        ratios = [
            statistics.quantiles(
                [getattr(mine, kind) / getattr(other, kind) for mine, other in pairs]
            )
            for kind in ("cpu", "wall")
        ]
        cells = (f"{middle:.3f} × ({low:.3f} to {high:.3f})" for low, middle, high in ratios)
        without, with_all = (
            statistics.median(cost.cpu for cost in each.costs[name]) for each in (bare, guarded)
        )
        verdict = "met" if all(middle <= MARK for _, middle, _ in ratios) else "missed"
        print(
            f"| {name} | {without:.2f} ms | {with_all:.2f} ms | {' | '.join(cells)} | {verdict} |"
        )
    print(f"load {os.getloadavg()[0]:.1f}")


@contextmanager
def serving(folder: Path, source: Path, *, is_bare: bool) -> Iterator[Measured]:
    """Serve a ledger of one's own; the real one has a key that may do everything."""
    folder.mkdir()
    fill.build(folder / "load.db", history.read(source))
    for kind, name in (("key", "log.key"), ("checkpoint", "checkpoint")):
        (folder / f"load.db.{kind}").rename(folder / name)
    program = (sys.executable, "-m", "tests.evidence.load.bare_server") if is_bare else None
    given = {"MINUTEBOOK_REQUESTS_PER_MINUTE": "999999"}  # counted, and never too many
    with serve_ledger(
        folder / "load.db", folder=folder, program=program or (BIN / "minutebook",), **given
    ) as server:
        secret = None
        if not is_bare:
            grant = {"name": "clerk", "scopes": ["admin"]}
            status, _, made = server.call("POST", "/v1/keys", grant)
            assert status in (200, 201), made
            secret = made["secret"]
        yield Measured(server, secret)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    with TemporaryDirectory() as name, ExitStack() as stack:
        source = history.make_history(Path(name), arguments.events)
        servers = [
            stack.enter_context(serving(Path(name) / str(is_bare), source, is_bare=is_bare))
            for is_bare in (False, True)
        ]
        moments = dates(STATES * (arguments.rounds + 1))
        for number in range(arguments.rounds + 1):
            ask_round(servers, moments[number * STATES : (number + 1) * STATES], number)
        for server in servers:
            for costs in server.costs.values():
                del costs[0]  # the first round warms up
        print_ratios(*servers)


if __name__ == "__main__":
    main()
