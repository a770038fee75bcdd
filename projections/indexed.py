"""The view through the as-of index: cost follows the number of cells, not the length of the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

import orjson
from eventsourcing.sqlite import SQLiteCursor

from domain.basis import Basis
from domain.cells import CellKey, Item, Placed
from domain.events import AUDIENCES
from domain.instants import Instant
from projections.fold import words
from projections.index import KEY, WIDTHS
from projections.view import shows

_CUT = (
    "{0}.known_from <= :known AND {0}.known_to > :known AND {0}.recorded_from <= :seq"
    " AND {0}.recorded_to > :seq AND {0}.audiences & :audience"
)
_ORDER = "last DESC, lo DESC, known_at DESC, seq DESC, part DESC"
_TIE = "v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC"
_PLACED = "p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.detail, v.body"
_PAGE = 4
"""Placements read of every cell at first; a cell that needs more reads on."""
_MOST = 2**62
_item = lru_cache(maxsize=2**14)(orjson.loads)
"""Stored items, each read once: the same few thousand stand in most answers. Never changed."""


class IndexView:
    """One negotiation as of one basis, read from the index within one snapshot."""

    def __init__(self, c: SQLiteCursor, negotiation: str, basis: Basis, zone: str) -> None:
        self.c, self.negotiation, self.basis, self.zone = c, negotiation, basis, zone
        self.parameters = {
            "negotiation": negotiation,
            "known": basis.known_at,
            "valid": basis.valid_at,
            "seq": basis.seq,
            "audience": 1 << AUDIENCES.index(basis.audience),
        }
        self._read: dict[tuple[str, ...], Mapping[CellKey, Iterable[Placed]]] = {}

    def _rows(self, statement: str, **more: Any) -> list[Any]:
        self.c.execute(statement, {**self.parameters, **more})
        rows: list[Any] = self.c.fetchall()
        return rows

    def cells(self, kind: str, *prefix: str) -> Mapping[CellKey, Iterable[Placed]]:
        if (kind, *prefix) not in self._read:
            self._read[kind, *prefix] = self._cells(kind, prefix)
        return self._read[kind, *prefix]

    def _cells(self, kind: str, prefix: CellKey) -> Mapping[CellKey, Iterable[Placed]]:
        start = "".join(part + KEY for part in prefix)
        bound = "lo <= :valid" if kind == "meeting" else "last <= :valid"
        page = _MOST if kind in ("meeting", "amendment", "plan", "role") else _PAGE
        rows = self._rows(
            f"SELECT {_PLACED}, c.key, c.id FROM cell c JOIN placement p ON p.id IN ("  # noqa: S608  # only constants are put in
            f"SELECT o.id FROM placement o WHERE o.cell = c.id AND o.{bound}"
            f" AND {_CUT.format('o')} ORDER BY {_ORDER} LIMIT :page)"
            " JOIN version v ON v.id = p.version"
            " WHERE c.negotiation = :negotiation AND c.kind = :kind"
            " AND (c.key = :key OR (c.key >= :start AND c.key < :end))",
            page=page,
            kind=kind,
            key=KEY.join(prefix),
            start=start,
            end=start[:-1] + chr(ord(KEY) + 1) if start else "\U0010ffff",
        )
        found: dict[CellKey, list[Any]] = {}
        for row in rows:
            found.setdefault(tuple(row["key"].split(KEY)), []).append(row)
        return {key: _Kept(self._newest_first(found[key], page)) for key in sorted(found)}

    def _newest_first(self, rows: list[Any], page: int) -> Iterator[Placed]:
        """Yield a cell's placements; those beyond the first page are read only when asked for."""
        cell = rows[0]["id"]
        rows.sort(key=_order, reverse=True)
        while rows:
            for row in rows:
                yield self._placed(row)
            rows = self._older(cell, rows[-1]) if len(rows) >= page else []
            page = 64

    def _older(self, cell: int, last: Any) -> list[Any]:
        names = ("last", "lo", "known_at", "seq", "part")
        after = dict(zip((f"o_{name}" for name in names), last, strict=False))
        return self._rows(
            f"SELECT {_PLACED} FROM placement p JOIN version v ON v.id = p.version"  # noqa: S608  # only constants are put in
            " WHERE p.cell = :cell AND (p.last, p.lo, p.known_at, p.seq, p.part)"
            " < (:o_last, :o_lo, :o_known_at, :o_seq, :o_part)"
            f" AND {_CUT.format('p')} ORDER BY p.last DESC, p.lo DESC, p.known_at DESC,"
            " p.seq DESC, p.part DESC LIMIT 64",
            cell=cell,
            **after,
        )

    def _placed(self, row: Any) -> Placed:
        last, lo, known_at, seq, part, mark, detail, body, *_ = row
        return Placed(
            mark, last, lo, known_at, seq, part, last > self.basis.valid_at,
            partial(_item, body), _item(detail) if detail else None,
        )  # fmt: skip

    def _items(self, condition: str, order: str, limit: int = _MOST, **more: Any) -> list[Item]:
        rows = self._rows(
            "SELECT v.body FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND {_CUT.format('v')} AND {condition} ORDER BY {order} LIMIT :limit",
            limit=limit,
            **more,
        )
        return [_item(row[0]) for row in rows]

    def records(self, kind: str) -> list[Item]:
        # The plus keeps SQLite from walking the whole log for the sake of the order.
        found = self._items("v.type = :type", "+v.seq", type=kind)
        return [each for each in found if not each["withdrawn"] and shows(self, each)]

    def mentioned(self, kind: str, slug: str) -> bool:
        return bool(
            self._rows(
                "SELECT 1 FROM mention m JOIN version v ON v.id = m.version"  # noqa: S608  # only constants are put in
                " WHERE m.negotiation = :negotiation AND m.kind = :kind AND m.slug = :slug"
                " AND m.known_from <= :known AND v.standing NOT IN ('act', 'record')"
                f" AND {_CUT.format('v')} LIMIT 1",
                kind=kind,
                slug=slug,
            )
        )

    def any_news(self) -> bool:
        return bool(self._items("v.standing NOT IN ('act', 'record')", "v.seq", 1))

    def raw(self, event: str) -> Item | None:
        found = self._items("v.event = :event", "v.seq", 1, event=event)
        return found[0] if found else None

    def item(self, event: str) -> Item | None:
        found = self.raw(event)
        return found if found and shows(self, found) else None

    def listed(self, standing: str, limit: int) -> list[Item]:
        if standing == "scheduled" and self.basis.known_at <= self.basis.valid_at:
            # What lies ahead of both clocks was known before it could have occurred.
            return self._items(f"v.ahead AND {_standing(standing)}", _TIE, limit)
        if standing in _BY_WIDTH:
            return self._by_width(_BY_WIDTH[standing], limit)
        return self._items(_standing(standing), _TIE, limit)

    def _by_width(self, condition: str, limit: int) -> list[Item]:
        """Read actual items not surely past: the newest of each class of vagueness, merged."""
        classes = " UNION ALL ".join(
            "SELECT id FROM (SELECT v.id FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND v.standing = 'actual' AND v.width = {n} AND v.last > :valid"
            f" AND {condition.format(n=n)} AND {_CUT.format('v')} ORDER BY {_TIE} LIMIT :limit)"
            for n in range(len(WIDTHS))
        )
        rows = self._rows(
            f"SELECT v.body FROM version v WHERE v.id IN ({classes}) ORDER BY {_TIE} LIMIT :limit",  # noqa: S608  # only constants are put in
            limit=limit,
            **_widths(self.basis),
        )
        return [_item(row[0]) for row in rows]

    def log(
        self, *, after: int, limit: int, type: str | None, subject: str | None,
        standing: str | None,
    ) -> list[Item]:  # fmt: skip
        conditions, more = ["v.seq > :after"], {}
        if type is not None:
            conditions.append("v.type = :type")
            more["type"] = type
        if subject is not None:
            conditions.append(
                "v.id IN (SELECT version FROM mention WHERE negotiation = :negotiation"
                " AND kind = :subject_kind AND slug = :subject_slug)"
            )
            more["subject_kind"], _, more["subject_slug"] = subject.partition(":")
        if standing is not None:
            conditions.append(_standing(standing))
        found: list[Item] = []
        while len(found) < limit:
            page = self._items(
                " AND ".join(conditions), "v.seq", limit, after=after, **more, **_widths(self.basis)
            )
            found += [each for each in page if shows(self, each)]
            if len(page) < limit:
                break
            after = page[-1]["seq"]
        return found[:limit]

    def newest(self, kind: str) -> Iterator[Item]:
        seen = 0
        while page := self._rows(
            "SELECT v.body FROM version v WHERE v.negotiation = :negotiation AND v.type = :type"  # noqa: S608  # only constants are put in
            f" AND v.standing = 'actual' AND v.last <= :valid AND {_CUT.format('v')}"
            f" ORDER BY {_TIE} LIMIT 50 OFFSET :seen",
            type=kind,
            seen=seen,
        ):
            seen += len(page)
            items = [_item(row[0]) for row in page]
            yield from items

    def known_times(self) -> list[Instant]:
        rows = self._rows(
            "SELECT v.known_at FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND v.standing NOT IN ('act', 'record') AND {_CUT.format('v')}"
        )
        return sorted(row[0] for row in rows)

    def search(self, query: str) -> Iterator[Item]:
        match = " ".join(f'"{word}"*' for word in words(query))
        rows = self._rows(
            "SELECT v.body FROM word w CROSS JOIN version v ON v.id = w.rowid"  # noqa: S608  # only constants are put in
            " WHERE word MATCH :match AND v.negotiation = :negotiation"
            f" AND v.standing <> 'record' AND {_CUT.format('v')} ORDER BY v.seq DESC LIMIT 1000",
            match=match,
        ) if match else []  # fmt: skip
        return (_item(row[0]) for row in rows)


