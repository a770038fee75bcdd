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
from projections.answers.listing import ListedKind
from projections.answers.meetings import is_founded
from projections.answers.newest import ListedThing, NewestLists
from projections.answers.positions import collect_provenances
from projections.view import View

FOUNDING_TYPES = ("deadline-set",)
CLOSED_STATUSES = ("met", "withdrawn")


class Deadlines(ListedKind):
    """Deadlines: each is told by many events."""

    kind, list_name = "deadline", "deadlines"

    def select(
        self, view: View, *slug: str, status: str | None = None
    ) -> Iterator[orjson.Fragment]:
        """Yield every deadline, or that of a slug, or those of one status, by slug."""
        for deadline in _list_deadlines(view, *slug):
            if status in (None, deadline.status):
                yield deadline.json_fragment

    def select_newest(self, view: View, lists: NewestLists) -> list[orjson.Fragment]:
        """Return of those met, and of those withdrawn, the newest; of all others every one."""
        return lists.keep_closed("deadlines", _list_deadlines(view), CLOSED_STATUSES)

    def find_anomalies(self, view: View) -> Iterator[FoundAnomaly]:
        """Yield what was recorded of deadlines that nothing set."""
        for (slug,), rows in view.read_cells("deadline").items():
            if is_founded(view, rows, FOUNDING_TYPES, f"deadline:{slug}"):
                continue
            for row in rows:
                value = {"kind": "deadline-not-set", "deadline": slug, "type": row.label}
                yield FoundAnomaly(row.tie_order, value, [row.provenance])


DEADLINES = Deadlines()


def _list_deadlines(view: View, *slug: str) -> Iterator[ListedThing]:
    for (name,), rows in view.read_cells("deadline", *slug).items():
        resolved, facts, provenance = _resolve_deadline(name, tuple(rows), view.zone)
        status = resolved.status_at(view.basis.valid_at)
        parts = (facts, b'{"status":"%b"}' % status.encode(), provenance)
        yield ListedThing(name, status, rows[0].tie_order, parts)


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
