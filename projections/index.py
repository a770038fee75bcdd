"""The as-of index: rectangles kept beside the log. Live, restart and rebuild run the same apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Any

import orjson
from eventsourcing.sqlite import SQLiteCursor

from domain.accept import references
from domain.catalogue import ACTS, BOOKKEEPING
from domain.cells import Placement, adopted, item, placements
from domain.instants import DAY, LATEST, Instant
from domain.lives import Entry, Json, Rectangle, Version, slab
from domain.spans import Bounds
from ledger import log

OPEN = 2**62
"""recorded_to of what the newest record still holds."""
WIDTHS = (DAY, 32 * DAY, 370 * DAY, 2**64)
"""Classes of vagueness: how far a possible event's last moment may lie ahead."""
TABLES = ("version", "cell", "placement", "mention", "link", "word", "tracking")
NAME = "index"
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
        self.amendments: set[tuple[str, str]] = set()

    def run(self) -> None:
        family = self._family() if self.entry.type in ACTS else [self.entry]
        for event, rectangles in slab(family).items():
            self._reconcile(event, rectangles)
        for plan, amendment in sorted(self.amendments):
            self._adopt(plan, amendment)

    def _family(self) -> list[Entry]:
        for other in _targets(self.entry.payload):
            pair = (self.entry.id, other)
            self.c.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", [pair, pair[::-1]])
        found, frontier = {self.entry.id}, [self.entry.id]
        while frontier:
            self.c.execute("SELECT other FROM link WHERE event = ?", (frontier.pop(),))
            new = {row[0] for row in self.c.fetchall()} - found
            found |= new
            frontier += new
        entries = log.by_ids(self.c, sorted(found))
        return [entry for entry in entries if entry.seq <= self.entry.seq]

    def _reconcile(self, event: str, wanted: Sequence[Rectangle]) -> None:
        self.c.execute(
            "SELECT id, known_from, known_to, audiences, body FROM version"
            " WHERE event = ? AND recorded_to = ?",
            (event, OPEN),
        )
        held = {(row[1], row[2], row[3], row[4]): row[0] for row in self.c.fetchall()}
        for rectangle in wanted:
            body = orjson.dumps(item(rectangle.version))
            key = (rectangle.known_from, rectangle.known_to, rectangle.audiences, body)
            if held.pop(key, None) is None:
                self._open(rectangle, body)
        for identity in held.values():
            self._close(identity)

    def _close(self, identity: int) -> None:
        """End a rectangle, and what it placed, at this record."""
        seq = self.entry.seq
        self.c.execute("SELECT type, body FROM version WHERE id = ?", (identity,))
        kind, body = self.c.fetchone()
        self._note_amendment(kind, orjson.loads(body)["value"])
        self.c.execute("UPDATE version SET recorded_to = ? WHERE id = ?", (seq, identity))
        self.c.execute(
            "UPDATE placement SET recorded_to = ? WHERE version = ? AND recorded_to = ?",
            (seq, identity, OPEN),
        )

    def _open(self, rectangle: Rectangle, body: bytes) -> None:
        version, seq = rectangle.version, self.entry.seq
        bounds = version.occurred
        width = next(n for n, most in enumerate(WIDTHS) if bounds.last - bounds.lo <= most)
        self.c.execute(
            "INSERT INTO version (negotiation, event, seq, type, known_from, known_to,"
            " recorded_from, recorded_to, audiences, known_at, lo, last, width, standing, disputed,"
            " ahead, body) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                self.negotiation, version.entry.id, version.entry.seq, version.entry.type,
                rectangle.known_from, rectangle.known_to, seq, OPEN, rectangle.audiences,
                version.known_at, bounds.lo, bounds.last, width, standing(version),
                bool(version.rivals), version.ahead, body,
            ),
        )  # fmt: skip
        identity = self.c.lastrowid
        named = {(kind, slug) for _, kind, slug in references(version.entry.type, version.payload)}
        self.c.executemany(
            "INSERT OR IGNORE INTO mention VALUES (?, ?, ?, ?, ?)",
            [(self.negotiation, *pair, rectangle.known_from, identity) for pair in sorted(named)],
        )
        if version.entry.type not in ACTS:
            self.c.execute(
                "INSERT INTO word (rowid, text) VALUES (?, ?)",
                (identity, " ".join(texts(version.payload))),
            )
        for placement in placements(version):
            self._place(placement, rectangle, identity)
        self._note_amendment(version.entry.type, version.payload)

    def _place(
        self, placement: Placement, rectangle: Rectangle, identity: int, partner: int = 0
    ) -> None:
        version = rectangle.version
        detail = None if placement.detail is None else orjson.dumps(placement.detail)
        self.c.execute(
            "INSERT INTO placement VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                self._cell(placement), version.occurred.last, version.occurred.lo,
                version.known_at, version.entry.seq, placement.part, rectangle.known_from,
                self.entry.seq, rectangle.audiences, rectangle.known_to, OPEN, placement.mark,
                identity, partner, detail,
            ),
        )  # fmt: skip

    def _cell(self, placement: Placement) -> int:
        key = (self.negotiation, placement.kind, KEY.join(placement.key))
        self.c.execute("SELECT id FROM cell WHERE negotiation = ? AND kind = ? AND key = ?", key)
        row = self.c.fetchone()
        if row is None:
            self.c.execute("INSERT INTO cell (negotiation, kind, key) VALUES (?, ?, ?)", key)
            return int(self.c.lastrowid)
        return int(row[0])

    def _note_amendment(self, kind: str, value: Json) -> None:
        if kind in ("amendment-proposed", "amendment-adopted") and "plan" in value:
            self.amendments.add((value["plan"], value.get("amendment", "")))

    def _adopt(self, plan: str, amendment: str) -> None:
        """Recompute what an amendment does to points: it needs its proposal and its adoption."""
        pairs = {
            (proposal_id, adoption_id): (proposal, adoption)
            for proposal_id, proposal in self._amending(plan, amendment, "amendment-proposed")
            for adoption_id, adoption in self._amending(plan, amendment, "amendment-adopted")
        }
        self.c.execute(
            "SELECT DISTINCT version, partner FROM placement"
            " WHERE partner AND recorded_to = ? AND cell IN"
            " (SELECT id FROM cell WHERE negotiation = ? AND kind = 'point')",
            (OPEN, self.negotiation),
        )
        held = {(row[1], row[0]) for row in self.c.fetchall()}
        for proposal_id, adoption_id in held - set(pairs):
            self._unadopt(plan, amendment, proposal_id, adoption_id)
        for identity in sorted(set(pairs) - held):
            self._adopt_pair(identity, *pairs[identity])

    def _unadopt(self, plan: str, amendment: str, proposal_id: int, adoption_id: int) -> None:
        self.c.execute("SELECT body FROM version WHERE id = ?", (adoption_id,))
        value = orjson.loads(self.c.fetchone()[0])["value"]
        if (value.get("plan"), value.get("amendment", "")) == (plan, amendment):
            self.c.execute(
                "UPDATE placement SET recorded_to = ?"
                " WHERE version = ? AND partner = ? AND recorded_to = ?",
                (self.entry.seq, adoption_id, proposal_id, OPEN),
            )

    def _adopt_pair(
        self, identity: tuple[int, int], proposal: Rectangle, adoption: Rectangle
    ) -> None:
        joint = _intersection(proposal, adoption)
        if joint:
            for placement in adopted(proposal.version, adoption.version):
                self._place(placement, joint, identity[1], identity[0])

    def _amending(self, plan: str, amendment: str, kind: str) -> list[tuple[int, Rectangle]]:
        self.c.execute(
            "SELECT v.id, v.known_from, v.known_to, v.audiences, v.body, v.event FROM mention m"
            " JOIN version v ON v.id = m.version WHERE m.negotiation = ?"
            " AND m.kind = 'amendment' AND m.slug = ? AND v.type = ? AND v.recorded_to = ?",
            (self.negotiation, amendment, kind, OPEN),
        )
        rows = [(row, orjson.loads(row["body"])) for row in self.c.fetchall()]
        return [
            (row["id"], Rectangle(version_of(body), row["known_from"], row["known_to"],
                                  row["audiences"]))
            for row, body in rows
            if body["value"].get("plan") == plan
        ]  # fmt: skip


