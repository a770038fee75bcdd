"""What statements and meetings name of their own kind that is not there, or leads back to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from domain import meetings as meeting_rules
from domain.cells import CellRow
from domain.model import Json
from domain.phantom_links import (
    CIRCULAR_STATEMENT,
    FOUNDING_TYPES,
    WITHOUT_STATEMENT,
    find_circles,
    from_least,
)
from projections.answer_json import Item
from projections.answers.anomalies import FoundAnomaly
from projections.answers.meetings import is_founded
from projections.view import View

MISSING = {
    "reply_to": "reply-without-statement",
    "copy_of": "copy-without-statement",
    "part_of": "part-without-meeting",
}
CIRCULAR = {
    "reply_to": "circular-replies",
    "copy_of": "circular-copies",
    "part_of": "circular-parts",
}


def find_phantom_links(view: View) -> Iterator[FoundAnomaly]:
    """Yield statements that name one that nobody made, meetings that are part of one that nothing
    announced or held, and circles of either."""
    for (target,), rows in view.read_cells(WITHOUT_STATEMENT).items():
        for row in rows:
            name = str(row.label)
            fields = {"statement": row.own_fields.get("statement"), name: target}
            yield FoundAnomaly(row.tie_order, {"kind": MISSING[name]} | fields, [row.provenance])
    yield from _circular_statements(view)
    yield from _phantom_parts(view)


def _circular_statements(view: View) -> Iterator[FoundAnomaly]:
    find_made = cache(lambda slug: _find_made(view, slug))
    found = set[tuple[str, tuple[str, ...]]]()
    for (slug,), rows in view.read_cells(CIRCULAR_STATEMENT).items():
        for name in {str(row.label) for row in rows}:
            path: dict[str, Item] = {}
            at: str | None = slug
            while at and at not in path and (item := find_made(at)):
                path[at] = item
                at = item.own_fields.get(name)
            circle = from_least(list(path)) if at == slug and path else ()
            if circle and (name, circle) not in found:
                found.add((name, circle))
                items = [path[each] for each in circle]
                order = max((each.last, each.lo, each.known_at, each.seq, 0) for each in items)
                fields = {"kind": CIRCULAR[name], "statements": circle}
                yield FoundAnomaly(order, fields, [each.provenance for each in items])


def _find_made(view: View, slug: str) -> Item | None:
    """Return the event that makes a statement."""
    makers = (
        item
        for item in view.read_newest("statement-made", f"statement:{slug}")
        if item.own_fields.get("statement") == slug
    )
    return min(makers, key=lambda item: item.seq, default=None)


def _phantom_parts(view: View) -> Iterator[FoundAnomaly]:
    meetings = {slug: rows for (slug,), rows in view.read_cells("meeting", with_json=False).items()}

    @cache
    def is_known(slug: str) -> bool:
        return is_founded(view, meetings.get(slug, ()), FOUNDING_TYPES, f"meeting:{slug}")

    parts = dict[str, str | None]()
    for slug, rows in meetings.items():
        naming = [row for row in rows if row.detail]
        if naming:
            parts[slug] = meeting_rules.find_whole(rows)
        for row in naming:
            if row.part_of and not is_known(row.part_of):
                fields = {"meeting": slug, "part_of": row.part_of, "type": row.label}
                value: Json = {"kind": MISSING["part_of"], **fields}
                yield FoundAnomaly(row.tie_order, value, _provenances(view, [row]))
    for circle in find_circles(parts):
        naming = [row for slug in circle for row in meetings[slug] if row.part_of == parts[slug]]
        order = max(row.tie_order for row in naming)
        value = {"kind": CIRCULAR["part_of"], "meetings": circle}
        yield FoundAnomaly(order, value, _provenances(view, naming))


def _provenances(view: View, rows: list[CellRow]) -> list[bytes]:
    (with_json,) = view.add_json([rows])
    return [row.provenance for row in with_json]
