"""The view through the as-of index: cost follows the number of cells, not the length of the log."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from domain.basis import Basis
from domain.cells import CellKey, Placed
from domain.events import AUDIENCES
from domain.instants import DAY, Instant
from domain.items import Item
from domain.versions import NO_NEWS
from ledger.cursor import Cursor
from projections.index import native
from projections.laying import KEY, SUBJECT, WIDTHS
from projections.view import KnownDay, shows
from projections.words import holds, words

_CUT = (
    "{0}.known_from <= :known AND {0}.known_to > :known AND {0}.recorded_from <= :seq"
    " AND {0}.recorded_to > :seq AND {0}.audiences & :audience <> 0"
)
_ORDER = "last DESC, lo DESC, known_at DESC, seq DESC, part DESC"
_TIE = "v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC"
_PLACED = (
    "p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail, v.body, v.rests,"
    " w.rests"
)
_JOIN = " JOIN version v ON v.id = p.version LEFT JOIN version w ON w.id = p.partner"
_COLUMNS = len(Placed._fields)
_ITEM = ", ".join(f"v.{name}" for name in Item._fields)
_FIRST, _FURTHER = 3, 64
"""Placements read of every cell at first; a cell that needs more reads on."""
_WHOLE = ("meeting", "amendment", "plan", "attributed")
"""Kinds of cells of which an answer needs every placement."""
_MOST = 2**62
_YEAR_1 = 719_162
"""Days from the first of the year 1 to 1970."""


_EVENT = "v.seq = (SELECT e.seq FROM event e WHERE e.id = :event)"
_NEWS = f"v.standing NOT IN {NO_NEWS}"
_MENTIONS = (
    "v.id IN (SELECT m.version FROM cell c JOIN mention m ON m.cell = c.id WHERE"
    " c.negotiation = :negotiation AND c.kind = :subject_kind AND c.key = :subject_slug)"
)


class _Snapshot:
    """The rectangles that hold one point of knowledge and record, in one snapshot of the database.

    Apart from the view, so that what is read lazily does not hold the view, which holds it.
    """

    def __init__(self, c: Cursor, parameters: dict[str, Any]) -> None:
        self.c, self.parameters = c, parameters

    def rows(self, statement: str, **more: Any) -> list[Any]:
        self.c.execute(statement, {**self.parameters, **more})
        rows: list[Any] = self.c.fetchall()
        return rows

    def newest_first(self, cell: int, placed: list[Placed], page: int) -> Iterator[Placed]:
        """Yield a cell's placements; those beyond the first page are read only when asked for."""
        placed.sort(key=_order, reverse=True)
        while placed:
            yield from placed
            placed = self._older(cell, placed[-1]) if len(placed) >= page else []
            page = _FURTHER

    def _older(self, cell: int, last: Placed) -> list[Placed]:
        names = ("o_last", "o_lo", "o_known_at", "o_seq", "o_part")
        rows = self.rows(
            f"SELECT {_PLACED} FROM placement p{_JOIN}"  # noqa: S608  # only constants are put in
            " WHERE p.cell = :cell AND (p.last, p.lo, p.known_at, p.seq, p.part)"
            " < (:o_last, :o_lo, :o_known_at, :o_seq, :o_part)"
            f" AND {_CUT.format('p')} ORDER BY p.last DESC, p.lo DESC, p.known_at DESC,"
            " p.seq DESC, p.part DESC LIMIT :page",
            cell=cell,
            page=_FURTHER,
            **dict(zip(names, last.order, strict=True)),
        )
        return [Placed._make(row) for row in rows]


