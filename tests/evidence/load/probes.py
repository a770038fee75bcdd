"""What goes on beside an attack: appends, questions and /livez, each asked by a process of its own
over and over, on a new connection each time."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import NamedTuple
from uuid import uuid4

from benchmarks.questions import BASE
from tests.facts import statement

PAUSE = 0.05
"""Seconds between an answer and the next request."""
FORK = multiprocessing.get_context("fork")


class Ask(NamedTuple):
    """What a probe asks: a path, or events to record at it."""

    path: str
    records: bool = False


class Answered(NamedTuple):
    """When a request was sent, by the clock of the machine, how many seconds its answer took, and
    its status, or why there is none."""

    began: float
    took: float
    status: str

    @property
    def is_good(self) -> bool:
        return self.status in ("200", "201")


PROBES = {
    "append": Ask(f"{BASE}/events", records=True),
    "livez": Ask("/livez"),
    "state": Ask(f"{BASE}/state"),
}


def ask_once(port: int, ask: Ask, headers: Mapping[str, str]) -> Answered:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        if ask.records:
            told = statement(1, id=str(uuid4()), statement=f"p{uuid4().hex[:20]}")
            told["speaker"] = "person-1"
            sent = {"Content-Type": "application/json", **headers}
            connection.request("POST", ask.path, json.dumps(told), sent)
        else:
            connection.request("GET", ask.path, headers=dict(headers))
        response = connection.getresponse()
        response.read()
        status = str(response.status)
    except (OSError, http.client.HTTPException) as error:
        status = type(error).__name__
    finally:
        connection.close()
    return Answered(began, time.monotonic() - began, status)


def _probe(port: int, ask: Ask, headers: Mapping[str, str], pipe: Connection) -> None:
    found = list[Answered]()
    while not pipe.poll(PAUSE):
        found.append(ask_once(port, ask, headers))
    pipe.send(found)


@contextmanager
def probing(
    port: int, names: tuple[str, ...], headers: Mapping[str, str]
) -> Iterator[dict[str, list[Answered]]]:
    """Ask meanwhile; the answers of each probe are there at the end."""
    answers: dict[str, list[Answered]] = {}
    probes = []
    for name in names:
        ours, theirs = FORK.Pipe()
        process = FORK.Process(target=_probe, args=(port, PROBES[name], headers, theirs))
        process.start()
        probes.append((name, ours, process))
    try:
        yield answers
    finally:
        for name, ours, process in probes:
            ours.send(None)
            answers[name] = ours.recv()
            process.join()


def quantile(samples: list[float], share: float) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
