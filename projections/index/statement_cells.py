"""The cells of statements that name others, told from all that do so: for filtered sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from domain.cells import CellEntry, CellKey, CellRow
from domain.instants import Instant
from domain.model import Json
from domain.phantom_links import (
    CIRCULAR_STATEMENT,
    STATEMENT_LINKS,
    WITHOUT_STATEMENT,
    circular_entry,
    find_circles,
    link_entries_of,
)
from projections.answer_json import Item

RowsByCell = dict[str, dict[CellKey, list[CellRow]]]
"""Rows of cells, newest first, by their kind and key."""


def link_rows(linking: Iterable[Item], made: Collection[str], valid_at: Instant) -> RowsByCell:
    """Return the rows of the statements that name one that nobody made, or may name themselves.

    ``linking`` are those that name others and count; ``made`` are those of the named ones that
    somebody makes.
    """
    happened = sorted((item for item in linking if item.last <= valid_at), key=_seq)
    found: RowsByCell = {WITHOUT_STATEMENT: {}, CIRCULAR_STATEMENT: {}}
    makers: dict[str, tuple[Item, Json]] = {}
    for item in happened:
        fields = item.own_fields
        makers.setdefault(str(fields.get("statement")), (item, fields))
        for entry in link_entries_of(fields):
            if entry.key[0] not in made:
                _add(found, entry, item)
    for name in STATEMENT_LINKS:
        links = {slug: fields.get(name) for slug, (_, fields) in makers.items()}
        for slug in (slug for circle in find_circles(links) for slug in circle):
            item, fields = makers[slug]
            (entry,) = (each for each in link_entries_of(fields) if each.label == name)
            _add(found, circular_entry(slug, entry), item)
    for rows_by_key in found.values():
        for rows in rows_by_key.values():
            rows.sort(key=lambda row: row.tie_order, reverse=True)
    return found


def _add(found: RowsByCell, entry: CellEntry, item: Item) -> None:
    order = (item.last, item.lo, item.known_at, item.seq, entry.part)
    row = CellRow(
        *order, entry.label, False, entry.detail, entry.answer, item.body, item.provenance
    )
    found[entry.kind].setdefault(entry.key, []).append(row)


def _seq(item: Item) -> int:
    return item.seq
