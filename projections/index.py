"""The as-of index: rectangles kept beside the log. Live, restart and rebuild run the same apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

import orjson

from domain.catalogue import ACTS
from domain.cells import adopted
from domain.lives import slab
from domain.versions import Entry, Json, Rectangle
from ledger import log
from ledger.cursor import Cursor, dialect, put
from projections import postgres, sqlite
from projections.laying import (
    COUNTERPART,
    KEY,
    SUBJECT,
    Held,
    Laid,
    Page,
    Row,
    ahead,
    alone,
    held,
    laid,
)

OPEN = 2**62
"""recorded_to of what the newest record still holds."""
NAME = "index"


def native(c: Cursor) -> ModuleType:
    """Return what is native to the database of a cursor."""
    return postgres if dialect(c) == "postgres" else sqlite


def create(c: Cursor) -> None:
    """Make the tables of the read model where they are missing."""
    native(c).create(c)


def drop(c: Cursor) -> None:
    """Throw the read model away; it can always be rebuilt from the log."""
    for table in native(c).TABLES:
        c.execute(f"DROP TABLE IF EXISTS {table}")


class Index:
    """The read model of the as-of index, as the ledger follows it."""

    def start(self, c: Cursor) -> None:
        create(c)
        for _ in catch_up(c):
            pass

    def apply(self, c: Cursor, entries: Sequence[tuple[str, Entry]]) -> None:
        laid_out = [(slug, each if each.type in ACTS else alone(each)) for slug, each in entries]
        apply(c, laid_out, entries[-1][1].seq)


def position(c: Cursor) -> int:
    """Return the seq up to which the read model follows the log."""
    c.execute("SELECT notification_id FROM tracking WHERE application_name = ?", (NAME,))
    row = c.fetchone()
    return row[0] if row else 0


def catch_up(c: Cursor, *, page: int = 2000) -> Iterator[int]:
    """Apply what the log holds beyond the read model, a transaction a page; yield each seq reached.

    The cursor must not be in a transaction.
    """
    behind = position(c) < log.head(c)[0]
    for rows, laid_out in following(c, page=page):
        c.execute("BEGIN IMMEDIATE")
        c.execute("UPDATE head SET size = size")  # nobody else applies meanwhile
        if position(c) == rows[0][0] - 1:
            step(c, rows, laid_out)
        c.execute("COMMIT")
        yield rows[-1][0]
    if behind:
        settle(c)


def settle(c: Cursor) -> None:
    """Have the database look at what was added, so that questions are planned by it at once."""
    native(c).settle(c)


def following(c: Cursor, *, page: int = 2000) -> Iterator[Page]:
    """Yield what the log holds beyond the read model, a page at a time, laid out."""
    return ahead(_pages(c, page), log.head(c)[0] - position(c))


def step(c: Cursor, rows: Sequence[Row], laid_out: Sequence[list[Laid] | None]) -> None:
    """Apply one page of the log."""
    entries = [(row[-1], log.entry(row) if each is None else each)
               for row, each in zip(rows, laid_out, strict=True)]  # fmt: skip
    apply(c, entries, rows[-1][0])


def folded(c: Cursor, *, page: int = 2000) -> Iterator[int]:
    """Apply what the log holds beyond the read model in the caller's transaction; yield seqs."""
    for rows, laid_out in following(c, page=page):
        step(c, rows, laid_out)
        yield rows[-1][0]


def _pages(c: Cursor, page: int) -> Iterator[list[Row]]:
    reached = position(c)
    while rows := log.read(c, after=reached, limit=page):
        yield rows
        reached = rows[-1][0]


def apply(c: Cursor, entries: Sequence[tuple[str, Entry | list[Laid]]], reached: int) -> None:
    """Bring the read model up to a seq by these events of negotiations, acts as they are."""
    addition = _Addition(c)
    addition.look(_cells(entries))
    for negotiation, each in entries:
        if isinstance(each, Entry):
            addition.act(negotiation, each)
        else:
            addition.add(negotiation, each)
    addition.flush()
    c.execute(
        "INSERT INTO tracking VALUES (?, ?) ON CONFLICT (application_name)"
        " DO UPDATE SET notification_id = excluded.notification_id",
        (NAME, reached),
    )