class IndexView:
    """One negotiation as of one basis, read from the index within one snapshot."""

    def __init__(self, c: Cursor, negotiation: str, basis: Basis, zone: str) -> None:
        self.basis, self.zone, self.native = basis, zone, native(c)
        self.snapshot = _Snapshot(
            c,
            {
                "negotiation": negotiation,
                "known": basis.known_at,
                "valid": basis.valid_at,
                "seq": basis.seq,
                "audience": 1 << AUDIENCES.index(basis.audience),
            },
        )
        self._rows = self.snapshot.rows
        self._read: dict[tuple[str, ...], Mapping[CellKey, Iterable[Placed]]] = {}

    def cells(self, kind: str, *prefix: str) -> Mapping[CellKey, Iterable[Placed]]:
        if (kind, *prefix) not in self._read:
            self._read[kind, *prefix] = self._cells(kind, prefix)
        return self._read[kind, *prefix]

    def _cells(self, kind: str, prefix: CellKey) -> Mapping[CellKey, Iterable[Placed]]:
        start = "".join(part + KEY for part in prefix)
        bound = "lo <= :valid" if kind == "meeting" else "last <= :valid"
        page = _MOST if kind in _WHOLE else _FIRST
        newest = f"o.cell = c.id AND o.{bound} AND {_CUT.format('o')} ORDER BY {_ORDER} LIMIT :page"
        rows = self._rows(
            f"SELECT {_PLACED}, c.key, c.id FROM cell c JOIN"  # noqa: S608  # only constants are put in
            f" {self.native.NEWEST.format(newest=newest)}{_JOIN}"
            " WHERE c.negotiation = :negotiation AND c.kind = :kind"
            " AND (c.key = :key OR (c.key >= :start AND c.key < :end))",
            page=page,
            kind=kind,
            key=KEY.join(prefix),
            start=start,
            end=start[:-1] + chr(ord(KEY) + 1) if start else "\U0010ffff",
        )
        found: dict[tuple[str, int], list[Placed]] = {}
        for *columns, key, cell in rows:
            found.setdefault((key, cell), []).append(Placed._make(columns))
        return {
            tuple(key.split(KEY)): _Kept(self.snapshot.newest_first(cell, placed, page))
            for (key, cell), placed in sorted(found.items())
        }

    def _items(self, condition: str, order: str, limit: int = _MOST, **more: Any) -> list[Item]:
        rows = self._rows(
            f"SELECT {_ITEM} FROM version v WHERE v.negotiation = :negotiation"  # noqa: S608  # only constants are put in
            f" AND {_CUT.format('v')} AND {condition} ORDER BY {order} LIMIT :limit",
            limit=limit,
            **more,
        )
        return [Item._make(row) for row in rows]

    def records(self, kind: str) -> list[Item]:
        # The plus keeps SQLite from walking the whole log for the sake of the order.
        found = self._items("v.type = :type", "+v.seq", type=kind)
        return [each for each in found if not each.withdrawn and shows(self, each)]

    def mentioned(self, kind: str, slug: str) -> bool:
        return bool(
            self._rows(
                "SELECT 1 FROM cell c JOIN mention m ON m.cell = c.id"  # noqa: S608  # only constants are put in
                " JOIN version v ON v.id = m.version"
                " WHERE c.negotiation = :negotiation AND c.kind = :kind AND c.key = :slug"
                f" AND m.known_from <= :known AND {_NEWS}"
                f" AND {_CUT.format('v')} LIMIT 1",
                kind=SUBJECT + kind,
                slug=slug,
            )
        )

    def any_news(self) -> bool:
        return bool(self._items(_NEWS, "v.seq", 1))

    def raw(self, event: str) -> Item | None:
        found = self._items(_EVENT, "v.seq", 1, event=event)
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
            f" AND {condition.format(n=n)} AND {_CUT.format('v')} ORDER BY {_TIE}"
            f" LIMIT :limit) c{n}"
            for n in range(len(WIDTHS))
        )
        rows = self._rows(
            f"SELECT {_ITEM} FROM version v WHERE v.id IN ({classes}) ORDER BY {_TIE} LIMIT :limit",  # noqa: S608  # only constants are put in
            limit=limit,
            **_widths(self.basis),
        )
        return [Item._make(row) for row in rows]

    def log(
        self, *, after: int, limit: int, type: str | None, subject: str | None,
        standing: str | None,
    ) -> list[Item]:  # fmt: skip
        conditions = ["v.seq > :after"]
        conditions += ["v.type = :type"] if type else []
        conditions += [_MENTIONS] if subject else []
        conditions += [_standing(standing)] if standing else []
        more = {"type": type, **_mentioning(subject), **_widths(self.basis)}
        found: list[Item] = []
        while len(found) < limit:
            page = self._items(" AND ".join(conditions), "v.seq", limit, after=after, **more)
            found += [each for each in page if shows(self, each)]
            if len(page) < limit:
                break
            after = page[-1].seq
        return found[:limit]

    def newest(self, kind: str, subject: str | None = None) -> Iterator[Item]:
        conditions = [f"v.type = :type AND {_standing('happened')}"]
        conditions += [_MENTIONS] if subject else []
        after, size = (_MOST,) * 4, 16
        while page := self._items(
            f"{' AND '.join(conditions)} AND (v.last, v.lo, v.known_at, v.seq)"
            " < (:a_last, :a_lo, :a_known, :a_seq)",
            _TIE, size, type=kind, **_mentioning(subject),
            **dict(zip(("a_last", "a_lo", "a_known", "a_seq"), after, strict=True)),
        ):  # fmt: skip
            yield from page
            last = page[-1]
            after, size = (last.last, last.lo, last.known_at, last.seq), 512

    def known_days(self, known_at: Instant, seq: int) -> list[KnownDay]:
        # Shifted to days since the year 1, since both databases divide towards zero.
        rows = self._rows(
            f"SELECT (v.known_at + {_YEAR_1} * {DAY}) / {DAY} - {_YEAR_1}, count(*),"  # noqa: S608  # only constants are put in
            " count(CASE WHEN v.known_at > :beyond_at OR v.seq > :beyond_seq THEN 1 END)"
            " FROM version v WHERE v.negotiation = :negotiation"
            f" AND {_NEWS} AND {_CUT.format('v')} GROUP BY 1 ORDER BY 1",
            beyond_at=known_at,
            beyond_seq=seq,
        )
        return [KnownDay._make(row) for row in rows]

    def counted(self, kind: str) -> Mapping[CellKey, int]:
        rows = self._rows(
            "SELECT c.key, count(*) FROM cell c JOIN placement p ON p.cell = c.id"  # noqa: S608  # only constants are put in
            " WHERE c.negotiation = :negotiation AND c.kind = :kind AND p.last <= :valid"
            f" AND {_CUT.format('p')} GROUP BY c.key",
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
            f" WHERE v.negotiation = :negotiation AND {_NEWS} AND {_CUT.format('v')}"
            " ORDER BY v.seq DESC"
        )
        return (Item._make(row) for *row, text in rows if holds(text.split(), wanted))

    def _matching(self, wanted: Sequence[str]) -> Iterator[Item]:
        match, before, size = self.native.query(wanted), _MOST, 100
        while page := self._rows(
            f"SELECT {_ITEM} FROM {self.native.MATCHING}"  # noqa: S608  # only constants are put in
            f" AND v.negotiation = :negotiation AND {_NEWS}"
            f" AND v.seq < :before AND {_CUT.format('v')} ORDER BY v.seq DESC LIMIT :size",
            match=match, before=before, size=size,
        ):  # fmt: skip
            items = [Item._make(row) for row in page]
            yield from items
            before, size = items[-1].seq, 1000


