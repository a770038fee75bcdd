"""A connection to PostgreSQL that outlasts no server: one that fell silent, or was replaced."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Self

import psycopg
from psycopg.abc import PQGen

from domain.errors import MinutebookError
from ledger import deadline

SILENCE = 3.0
"""Seconds without a word after which a server is asked on another connection whether it lives."""
PROBE_TIMEOUT = 2.0
WAIT_INTERVAL = 0.1
"""Seconds between two looks at how long a server has been silent."""
SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What a server answers with one byte before it knows who asks."""
NOT_CONFIRMED = "01000"
"""SQLSTATE of the warning with which a commit ends that no synchronous standby confirmed."""
DEFAULTS = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "5000",
}
"""Parameters of libpq by which a network that is cut is noticed, where the address has no others.
"""


class ServerConnection(psycopg.Connection[Any]):
    """Fails where its server froze, however long a statement may take where it did not."""

    opened_at = 0.0
    when_lost: Callable[[ServerConnection], None] | None = None
    """Told once the connection is gone that it was."""
    silence, probe_timeout = SILENCE, PROBE_TIMEOUT
    """Seconds until it is asked whether the server lives, and for an answer; 0 asks nobody."""
    refusal: MinutebookError | None = None
    """What was found wrong with the server or the log when it was opened."""
    commit_warning: str | None = None
    """Why the last commit may not have reached a synchronous standby."""

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> Self:
        connection = super().connect(conninfo, **options)
        connection.opened_at = monotonic()
        connection.add_notice_handler(connection._keep_commit_warning)
        return connection

    def wait(
        self, gen: PQGen[Any], interval: float = WAIT_INTERVAL, timeout: float | None = None
    ) -> Any:
        """Wait for the server. Raises OperationalError also where it does not live any more."""
        try:
            return super().wait(self._watch_silence(gen), interval, timeout)
        except psycopg.OperationalError:
            if self.closed and self.when_lost:
                self.when_lost(self)
            raise

    @contextmanager
    def impatient(self, silence: float, probe_timeout: float) -> Iterator[None]:
        """Wait less than usual for a server that falls silent."""
        self.silence, self.probe_timeout = silence, probe_timeout
        try:
            yield
        finally:
            self.silence, self.probe_timeout = SILENCE, PROBE_TIMEOUT

    def _watch_silence(self, gen: PQGen[Any]) -> Generator[Any, Any, Any]:
        heard_at = monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard_at = monotonic()
                elif deadline.is_called_off():  # the server itself knows the time limit alone
                    self.close()
                    raise psycopg.errors.QueryCanceled("the question was called off")
                elif monotonic() - heard_at > self.silence:
                    self._require_life()
                    heard_at = monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _require_life(self) -> None:
        if not (self.probe_timeout and is_alive(self.fileno(), self.probe_timeout)):
            self.close()
            raise psycopg.OperationalError("the server does not answer any more")

    def _keep_commit_warning(self, notice: psycopg.errors.Diagnostic) -> None:
        # A notice can be read only inside its handler.
        if notice.sqlstate == NOT_CONFIRMED:
            self.commit_warning = str(notice.message_primary)


def is_alive(connected: int, timeout: float = PROBE_TIMEOUT) -> bool:
    """Return whether the server at the other end of a socket answers on another connection.

    A server that is stopped, or cut off, keeps its connections and says nothing.
    """
    with socket.socket(fileno=os.dup(connected)) as known:
        family, address = known.family, known.getpeername()
    try:
        with socket.socket(family) as asking:
            asking.settimeout(timeout)
            asking.connect(address)
            asking.sendall(SSL_REQUEST)
            return bool(asking.recv(1))
    except OSError:
        return False
