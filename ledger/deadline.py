"""Until when a question may take: set by who waits for it, kept by databases and by what folds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from domain.errors import TookTooLongError

_deadline = ContextVar[float | None]("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let what is asked in this context, and in threads that it is copied to, take so long."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float | None:
    """Return how long a question may still take, or None where nobody limits it."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - time.monotonic()


def is_past() -> bool:
    deadline = _deadline.get()
    return deadline is not None and time.monotonic() > deadline


def check_deadline() -> None:
    """Raise TookTooLongError where a question took as long as it may."""
    if is_past():
        raise took_too_long()


def took_too_long() -> TookTooLongError:
    return TookTooLongError(
        "the answer took longer than a question may",
        hint="ask for less: without filters of sources, over fewer dates, or page by page",
    )
