"""How many payloads were legally erased, so that what keeps answers knows when to forget them."""

from __future__ import annotations

import logging
import threading
import time

from ledger.database import ReadableLedger

LOGGER = logging.getLogger("minutebook")
POLL_INTERVAL = 1.0
"""Seconds between two looks."""
COUNT_LIFETIME = 3.0
"""Seconds after the beginning of a look until its result says nothing any more."""


class ErasureMonitor:
    """Looks at the log once a second, in a thread of its own, between ``start`` and ``close``."""

    def __init__(self, ledger: ReadableLedger) -> None:
        self._ledger, self._stop_requested = ledger, threading.Event()
        self._thread = threading.Thread(target=self._poll_erasures, name="erasures", daemon=True)
        self._last_count: tuple[int, float] | None = None

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop_requested.set()
        if self._thread.is_alive():
            self._thread.join(2 * POLL_INTERVAL)

    def recent_count(self) -> int | None:
        """Return the count, at most ``COUNT_LIFETIME`` seconds old; None if unknown."""
        if self._last_count is None or time.monotonic() > self._last_count[1] + COUNT_LIFETIME:
            return None
        return self._last_count[0]

    def _poll_erasures(self) -> None:
        while not self._stop_requested.wait(POLL_INTERVAL if self._last_count else 0):
            try:
                began_at = time.monotonic()
                with self._ledger.open_snapshot() as c:
                    c.execute("SELECT count(*) FROM erasure")
                    self._last_count = c.fetchone()[0], began_at
            except Exception:
                LOGGER.warning("erasures cannot be looked at, trying again", exc_info=True)
                self._stop_requested.wait(POLL_INTERVAL)