def _cells(entries: Sequence[tuple[str, Entry | list[Laid]]]) -> Iterator[tuple[str, str, str]]:
    """Yield the cells that events bear on or name, of acts none."""
    for negotiation, each in entries:
        for one in () if isinstance(each, Entry) else each:
            yield from ((negotiation, *name) for name in one.names)
            yield from ((negotiation, placed[0], placed[1]) for placed in one.placed)


class _Addition:
    """What a run of entries adds to the read model, kept back until something must read it."""

    def __init__(self, c: Cursor) -> None:
        self.c = c
        tables = ("version", "placement", "cell")
        newest = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {each})" for each in tables)  # noqa: S608  # only constants are put in
        c.execute(f"SELECT {newest}")
        self.versions, self.placements, self.new_cells = (
            Rows(c, table, last) for table, last in zip(tables, c.fetchone(), strict=True)
        )
        self.mentions, self.words = list[Any](), list[Any]()
        self.cells: dict[tuple[str, ...], int] = {}
        self.absent: set[tuple[str, ...]] = set()

    def look(self, cells: Iterable[tuple[str, ...]]) -> None:
        """Read the numbers of these cells together.

        What is not there is numbered when its first event comes, so that numbers depend on the log
        alone and not on how it was grouped.
        """
        wanted = sorted(set(cells))
        self.c.execute(
            "SELECT c.negotiation, c.kind, c.key, c.id"  # noqa: S608  # only constants are put in
            f" FROM {native(self.c).WANTED} CROSS JOIN cell c"
            " WHERE c.negotiation = w.negotiation AND c.kind = w.kind AND c.key = w.key",
            (orjson.dumps(wanted).decode(),),
        )
        self.cells = {tuple(row)[:3]: row[3] for row in self.c.fetchall()}
        self.absent = {each for each in wanted if each not in self.cells}

    def add(self, negotiation: str, rectangles: Iterable[Laid]) -> None:
        """Add the rectangles of an event on which nothing acts yet."""
        for each in rectangles:
            self._open(negotiation, each, each.event[1])

    def flush(self) -> None:
        """Write what was kept back."""
        self.new_cells.flush()
        self.versions.flush()
        self.placements.flush()
        put(self.c, "mention", self.mentions)
        self.mentions.clear()
        native(self.c).read(self.c, self.words)
        self.words.clear()

    def act(self, negotiation: str, entry: Entry) -> None:
        """Cut the lives of all that an act bears on anew."""
        self.flush()
        family = self._family(entry)
        seqs = {each.id: each.seq for each in family}
        for event, rectangles in slab(family).items():
            self._reconcile(negotiation, seqs[event], rectangles, entry.seq)

    def _family(self, entry: Entry) -> list[Entry]:
        pairs = [(entry.id, other) for other in _targets(entry.payload)]
        self.c.executemany(
            "INSERT INTO link VALUES (?, ?) ON CONFLICT DO NOTHING",
            pairs + [pair[::-1] for pair in pairs],
        )
        self.c.execute(
            "WITH RECURSIVE family (event) AS (SELECT id FROM event WHERE id = ? UNION"
            " SELECT l.other FROM family f JOIN link l ON l.event = f.event)"
            " SELECT event FROM family",
            (entry.id,),
        )
        entries = log.by_ids(self.c, sorted(row[0] for row in self.c.fetchall()))
        return [each for each in entries if each.seq <= entry.seq]

    def _reconcile(self, negotiation: str, seq: int, wanted: Sequence[Rectangle], now: int) -> None:
        """Leave what still holds, close what does not, open what is new."""
        self.c.execute(
            f"SELECT id, {', '.join(Held._fields)} FROM version"  # noqa: S608  # only constants are put in
            " WHERE negotiation = ? AND seq = ? AND recorded_to = ?",
            (negotiation, seq, OPEN),
        )
        stored = {tuple(row)[1:]: row[0] for row in self.c.fetchall()}
        new = [each for each in wanted if not stored.pop(held(each), 0)]
        for identity in stored.values():
            self._close(identity, now)
        for rectangle in new:
            self._open(negotiation, laid(rectangle), now)

    def _close(self, identity: int, now: int) -> None:
        """End a rectangle, and what it placed or had placed, at this record."""
        self.c.execute("UPDATE version SET recorded_to = ? WHERE id = ?", (now, identity))
        for placed in ("version = ?", "partner = ? AND partner <> 0"):  # as the partial index says
            self.c.execute(
                f"UPDATE placement SET recorded_to = ? WHERE {placed} AND recorded_to = ?",  # noqa: S608  # only constants are put in
                (now, identity, OPEN),
            )

    def _open(self, negotiation: str, new: Laid, now: int) -> None:
        held = new.held
        event, seq, kind, recorded_at = new.event
        identity = self.versions.add(negotiation, event, seq, kind, recorded_at, now, OPEN, *held)
        for name in new.names:
            self.mentions.append((self._cell(negotiation, *name), held.known_from, identity))
        if new.words is not None:
            self.words.append((identity, new.words))
        for cell, key, part, mark, detail in new.placed:
            self.placements.add(
                self._cell(negotiation, cell, key), held.last, held.lo, held.known_at, seq,
                part, held.known_from, now, held.audiences, held.known_to, OPEN, mark, identity, 0,
                detail,
            )  # fmt: skip
        if new.amendment:
            self.flush()
            self._adopt(negotiation, identity, kind, new.amendment, now)

    def _cell(self, *cell: str) -> int:
        """Return the number of a cell (its negotiation, kind and key), made where it is new."""
        found = self.cells.get(cell)
        if found is None:
            known = None if cell in self.absent else self._kept_cell(*cell)
            found = self.cells[cell] = known or self.new_cells.add(*cell)
        return found

    def _kept_cell(self, *cell: str) -> int | None:
        self.c.execute("SELECT id FROM cell WHERE negotiation = ? AND kind = ? AND key = ?", cell)
        row = self.c.fetchone()
        return int(row[0]) if row else None

    def _adopt(self, negotiation: str, identity: int, kind: str, slug: str, now: int) -> None:
        """Pair a proposed amendment with its adoptions, or the other way round."""
        self.c.execute(
            "SELECT v.* FROM mention m JOIN version v ON v.id = m.version"
            " WHERE m.cell = ? AND v.type = ? AND v.recorded_to = ? AND v.standing = 'actual'",
            (self._cell(negotiation, f"{SUBJECT}amendment", slug), COUNTERPART[kind], OPEN),
        )
        rows = self.c.fetchall()
        self.c.execute("SELECT * FROM version WHERE id = ?", (identity,))
        own = self.c.fetchone()
        for other in rows:
            proposal, adoption = (own, other) if kind == "amendment-proposed" else (other, own)
            self._adopt_pair(proposal, adoption, orjson.loads(proposal["body"]), now)

    def _adopt_pair(self, proposal: Any, adoption: Any, amendment: Json, now: int) -> None:
        start = max(proposal["known_from"], adoption["known_from"])
        end = min(proposal["known_to"], adoption["known_to"])
        audiences = proposal["audiences"] & adoption["audiences"]
        if orjson.loads(adoption["body"])["plan"] != amendment["plan"]:
            return
        for placement in adopted(amendment, proposal["seq"]) if start < end and audiences else ():
            self.placements.add(
                self._cell(proposal["negotiation"], placement.kind, KEY.join(placement.key)),
                adoption["last"], adoption["lo"], max(proposal["known_at"], adoption["known_at"]),
                adoption["seq"], placement.part, start, now, audiences, end, OPEN, placement.mark,
                adoption["id"], proposal["id"], orjson.dumps(placement.detail),
            )  # fmt: skip


class Rows:
    """Rows of one table with their numbers, kept back and then written at once."""

    def __init__(self, c: Cursor, table: str, last: int) -> None:
        self.c, self.table, self.last, self.rows = c, table, last, list[tuple[Any, ...]]()

    def add(self, *columns: Any) -> int:
        self.last += 1
        self.rows.append((self.last, *columns))
        return self.last

    def flush(self) -> None:
        put(self.c, self.table, self.rows)
        self.rows.clear()


def _targets(payload: Any) -> Iterator[str]:
    """Yield every event that an act may ever bear on, also after its own correction."""
    if isinstance(payload, dict):
        if isinstance(payload.get("event"), str):
            yield payload["event"]
        for name in ("changes", "rival"):
            yield from _targets(payload.get(name))
