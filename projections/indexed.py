"""The view through the as-of index: cost follows the number of cells, not the length of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
_PAGE = 4
"""Placements read of every cell at first; a cell that needs more reads on."""
_MOST = 2**62


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

    def _rows(self, statement: str, **more: Any) -> list[Any]:
        self.c.execute(statement, {**self.parameters, **more})
        rows: list[Any] = self.c.fetchall()
        return rows

    def cells(self, kind: str, *prefix: str) -> Mapping[CellKey, Iterable[Placed]]:
        start = "".join(part + KEY for part in prefix)
        bound = "p.lo <= :valid" if kind == "meeting" else "p.last <= :valid"
        page = _MOST if kind in ("meeting", "amendment", "plan", "role") else _PAGE
        rows = self._rows(
            "SELECT c.id AS cell, c.key, q.* FROM cell c JOIN placement q ON q.id IN ("  # noqa: S608  # only constants are put in
            f"SELECT p.id FROM placement p WHERE p.cell = c.id AND {bound}"
            f" AND {_CUT.format('p')} ORDER BY {_ORDER} LIMIT :page)"
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
        return {key: self._stream(found[key], page) for key in sorted(found)}

    def _stream(self, rows: list[Any], page: int) -> Iterable[Placed]:
        first = sorted((self._placed(row) for row in rows), key=_order, reverse=True)
        if len(rows) < page:
            return first
        return _ReadOn(first, lambda last: self._older(rows[0]["cell"], last))

    def _older(self, cell: int, last: Placed) -> list[Placed]:
        names = ("last", "lo", "known_at", "seq", "part")
        after = dict(zip((f"o_{name}" for name in names), last.order, strict=True))
        rows = self._rows(
            "SELECT p.* FROM placement p WHERE p.cell = :cell"  # noqa: S608  # only constants are put in
            " AND (p.last, p.lo, p.known_at, p.seq, p.part)"
            " < (:o_last, :o_lo, :o_known_at, :o_seq, :o_part)"
            f" AND {_CUT.format('p')} ORDER BY {_ORDER} LIMIT 64",
            cell=cell,
            **after,
        )
        return [self._placed(row) for row in rows]

    def _placed(self, row: Any) -> Placed:
        return Placed(
            row["mark"], row["last"], row["lo"], row["known_at"], row["seq"], row["part"],
            row["last"] > self.basis.valid_at, self._loader(row["version"]),
            orjson.loads(row["detail"]) if row["detail"] else None,
        )  # fmt: skip

    def _loader(self, version: int) -> Callable[[], Item]:
        def load() -> Item:
            self.c.execute("SELECT body FROM version WHERE id = ?", (version,))
            item: Item = orjson.loads(self.c.fetchone()[0])
            return item

        return load

    def _items(self, condition: str, order: str, limit: int = _MOST, **more: Any) -> list[Item]:
        rows = self._rows(
            "SELECT v.body FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND {_CUT.format('v')} AND {condition} ORDER BY {order} LIMIT :limit",
            limit=limit,
            **more,
        )
        return [orjson.loads(row[0]) for row in rows]

    def records(self, kind: str) -> list[Item]:
        found = self._items(
            "v.type = :type AND NOT json_extract(CAST(v.body AS TEXT), '$.withdrawn')",
            "v.seq",
            type=kind,
        )
        return [each for each in found if shows(self, each)]

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
        order = "v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC"
        return self._items(_standing(standing), order, limit, **_widths(self.basis))

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
            " ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC LIMIT 50 OFFSET :seen",
            type=kind,
            seen=seen,
        ):
            seen += len(page)
            items = [orjson.loads(row[0]) for row in page]
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
            "SELECT v.body FROM word w JOIN version v ON v.id = w.rowid"  # noqa: S608  # only constants are put in
            " WHERE word MATCH :match AND v.negotiation = :negotiation"
            f" AND v.standing <> 'record' AND {_CUT.format('v')} ORDER BY v.seq DESC LIMIT 1000",
            match=match,
        ) if match else []  # fmt: skip
        return (orjson.loads(row[0]) for row in rows)


class _ReadOn:
    """Placements newest first that fetch older ones only when asked."""

    def __init__(self, first: list[Placed], older: Callable[[Placed], list[Placed]]) -> None:
        self.first, self.older = first, older

    def __iter__(self) -> Iterator[Placed]:
        rows = self.first
        while rows:
            yield from rows
            rows = self.older(rows[-1])


def _order(row: Placed) -> tuple[int, ...]:
    return row.order


def _widths(basis: Basis) -> dict[str, int]:
    """A possible event of one class of vagueness ends within that width of the world clock."""
    return {f"w{n}": min(basis.valid_at + width, _MOST) for n, width in enumerate(WIDTHS)}


def _standing(standing: str) -> str:
    match standing:
        case "disputed":
            return "v.disputed"
        case "ahead":
            return "v.ahead AND v.standing <> 'withdrawn'"
        case "unrealised":
            return "v.standing IN ('announced', 'conditional', 'hypothetical', 'denied')"
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
