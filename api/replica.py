"""Where a question is read: from a replica that has what it needs, else from the primary."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from api.archive import Desk, at_desk
from domain.refusals import MinutebookError
from ledger import log
from ledger.reading import Reading
from ledger.writing import Ledger

LOGGER = logging.getLogger("minutebook")
REST = 10.0
"""Seconds for which a replica that failed is not asked again."""


class Reads:
    """Opens desks so that every answer holds what was recorded before it was asked for."""

    def __init__(self, ledger: Ledger, replica: Reading | None = None) -> None:
        self.ledger, self.replica = ledger, replica
        self._asked_from = 0.0

    @contextmanager
    def desk(self, negotiation: str, seq: int | None = None) -> Iterator[Desk]:
        """Yield a desk on a snapshot that has a seq, by default all that is committed by now."""
        with ExitStack() as opened:
            desk = self._at_replica(opened, negotiation, seq)
            yield desk or opened.enter_context(at_desk(self.ledger, negotiation))

    def close(self) -> None:
        if self.replica:
            self.replica.close()

    def _at_replica(self, opened: ExitStack, negotiation: str, seq: int | None) -> Desk | None:
        if self.replica is None or time.monotonic() < self._asked_from:
            return None
        needed = self._head() if seq is None else seq
        attempt = opened.enter_context(ExitStack())
        try:
            desk = attempt.enter_context(at_desk(self.replica, negotiation))
            if desk.log.head >= needed:
                return desk
        except MinutebookError:
            pass  # it has not come so far that it knows what is asked for
        except Exception:
            LOGGER.warning("the replica does not answer, so the primary does", exc_info=True)
            self._asked_from = time.monotonic() + REST
        attempt.close()
        return None

    def _head(self) -> int:
        with self.ledger.reading() as c:
            size, _ = log.head(c)
            return size
