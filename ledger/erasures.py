"""How many payloads were erased by law, so that what keeps answers knows when to forget them."""

from __future__ import annotations

import logging
import threading
import time

from ledger.reading import Readable

LOGGER = logging.getLogger("minutebook")
PAUSE = 1.0
"""Seconds between two looks."""
LEASE = 3.0
"""Seconds after the beginning of a look until its result says nothing any more."""


class Erasures:
    """Looks at the log once a second, in a thread of its own, between ``start`` and ``close``."""

    def __init__(self, ledger: Readable) -> None:
        self._ledger, self._ended = ledger, threading.Event()
        self._thread = threading.Thread(target=self._watch, name="erasures", daemon=True)
        self._seen: tuple[int, float] | None = None

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(2 * PAUSE)

    def seen(self) -> int | None:
        """Return how many there were at most ``LEASE`` seconds ago; None where nobody knows."""
        if self._seen is None or time.monotonic() > self._seen[1] + LEASE:
            return None
        return self._seen[0]

    def _watch(self) -> None:
        while not self._ended.wait(PAUSE if self._seen else 0):
            try:
                began = time.monotonic()
                with self._ledger.reading() as c:
                    c.execute("SELECT count(*) FROM erasure")
                    self._seen = c.fetchone()[0], began
            except Exception:
                LOGGER.warning("erasures cannot be looked at, trying again", exc_info=True)
                self._ended.wait(PAUSE)
