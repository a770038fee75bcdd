"""Reading where events that rest on several sources, or are acted on, may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.cells import CellKey
from domain.instants import EARLIEST, LATEST, Instant
from ledger.database import Cursor, database_dialect
from projections.index.indexed_cells import SqlRow
from projections.index.reach import dump_windows
from projections.index.sources import ANYWHERE, BY_REACH, CandidatePlace
from projections.index.statements import STATEMENTS, CellsStatement, cells_statement, dump_list
from projections.index.subjects import KEY_SEPARATOR, key_range

LOWEST, HIGHEST = EARLIEST - 1, LATEST
"""Beyond any place."""
READ_AT_ONCE = 200
"""Candidates that are read together where an answer may need few of them."""
Keys = CellKey | frozenset[str]
"""What the keys of cells begin with, or all keys."""


class CellCandidates:
    """The candidates of one cell: all of them down to ``cut``, which is null where there are no
    more."""

    def __init__(self, places: Sequence[tuple[Instant, int]], count: int) -> None:
        self.seqs = {seq for _, seq in places}
        self.cut = min(places)[0] if len(places) >= count else None


NO_CANDIDATES = CellCandidates((), 1)


class AddedCandidates:
    """Events that are looked for like candidates, though the index does not list them so."""

    def __init__(self, places: Iterable[tuple[int, CandidatePlace]] = ()) -> None:
        self.by_kind: dict[str, dict[str, dict[int, CandidatePlace]]] = {}
        for seq, place in places:
            kind, key = place.cell
            self.by_kind.setdefault(kind, {}).setdefault(key, {})[seq] = place

    def of_cells(self, kind: str, keys: Keys) -> dict[CellKey, set[int]]:
        """Return those of each of some cells."""
        cells = self.by_kind.get(kind, {})
        if isinstance(keys, frozenset):
            named = {tuple(key.split(KEY_SEPARATOR)): cells[key] for key in keys & cells.keys()}
        else:
            named = {tuple(key.split(KEY_SEPARATOR)): each for key, each in cells.items()}
            named = {key: each for key, each in named.items() if key[: len(keys)] == keys}
        return {key: set(seqs) for key, seqs in named.items()}

    def all_of(self, kind: str, keys: Keys) -> set[int]:
        return set().union(*self.of_cells(kind, keys).values())

    def reaching(self, lower: Instant, upper: Instant) -> set[int]:
        """Return those of which moments may lie from one instant to another."""
        return {
            seq
            for cell in self.by_kind.get(BY_REACH, {}).values()
            for seq, (_, begins, settles) in cell.items()
            if begins <= upper and settles >= lower
        }


class CandidateReader:
    """Asks for the candidates of cells under a basis, and for some added ones."""

    def __init__(
        self, c: Cursor, basis_params: Mapping[str, object], added: AddedCandidates
    ) -> None:
        self.c, self.basis_params, self.added = c, basis_params, added
        self.dialect = database_dialect(c)

    def _ask(self, name: CellsStatement, kind: str, keys: Keys, **params: object) -> list[SqlRow]:
        is_listed = isinstance(keys, frozenset)
        wanted = dump_list(sorted(keys))
        named: Mapping[str, str] = {"keys": wanted} if is_listed else key_range(tuple(keys))
        statement = cells_statement(self.dialect, name, listed=is_listed)
        self.c.execute(statement, {**self.basis_params, **named, **params, "kind": kind})
        return self.c.fetchall()

    def of_cells(self, kind: str, keys: Keys, count: int) -> dict[CellKey, CellCandidates]:
        """Return about as many candidates of each of some cells, newest first."""
        rows = self._ask("cell_candidates", kind, keys, offset=count - 1, lowest=LOWEST)
        places: dict[CellKey, list[tuple[Instant, int]]] = defaultdict(list)
        for key, *place in rows:
            places[tuple(key.split(KEY_SEPARATOR))].append((place[0], place[1]))
        found = {key: CellCandidates(each, count) for key, each in places.items()}
        for key, seqs in self.added.of_cells(kind, keys).items():
            found.setdefault(key, CellCandidates((), count)).seqs.update(seqs)
        return found

    def anywhere(self) -> set[int]:
        """Return the events whose places are not listed."""
        kind, key = ANYWHERE
        return {seq for _, seq in self._newest(kind, frozenset((key,)), LOWEST, HIGHEST)}

    def newest(
        self, kind: str, keys: frozenset[str], above: Instant = LOWEST
    ) -> Iterator[tuple[Instant, set[int]]]:
        """Yield the candidates of some lists page by page, newest first, each page after the place
        that no later one passes."""
        upto, limit, told = HIGHEST, 64, set[int]()
        added = self.added.all_of(kind, keys)
        while True:
            page = self._newest(kind, keys, above, upto, limit)
            fresh = added.union(seq for _, seq in page) - told
            told |= fresh
            if len(page) < limit:
                yield LOWEST, fresh
                return
            upto, limit = page[-1][0], limit * 4
            yield upto, fresh

    def _newest(
        self, kind: str, keys: frozenset[str], above: Instant, upto: Instant, limit: int = HIGHEST
    ) -> list[SqlRow]:
        return self._ask("newest_candidates", kind, keys, above=above, upto=upto, limit=limit)

    def all_of(self, kind: str, keys: Keys = ()) -> set[int]:
        """Return all candidates of some cells."""
        rows = self._ask("next_candidates", kind, keys, first=0, last=HIGHEST, limit=HIGHEST)
        return self.added.all_of(kind, keys).union(seq for (seq,) in rows)

    def page(
        self, kind: str, keys: Keys, first: int, last: int, *, newest_first: bool
    ) -> list[int]:
        """Return the first seqs, or the last ones from the last on, of candidates of some cells
        that lie between two seqs; an empty list where there are no more."""
        name: CellsStatement = "last_candidates" if newest_first else "next_candidates"
        bounds = {"first": first, "last": last, "limit": READ_AT_ONCE}
        rows = self._ask(name, kind, keys, **bounds)
        added = {seq for seq in self.added.all_of(kind, keys) if first <= seq <= last}
        seqs = added.union(seq for (seq,) in rows)
        return sorted(seqs, reverse=newest_first)[:READ_AT_ONCE]

    def reaching(self, lower: Instant, upper: Instant = LATEST) -> set[int]:
        """Return those of which moments may lie from one instant to another."""
        statement = STATEMENTS[self.dialect]["reaching_candidates"]
        bounds = {"windows": dump_windows(max(lower, EARLIEST)), "lower": lower, "upper": upper}
        self.c.execute(statement, {**self.basis_params, **bounds})
        return self.added.reaching(lower, upper).union(seq for (seq,) in self.c.fetchall())
