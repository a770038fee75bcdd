"""What a server does again and again beside its answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from domain.errors import ForkedLogError
from ledger.fault_log import FaultLog


class RepeatedTask:
    """Runs a function at once and then every ``interval`` seconds, in a thread of its own, from
    ``start`` to ``close``; what fails is tried again."""

    def __init__(
        self, name: str, run: Callable[[], object], interval: float, faults: FaultLog
    ) -> None:
        self.run, self._interval, self._faults = run, interval, faults
        self._stop_requested = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def request_stop(self) -> None:
        """Let the thread end, without waiting for it."""
        self._stop_requested.set()

    def close(self) -> None:
        self.request_stop()
        if self.is_running:
            self._thread.join(2 * self._interval)

    def _repeat(self) -> None:
        while not self._stop_requested.is_set():
            try:
                self.run()
            except ForkedLogError:
                return  # all has stopped, and it was told
            except Exception as error:
                self._faults.fail(error)
            else:
                self._faults.succeed()
            self._stop_requested.wait(self._interval)
