"""The tail of the log: one thread of a process watches the head for all who follow it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ledger.fault_log import FaultLog

POLL_INTERVAL = 1.0
"""Seconds until the head is looked at again where no hint came."""
COALESCE_INTERVAL = 0.02
"""Seconds of rest after a growth, so that a quick succession is announced as one."""

HeadWatch = Callable[[float], Iterator[int]]
"""Yields the head now, and again after each hint or the given seconds."""


class Tail:
    """Wakes those who follow when the log has grown; watches only while somebody follows."""

    def __init__(self, watch_head: HeadWatch) -> None:
        self.head = 0
        self._watch_head, self._lock = watch_head, threading.Lock()
        self._followers = set[Callable[[], object]]()
        self._thread: threading.Thread | None = None
        self._faults = FaultLog("the log cannot be watched", "the log is watched again")

    @contextmanager
    def wake_on_growth(self, wake: Callable[[], object]) -> Iterator[None]:
        """Have ``wake`` called, in the thread that watches, each time ``head`` has risen."""
        with self._lock:
            self._followers.add(wake)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch_log, name="tail", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._followers.discard(wake)

    def close(self) -> None:
        """Wait until nobody watches any more; those who followed must have left."""
        if (thread := self._thread) is not None:
            thread.join(2 * POLL_INTERVAL)

    def _watch_log(self) -> None:
        while True:
            try:
                for head in self._watch_head(POLL_INTERVAL):
                    self._faults.succeed()
                    if not self._announce_head(head):
                        return
            except Exception as error:
                self._faults.fail(error)
                if not self._announce_head(self.head):
                    return
                time.sleep(POLL_INTERVAL)

    def _announce_head(self, head: int) -> bool:
        """Announce a head that is new; return false once nobody follows."""
        with self._lock:
            if not self._followers:
                self._thread = None
                return False
            has_grown, self.head = head > self.head, max(head, self.head)
            for wake in self._followers if has_grown else ():
                with suppress(RuntimeError):  # its event loop has ended
                    wake()
        if has_grown:
            time.sleep(COALESCE_INTERVAL)
        return True
