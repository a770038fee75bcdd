"""The connection to PostgreSQL is cut at a random byte around COMMIT, again and again.

A proxy stands between the server and PostgreSQL. It lets a part of the message with COMMIT through,
or all of it and a part of the answer, and then cuts both ways. Clients send again what was not
acknowledged, so each event must be there exactly once.
"""

from __future__ import annotations

import selectors
import signal
import socket
import threading
import time
from contextlib import ExitStack, closing, suppress
from random import Random
from typing import Any

import psycopg

from api.cli.verify import ignore_progress, verify_ledger
from tests import postgres
from tests.evidence.reliability.kills import Scene, memory_folder
from tests.evidence.reliability.starter import shared_starter
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import Clients, ServedLedger, broken_promises, read_log

COMMIT = b"COMMIT"
CONTROL_CUTS = 60
CLIENTS = 4
EVERY = 3
"""One commit in so many is cut, so that others go through."""


class CuttingProxy:
    """Passes bytes to a port and back, and cuts connections around a COMMIT, one in ``EVERY``."""

    def __init__(self, port: int, random: Random) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port, self.cuts = self._server.getsockname()[1], 0
        self._target, self._random, self._open = port, random, True
        self.is_cutting = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._open = False
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while self._open:
                near, _ = self._server.accept()
                threading.Thread(target=self._serve, args=[near], daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(("127.0.0.1", self._target)) as far:
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pass_on(near, far)

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        """Pass on until one side ends, or until the connection is cut."""
        left: int | None = None
        with selectors.DefaultSelector() as selector:
            selector.register(near, selectors.EVENT_READ, far)
            selector.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in selector.select():
                    data = key.fileobj.recv(2**16)  # type: ignore[union-attr]  # a socket
                    if not data:
                        return
                    if key.fileobj is near and COMMIT in data and self._is_due():
                        left = self._random.randrange(len(data) + ANSWER)
                    if left is None:
                        key.data.sendall(data)
                        continue
                    key.data.sendall(data[:left])
                    left -= len(data)
                    if left <= 0:
                        self.cuts += 1
                        return

    def _is_due(self) -> bool:
        return self.is_cutting and self._random.randrange(EVERY) == 0


ANSWER = 60
"""Bytes with which PostgreSQL answers NOTIFY and COMMIT, at the least."""


def cut_under_load(count: int, seed: int, *, with_ids: bool) -> Outcome:
    with ExitStack() as held:
        folder, starter = held.enter_context(memory_folder()), shared_starter()
        cluster = held.enter_context(postgres.cluster(postgres.QUICK))
        proxy = held.enter_context(
            closing(CuttingProxy(cluster.port, Random(seed)))  # noqa: S311  # no secret
        )
        url = cluster.url().replace(f":{cluster.port}/", f":{proxy.port}/")
        server = ServedLedger(url, folder, starter)
        server.start()
        try:
            with Clients(server.port, seed, with_ids=with_ids, count=CLIENTS) as tally:
                proxy.is_cutting, until = True, time.monotonic() + 60 + 3 * count
                while proxy.cuts < count and time.monotonic() < until:
                    time.sleep(0.05)
                proxy.is_cutting = False
        finally:
            server.end(signal.SIGTERM)

        def execute(statement: str) -> list[Any]:
            with psycopg.connect(cluster.url()) as connection:
                return connection.execute(statement).fetchall()

        failures = list(broken_promises(read_log(execute), tally))
        settings = Scene(server, (), execute).settings()
        failures += [str(each) for each in verify_ledger(settings, ignore_progress).faults]
    told = f"{proxy.cuts} cuts, {len(tally.known)} events acknowledged, {tally.retried} retries"
    return Outcome(told, failures)


def cut_connections(count: int, seed: int) -> Outcome:
    return cut_under_load(count, seed, with_ids=True)


def double_by_cuts(seed: int) -> Outcome:
    return cut_under_load(CONTROL_CUTS, seed, with_ids=False)


TRIALS = (Trial("cut-connections", 3000, cut_connections, double_by_cuts),)
