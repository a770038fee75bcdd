"""Clients that append with retries, followers, and one who keeps what was signed and served."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from random import Random
from typing import Any

import httpx
import orjson

from tests.evidence.stress import OPENING, said
from tests.serving import ApiServer

CLIENTS, FOLLOWERS = 8, 4
TALKS = "/v1/negotiations/failover"
PAUSE = 0.1
"""Seconds between two batches of a client, and before it tries again."""
REQUEST_TIMEOUT = 15.0


@dataclass
class Told:
    """What everybody was told from outside; each list is appended to by several threads."""

    recorded: dict[str, int] = field(default_factory=dict)
    duplicates: set[str] = field(default_factory=set)
    acknowledged_at: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    checkpoints: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    followed: list[list[tuple[int, str]]] = field(default_factory=list)
    streams: int = 0
    retries: int = 0

    @property
    def acknowledged(self) -> set[str]:
        return {*self.recorded, *self.duplicates}

    def take(self, batch: Sequence[dict[str, Any]], answer: dict[str, Any]) -> None:
        """Note that a batch was acknowledged."""
        seqs = {each["id"]: each["seq"] for each in answer["recorded"]}
        if sorted([*seqs, *answer["duplicates"]]) != sorted(each["id"] for each in batch):
            self.faults.append(f"{batch} was answered by {answer}")
        if twice := self.recorded.keys() & seqs.keys():
            self.faults.append(f"{twice} were recorded twice")
        self.recorded |= seqs
        self.duplicates.update(answer["duplicates"])
        self.acknowledged_at.append(time.monotonic())

    def longest_silence(self, since: float) -> float:
        """Return the longest time without an acknowledgement since a moment, in seconds."""
        moments = [since, *(at for at in self.acknowledged_at if at > since), time.monotonic()]
        return max(after - before for before, after in pairwise(moments))


class Load:
    """Threads that use several servers of one ledger, each another one where one fails."""

    def __init__(self, servers: Sequence[ApiServer], seed: int) -> None:
        self.servers, self.told = servers, Told()
        self._client = httpx.Client(timeout=REQUEST_TIMEOUT, trust_env=False)
        self.last_seq: int | None = None
        self._done = threading.Event()
        self._threads: list[threading.Thread] = []
        self._append(
            0,
            [
                *(
                    {"id": f"{'0' * 8}-0000-4000-8000-{n:012}", **each}
                    for n, each in enumerate(OPENING)
                )
            ],
        )
        for number in range(CLIENTS):
            random = Random(f"{seed}/{number}")  # noqa: S311  # no secret
            self._start(self._append_until_done, number, random)
        self._start(self._watch)
        self._followers = [
            self._start(self._follow, number, self.told.followed) for number in range(FOLLOWERS)
        ]

    def end(self) -> None:
        """Stop appending, once each client has its acknowledgement."""
        self._done.set()
        for thread in set(self._threads) - set(self._followers):
            thread.join(120)
            if thread.is_alive():
                self.told.faults.append(f"{thread.name} never got its answer")

    def end_followers(self, last_seq: int) -> None:
        """Wait until all who follow have seen the last event."""
        self.last_seq = last_seq
        for thread in self._followers:
            thread.join(120)
            if thread.is_alive():
                self.told.faults.append(f"{thread.name} does not see seq {last_seq}")

    def repeat_answers(self) -> list[str]:
        """Ask again what was pinned, of each server; return the addresses of other answers."""
        return [
            path
            for path, digest in self.told.answers.items()
            for server in self.servers
            if digest != sha256(self._ask_until_answered(server, path)).hexdigest()
        ]

    def _ask_until_answered(self, server: ApiServer, path: str) -> bytes:
        while (answer := self._ask(server, path)).status_code == 503:
            time.sleep(PAUSE)
        return answer.content

    def _start(self, work: Callable[..., None], *arguments: Any) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        thread.name = f"{work.__name__} {arguments[:1]}"
        self._threads.append(thread)
        thread.start()
        return thread

    def _ask(self, server: ApiServer, path: str) -> httpx.Response:
        url = f"http://127.0.0.1:{server.port}{path}"
        return self._client.get(url)

    def _append_until_done(self, number: int, random: Random) -> None:
        while not self._done.wait(PAUSE):
            self._append(number, [said(random) for _ in range(random.choice((1, 1, 2, 5)))])

    def _append(self, number: int, batch: list[dict[str, Any]]) -> None:
        """Send a batch until it is acknowledged, to another server after each failure."""
        while True:
            port = self.servers[number % len(self.servers)].port
            with suppress(httpx.HTTPError):
                url = f"http://127.0.0.1:{port}{TALKS}/events"
                answer = self._client.post(url, json=batch)
                if answer.status_code == 201:
                    return self.told.take(batch, answer.json())
                if answer.status_code != 503:
                    return self.told.faults.append(f"{answer.status_code}: {answer.text}")
                self.told.refusals.append(answer.json()["type"])
            if self.told.refusals[-1:] == ["/problems/forked-log"] and self._done.is_set():
                return None
            self.told.retries += 1
            number += 1
            time.sleep(PAUSE)

    def _follow(self, number: int, followed: list[list[tuple[int, str]]]) -> None:
        seen: list[tuple[int, str]] = []
        followed.append(seen)
        while not self._has_all(seen):
            server = self.servers[number % len(self.servers)]
            last = {"Last-Event-ID": str(seen[-1][0])} if seen else {}
            with (
                suppress(Exception),
                server.stream(f"{TALKS}/stream?audience=staff", **last) as stream,
            ):
                self.told.streams += 1
                for block in stream.blocks():
                    if "id" in block:
                        item = orjson.loads(block["data"])
                        seen.append((item["seq"], item["id"]))
                    if self._has_all(seen):
                        return
            number += 1
            time.sleep(PAUSE)

    def _has_all(self, seen: list[tuple[int, str]]) -> bool:
        return self.last_seq is not None and bool(seen) and seen[-1][0] >= self.last_seq

    def _watch(self) -> None:
        """Keep the checkpoints that are served, and answers to pinned questions."""
        while not self._done.wait(0.5):
            for server in self.servers:
                with suppress(httpx.HTTPError, ValueError):
                    note = self._ask(server, "/v1/audit/checkpoint")
                    ready = self._ask(server, "/readyz")
                    if note.status_code != 200 or ready.status_code != 200:
                        continue
                    self.told.checkpoints.add(note.text)
                    pinned = f"{TALKS}/statements?audience=staff&limit=5&seq={ready.json()['head']}"
                    link = self._ask(server, pinned).links.get("canonical")
                    if link is None:
                        continue  # it is not answered now
                    path = link["url"]
                    answer = self._ask(server, path)
                    if answer.status_code == 200:
                        digest = sha256(answer.content).hexdigest()
                        if self.told.answers.setdefault(path, digest) != digest:
                            self.told.faults.append(f"{path} was answered in two ways")
