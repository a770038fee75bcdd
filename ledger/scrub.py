"""The log hashed again beside the service, page by page and round after round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.errors import NoProofError
from domain.model import Json
from ledger import log
from ledger.database import Cursor
from ledger.fault_log import FaultLog
from ledger.proofs.merkle import Frontier, leaf_hash, node_hash
from ledger.repeated_task import RepeatedTask
from ledger.writer import Ledger

PAGE_LEVEL = 8
PAGE_SIZE = 2**PAGE_LEVEL
"""Events hashed at once: a complete subtree, whose root is at the level above."""
INTERVAL = 1.0
"""Seconds between two pages."""
ROUND_SECONDS = 7 * 86_400.0
"""The longest that a round over the whole log may take; a longer log has more pages at once."""
DAMAGE_HINT = "run minutebook verify to see all that is wrong, and restore a backup"


class LogScrub:
    """Hashes the log again, by its ``task``, and stops the ledger at the first row that is not what
    was recorded."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.reached = self.rounds = self._size = 0
        faults = FaultLog("the log cannot be checked", "the log is checked again")
        self.task = RepeatedTask("scrub", self.check_pages, INTERVAL, faults)

    def to_json(self) -> Json:
        """Return the seq reached in this round, and how many rounds are behind."""
        return {"reached": min(self.reached, self._size), "rounds": self.rounds}

    def check_pages(self) -> None:
        """Check the pages that are due. Raises ForkedLogError."""
        known = self.ledger.continuity.known_head  # before the snapshot, which then holds it
        with self.ledger.open_snapshot() as c:
            self.ledger.require_durable(c)
            self.ledger.continuity.check_tree(c, known)
            self._size, _ = log.read_head(c)
            size = self._size
            for _ in range(1 + int(size / PAGE_SIZE * INTERVAL / ROUND_SECONDS)):
                self._check_page(c, size)

    def _check_page(self, c: Cursor, size: int) -> None:
        first = self.reached  # a multiple of the page's size
        if first >= size:
            self.reached, self.rounds = 0, self.rounds + 1
            return
        hashes = [leaf_hash(leaf) for leaf in log.read_leaves(c, after=first, limit=PAGE_SIZE)]
        try:
            fault = next(_find_faults(c, first, hashes[: size - first]), None)
        except NoProofError as error:
            fault = error.detail  # a row is missing
        if fault:
            self.ledger.continuity.stop(f"the log is damaged: {fault}", DAMAGE_HINT)
        self.reached = first + PAGE_SIZE


def _find_faults(c: Cursor, first: int, hashes: Sequence[bytes]) -> Iterator[str]:
    """Yield what of a page is not what was recorded: leaves, then the subtrees that end in it.

    Raises NoProofError where a row is missing.
    """
    read_node = log.node_reader(c)
    for seq, found in enumerate(hashes, first + 1):
        if found != read_node(0, seq - 1):
            yield f"seq {seq} is not what was recorded"
    last = first + len(hashes)
    _, completed = Frontier().with_leaves(hashes)
    for level, index, found in completed:
        if found != read_node(level, (first >> level) + index):
            yield f"the tree above seqs {first + 1} to {last} does not match"
    level = PAGE_LEVEL + 1
    while last and last % (1 << level) == 0:
        index = (last >> level) - 1
        halves = read_node(level - 1, 2 * index), read_node(level - 1, 2 * index + 1)
        if read_node(level, index) != node_hash(*halves):
            yield f"the tree above seqs {(index << level) + 1} to {last} does not match"
        level += 1
