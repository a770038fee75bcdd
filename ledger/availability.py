"""Whether the server of a database answers: who asks while it does not is told so at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from domain.errors import BusyError
from ledger.fault_log import FaultLog

RETRY_INTERVAL = 0.3
"""Seconds between two tries to reach a server that is away."""


class Availability:
    """Whether a server is away, which ``faults`` tells once in the log.

    ``try_server`` raises where it does not answer; while it is away, a thread tries again.
    ``find_doubt`` returns why a server that does answer is refused, if so.
    """

    def __init__(
        self,
        faults: FaultLog,
        try_server: Callable[[], None],
        find_doubt: Callable[[], BusyError | None],
    ) -> None:
        self._faults, self._try_server, self._find_doubt = faults, try_server, find_doubt
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = threading.Event()

    def require(self) -> None:
        """Raise BusyError while the server is away."""
        if self._faults.fault is not None:
            raise self._refusal()

    def report_away(self, error: Exception) -> BusyError:
        """Take note that the server does not answer, and return what the caller is told."""
        with self._lock:
            if self._thread is None and not self._is_closed.is_set():
                self._faults.fail(error)
                self._thread = threading.Thread(
                    target=self._await_return, name="return", daemon=True
                )
                self._thread.start()
        return self._refusal()

    def close(self) -> None:
        self._is_closed.set()

    def _refusal(self) -> BusyError:
        return self._find_doubt() or BusyError(
            "the database does not answer", hint="try again in a second"
        )

    def _await_return(self) -> None:
        while not self._is_closed.wait(RETRY_INTERVAL):
            with suppress(Exception):
                self._try_server()
                with self._lock:
                    self._thread = None
                    self._faults.succeed()
                return
