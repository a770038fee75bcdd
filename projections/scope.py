"""A few cells and events of a view: what may look different under another basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.catalogue import CLASS_BY_TYPE
from domain.cells import ENDORSEMENT_TYPES, CellKey
from domain.instants import Instant

LISTED_TYPES = (
    "statement-made",
    *ENDORSEMENT_TYPES,
    *(name for name, cls in CLASS_BY_TYPE.items() if cls.LIST_NAME),
)
"""The types of events that are listed one by one."""


@dataclass(frozen=True)
class Scope:
    """Keys of cells by kind, and seqs of events by type, with the slugs that these tell of."""

    cells: Mapping[str, frozenset[CellKey]] = field(default_factory=dict)
    seqs: Mapping[str, frozenset[int]] = field(default_factory=dict)
    slugs: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def keys_of(self, kind: str, prefix: CellKey = ()) -> list[CellKey]:
        """Return the keys of a kind that begin so."""
        keys = self.cells.get(kind, ())
        return sorted(key for key in keys if key[: len(prefix)] == prefix)


@dataclass(frozen=True)
class Touched:
    """All that may look different now than as of an earlier now: of events their ids, seqs, types
    and standings then or now, and when the first of them became known; of cells their keys."""

    cells: Scope
    events: frozenset[str]
    seqs: frozenset[int]
    types: frozenset[str]
    standings: frozenset[str]
    first_known_at: Instant
    has_ended: bool
