"""The newest rows of a cell, joined from the index and from what is resolved for an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from domain.cells import CellRow

if TYPE_CHECKING:
    from projections.index.candidate_reader import CellCandidates

K = TypeVar("K")

make_row: Callable[[Iterable[object]], CellRow] = partial(tuple.__new__, CellRow)
"""Makes a row without asking how many columns it has: a state has thousands."""


class JoinedRows(NamedTuple):
    """The newest rows of a cell, or all of them."""

    rows: list[CellRow]
    is_whole: bool


class NotedRows(Generic[K]):
    """The rows of a cell, whose key is noted once somebody asks for more than there are."""

    __slots__ = ("exhausted", "key", "rows")

    def __init__(self, rows: list[CellRow], key: K, exhausted: set[K]) -> None:
        self.rows, self.key, self.exhausted = rows, key, exhausted

    def __iter__(self) -> Iterator[CellRow]:
        return chain(self.rows, self._note())

    def _note(self) -> Iterator[CellRow]:
        self.exhausted.add(self.key)
        yield from ()


def join_page(
    steady: list[CellRow], folded: list[CellRow], candidates: CellCandidates, count: int
) -> JoinedRows:
    """Join the newest rows of both, down to where one of them was not read any further."""
    is_full = len(steady) >= count
    rows = sorted(chain(steady, folded), key=attrgetter("tie_order"), reverse=True)
    if is_full:
        rows = [row for row in rows if row.tie_order >= steady[-1].tie_order]
    if candidates.cut is not None:
        rows = [row for row in rows if row.last >= candidates.cut]
    return JoinedRows(rows, not is_full and candidates.cut is None)
