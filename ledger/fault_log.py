"""What is tried again and again and fails: told in the log when it begins and when it ends."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from domain.errors import MinutebookError
from ledger.database import is_database_error
from ledger.library import PersistenceError

LOGGER = logging.getLogger("minutebook")


@dataclass(frozen=True, slots=True)
class Fault:
    """What fails now, and since when, by the clock of ``time.monotonic``."""

    error: Exception
    began_at: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began_at

    def __str__(self) -> str:
        """Return what the error says first; further lines of a database may quote rows."""
        first_line, *_ = str(self.error).strip().splitlines() or [type(self.error).__name__]
        return first_line


class FaultLog:
    """Whether a task of the server fails; ``what`` says so in the log, ``well`` that it is over."""

    def __init__(self, what: str, well: str) -> None:
        self._what, self._well, self._lock = what, well, threading.Lock()
        self.fault: Fault | None = None

    def fail(self, error: Exception) -> None:
        """Remember a failure; tell it unless the one before was of the same kind.

        What nobody foresaw is told with its traceback.
        """
        with self._lock:
            earlier = self.fault
            self.fault = Fault(error, earlier.began_at) if earlier else Fault(error)
        if earlier and type(earlier.error) is type(error):
            return
        hint = getattr(error, "hint", None)
        remedy = f"; {hint}" if hint else ""
        LOGGER.error(
            "%s: %s%s",
            self._what,
            self.fault,
            remedy,
            exc_info=None if is_foreseen(error) else error,
        )

    def succeed(self) -> None:
        if self.fault:
            self.fault = None
            LOGGER.warning("%s", self._well)


def is_foreseen(error: Exception) -> bool:
    """Return whether an error speaks for itself: ours, or one of the database or the system."""
    ours = isinstance(error, MinutebookError | PersistenceError | OSError)
    return ours or is_database_error(error)
