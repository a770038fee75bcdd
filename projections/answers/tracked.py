"""The answers about things that many events tell of, and that have a status by the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import orjson

from domain.cells import CellRow
from domain.tracking import ResolvedThing, Tracking
from projections.answer_json import join_objects, merge_provenance
from projections.answers.anomalies import FoundAnomaly
from projections.answers.listing import ListedKind
from projections.answers.meetings import find_unfounded
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

    def list_all(self, view: View) -> list[ListedThing]:
        """Return every one with its status but for the clock, by slug."""
        return [
            ListedThing(name, self.tracking.find_base_status(rows), rows[0].tie_order, rows)
            for (name,), rows in view.read_cells(self.kind, with_json=False).items()
        ]

    def select(self, view: View, *, status: str | None = None) -> Iterator[orjson.Fragment]:
        """Yield every one, or those of one status, by slug."""
        return self._show(view, self.list_all(view), status)

    def select_newest(self, view: View, lists: NewestLists) -> list[orjson.Fragment]:
        """Return of each closed status the newest; of all others every one."""
        things = lists.keep_closed(self.list_name, self.list_all(view), self.closed_statuses)
        return list(self._show(view, things))

    def _show(
        self, view: View, things: Sequence[ListedThing], status: str | None = None
    ) -> Iterator[orjson.Fragment]:
        """Yield things as of the basis, or those of one status."""
        for thing, rows in zip(things, view.add_json([each.rows for each in things]), strict=True):
            facts = (self.kind, thing.slug, self.tracking, tuple(rows), view.zone)
            resolved, body, provenance = _resolve_thing(*facts)
            status_at = resolved.status_at(view.basis.valid_at)
            if status in (None, status_at):
                yield join_objects(body, b'{"status":"%b"}' % status_at.encode(), provenance)

    def find_anomalies(self, view: View) -> Iterator[FoundAnomaly]:
        """Yield what was recorded of things that nothing began, such as ``deadline-not-set``."""
        anomaly = f"{self.kind}-not-{self.founding_type.removeprefix(f'{self.kind}-')}"
        for slug, rows in find_unfounded(view, self.kind, (self.founding_type,)):
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