class _Kept:
    """What an iterator yields, kept so that it can be gone through again."""

    def __init__(self, source: Iterator[Placed]) -> None:
        self.source, self.kept = source, list[Placed]()

    def __iter__(self) -> Iterator[Placed]:
        yield from self.kept
        for each in self.source:
            self.kept.append(each)
            yield each


_order = attrgetter("order")
_BY_WIDTH = {"possible": "v.lo <= :valid AND v.last <= :w{n}", "scheduled": "v.lo > :valid"}


def _mentioning(subject: str | None) -> dict[str, str]:
    kind, _, slug = (subject or "").partition(":")
    return {"subject_kind": SUBJECT + kind, "subject_slug": slug}


def _widths(basis: Basis) -> dict[str, int]:
    """A possible event of one class of vagueness ends within that width of the world clock."""
    return {f"w{n}": min(basis.valid_at + width, _MOST) for n, width in enumerate(WIDTHS)}


def _standing(standing: str) -> str:
    match standing:
        case "disputed":
            return f"v.disputed AND {_NEWS}"
        case "ahead":
            return f"v.ahead AND v.standing <> 'withdrawn' AND {_NEWS}"
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
        case "withdrawn" | "erased" | "announced" | "conditional" | "hypothetical" | "denied":
            return f"v.standing = '{standing}'"
    return "1 = 0"
