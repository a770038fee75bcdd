"""Auditing the log: every hash and every stored fact is computed again and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter

import orjson

from domain.acceptance import SLUG_KIND_BY_REGISTRATION, reserved_slug
from domain.catalogue import ACT_TYPES, topic_of
from domain.errors import MinutebookError
from domain.instants import to_rfc3339
from ledger import log
from ledger.append import originator_id
from ledger.database import Cursor, Row
from ledger.idempotency import extend_answer_chain
from ledger.proofs.merkle import Frontier, TreeNode, compute_root, leaf_bytes
from ledger.proofs.signed_note import Checkpoint, Verifier

PAGE_SIZE = 4096
"""Events read at once."""
_full_text = lru_cache(maxsize=64)(to_rfc3339)


@dataclass(frozen=True, slots=True)
class AuditFault:
    """One thing that is not as it was recorded: the first seq it concerns, the field, and how."""

    seq: int | None
    field: str
    detail: str

    def __str__(self) -> str:
        prefix = f"seq {self.seq}, " if self.seq is not None else ""
        return f"{prefix}{self.field}: {self.detail}"


class LogAudit:
    """One pass over the log in one snapshot: iterate it for the seqs reached; it adds to faults."""

    def __init__(self, c: Cursor, faults: list[AuditFault]) -> None:
        self.c, self.faults = c, faults
        self.frontier, self.recorded_at, self.wrong_seqs = Frontier(), 0, list[int]()
        self.negotiations: dict[str, tuple[str, str, int, int]] = {}
        self.reserved_slugs: set[tuple[str, str, str]] = set()
        self.erased_slugs = Counter[tuple[str, str]]()
        self.erasure_rows = {
            row[0]: (row[1], row[2]) for row in self._fetch_rows("SELECT * FROM erasure")
        }

    @property
    def size(self) -> int:
        """The number of events, as the head row claims."""
        return int(self._fetch_rows("SELECT size FROM head")[0][0])

    def _fetch_rows(self, statement: str, **values: object) -> list[Row]:
        """Return rows as plain tuples, which can be compared."""
        self.c.execute(statement, values)
        return [tuple(row) for row in self.c.fetchall()]

    def _add_fault(self, seq: int | None, field: str, detail: str) -> None:
        self.faults.append(AuditFault(seq, field, detail))

    def _compare_field(self, seq: int | None, field: str, stored: object, expected: object) -> None:
        if stored != expected:
            self._add_fault(
                seq,
                field,
                f"{_shorten_value(stored)} is stored, {_shorten_value(expected)} follows",
            )

    def __iter__(self) -> Iterator[int]:
        after = -(2**63)  # also a row before the first would be one too many
        while rows := self._fetch_rows(
            """
            SELECT seq, id, negotiation, type, recorded_at, recorded_by, salt, state, leaf_hash,
                originator_id, originator_version, topic
            FROM event WHERE seq > :after ORDER BY seq LIMIT :limit
            """,
            after=after,
            limit=PAGE_SIZE,
        ):
            self._rehash_page(rows)
            for place, row in enumerate(rows, self.frontier.size - len(rows) + 1):
                self._check_event(place, *row)
            after = rows[-1][0]
            yield after
        self._check_head()
        self._check_state_tables()
        self._check_erasures()

    def _rehash_page(self, rows: Sequence[Row]) -> None:
        """Hash a page again, leaf by leaf and level by level."""
        hashes = []
        for row in rows:
            seq, event_id, negotiation, kind, recorded_at, recorded_by, salt, state, stored = row[
                :9
            ]
            erasure_row = self.erasure_rows.get(seq)
            try:
                leaf = leaf_bytes(
                    id=event_id,
                    negotiation=negotiation,
                    payload_hash=erasure_row[0]
                    if erasure_row
                    else sha256(salt + state).hexdigest(),
                    recorded_at=_full_text(recorded_at),
                    recorded_by=recorded_by,
                    seq=seq,
                    type=kind,
                )
            except (TypeError, ValueError, AttributeError, OverflowError):
                leaf = b""  # a value of another type than any that was recorded
            hashes.append(sha256(b"\x00" + leaf).digest())
            if hashes[-1] != stored:
                self.wrong_seqs.append(seq)
                self._add_fault(seq, "leaf_hash", "the event is not the one that was recorded")
        self.frontier, completed = self.frontier.with_leaves(hashes)
        self._check_nodes(completed)

    def _check_nodes(self, completed: Sequence[TreeNode]) -> None:
        """Compare the subtrees that a page completed: at each level they lie side by side."""
        for level, nodes in groupby(sorted(completed), key=itemgetter(0)):
            expected_nodes = list(nodes)
            stored = self._fetch_rows(
                """
                SELECT level, idx, hash FROM node
                WHERE level = :level AND idx BETWEEN :first AND :last
                """,
                level=level,
                first=expected_nodes[0][1],
                last=expected_nodes[-1][1],
            )
            for _, index, _ in (
                set(expected_nodes) - set(stored) if stored != expected_nodes else ()
            ):
                first, last = (index << level) + 1, (index + 1) << level
                if not any(first <= seq <= last for seq in self.wrong_seqs):
                    self._add_fault(
                        first, "node.hash", f"the hash of seqs {first} to {last} is another"
                    )

    def _check_event(
        self,
        expected_seq: int,
        seq: int,
        event_id: str,
        slug: str,
        kind: str,
        recorded_at: int,
        recorded_by: str,
        salt: bytes,
        state: bytes,
        leaf: bytes,
        *library_fields: object,
    ) -> None:
        stream, zone, events, _ = self.negotiations.get(slug) or (originator_id(slug), "UTC", 0, 0)
        expected_fields = (stream, events + 1, topic_of(kind))
        if (
            seq != expected_seq
            or library_fields != expected_fields
            or recorded_at < self.recorded_at
        ):
            self._report_misplaced(expected_seq, seq, recorded_at, library_fields, expected_fields)
        self.recorded_at = recorded_at
        if kind in ACT_TYPES or kind.endswith(("-opened", "-registered", "-defined")):
            zone = self._track_slugs(slug, kind, state or log.ERASED_PAYLOAD, zone)
        self.negotiations[slug] = (stream, zone, events + 1, seq)

    def _report_misplaced(
        self,
        expected_seq: int,
        seq: int,
        recorded_at: int,
        library_fields: tuple[object, ...],
        expected_fields: tuple[object, ...],
    ) -> None:
        self._compare_field(expected_seq, "seq", seq, expected_seq)
        if recorded_at < self.recorded_at:
            self._add_fault(seq, "recorded_at", "lies before that of the event before")
        names = ("originator_id", "originator_version", "topic")
        for name, stored, expected in zip(names, library_fields, expected_fields, strict=True):
            self._compare_field(seq, name, stored, expected)

    def _track_slugs(self, slug: str, kind: str, state: bytes, zone: str) -> str:
        """Note the slug that an event reserves; return the zone of its negotiation."""
        try:
            value = orjson.loads(state)
        except orjson.JSONDecodeError:
            return zone  # its leaf hash told already
        if "erased" in value:
            kinds = (
                [SLUG_KIND_BY_REGISTRATION[kind]]
                if kind in SLUG_KIND_BY_REGISTRATION
                else SLUG_KIND_BY_REGISTRATION.values()
            )
            self.erased_slugs.update((slug, each) for each in kinds)
        target = None
        if kind in ACT_TYPES and value.get("changes"):
            target = self._fetch_rows(
                "SELECT type FROM event WHERE id = :id", id=value.get("event")
            )
        slug_key = reserved_slug(kind, value, target[0][0] if target else None)
        if slug_key:
            self.reserved_slugs.add((slug, *slug_key))
        opens_negotiation = kind == "negotiation-opened" and "erased" not in value
        return str(value.get("timezone", "UTC")) if opens_negotiation else zone

    def _check_head(self) -> None:
        ((size, last, frontier, keys),) = self._fetch_rows(
            "SELECT size, last_recorded_at, frontier, keys FROM head"
        )
        self._compare_field(None, "head.size", size, self.frontier.size)
        self._compare_field(None, "head.last_recorded_at", last, self.recorded_at)
        if not self.wrong_seqs:
            self._compare_field(None, "head.frontier", frontier, self.frontier.to_bytes())
        chain = b""
        for row in self._fetch_rows("SELECT * FROM idempotency ORDER BY number"):
            chain = extend_answer_chain(chain, *row)
        self._compare_field(None, "idempotency", keys, chain)
        completed_nodes = self.frontier.size - self.frontier.size.bit_count()
        self._compare_field(
            None, "node", self._fetch_rows("SELECT count(*) FROM node")[0][0], completed_nodes
        )

    def _check_state_tables(self) -> None:
        stored = {row[0]: row[1:] for row in self._fetch_rows("SELECT * FROM negotiation")}
        for slug in sorted(set(stored) | set(self.negotiations)):
            self._compare_field(
                None, f"negotiation {slug}", stored.get(slug), self.negotiations.get(slug)
            )
        slugs = set(self._fetch_rows("SELECT * FROM registered"))
        for each in sorted(self.reserved_slugs - slugs):
            self._add_fault(None, "registered", f"{'/'.join(each)} is missing")
        unregistered = Counter((slug, kind) for slug, kind, _ in slugs - self.reserved_slugs)
        for slug, kind in sorted(unregistered - self.erased_slugs, key=repr):
            self._add_fault(None, "registered", f"a {kind} of {slug} was never registered")

    def _check_erasures(self) -> None:
        for seq, (_, by_seq) in self.erasure_rows.items():
            rows = self._fetch_rows(
                """
                SELECT e.state, e.salt, e.id, a.type, a.state FROM event e, event a
                WHERE e.seq = :seq AND a.seq = :by_seq
                """,
                seq=seq,
                by_seq=by_seq,
            )
            erased_id = (
                rows and rows[0][3] == "payload-erased" and orjson.loads(rows[0][4])["event"]
            )
            if not rows or rows[0][0] or rows[0][1] or erased_id != rows[0][2]:
                self._add_fault(seq, "erasure", "the event is not erased by the one that says so")

    def check_checkpoints(self, key: Verifier, external_checkpoint: Checkpoint | None) -> None:
        """Verify the stored checkpoints and the external one against the tree."""
        previous = -1
        for size, before, note in self._fetch_rows(
            "SELECT size, previous, note FROM checkpoint ORDER BY size"
        ):
            self._compare_field(None, f"checkpoint {size}, previous", before, previous)
            previous = size
            try:
                self._check_checkpoint(key.open_note(note), f"checkpoint {previous}", previous)
            except MinutebookError as error:
                self._add_fault(None, f"checkpoint {previous}", error.detail)
        if external_checkpoint:
            self._check_checkpoint(
                external_checkpoint, "external checkpoint", external_checkpoint.size
            )
            if external_checkpoint.size > previous:
                self._add_fault(
                    None, "checkpoint", f"the external one, {external_checkpoint.size}, is newer"
                )

    def _check_checkpoint(self, checkpoint: Checkpoint, field: str, size: int) -> None:
        self._compare_field(None, f"{field}, size", checkpoint.size, size)
        if checkpoint.size > self.frontier.size:
            self._add_fault(
                self.frontier.size + 1, field, f"{checkpoint.size} events were signed for"
            )
        elif compute_root(log.node_reader(self.c), checkpoint.size) != checkpoint.root:
            self._add_fault(
                None, field, f"the first {checkpoint.size} events are not those signed for"
            )


def _shorten_value(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
