"""The events of the log by their families, read as they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import orjson

from domain.basis import Basis
from domain.model import Entry, Version
from domain.resolution import resolve_at
from ledger import log
from ledger.database import Cursor, database_dialect
from ledger.deadline import check_deadline
from projections.index.rows import target_ids
from projections.index.statements import STATEMENTS

PAGE = 500
"""Events of which the families are read at once."""


class Families:
    """The families that one snapshot was asked for: an event with every act on each of them."""

    def __init__(self, c: Cursor) -> None:
        self.c = c
        self.by_seq: dict[int, Sequence[Entry]] = {}

    def read(self, seqs: Iterable[int]) -> list[Sequence[Entry]]:
        """Return the families of the events with these seqs, each once, by seq."""
        wanted = sorted(set(seqs))
        missing = [seq for seq in wanted if seq not in self.by_seq]
        for start in range(0, len(missing), PAGE):
            check_deadline()
            self._read_missing(missing[start : start + PAGE])
        found = {id(self.by_seq[seq]): self.by_seq[seq] for seq in wanted if seq in self.by_seq}
        return list(found.values())

    def seq_of(self, negotiation: str, event: str) -> int | None:
        """Return the seq of an event of a negotiation."""
        self.c.execute(
            "SELECT seq FROM event WHERE id = :event AND negotiation = :negotiation",
            {"event": event, "negotiation": negotiation},
        )
        row = self.c.fetchone()
        return row[0] if row else None

    def _read_missing(self, seqs: Sequence[int]) -> None:
        statement = STATEMENTS[database_dialect(self.c)]["family_events"]
        self.c.execute(statement, {"seqs": orjson.dumps(seqs).decode()})
        events = [event for (event,) in self.c.fetchall()]
        for family in group_families(log.read_entries_by_id(self.c, events)):
            self.by_seq |= dict.fromkeys((entry.seq for entry in family), family)


def group_families(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return entries by what acts on what, each family in order."""
    families: dict[str, list[Entry]] = {}
    for entry in entries:
        targets = [name for name in target_ids(entry.payload) if name in families]
        joined = {id(families[name]): families[name] for name in targets}
        family = [*(each for one in joined.values() for each in one), entry]
        families |= dict.fromkeys((each.id for each in family), family)
    distinct = {id(family): family for family in families.values()}
    return [sorted(family, key=lambda entry: entry.seq) for family in distinct.values()]


class ResolvedFamilies:
    """Families as one basis has them, by the definition."""

    def __init__(self, families: Families, basis: Basis) -> None:
        self.families, self.basis = families, basis
        self.by_seq: dict[int, Version | None] = {}

    def versions(self, seqs: Collection[int]) -> dict[str, Version]:
        """Return those events with these seqs that the basis admits."""
        check_deadline()
        missing = [seq for seq in seqs if seq not in self.by_seq]
        for family in self.families.read(missing):
            self._resolve(family)
        found = (self.by_seq.get(seq) for seq in sorted(set(seqs)))
        return {version.entry.id: version for version in found if version}

    def _resolve(self, family: Sequence[Entry]) -> None:
        check_deadline()
        entries = [entry for entry in family if entry.seq <= self.basis.seq]
        if len(entries) == 1:
            entries = [entries[0].as_opened()]
        versions = resolve_at(entries, self.basis.viewer, self.basis.known_at)
        self.by_seq |= dict.fromkeys((entry.seq for entry in family), None)
        self.by_seq |= {version.entry.seq: version for version in versions.values()}
