"""Where a question is read: from a replica that has what it needs, else from the primary."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from api.session import Session, open_session
from domain.errors import MinutebookError
from ledger import log
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger

LOGGER = logging.getLogger("minutebook")
RETRY_DELAY = 10.0
"""Seconds for which a replica that failed is not asked again."""


class ReadRouter:
    """Opens desks so that every answer holds what was recorded before it was asked for."""

    def __init__(self, ledger: Ledger, replica: ReadOnlyLedger | None = None) -> None:
        self.ledger, self.replica = ledger, replica
        self._retry_at = 0.0

    @contextmanager
    def open_session(self, negotiation: str, seq: int | None = None) -> Iterator[Session]:
        """Yield a session on a snapshot that has a seq, by default all that is committed by now."""
        with ExitStack() as exit_stack:
            session = self._open_on_replica(exit_stack, negotiation, seq)
            yield session or exit_stack.enter_context(open_session(self.ledger, negotiation))

    def close(self) -> None:
        if self.replica:
            self.replica.close()

    def _open_on_replica(
        self, exit_stack: ExitStack, negotiation: str, seq: int | None
    ) -> Session | None:
        if self.replica is None or time.monotonic() < self._retry_at:
            return None
        needed_seq = self._read_head() if seq is None else seq
        attempt_stack = exit_stack.enter_context(ExitStack())
        try:
            session = attempt_stack.enter_context(open_session(self.replica, negotiation))
            if session.log_timeline.head >= needed_seq:
                return session
        except MinutebookError:
            pass  # it has not come so far that it knows what is asked for
        except Exception:
            LOGGER.warning("the replica does not answer, so the primary does", exc_info=True)
            self._retry_at = time.monotonic() + RETRY_DELAY
        attempt_stack.close()
        return None

    def _read_head(self) -> int:
        with self.ledger.open_snapshot() as c:
            size, _ = log.read_head(c)
            return size
