"""Auditing the log: every hash computed again, every kept fact derived again, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from domain.accept import REGISTERED, reserved
from domain.catalogue import ACTS
from domain.instants import full_text
from domain.refusals import MinutebookError
from ledger import log
from ledger.canonical import leaf_bytes
from ledger.intake import chained
from ledger.notes import Checkpoint, Verifier
from ledger.tree import Frontier, Node, root

PAGE = 4096
"""Events read at once."""
_full_text = lru_cache(maxsize=64)(full_text)
_origin = lru_cache(maxsize=1024)(lambda slug: uuid5(NAMESPACE_URL, f"minutebook:{slug}").hex)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was recorded: the first seq it concerns, the field, and how."""

    seq: int | None
    field: str
    detail: str

    def __str__(self) -> str:
        place = f"seq {self.seq}, " if self.seq is not None else ""
        return f"{place}{self.field}: {self.detail}"


class Audit:
    """One pass over the log in one snapshot: iterate it for the seqs reached; it adds to faults."""

    def __init__(self, c: Any, faults: list[Fault]) -> None:
        self.c, self.faults = c, faults
        self.frontier, self.recorded_at, self.wrong = Frontier(), 0, list[int]()
        self.negotiations: dict[str, tuple[str, str, int, int]] = {}
        self.reserved: set[tuple[str, str, str]] = set()
        self.erased_slugs = Counter[tuple[str, str]]()
        self.erased = {row[0]: (row[1], row[2]) for row in self._rows("SELECT * FROM erasure")}

    @property
    def size(self) -> int:
        """The number of events, as the head row claims."""
        return int(self._rows("SELECT size FROM head")[0][0])

    def _rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        self.c.execute(statement, values)
        rows: list[tuple[Any, ...]] = self.c.fetchall()
        return rows

    def _fault(self, seq: int | None, name: str, detail: str) -> None:
        self.faults.append(Fault(seq, name, detail))

    def _same(self, seq: int | None, name: str, stored: Any, wanted: Any) -> None:
        if stored != wanted:
            self._fault(seq, name, f"{_shown(stored)} is stored, {_shown(wanted)} follows")

    def __iter__(self) -> Iterator[int]:
        after = -(2**63)  # also a row before the first would be one too many
        while rows := self._rows(
            "SELECT seq, id, negotiation, type, recorded_at, recorded_by, salt, state, leaf_hash,"
            " originator_id, originator_version, topic FROM event WHERE seq > ?"
            " ORDER BY seq LIMIT ?", after, PAGE,
        ):  # fmt: skip
            self._hash(rows)
            for place, row in enumerate(rows, self.frontier.size - len(rows) + 1):
                self._event(place, *row)
            after = rows[-1][0]
            yield after
        self._head()
        self._kept()
        self._erasures()

    def _hash(self, rows: Sequence[Any]) -> None:
        """Hash a page again, leaf by leaf and level by level."""
        hashes = []
        for row in rows:
            seq, name, negotiation, kind, at, by, salt, state, stored = row[:9]
            gone = self.erased.get(seq)
            try:
                leaf = leaf_bytes(
                    id=name, negotiation=negotiation,
                    payload_hash=gone[0] if gone else sha256(salt + state).hexdigest(),
                    recorded_at=_full_text(at), recorded_by=by, seq=seq, type=kind,
                )  # fmt: skip
            except (TypeError, ValueError, AttributeError, OverflowError):
                leaf = b""  # a value of another type than any that was recorded
            hashes.append(sha256(b"\x00" + leaf).digest())
            if hashes[-1] != stored:
                self.wrong.append(seq)
                self._fault(seq, "leaf_hash", "the event is not the one that was recorded")
        self.frontier, complete = self.frontier.plus(hashes)
        self._nodes(complete)

    def _nodes(self, complete: Sequence[Node]) -> None:
        """Compare the subtrees that a page completed: at each level they lie side by side."""
        for level, nodes in groupby(sorted(complete), key=itemgetter(0)):
            wanted = list(nodes)
            stored = self._rows(
                "SELECT level, idx, hash FROM node WHERE level = ? AND idx BETWEEN ? AND ?",
                level, wanted[0][1], wanted[-1][1],
            )  # fmt: skip
            for _, index, _ in set(wanted) - set(stored) if stored != wanted else ():
                first, last = (index << level) + 1, (index + 1) << level
                if not any(first <= seq <= last for seq in self.wrong):
                    self._fault(
                        first, "node.hash", f"the hash of seqs {first} to {last} is another"
                    )

    def _event(
        self, place: int, seq: int, name: str, slug: str, kind: str, at: int, by: str, salt: bytes,
        state: bytes, leaf: bytes, *library: Any,
    ) -> None:  # fmt: skip
        origin, zone, events, _ = self.negotiations.get(slug) or (_origin(slug), "UTC", 0, 0)
        wanted = (origin, events + 1, f"minutebook.{kind}.v1")
        if seq != place or library != wanted or at < self.recorded_at:
            self._misplaced(place, seq, at, library, wanted)
        self.recorded_at = at
        if kind in ACTS or kind.endswith(("-opened", "-registered", "-defined")):
            zone = self._reserving(slug, kind, state or log.ERASED, zone)
        self.negotiations[slug] = (origin, zone, events + 1, seq)

    def _misplaced(self, place: int, seq: int, at: int, library: Any, wanted: Any) -> None:
        self._same(place, "seq", seq, place)
        if at < self.recorded_at:
            self._fault(seq, "recorded_at", "lies before that of the event before")
        names = ("originator_id", "originator_version", "topic")
        for name, stored, follows in zip(names, library, wanted, strict=True):
            self._same(seq, name, stored, follows)

    def _reserving(self, slug: str, kind: str, state: bytes, zone: str) -> str:
        """Note the slug that an event reserves; return the zone of its negotiation."""
        try:
            value = orjson.loads(state)
        except orjson.JSONDecodeError:
            return zone  # its leaf hash told already
        if "erased" in value:
            kinds = [REGISTERED[kind]] if kind in REGISTERED else REGISTERED.values()
            self.erased_slugs.update((slug, each) for each in kinds)
        target = None
        if kind in ACTS and value.get("changes"):
            target = self._rows("SELECT type FROM event WHERE id = ?", value.get("event"))
        found = reserved(kind, value, target[0][0] if target else None)
        if found:
            self.reserved.add((slug, *found))
        opened = kind == "negotiation-opened" and "erased" not in value
        return str(value.get("timezone", "UTC")) if opened else zone

    def _head(self) -> None:
        ((size, last, frontier, keys),) = self._rows(
            "SELECT size, last_recorded_at, frontier, keys FROM head"
        )
        self._same(None, "head.size", size, self.frontier.size)
        self._same(None, "head.last_recorded_at", last, self.recorded_at)
        if not self.wrong:
            self._same(None, "head.frontier", frontier, self.frontier.dump())
        chain = b""
        for row in self._rows("SELECT * FROM idempotency ORDER BY number"):
            chain = chained(chain, *row)
        self._same(None, "idempotency", keys, chain)
        complete = self.frontier.size - self.frontier.size.bit_count()
        self._same(None, "node", self._rows("SELECT count(*) FROM node")[0][0], complete)

    def _kept(self) -> None:
        stored = {row[0]: row[1:] for row in self._rows("SELECT * FROM negotiation")}
        for slug in sorted(set(stored) | set(self.negotiations)):
            self._same(None, f"negotiation {slug}", stored.get(slug), self.negotiations.get(slug))
        slugs = set(self._rows("SELECT * FROM registered"))
        for each in sorted(self.reserved - slugs):
            self._fault(None, "registered", f"{'/'.join(each)} is missing")
        never = Counter((slug, kind) for slug, kind, _ in slugs - self.reserved)
        for slug, kind in sorted(never - self.erased_slugs, key=repr):
            self._fault(None, "registered", f"a {kind} of {slug} was never registered")

    def _erasures(self) -> None:
        for seq, (_, by_seq) in self.erased.items():
            rows = self._rows(
                "SELECT e.state, e.salt, e.id, a.type, a.state FROM event e, event a"
                " WHERE e.seq = ? AND a.seq = ?", seq, by_seq,
            )  # fmt: skip
            told = rows and rows[0][3] == "payload-erased" and orjson.loads(rows[0][4])["event"]
            if not rows or rows[0][0] or rows[0][1] or told != rows[0][2]:
                self._fault(seq, "erasure", "the event is not erased by the one that says so")

    def signed(self, key: Verifier, outside: Checkpoint | None) -> None:
        """Hold the stored checkpoints and the one kept outside against the tree."""
        previous = -1
        for size, before, note in self._rows(
            "SELECT size, previous, note FROM checkpoint ORDER BY size"
        ):
            self._same(None, f"checkpoint {size}, previous", before, previous)
            previous = size
            try:
                self._covers(key.opened(note), f"checkpoint {previous}", previous)
            except MinutebookError as error:
                self._fault(None, f"checkpoint {previous}", error.detail)
        if outside:
            self._covers(outside, "checkpoint outside", outside.size)
            if outside.size > previous:
                self._fault(None, "checkpoint", f"the one outside, {outside.size}, is newer")

    def _covers(self, signed: Checkpoint, name: str, size: int) -> None:
        self._same(None, f"{name}, size", signed.size, size)
        if signed.size > self.frontier.size:
            self._fault(self.frontier.size + 1, name, f"{signed.size} events were signed for")
        elif root(log.nodes(self.c), signed.size) != signed.root:
            self._fault(None, name, f"the first {signed.size} events are not those signed for")


def _shown(value: Any) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
