"""The as-of index: rectangles kept beside the log. Live, restart and rebuild run the same apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from typing import Any

import orjson
from eventsourcing.sqlite import SQLiteCursor

from domain.accept import references
from domain.catalogue import ACTS
from domain.cells import Placement, adopted, placements
from domain.instants import DAY
from domain.items import item
from domain.lives import Entry, Json, Rectangle, slab
from ledger import log
from projections.words import words_of

OPEN = 2**62
"""recorded_to of what the newest record still holds."""
WIDTHS = (DAY, 32 * DAY, 370 * DAY, 2**64)
"""Classes of vagueness: how far a possible event's last moment may lie ahead."""
TABLES = ("version", "cell", "placement", "mention", "link", "waiting", "word", "tracking")
NAME = "index"
BLOCK = 256
"""Versions whose words move into the full text together."""
KEY = "\x1f"
"""Parts the slugs of a cell's key."""


def create(c: SQLiteCursor) -> None:
    """Make the tables of the read model where they are missing."""
    for statement in resources.files("projections").joinpath("sqlite.sql").read_text().split(";\n"):
        if statement.strip():
            c.execute(statement)


def drop(c: SQLiteCursor) -> None:
    """Throw the read model away; it can always be rebuilt from the log."""
    for table in TABLES:
        c.execute(f"DROP TABLE IF EXISTS {table}")


class Index:
    """The read model of the as-of index, as the ledger follows it."""

    def start(self, c: SQLiteCursor) -> None:
        create(c)
        for _ in catch_up(c):
            pass

    def apply(self, c: SQLiteCursor, negotiation: str, entries: Sequence[Entry]) -> None:
        apply(c, negotiation, entries)


def position(c: SQLiteCursor) -> int:
    """Return the seq up to which the read model follows the log."""
    c.execute("SELECT notification_id FROM tracking WHERE application_name = ?", (NAME,))
    row = c.fetchone()
    return row[0] if row else 0


def catch_up(c: SQLiteCursor, *, page: int = 2000) -> Iterator[int]:
    """Apply what the log holds beyond the read model, a transaction a page; yield each seq reached.

    The cursor must not be in a transaction.
    """
    while True:
        c.execute("BEGIN IMMEDIATE")
        entries = log.read(c, after=position(c), limit=page)
        for negotiation, entry in entries:
            apply(c, negotiation, [entry])
        c.execute("COMMIT")
        if not entries:
            return
        yield entries[-1][1].seq


def apply(c: SQLiteCursor, negotiation: str, entries: Sequence[Entry]) -> None:
    """Bring the read model from just before these entries to just after them."""
    for entry in entries:
        _Step(c, negotiation, entry).run()
    c.execute(
        "INSERT INTO tracking VALUES (?, ?) ON CONFLICT (application_name)"
        " DO UPDATE SET notification_id = excluded.notification_id",
        (NAME, entries[-1].seq),
    )


