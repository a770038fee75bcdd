"""Which versions a basis may know of, by the blocks of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from ledger.database import Row
from projections.answer_json import Item
from projections.index.rows import VERSIONS_IN_BLOCK

Fetch = Callable[..., Sequence[Row]]
"""Runs a statement by its name, with parameters, under the basis of a view."""


class KnownBlocks:
    """The blocks of versions of which a basis may know some.

    What acts made is known as early as what they act on, and what has no known time is known
    always, so both are looked for apart: they would keep the blocks that follow a basis from being
    passed over.
    """

    def __init__(self, fetch: Fetch) -> None:
        self.fetch = fetch

    def list_ranges(self, *, revised: bool) -> Iterator[tuple[int, int]]:
        """Yield the ranges of numbers of which the basis may know versions, the last first.

        ``revised`` is whether they hold all that acts made, or ``revised`` gives the rest.
        """
        blocks = [block for (block,) in self.fetch("known_blocks", revised=revised)]
        start = 0
        for place, block in enumerate(blocks):
            is_last = place + 1 == len(blocks) or blocks[place + 1] != block - 1
            if is_last:
                first, last = block, blocks[start]
                yield first * VERSIONS_IN_BLOCK, (last + 1) * VERSIONS_IN_BLOCK - 1
                start = place + 1

    @cached_property
    def revised(self) -> list[tuple[int, Item]]:
        """What acts made and the basis knows of other blocks: number and item, the last first by
        seq."""
        rows = self.fetch("revised_in_other_blocks", block_size=VERSIONS_IN_BLOCK)
        return [(version, Item._make(columns)) for version, *columns in rows]

    def last_seq(self) -> int:
        """Return a seq after which the basis knows of nothing but what acts made and what has no
        known time."""
        return next((seq for (seq,) in self.fetch("last_known_seq")), 0)
