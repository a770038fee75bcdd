"""What statements and meetings name of their own kind that is not there, or leads back to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import orjson

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
from projections.answers.meetings import is_founded, read_parts
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
    parts = read_parts(view)

    @cache
    def is_known(slug: str) -> bool:
        _, rows = parts.get(slug, (None, []))
        return is_founded(view, rows, FOUNDING_TYPES, f"meeting:{slug}")

    for slug, (_, rows) in parts.items():
        for row in rows:
            other = _part_of(row.body)
            if other and not is_known(other):
                fields = {"meeting": slug, "part_of": other, "type": row.label}
                value: Json = {"kind": MISSING["part_of"], **fields}
                yield FoundAnomaly(row.tie_order, value, [row.provenance])
    for circle in find_circles({slug: part for slug, (part, _) in parts.items()}):
        naming = [row for slug in circle for row in _naming_rows(parts[slug][1], parts[slug][0])]
        order = max(row.tie_order for row in naming)
        value = {"kind": CIRCULAR["part_of"], "meetings": circle}
        yield FoundAnomaly(order, value, [row.provenance for row in naming])


def _naming_rows(rows: Iterable[CellRow], part: str | None) -> list[CellRow]:
    return [row for row in rows if _part_of(row.body) == part]


@lru_cache(maxsize=2**12)
def _part_of(body: bytes) -> str | None:
    part: str | None = orjson.loads(body).get("part_of") if b'"part_of"' in body else None
    return part
