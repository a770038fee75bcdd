"""The view through the as-of index: cost follows the number of cells, not the length of the log."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import orjson

from domain import positions
from domain.basis import Basis
from domain.cells import CellKey, Placed
from domain.events import AUDIENCES
from domain.instants import DAY, Instant
from domain.items import Item
from domain.positions import Position
from ledger.cursor import Cursor
from projections.conditions import (
    CUT,
    MENTIONS,
    MOST,
    NEWS,
    ORDER,
    TIE,
    UNREALISED,
    beginning,
    classes,
    mentioning,
    standing_is,
    widths,
)
from projections.index import native
from projections.laying import KEY, SUBJECT
from projections.view import KnownDay, Resolve, T, showing
from projections.words import holds, words

_PLACED = (
    "p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail, v.body, v.rests,"
    " w.rests"
)
_JOIN = " JOIN version v ON v.id = p.version LEFT JOIN version w ON w.id = p.partner"
_BARE = (
    "p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail, NULL, NULL, NULL"
)
_ITEM = ", ".join(f"v.{name}" for name in Item._fields)
_FIRST, _FACTOR = 3, 16
"""Placements read of every cell at first, and how many times more of one that needs more."""
_YEAR_1 = 719_162
"""Days from the first of the year 1 to 1970."""


_EVENT = "v.seq = (SELECT e.seq FROM event e WHERE e.id = :event)"


class IndexView:
    """One negotiation as of one basis, read from the index within one snapshot."""

    def __init__(self, c: Cursor, negotiation: str, basis: Basis, zone: str) -> None:
        self.c, self.basis, self.zone, self.native = c, basis, zone, native(c)
        self.parameters = {
            "negotiation": negotiation,
            "known": basis.known_at,
            "valid": basis.valid_at,
            "seq": basis.seq,
            "audience": 1 << AUDIENCES.index(basis.audience),
        }

    def _rows(self, statement: str, **more: Any) -> list[Any]:
        self.c.execute(statement, {**self.parameters, **more})
        rows: list[Any] = self.c.fetchall()
        return rows

    def cells(self, kind: str, *prefix: str) -> dict[CellKey, list[Placed]]:
        return {key: placed for key, _, placed in self._placed(kind, prefix, MOST)}

    def resolved(
        self, kind: str, *prefix: str, by: Resolve[T], most: int = _FIRST, bare: bool = False
    ) -> dict[CellKey, T]:
        found, page, those = dict[CellKey, T](), max(most, _FIRST), None
        while True:
            short = []
            for key, cell, placed in self._placed(kind, prefix, page, those, bare):
                rows = _Page(placed)
                found[key] = by(rows)
                short += [cell] if rows.ended and len(placed) == page else []
            if not short:
                return dict(sorted(found.items()))
            page, those = page * _FACTOR, short

    def stances(self, kind: str, *prefix: str, bare: bool = False) -> dict[CellKey, Position]:
        found = self.resolved(kind, *prefix, by=positions.resolve, bare=True)
        stand = {key: each for key, each in found.items() if each}
        if bare:
            return stand
        rows = self._rows(
            "SELECT v.seq, v.body, v.rests FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND v.seq IN {self.native.NUMBERS} AND {CUT.format('v')}",
            numbers=_json(row.seq for each in stand.values() for row in each.candidates),
        )
        texts = {seq: (body, rests) for seq, body, rests in rows}
        return {key: each.told(texts) for key, each in stand.items()}

    def _placed(
        self, kind: str, prefix: CellKey, page: int, those: list[int] | None = None,
        bare: bool = False,
    ) -> list[tuple[CellKey, int, list[Placed]]]:  # fmt: skip
        """Return key, number and newest placements of each cell whose key begins so, or of those of
        them with these numbers; bare placements have no JSON."""
        bound = "lo <= :valid" if kind == "meeting" else "last <= :valid"
        newest = f"o.cell = c.id AND o.{bound} AND {CUT.format('o')} ORDER BY {ORDER} LIMIT {page}"
        rows = self._rows(
            f"SELECT {_BARE if bare else _PLACED}, c.key, c.id FROM cell c JOIN"  # noqa: S608  # only constants are put in
            f" {self.native.NEWEST.format(newest=newest)}{'' if bare else _JOIN}"
            " WHERE c.negotiation = :negotiation AND c.kind = :kind"
            f" AND (c.key = :key OR (c.key >= :start AND c.key < :end))"
            f"{'' if those is None else f' AND c.id IN {self.native.NUMBERS}'}",
            kind=kind,
            numbers=_json(those or ()),
            **beginning(prefix),
        )
        found: dict[tuple[str, int], list[Placed]] = {}
        for *columns, key, cell in rows:
            found.setdefault((key, cell), []).append(Placed._make(columns))
        for placed in found.values():
            placed.sort(key=_order, reverse=True)
        return [(tuple(key.split(KEY)), cell, placed)
                for (key, cell), placed in sorted(found.items())]  # fmt: skip

    def _items(self, condition: str, order: str, limit: int = MOST, **more: Any) -> list[Item]:
        rows = self._rows(
            f"SELECT {_ITEM} FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND {CUT.format('v')} AND {condition} ORDER BY {order} LIMIT :limit",
            limit=limit,
            **more,
        )
        return [Item._make(row) for row in rows]

    def records(self, kind: str) -> list[Item]:
        # The plus keeps SQLite from walking the whole log for the sake of the order.
        found = self._items("v.type = :type", "+v.seq", type=kind)
        return showing(self, (each for each in found if not each.withdrawn))

    def mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        asked = {f"s{n}": slug for n, slug in enumerate(slugs)}
        rows = self._rows(
            "SELECT c.key FROM cell c WHERE c.negotiation = :negotiation AND c.kind = :kind"  # noqa: S608  # only constants are put in
            f" AND c.key IN ({', '.join(f':{name}' for name in asked)}) AND EXISTS ("
            "SELECT 1 FROM mention m JOIN version v ON v.id = m.version WHERE m.cell = c.id"
            f" AND m.known_from <= :known AND {NEWS} AND {CUT.format('v')})",
            kind=SUBJECT + kind,
            **asked,
        )
        return {row[0] for row in rows}

    def any_news(self) -> bool:
        return bool(self._items(NEWS, "v.seq", 1))

    def raw(self, event: str) -> Item | None:
        found = self._items(_EVENT, "v.seq", 1, event=event)
        return found[0] if found else None

    def item(self, event: str) -> Item | None:
        found = self.raw(event)
        return next(iter(showing(self, [found])), None) if found else None

    def listed(self, standing: str, limit: int) -> list[Item]:
        match standing:
            case "disputed":
                return self._items(f"v.disputed AND {NEWS}", TIE, limit)
            case "ahead":
                return self._items(standing_is(standing), TIE, limit)
            case "possible":
                return self._newest(
                    ("actual",), "v.lo <= :valid AND v.last > :valid", "valid", limit
                )
            case "scheduled":
                later = "v.lo > :valid AND v.last > :valid"
                return self._newest(("actual",), later, "known", limit)
            case "unrealised":
                return self._newest(UNREALISED, "1 = 1", "known", limit)
        return self._newest((standing,), "1 = 1", "known", limit)

    def _newest(
        self, standings: Sequence[str], condition: str, clock: str, limit: int
    ) -> list[Item]:
        """Return the newest of some standings: the newest of the newest of each class."""
        newest = " UNION ALL ".join(
            "SELECT id FROM (SELECT v.id FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND {each} AND {condition} AND {CUT.format('v')} ORDER BY {TIE}"
            f" LIMIT :limit) c{n}"
            for n, each in enumerate(classes(standings, clock))
        )
        rows = self._rows(
            f"SELECT {_ITEM} FROM version v WHERE v.id IN ({newest}) ORDER BY {TIE} LIMIT :limit",  # noqa: S608  # only constants are put in
            limit=limit,
            **widths(self.basis),
        )
        return [Item._make(row) for row in rows]

    def log(
        self, *, after: int, limit: int, type: str | None, subject: str | None,
        standing: str | None,
    ) -> list[Item]:  # fmt: skip
        conditions = ["v.seq > :after"]
        conditions += ["v.type = :type"] if type else []
        conditions += [MENTIONS] if subject else []
        conditions += [standing_is(standing)] if standing else []
        more = {"type": type, **mentioning(subject), **widths(self.basis)}
        found: list[Item] = []
        while len(found) < limit:
            page = self._items(" AND ".join(conditions), "v.seq", limit, after=after, **more)
            found += showing(self, page)
            if len(page) < limit:
                break
            after = page[-1].seq
        return found[:limit]

    def newest(self, kind: str, subject: str | None = None) -> Iterator[Item]:
        conditions = [f"v.type = :type AND {standing_is('happened')}"]
        conditions += [MENTIONS] if subject else []
        # What happened ends by the clock: said here too, it is where PostgreSQL begins to read.
        after, size = (self.basis.valid_at, MOST, MOST, MOST), 16
        while page := self._items(
            f"{' AND '.join(conditions)} AND (v.last, v.lo, v.known_at, v.seq)"
            " < (:a_last, :a_lo, :a_known, :a_seq)",
            TIE, size, type=kind, **mentioning(subject),
            **dict(zip(("a_last", "a_lo", "a_known", "a_seq"), after, strict=True)),
        ):  # fmt: skip
            yield from page
            last = page[-1]
            after, size = (last.last, last.lo, last.known_at, last.seq), 512

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        # Shifted to days since the year 1, since both databases divide towards zero.
        rows = self._rows(
            f"SELECT (v.known_at + {_YEAR_1} * {DAY}) / {DAY} - {_YEAR_1}, count(*),"  # noqa: S608  # only constants are put in
            " count(CASE WHEN v.seq > :after THEN 1 END), count(CASE WHEN v.seq > :after"
            f" OR (v.known_at + {_YEAR_1} * {DAY}) % {DAY} > :time THEN 1 END)"
            " FROM version v WHERE v.negotiation = :negotiation"
            f" AND {NEWS} AND {CUT.format('v')} GROUP BY 1 ORDER BY 1",
            time=at % DAY,
            after=seq,
        )
        return [KnownDay._make(row) for row in rows]

    def steady_until(self) -> Instant:
        rows = self._rows(
            "SELECT min(CASE WHEN v.known_from > :known THEN v.known_from ELSE v.known_to END)"
            " FROM version v WHERE v.negotiation = :negotiation AND v.known_to > :known"
            " AND v.recorded_from <= :seq AND v.recorded_to > :seq"
        )
        return MOST if rows[0][0] is None else int(rows[0][0])

    def counted(self, kind: str) -> dict[CellKey, int]:
        rows = self._rows(
            "SELECT c.key, count(*) FROM cell c JOIN placement p ON p.cell = c.id"  # noqa: S608  # only constants are put in
            " WHERE c.negotiation = :negotiation AND c.kind = :kind AND p.last <= :valid"
            f" AND {CUT.format('p')} GROUP BY c.key",
            kind=kind,
        )
        return {tuple(key.split(KEY)): count for key, count in rows}

    def registered(self, kind: str) -> list[Item]:
        found = self._items("v.type = :type", "+v.seq", type=kind)
        return [each for each in found if not each.withdrawn]

    def search(self, query: str) -> Iterator[Item]:
        wanted = words(query)
        found = [self._matching(wanted)] if wanted else []
        found += [self._waiting(wanted)] if wanted and self.native.WAITING else []
        return heapq.merge(*found, key=attrgetter("seq"), reverse=True)

    def _waiting(self, wanted: Sequence[str]) -> Iterator[Item]:
        rows = self._rows(
            f"SELECT {_ITEM}, w.text FROM {self.native.WAITING}"  # noqa: S608  # only constants are put in
            f" WHERE v.negotiation = :negotiation AND {NEWS} AND {CUT.format('v')}"
            " ORDER BY v.seq DESC"
        )
        return (Item._make(row) for *row, text in rows if holds(text.split(), wanted))

    def _matching(self, wanted: Sequence[str]) -> Iterator[Item]:
        match, before, size = self.native.query(wanted), MOST, 100
        while page := self._rows(
            f"SELECT {_ITEM} FROM {self.native.MATCHING}"  # noqa: S608  # only constants are put in
            f" AND v.negotiation = :negotiation AND {NEWS}"
            f" AND v.seq < :before AND {CUT.format('v')} ORDER BY v.seq DESC LIMIT :size",
            match=match, before=before, size=size,
        ):  # fmt: skip
            items = [Item._make(row) for row in page]
            yield from items
            before, size = items[-1].seq, 1000


class _Page:
    """A page of rows that tells whether it was read to its end."""

    def __init__(self, rows: list[Placed]) -> None:
        self.rows, self.ended = rows, False

    def __iter__(self) -> Iterator[Placed]:
        yield from self.rows
        self.ended = True


_order = attrgetter("order")


def _json(numbers: Iterable[int]) -> str:
    return orjson.dumps(list(numbers)).decode()
