"""Who follows the work of the writer, for each submission that waits for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from domain.model import Json

Work = Callable[[], bool]
"""What the writer does; it returns whether it is done, or has to be tried again."""


class WriterTrace(Protocol):
    """Told of submissions by their outcomes, and runs what the writer does for them."""

    def queue(self, outcome: Future[Json]) -> None:
        """Take note, in the thread that submits, that a submission begins to wait."""

    def record(self, what: str, outcomes: Sequence[Future[Json]], work: Work) -> bool:
        """Run the recording of a group, and return what it returns."""

    def sign(self, work: Work) -> bool:
        """Run the signing of all that was recorded, and return what it returns."""
