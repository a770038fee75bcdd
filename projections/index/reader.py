"""The view through the as-of index: cost follows the number of cells, not the length of the log."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import orjson

from domain import positions
from domain.basis import Basis
from domain.cells import CellKey, CellRow
from domain.events import AUDIENCES
from domain.instants import DAY, Instant
from domain.positions import ResolvedPosition
from ledger.database import Cursor
from projections.answer_json import Item
from projections.full_text import holds_all, split_words
from projections.index.rows import KEY_SEPARATOR, SUBJECT_PREFIX
from projections.index.sql import (
    BASIS_CONDITION,
    CELL_ORDER,
    MAX_INTEGER,
    MENTIONS_CONDITION,
    NEWS_CONDITION,
    TIE_ORDER,
    UNREALISED_STANDINGS,
    class_conditions,
    key_prefix_params,
    standing_condition,
    subject_params,
    width_params,
)
from projections.index.writer import native_module
from projections.view import CellResolver, KnownDay, T, visible_items

_ROW_COLUMNS = (
    "p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail, v.body, v.rests,"
    " w.rests"
)
_VERSION_JOIN = " JOIN version v ON v.id = p.version LEFT JOIN version w ON w.id = p.partner"
_BARE_ROW_COLUMNS = (
    "p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail, NULL, NULL, NULL"
)
_ITEM_COLUMNS = "v.event, v.type, v.seq, v.recorded_at, v.known_at, v.lo, v.last, v.standing, v.withdrawn, v.body, v.rests, v.reports"
_FIRST_PAGE_SIZE, _PAGE_GROWTH = 3, 16
"""Placements read of every cell at first, and how many times more of one that needs more."""
_YEAR_1 = 719_162
"""Days from the first of the year 1 to 1970."""


_EVENT_CONDITION = "v.seq = (SELECT e.seq FROM event e WHERE e.id = :event)"


class IndexView:
    """One negotiation as of one basis, read from the index within one snapshot."""

    def __init__(self, c: Cursor, negotiation: str, basis: Basis, zone: str) -> None:
        self.c, self.basis, self.zone, self.native = c, basis, zone, native_module(c)
        self.parameters = {
            "negotiation": negotiation,
            "known": basis.known_at,
            "valid": basis.valid_at,
            "seq": basis.seq,
            "audience": 1 << AUDIENCES.index(basis.audience),
        }

    def _fetch_rows(self, statement: str, **more: Any) -> list[Any]:
        self.c.execute(statement, {**self.parameters, **more})
        rows: list[Any] = self.c.fetchall()
        return rows

    def read_cells(self, kind: str, *prefix: str) -> dict[CellKey, list[CellRow]]:
        return {key: rows for key, _, rows in self._read_cell_rows(kind, prefix, MAX_INTEGER)}

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = _FIRST_PAGE_SIZE,
        without_json: bool = False,
    ) -> dict[CellKey, T]:
        results, page_size, cell_ids = (
            dict[CellKey, T](),
            max(expected_rows, _FIRST_PAGE_SIZE),
            None,
        )
        while True:
            unfinished_cells = []
            for key, cell, cell_rows in self._read_cell_rows(
                kind, prefix, page_size, cell_ids, without_json
            ):
                rows = _TrackedRows(cell_rows)
                results[key] = resolver(rows)
                unfinished_cells += [cell] if rows.exhausted and len(cell_rows) == page_size else []
            if not unfinished_cells:
                return dict(sorted(results.items()))
            page_size, cell_ids = page_size * _PAGE_GROWTH, unfinished_cells

    def resolve_stances(
        self, kind: str, *prefix: str, without_json: bool = False
    ) -> dict[CellKey, ResolvedPosition]:
        resolved = self.resolve_cells(kind, *prefix, resolver=positions.resolve, without_json=True)
        stances = {key: each for key, each in resolved.items() if each}
        if without_json:
            return stances
        rows = self._fetch_rows(
            "SELECT v.seq, v.body, v.rests FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND v.seq IN {self.native.NUMBER_LIST} AND {BASIS_CONDITION.format('v')}",
            numbers=_dump_numbers(row.seq for each in stances.values() for row in each.candidates),
        )
        texts = {seq: (body, rests) for seq, body, rests in rows}
        return {key: each.with_json(texts) for key, each in stances.items()}

    def _read_cell_rows(
        self,
        kind: str,
        prefix: CellKey,
        page_size: int,
        cell_ids: list[int] | None = None,
        without_json: bool = False,
    ) -> list[tuple[CellKey, int, list[CellRow]]]:
        """Return key, number and newest placements of each cell whose key begins so, or of those of
        them with these numbers; bare placements have no JSON."""
        bound = "lo <= :valid" if kind == "meeting" else "last <= :valid"
        newest = f"o.cell = c.id AND o.{bound} AND {BASIS_CONDITION.format('o')} ORDER BY {CELL_ORDER} LIMIT {page_size}"
        rows = self._fetch_rows(
            f"SELECT {_BARE_ROW_COLUMNS if without_json else _ROW_COLUMNS}, c.key, c.id FROM cell c JOIN"  # noqa: S608  # only constants are put in
            f" {self.native.NEWEST_ROWS.format(newest=newest)}{'' if without_json else _VERSION_JOIN}"
            " WHERE c.negotiation = :negotiation AND c.kind = :kind"
            f" AND (c.key = :key OR (c.key >= :start AND c.key < :end))"
            f"{'' if cell_ids is None else f' AND c.id IN {self.native.NUMBER_LIST}'}",
            kind=kind,
            numbers=_dump_numbers(cell_ids or ()),
            **key_prefix_params(prefix),
        )
        rows_by_cell: dict[tuple[str, int], list[CellRow]] = {}
        for *columns, key, cell in rows:
            rows_by_cell.setdefault((key, cell), []).append(CellRow._make(columns))
        for cell_rows in rows_by_cell.values():
            cell_rows.sort(key=_tie_order, reverse=True)
        return [
            (tuple(key.split(KEY_SEPARATOR)), cell, cell_rows)
            for (key, cell), cell_rows in sorted(rows_by_cell.items())
        ]

    def _read_items(
        self, condition: str, order: str, limit: int = MAX_INTEGER, **more: Any
    ) -> list[Item]:
        rows = self._fetch_rows(
            f"SELECT {_ITEM_COLUMNS} FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND {BASIS_CONDITION.format('v')} AND {condition} ORDER BY {order} LIMIT :limit",
            limit=limit,
            **more,
        )
        return [Item._make(row) for row in rows]

    def visible_records(self, kind: str) -> list[Item]:
        # The plus keeps SQLite from walking the whole log for the sake of the order.
        items = self._read_items("v.type = :type", "+v.seq", type=kind)
        return visible_items(self, (each for each in items if not each.withdrawn))

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        slug_params = {f"s{n}": slug for n, slug in enumerate(slugs)}
        rows = self._fetch_rows(
            "SELECT c.key FROM cell c WHERE c.negotiation = :negotiation AND c.kind = :kind"  # noqa: S608  # only constants are put in
            f" AND c.key IN ({', '.join(f':{name}' for name in slug_params)}) AND EXISTS ("
            "SELECT 1 FROM mention m JOIN version v ON v.id = m.version WHERE m.cell = c.id"
            f" AND m.known_from <= :known AND {NEWS_CONDITION} AND {BASIS_CONDITION.format('v')})",
            kind=SUBJECT_PREFIX + kind,
            **slug_params,
        )
        return {row[0] for row in rows}

    def has_news(self) -> bool:
        return bool(self._read_items(NEWS_CONDITION, "v.seq", 1))

    def find_item(self, event: str) -> Item | None:
        items = self._read_items(_EVENT_CONDITION, "v.seq", 1, event=event)
        return items[0] if items else None

    def find_visible_item(self, event: str) -> Item | None:
        item = self.find_item(event)
        return next(iter(visible_items(self, [item])), None) if item else None

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        match standing:
            case "disputed":
                return self._read_items(f"v.disputed AND {NEWS_CONDITION}", TIE_ORDER, limit)
            case "ahead":
                return self._read_items(standing_condition(standing), TIE_ORDER, limit)
            case "possible":
                return self._newest_by_class(
                    ("actual",), "v.lo <= :valid AND v.last > :valid", "valid", limit
                )
            case "scheduled":
                later = "v.lo > :valid AND v.last > :valid"
                return self._newest_by_class(("actual",), later, "known", limit)
            case "unrealised":
                return self._newest_by_class(UNREALISED_STANDINGS, "1 = 1", "known", limit)
        return self._newest_by_class((standing,), "1 = 1", "known", limit)

    def _newest_by_class(
        self, standings: Sequence[str], condition: str, clock: str, limit: int
    ) -> list[Item]:
        """Return the newest of some standings: the newest of the newest of each class."""
        newest = " UNION ALL ".join(
            "SELECT id FROM (SELECT v.id FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND {each} AND {condition} AND {BASIS_CONDITION.format('v')} ORDER BY {TIE_ORDER}"
            f" LIMIT :limit) c{n}"
            for n, each in enumerate(class_conditions(standings, clock))
        )
        rows = self._fetch_rows(
            f"SELECT {_ITEM_COLUMNS} FROM version v WHERE v.id IN ({newest}) ORDER BY {TIE_ORDER} LIMIT :limit",  # noqa: S608  # only constants are put in
            limit=limit,
            **width_params(self.basis),
        )
        return [Item._make(row) for row in rows]

    def read_log(
        self, *, after: int, limit: int, type: str | None, subject: str | None, standing: str | None
    ) -> list[Item]:
        conditions = ["v.seq > :after"]
        conditions += ["v.type = :type"] if type else []
        conditions += [MENTIONS_CONDITION] if subject else []
        conditions += [standing_condition(standing)] if standing else []
        more = {"type": type, **subject_params(subject), **width_params(self.basis)}
        items: list[Item] = []
        while len(items) < limit:
            page = self._read_items(" AND ".join(conditions), "v.seq", limit, after=after, **more)
            items += visible_items(self, page)
            if len(page) < limit:
                break
            after = page[-1].seq
        return items[:limit]

    def read_newest(self, kind: str, subject: str | None = None) -> Iterator[Item]:
        conditions = [f"v.type = :type AND {standing_condition('happened')}"]
        conditions += [MENTIONS_CONDITION] if subject else []
        # What happened ends by the clock: said here too, it is where PostgreSQL begins to read.
        after, size = (self.basis.valid_at, MAX_INTEGER, MAX_INTEGER, MAX_INTEGER), 16
        while page := self._read_items(
            f"{' AND '.join(conditions)} AND (v.last, v.lo, v.known_at, v.seq)"
            " < (:a_last, :a_lo, :a_known, :a_seq)",
            TIE_ORDER,
            size,
            type=kind,
            **subject_params(subject),
            **dict(zip(("a_last", "a_lo", "a_known", "a_seq"), after, strict=True)),
        ):
            yield from page
            last = page[-1]
            after, size = (last.last, last.lo, last.known_at, last.seq), 512

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        # Shifted to days since the year 1, since both databases divide towards zero.
        rows = self._fetch_rows(
            f"SELECT (v.known_at + {_YEAR_1} * {DAY}) / {DAY} - {_YEAR_1}, count(*),"  # noqa: S608  # only constants are put in
            " count(CASE WHEN v.seq > :after THEN 1 END), count(CASE WHEN v.seq > :after"
            f" OR (v.known_at + {_YEAR_1} * {DAY}) % {DAY} > :time THEN 1 END)"
            " FROM version v WHERE v.negotiation = :negotiation"
            f" AND {NEWS_CONDITION} AND {BASIS_CONDITION.format('v')} GROUP BY 1 ORDER BY 1",
            time=at % DAY,
            after=seq,
        )
        return [KnownDay._make(row) for row in rows]

    def steady_until(self) -> Instant:
        rows = self._fetch_rows(
            "SELECT min(CASE WHEN v.known_from > :known THEN v.known_from ELSE v.known_to END)"
            " FROM version v WHERE v.negotiation = :negotiation AND v.known_to > :known"
            " AND v.recorded_from <= :seq AND v.recorded_to > :seq"
        )
        return MAX_INTEGER if rows[0][0] is None else int(rows[0][0])

    def count_cells(self, kind: str) -> dict[CellKey, int]:
        rows = self._fetch_rows(
            "SELECT c.key, count(*) FROM cell c JOIN placement p ON p.cell = c.id"  # noqa: S608  # only constants are put in
            " WHERE c.negotiation = :negotiation AND c.kind = :kind AND p.last <= :valid"
            f" AND {BASIS_CONDITION.format('p')} GROUP BY c.key",
            kind=kind,
        )
        return {tuple(key.split(KEY_SEPARATOR)): count for key, count in rows}

    def all_records(self, kind: str) -> list[Item]:
        items = self._read_items("v.type = :type", "+v.seq", type=kind)
        return [each for each in items if not each.withdrawn]

    def search_news(self, query: str) -> Iterator[Item]:
        wanted = split_words(query)
        streams = [self._search_full_text(wanted)] if wanted else []
        streams += [self._search_pending(wanted)] if wanted and self.native.PENDING_WORDS else []
        return heapq.merge(*streams, key=attrgetter("seq"), reverse=True)

    def _search_pending(self, wanted: Sequence[str]) -> Iterator[Item]:
        rows = self._fetch_rows(
            f"SELECT {_ITEM_COLUMNS}, w.text FROM {self.native.PENDING_WORDS}"  # noqa: S608  # only constants are put in
            f" WHERE v.negotiation = :negotiation AND {NEWS_CONDITION} AND {BASIS_CONDITION.format('v')}"
            " ORDER BY v.seq DESC"
        )
        return (Item._make(row) for *row, text in rows if holds_all(text.split(), wanted))

    def _search_full_text(self, wanted: Sequence[str]) -> Iterator[Item]:
        match, before, size = self.native.full_text_query(wanted), MAX_INTEGER, 100
        while page := self._fetch_rows(
            f"SELECT {_ITEM_COLUMNS} FROM {self.native.WORD_MATCHES}"  # noqa: S608  # only constants are put in
            f" AND v.negotiation = :negotiation AND {NEWS_CONDITION}"
            f" AND v.seq < :before AND {BASIS_CONDITION.format('v')} ORDER BY v.seq DESC LIMIT :size",
            match=match,
            before=before,
            size=size,
        ):
            items = [Item._make(row) for row in page]
            yield from items
            before, size = items[-1].seq, 1000


class _TrackedRows:
    """A page of rows that tells whether it was read to its end."""

    def __init__(self, rows: list[CellRow]) -> None:
        self.rows, self.exhausted = rows, False

    def __iter__(self) -> Iterator[CellRow]:
        yield from self.rows
        self.exhausted = True


_tie_order = attrgetter("tie_order")


def _dump_numbers(numbers: Iterable[int]) -> str:
    return orjson.dumps(list(numbers)).decode()
