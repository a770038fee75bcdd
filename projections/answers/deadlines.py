"""The answers about deadlines: whether each is open, passed, met or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import orjson

from domain import deadlines as deadline_rules
from domain.cells import CellRow
from domain.deadlines import ResolvedDeadline
from projections.answer_json import merge_provenance
from projections.answers.anomalies import FoundAnomaly
from projections.answers.listing import TrackedKind
from projections.answers.meetings import is_founded
from projections.answers.newest import ListedThing
from projections.answers.positions import collect_provenances
from projections.view import View

FOUNDING_TYPES = ("deadline-set",)


class Deadlines(TrackedKind):
    """Deadlines: each is told by many events."""

    kind, list_name = "deadline", "deadlines"
    closed_statuses = ("met", "withdrawn")

    def list_all(self, view: View, *slug: str) -> Iterator[ListedThing]:
        for (name,), rows in view.read_cells("deadline", *slug).items():
            resolved, facts, provenance = _resolve_deadline(name, tuple(rows), view.zone)
            status = resolved.status_at(view.basis.valid_at)
            parts = (facts, b'{"status":"%b"}' % status.encode(), provenance)
            yield ListedThing(name, status, rows[0].tie_order, parts)

    def find_anomalies(self, view: View) -> Iterator[FoundAnomaly]:
        """Yield what was recorded of deadlines that nothing set."""
        for (slug,), rows in view.read_cells("deadline").items():
            if is_founded(view, rows, FOUNDING_TYPES, f"deadline:{slug}"):
                continue
            for row in rows:
                value = {"kind": "deadline-not-set", "deadline": slug, "type": row.label}
                yield FoundAnomaly(row.tie_order, value, [row.provenance])


DEADLINES = Deadlines()


@lru_cache(maxsize=2**12)
def _resolve_deadline(
    slug: str, newest_first: Sequence[CellRow], zone: str
) -> tuple[ResolvedDeadline, bytes, bytes]:
    """Return a deadline, its JSON as far as the clock does not matter, and what it rests on."""
    resolved = deadline_rules.resolve(newest_first, zone)
    facts = {
        "deadline": slug,
        "due": resolved.due,
        "closed": resolved.closed,
        "late": resolved.late,
        **resolved.fields,
        **resolved.zones,
        **({"disputed": True, "rivals": resolved.rivals} if resolved.rivals else {}),
    }
    provenances = collect_provenances(reversed(newest_first))
    return resolved, orjson.dumps(facts), merge_provenance(provenances)
