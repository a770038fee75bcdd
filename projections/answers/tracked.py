"""The answers about things that many events tell of, and that have a status by the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import orjson

from domain.cells import CellRow
from domain.tracking import ResolvedThing, Tracking
from projections.answer_json import merge_provenance
from projections.answers.anomalies import FoundAnomaly
from projections.answers.listing import ListedKind
from projections.answers.meetings import is_founded
from projections.answers.newest import ListedThing, NewestLists
from projections.answers.positions import collect_provenances
from projections.view import View


class TrackedKind(ListedKind):
    """A kind of which each is told by many events, and has a status that the clock may move.

    ``founding_type`` is that of the event by which one begins, such as ``deadline-set``.
    """

    def __init__(self, kind: str, founding_type: str, tracking: Tracking) -> None:
        self.kind, self.founding_type, self.tracking = kind, founding_type, tracking
        self.list_name, self.closed_statuses = tracking.list_name, tracking.closed_statuses

    def list_all(self, view: View) -> Iterator[ListedThing]:
        """Yield every one as of the basis, by slug."""
        for (name,), rows in view.read_cells(self.kind).items():
            facts = (self.kind, name, self.tracking, tuple(rows), view.zone)
            resolved, body, provenance = _resolve_thing(*facts)
            status = resolved.status_at(view.basis.valid_at)
            parts = (body, b'{"status":"%b"}' % status.encode(), provenance)
            yield ListedThing(name, status, rows[0].tie_order, parts)

    def select(self, view: View, *, status: str | None = None) -> Iterator[orjson.Fragment]:
        """Yield every one, or those of one status, by slug."""
        for thing in self.list_all(view):
            if status in (None, thing.status):
                yield thing.json_fragment

    def select_newest(self, view: View, lists: NewestLists) -> list[orjson.Fragment]:
        """Return of each closed status the newest; of all others every one."""
        return lists.keep_closed(self.list_name, self.list_all(view), self.closed_statuses)

    def find_anomalies(self, view: View) -> Iterator[FoundAnomaly]:
        """Yield what was recorded of things that nothing began, such as ``deadline-not-set``."""
        anomaly = f"{self.kind}-not-{self.founding_type.removeprefix(f'{self.kind}-')}"
        for (slug,), rows in view.read_cells(self.kind).items():
            if is_founded(view, rows, (self.founding_type,), f"{self.kind}:{slug}"):
                continue
            for row in rows:
                value = {"kind": anomaly, self.kind: slug, "type": row.label}
                yield FoundAnomaly(row.tie_order, value, [row.provenance])


@lru_cache(maxsize=2**12)
def _resolve_thing(
    kind: str, slug: str, tracking: Tracking, newest_first: Sequence[CellRow], zone: str
) -> tuple[ResolvedThing, bytes, bytes]:
    """Return a thing, its JSON as far as the clock does not matter, and what it rests on."""
    resolved = tracking.resolve(newest_first, zone)
    disputed = {"disputed": True, "rivals": resolved.rivals} if resolved.rivals else {}
    facts = {kind: slug, **resolved.to_json(), **disputed}
    provenances = collect_provenances(reversed(newest_first))
    return resolved, orjson.dumps(facts), merge_provenance(provenances)