def standing(version: Version) -> str:
    """Return what an event is whatever the day: act, record, withdrawn or its modality."""
    if version.entry.type in ACTS:
        return "act"
    if version.entry.type in BOOKKEEPING:
        return "record"
    return "withdrawn" if version.withdrawn else version.modality


def version_of(body: Json) -> Version:
    """Return the version that a stored item came from, as far as placing it needs."""
    entry = Entry(body["seq"], body["event"], body["type"], body["recorded_at"], {})
    bounds = Bounds(body["lo"], body["last"], exact=True)
    return Version(entry, body["value"], body["known_at"], bounds, body["withdrawn"])


def _intersection(proposal: Rectangle, adoption: Rectangle) -> Rectangle | None:
    start: Instant = max(proposal.known_from, adoption.known_from)
    end: Instant = min(proposal.known_to, adoption.known_to)
    audiences = proposal.audiences & adoption.audiences
    if start >= end or not audiences:
        return None
    known = max(proposal.version.known_at, adoption.version.known_at)
    version = Version(
        adoption.version.entry, adoption.version.payload, known, adoption.version.occurred
    )
    return Rectangle(version, start, min(end, LATEST), audiences)


def _targets(payload: Any) -> Iterator[str]:
    """Yield every event that an act may ever bear on, also after its own correction."""
    if isinstance(payload, dict):
        if isinstance(payload.get("event"), str):
            yield payload["event"]
        for name in ("changes", "rival"):
            yield from _targets(payload.get(name))


def texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