class _Step:
    """One entry's effect: rectangles that no longer hold are closed, new ones opened."""

    def __init__(self, c: SQLiteCursor, negotiation: str, entry: Entry) -> None:
        self.c, self.negotiation, self.entry = c, negotiation, entry

    def run(self) -> None:
        family = self._family() if self.entry.type in ACTS else [self.entry]
        for event, rectangles in slab(family).items():
            self._reconcile(event, rectangles)

    def _family(self) -> list[Entry]:
        for other in _targets(self.entry.payload):
            pair = (self.entry.id, other)
            self.c.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", [pair, pair[::-1]])
        self.c.execute(
            "WITH RECURSIVE family (event) AS (SELECT ? UNION"
            " SELECT l.other FROM family f JOIN link l ON l.event = f.event)"
            " SELECT event FROM family",
            (self.entry.id,),
        )
        entries = log.by_ids(self.c, sorted(row[0] for row in self.c.fetchall()))
        return [entry for entry in entries if entry.seq <= self.entry.seq]

    def _reconcile(self, event: str, wanted: Sequence[Rectangle]) -> None:
        """Leave what still holds, close what does not, open what is new."""
        self.c.execute(
            f"SELECT id, {', '.join(HELD)} FROM version WHERE event = ? AND recorded_to = ?",  # noqa: S608  # only constants are put in
            (event, OPEN),
        )
        held = {tuple(row)[1:]: row[0] for row in self.c.fetchall()}
        new = [each for each in wanted if held.pop(_held(each), None) is None]
        for identity in held.values():
            self._close(identity)
        for rectangle in new:
            self._open(rectangle)

    def _close(self, identity: int) -> None:
        """End a rectangle, and what it placed or had placed, at this record."""
        seq = self.entry.seq
        self.c.execute("UPDATE version SET recorded_to = ? WHERE id = ?", (seq, identity))
        for name in ("version", "partner"):
            self.c.execute(
                f"UPDATE placement SET recorded_to = ? WHERE {name} = ? AND recorded_to = ?",  # noqa: S608  # only constants are put in
                (seq, identity, OPEN),
            )

    def _open(self, rectangle: Rectangle) -> None:
        version, negotiation = rectangle.version, self.negotiation
        entry, value = version.entry, version.payload
        self.c.execute(
            f"INSERT INTO version ({', '.join(OWN + HELD)}) VALUES ({MARKS})",  # noqa: S608  # only constants are put in
            (negotiation, entry.id, entry.seq, entry.type, entry.recorded_at, self.entry.seq,
             OPEN, *_held(rectangle)),
        )  # fmt: skip
        identity = int(self.c.lastrowid)
        named = {(kind, slug) for _, kind, slug in references(entry.type, value)}
        self.c.executemany(
            "INSERT OR IGNORE INTO mention VALUES (?, ?, ?, ?, ?)",
            [(negotiation, *pair, rectangle.known_from, identity) for pair in sorted(named)],
        )
        if entry.type not in ACTS:
            self._read(identity, " ".join(words_of(value)))
        for placement in placements(version):
            self._place(placement, rectangle, identity)
        if entry.type in COUNTERPART and version.moves:
            self._adopt(identity, rectangle)

    def _read(self, identity: int, text: str) -> None:
        """Let the words wait; a full block moves on, in a savepoint that makes it one segment."""
        self.c.execute("INSERT INTO waiting VALUES (NULL, ?, ?)", (identity, text))
        if self.c.lastrowid < BLOCK:
            return
        self.c.execute("SAVEPOINT block")
        self.c.execute(
            "INSERT INTO word (rowid, text) SELECT version, text FROM waiting ORDER BY number"
        )
        self.c.execute("DELETE FROM waiting")
        self.c.execute("RELEASE block")

    def _place(self, placement: Placement, rectangle: Rectangle, identity: int) -> None:
        version, detail = rectangle.version, placement.detail
        self._insert(
            placement, version.occurred.last, version.occurred.lo, version.known_at,
            version.entry.seq, placement.part, rectangle.known_from, self.entry.seq,
            rectangle.audiences, rectangle.known_to, OPEN, placement.mark, identity, 0,
            None if detail is None else orjson.dumps(detail),
        )  # fmt: skip

    def _insert(self, placement: Placement, *columns: Any) -> None:
        self.c.execute(
            "INSERT INTO placement VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (self._cell(placement), *columns),
        )

    def _cell(self, placement: Placement) -> int:
        key = (self.negotiation, placement.kind, KEY.join(placement.key))
        self.c.execute("SELECT id FROM cell WHERE negotiation = ? AND kind = ? AND key = ?", key)
        row = self.c.fetchone()
        if row is None:
            self.c.execute("INSERT INTO cell (negotiation, kind, key) VALUES (?, ?, ?)", key)
            return int(self.c.lastrowid)
        return int(row[0])

    def _adopt(self, identity: int, rectangle: Rectangle) -> None:
        """Pair a proposed amendment with its adoptions, or the other way round."""
        value = rectangle.version.payload
        kind = rectangle.version.entry.type
        self.c.execute(
            "SELECT v.* FROM mention m JOIN version v ON v.id = m.version"
            " WHERE m.negotiation = ? AND m.kind = 'amendment' AND m.slug = ? AND v.type = ?"
            " AND v.recorded_to = ? AND v.standing = 'actual'",
            (self.negotiation, value.get("amendment"), COUNTERPART[kind], OPEN),
        )
        rows = self.c.fetchall()
        self.c.execute("SELECT * FROM version WHERE id = ?", (identity,))
        own = self.c.fetchone()
        for other in rows:
            proposal, adoption = (own, other) if kind == "amendment-proposed" else (other, own)
            self._adopt_pair(proposal, adoption, orjson.loads(proposal["body"]))

    def _adopt_pair(self, proposal: Any, adoption: Any, amendment: Json) -> None:
        start = max(proposal["known_from"], adoption["known_from"])
        end = min(proposal["known_to"], adoption["known_to"])
        audiences = proposal["audiences"] & adoption["audiences"]
        if orjson.loads(adoption["body"])["plan"] != amendment["plan"]:
            return
        for placement in adopted(amendment, proposal["seq"]) if start < end and audiences else ():
            self._insert(
                placement, adoption["last"], adoption["lo"],
                max(proposal["known_at"], adoption["known_at"]), adoption["seq"], placement.part,
                start, self.entry.seq, audiences, end, OPEN, placement.mark, adoption["id"],
                proposal["id"], orjson.dumps(placement.detail),
            )  # fmt: skip


OWN = ("negotiation", "event", "seq", "type", "recorded_at", "recorded_from", "recorded_to")
"""Columns of a version that do not change while the same rectangle holds."""
HELD = ("known_from", "known_to", "audiences", "known_at", "lo", "last", "width", "standing",
        "withdrawn", "disputed", "ahead", "body", "rests", "reports")  # fmt: skip
"""Columns that tell one rectangle of an event from another."""
MARKS = ",".join("?" * len(OWN + HELD))
COUNTERPART = {
    "amendment-proposed": "amendment-adopted",
    "amendment-adopted": "amendment-proposed",
}


def _held(rectangle: Rectangle) -> tuple[Any, ...]:
    version, own = rectangle.version, item(rectangle.version)
    width = next(n for n, most in enumerate(WIDTHS) if own.last - own.lo <= most)
    return (
        rectangle.known_from, rectangle.known_to, rectangle.audiences, own.known_at, own.lo,
        own.last, width, own.standing, own.withdrawn, bool(version.rivals), version.ahead,
        own.body, own.rests, own.reports,
    )  # fmt: skip


def _targets(payload: Any) -> Iterator[str]:
    """Yield every event that an act may ever bear on, also after its own correction."""
    if isinstance(payload, dict):
        if isinstance(payload.get("event"), str):
            yield payload["event"]
        for name in ("changes", "rival"):
            yield from _targets(payload.get(name))
