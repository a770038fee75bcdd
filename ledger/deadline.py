"""Until when a question may take: set by who waits for it, kept by databases and by what folds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from domain.errors import TookTooLongError


class _Deadline(NamedTuple):
    until: float
    is_called_off: Callable[[], bool]


_deadline = ContextVar[_Deadline | None]("deadline", default=None)


@contextmanager
def time_limit(seconds: float, is_called_off: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Let what is asked in this context, and in threads that it is copied to, take so long, and no
    longer than until it is called off."""
    token = _deadline.set(_Deadline(time.monotonic() + seconds, is_called_off))
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float | None:
    """Return how long a question may still take, or None where nobody limits it."""
    deadline = _deadline.get()
    return None if deadline is None else deadline.until - time.monotonic()


def is_called_off() -> bool:
    deadline = _deadline.get()
    return deadline is not None and deadline.is_called_off()


def is_past() -> bool:
    deadline = _deadline.get()
    return is_called_off() or (deadline is not None and time.monotonic() > deadline.until)


def check_deadline() -> None:
    """Raise TookTooLongError where a question took as long as it may."""
    if is_past():
        raise took_too_long()


def took_too_long() -> TookTooLongError:
    return TookTooLongError(
        "the answer took longer than a question may",
        hint="ask for less: without filters of sources, over fewer dates, or page by page",
    )
