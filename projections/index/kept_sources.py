"""What filters by source leave of the events that rest on one source."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from domain.model import Viewer
from ledger.database import Cursor, database_dialect
from projections.index.candidate_reader import AddedCandidates
from projections.index.families import Families
from projections.index.sources import SOURCE, WATCHED, find_places
from projections.index.statements import STATEMENTS

FEW_OF_SOURCES = 2_000
"""Up to how many events of the sources that are left are looked for one by one, not among all."""


class KeptSources(NamedTuple):
    """The cells of sources of which events are read from the index, and whether any of them stands
    for news; or else the seqs of all news, which is looked for like candidates."""

    cells: list[int]
    have_news: bool
    few: frozenset[int]
    candidates: AddedCandidates


class SourceFilters:
    """What filters leave of one negotiation, and the families that are resolved for them: read once
    in a snapshot."""

    def __init__(self, c: Cursor, negotiation: str) -> None:
        self.c, self.negotiation = c, negotiation
        self.families = Families(c)
        self._kept: dict[Viewer, KeptSources] = {}

    def keep(self, viewer: Viewer) -> KeptSources:
        """Return what the filters of a viewer leave.

        One source is never enough where more origins are wanted; what needs none stays.
        """
        if viewer not in self._kept:
            self._kept[viewer] = self._read_kept(viewer)
        return self._kept[viewer]

    def _read_kept(self, viewer: Viewer) -> KeptSources:
        self._execute("sources", negotiation=self.negotiation)
        kept = [row for row in self.c.fetchall() if _is_kept(row[0], row[1], viewer)]
        news = [cell for kind, _, cell in kept if kind == SOURCE]
        others = [cell for kind, _, cell in kept if kind != SOURCE]
        self._execute("seqs_of_sources", sources=_dump(news), limit=FEW_OF_SOURCES + 1)
        seqs = [seq for (seq,) in self.c.fetchall()]
        if len(seqs) > FEW_OF_SOURCES:
            return KeptSources([*news, *others], True, frozenset(), AddedCandidates())
        return KeptSources(others, False, frozenset(seqs), self._add_candidates(seqs))

    def _execute(self, name: str, **params: object) -> None:
        self.c.execute(STATEMENTS[database_dialect(self.c)][name], params)

    def _add_candidates(self, seqs: list[int]) -> AddedCandidates:
        return AddedCandidates(
            (entry.seq, place)
            for family in self.families.read(seqs)
            for entry in family
            for place in find_places(entry, family)
        )


def _is_kept(kind: str, key: str, viewer: Viewer) -> bool:
    if kind != SOURCE:
        return (kind, key) != WATCHED or not viewer.only_source
    publisher, origin = orjson.loads(key)
    return viewer.min_sources <= 1 and viewer.counts({"publisher": publisher, "origin": origin})


def _dump(cells: list[int]) -> str:
    return orjson.dumps(cells).decode()