class _Kept:
    """What an iterator yields, kept so that it can be gone through again."""

    def __init__(self, source: Iterator[Placed]) -> None:
        self.source, self.kept = source, list[Placed]()

    def __iter__(self) -> Iterator[Placed]:
        yield from self.kept
        for each in self.source:
            self.kept.append(each)
            yield each


_order = itemgetter(0, 1, 2, 3, 4)
_BY_WIDTH = {"possible": "v.lo <= :valid AND v.last <= :w{n}", "scheduled": "v.lo > :valid"}


def _widths(basis: Basis) -> dict[str, int]:
    """A possible event of one class of vagueness ends within that width of the world clock."""
    return {f"w{n}": min(basis.valid_at + width, _MOST) for n, width in enumerate(WIDTHS)}


def _standing(standing: str) -> str:
    match standing:
        case "disputed":
            return "v.disputed AND v.standing NOT IN ('act', 'record')"
        case "ahead":
            return "v.ahead AND v.standing NOT IN ('withdrawn', 'act', 'record')"
        case "unrealised":
            return (
                "v.standing IN ('announced', 'conditional', 'hypothetical', 'denied', 'disputed')"
            )
        case "happened":
            return "v.standing = 'actual' AND v.last <= :valid"
        case "possible":
            classes = " OR ".join(
                f"(v.width = {n} AND v.last > :valid AND v.last <= :w{n})"
                for n in range(len(WIDTHS))
            )
            return f"v.standing = 'actual' AND v.lo <= :valid AND ({classes})"
        case "scheduled":
            return "v.standing = 'actual' AND v.lo > :valid"
        case "withdrawn" | "announced" | "conditional" | "hypothetical" | "denied":
            return f"v.standing = '{standing}'"
    return "0"
