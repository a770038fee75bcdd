"""Waiting for what the writer of a ledger does in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from domain.errors import BusyError
from ledger.database import Cursor, ReadableLedger, ResultT

OUTCOME_TIMEOUT = 30.0
"""Seconds until a caller is told that the outcome of a write is unknown."""


def run_in_writer(ledger: ReadableLedger, write: Callable[[Cursor], ResultT]) -> ResultT:
    """Return what a write returns, once it is committed. Raises BusyError."""
    results: list[ResultT] = []
    await_result(ledger.run_in_writer(lambda c: results.append(write(c))))
    return results[0]


def await_result(outcome: Future[ResultT]) -> ResultT:
    """Return a result. Raises BusyError where none comes, as while no standby confirms a commit."""
    try:
        return outcome.result(OUTCOME_TIMEOUT)
    except TimeoutError:
        raise BusyError(
            f"the outcome is unknown after {OUTCOME_TIMEOUT:.0f} seconds",
            hint="do the same again: nothing is recorded twice",
        ) from None
