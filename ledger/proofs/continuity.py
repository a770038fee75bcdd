"""What this process knows the log to have been: a log only ever grows from there.

A database that lost what was committed, or that another log stands in, is noticed by its head or by
its tree, before anything of it is signed.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Never

from domain.errors import BusyError, ForkedLogError, NoProofError
from ledger import log
from ledger.database import Cursor
from ledger.proofs.merkle import EMPTY_ROOT, Frontier, compute_root

LOGGER = logging.getLogger("minutebook")
REPLACED_PATIENCE = 30.0
"""Seconds for which one of several servers that lacks what is known counts as one that was
replaced and does not know it yet, unless another one has it."""
FORK_HINT = (
    "nothing is recorded, signed or answered until a person decides: stop the server, then"
    " minutebook recover shows both histories"
)


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A size that the log had, and the root of its tree then."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    told_by: str = "this process"


Known = KnownHead | Frontier
"""What this process committed is known as a frontier, whose root costs hashing, so it is computed
only where it is asked for."""


@dataclass(frozen=True, slots=True)
class SuspectServer:
    """What a server lacks that another one may have, and since when, by ``time.monotonic``."""

    detail: str
    since: float

    def to_error(self) -> BusyError:
        return BusyError(self.detail, hint="another server of the database may have it: try again")


class LogContinuity:
    """The newest head that is known of a log, and the fork that was found, if any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: Known = KnownHead()
        self._fork: ForkedLogError | None = None
        self._suspect: SuspectServer | None = None
        self.patience = 0.0
        """Seconds for which a server that lacks what is known is only refused."""
        self.is_served = False
        """Whether others may have to be told what is found, beside who caused it."""

    @property
    def known_head(self) -> Known:
        return self._known

    @property
    def fork(self) -> ForkedLogError | None:
        """What was found; it stays until the process ends."""
        return self._fork

    def find_doubt(self) -> BusyError | None:
        """Return why a server is refused while another one may have what it lacks."""
        suspect = self._suspect
        return suspect.to_error() if suspect else None

    def advance(self, head: Known) -> None:
        """Remember a head that was committed or signed, unless a later one is known."""
        with self._lock:
            if head.size > self._known.size:
                self._known = head

    def require_whole(self) -> None:
        """Raise the ForkedLogError that was found, if any."""
        if self._fork is not None:
            raise ForkedLogError(self._fork.detail, hint=self._fork.hint)

    def check_head(self, frontier: Frontier, known: Known | None = None) -> None:
        """Check a head against a known one, which must be older: it costs no reading.

        Of a longer log nothing is told; ``check_tree`` does. Raises ForkedLogError.
        """
        known = known or self._known
        if frontier.size > known.size:
            return
        if frontier.size < known.size or (frontier != known and frontier.root != known.root):
            self.report_fork(known, frontier.size)
        self._suspect = None

    def check_tree(self, c: Cursor, known: Known | None = None) -> None:
        """Check that the log begins with all that is known of it, or was when a snapshot began.

        Raises ForkedLogError.
        """
        known = known or self._known
        if known.size == 0:
            return
        size, _ = log.read_head(c)
        try:
            is_same = compute_root(log.node_reader(c), known.size) == known.root
        except NoProofError:
            is_same = False
        if size < known.size or not is_same:
            self.report_fork(known, size)
        self._suspect = None

    def stop(self, detail: str, hint: str = FORK_HINT) -> Never:
        """Let nothing go on. Raises ForkedLogError."""
        self._fork = ForkedLogError(detail, hint=hint)
        if self.is_served:
            LOGGER.critical("%s; %s", detail, hint)
        raise self._fork

    def report_fork(self, known: Known, size: int) -> Never:
        """Let nothing go on, since a log of a size does not contain what is known of it.

        Raises ForkedLogError, or BusyError for as long as another server may still contain it.
        """
        told_by = known.told_by if isinstance(known, KnownHead) else "this process"
        what = f"its first {known.size} events are not those according to {told_by}"
        if size < known.size:
            what = f"it has {size} events, and had {known.size} according to {told_by}"
        detail = f"the log does not continue what is known of it: {what}"
        suspect = self._keep_suspect(detail)
        if time.monotonic() < suspect.since + self.patience:
            raise suspect.to_error()
        self.stop(detail)

    def _keep_suspect(self, detail: str) -> SuspectServer:
        with self._lock:
            since = self._suspect.since if self._suspect else time.monotonic()
            self._suspect = SuspectServer(detail, since)
            return self._suspect
