"""Auditing the log: every hash and every stored fact is computed again and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import orjson

from domain.catalogue import topic_of
from domain.errors import MinutebookError
from domain.introductions import INTRODUCTION_FIELDS, TargetEvent, find_introduction
from domain.later_checks import introduce_for_checks
from domain.phantom_acts import PHANTOM_KINDS
from domain.phantom_links import LINK_KINDS, LINKS_BY_TYPE
from domain.timezone_corrections import corrected_timezone
from ledger import introductions, log
from ledger.append import RecordedEvent, originator_id
from ledger.database import Cursor, Row, has_table
from ledger.idempotency import extend_answer_chain
from ledger.proofs import stored_cosignatures
from ledger.proofs.cosignature import WitnessVerifier
from ledger.proofs.key_chain import KeyChain, build_chain, read_key_chain
from ledger.proofs.merkle import Frontier, TreeNode, compute_root, leaf_hash
from ledger.proofs.signed_note import Checkpoint, Verifier

PAGE_SIZE = 4096
"""Events read at once."""


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
        self.introducers: dict[tuple[str, str, str], str] = {}
        self.erased_slugs = Counter[tuple[str, str]]()

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
                seq, field, f"stored {_shorten_value(stored)}, expected {_shorten_value(expected)}"
            )

    def __iter__(self) -> Iterator[int]:
        after = -(2**63)  # also a row before the first would be one too many
        while page := self._fetch_rows(
            """
            SELECT e.*, x.payload_hash
            FROM event e LEFT JOIN erasure x ON x.seq = e.seq
            WHERE e.seq > :after ORDER BY e.seq LIMIT :limit
            """,
            after=after,
            limit=PAGE_SIZE,
        ):
            events = [log.event_from_row(row) for row in page]
            self._rehash_page(events)
            for place, (event, _) in enumerate(events, self.frontier.size - len(events) + 1):
                self._check_event(place, event)
            after = page[-1][0]
            yield after
        self._check_head()
        self._check_state_tables()
        self._check_erasures()

    def _rehash_page(self, events: Sequence[tuple[RecordedEvent, str | None]]) -> None:
        """Hash a page again, leaf by leaf and level by level."""
        hashes = []
        for event, erased_hash in events:
            try:
                leaf = log.recorded_leaf(event, erased_hash)
            except (TypeError, ValueError, AttributeError, OverflowError):
                leaf = b""  # a value of another type than any that was recorded
            hashes.append(leaf_hash(leaf))
            if hashes[-1] != event.leaf_hash:
                self.wrong_seqs.append(event.seq)
                self._add_fault(
                    event.seq, "leaf_hash", "the event is not the one that was recorded"
                )
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
                        first, "node.hash", f"the hash of seqs {first} to {last} does not match"
                    )

    def _check_event(self, place: int, event: RecordedEvent) -> None:
        slug, kind = event.negotiation, event.type
        stream, zone, events, _ = self.negotiations.get(slug) or (originator_id(slug), "UTC", 0, 0)
        self._compare_field(place, "seq", event.seq, place)
        if event.recorded_at < self.recorded_at:
            self._add_fault(event.seq, "recorded_at", "is earlier than that of the previous event")
        self._compare_field(event.seq, "originator_id", event.originator_id, stream)
        self._compare_field(event.seq, "originator_version", event.originator_version, events + 1)
        self._compare_field(event.seq, "topic", event.topic, topic_of(kind))
        self.recorded_at = event.recorded_at
        if kind in introductions.INTRODUCING_TYPES or kind == "negotiation-opened":
            zone = self._track_introduction(event, zone, events)
        self.negotiations[slug] = (stream, zone, events + 1, event.seq)

    def _track_introduction(self, event: RecordedEvent, zone: str, event_count: int) -> str:
        """Note what an event introduces; return the zone of its negotiation."""
        slug, kind = event.negotiation, event.type
        try:
            value = orjson.loads(event.state or log.ERASED_PAYLOAD)
        except orjson.JSONDecodeError:
            return zone  # its leaf hash is a fault already
        if "erased" in value:
            self.erased_slugs.update((slug, slug_kind) for slug_kind in _introduced_kinds(kind))
        introduction = find_introduction(kind, value, event.id, self._find_target)
        if introduction:
            key = (slug, introduction.kind, introduction.slug)
            self.introducers.setdefault(key, introduction.event)
        for each in introduce_for_checks(
            kind,
            value,
            event.id,
            self._find_target,
            lambda slug_kind, name: self.introducers.get((slug, slug_kind, name)),
        ):
            self.introducers.setdefault((slug, each.kind, each.slug), each.event)
        if event_count == 1:
            zone = corrected_timezone(kind, value, self._find_target) or zone
        opens_negotiation = kind == "negotiation-opened" and "erased" not in value
        return str(value.get("timezone", "UTC")) if opens_negotiation else zone

    def _find_target(self, event_id: str) -> TargetEvent | None:
        """Return an event that was recorded before the one that is checked."""
        rows = self._fetch_rows(
            "SELECT seq, type, state FROM event WHERE id = :id AND seq < :size",
            id=event_id,
            size=self.frontier.size + 1,
        )
        return next(
            (
                TargetEvent(event_id, seq, kind, orjson.loads(state or log.ERASED_PAYLOAD))
                for seq, kind, state in rows
            ),
            None,
        )

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
        if has_table(self.c, "introduction"):
            self._check_introductions()

    def _check_introductions(self) -> None:
        stored = {row[:3]: row[3] for row in self._fetch_rows("SELECT * FROM introduction")}
        unfounded = Counter((key[0], key[1]) for key in stored.keys() - self.introducers.keys())
        for slug, kind in sorted(unfounded - self.erased_slugs, key=repr):
            self._add_fault(None, "introduction", f"a {kind} of {slug} was never introduced")
        for key, event_id in self.introducers.items():
            if key not in stored:
                self._add_fault(None, "introduction", f"{'/'.join(key)} is missing")
            elif stored[key] != event_id and not self.erased_slugs[key[:2]]:
                self._compare_field(None, f"introduction {'/'.join(key)}", stored[key], event_id)

    def _check_erasures(self) -> None:
        for seq, event_id, state, salt, erasing_type, erasing_state in self._fetch_rows(
            """
            SELECT x.seq, e.id, e.state, e.salt, a.type, a.state FROM erasure x
            LEFT JOIN event e ON e.seq = x.seq
            LEFT JOIN event a ON a.seq = x.by_seq
            """
        ):
            erasing_event = orjson.loads(erasing_state) if erasing_type == "payload-erased" else {}
            if state or salt or event_id is None or erasing_event.get("event") != event_id:
                self._add_fault(
                    seq, "erasure", "the erasure does not match its payload-erased event"
                )

    def check_checkpoints(self, key: Verifier, external_note: str | None) -> int | None:
        """Verify the stored checkpoints and the external one against the tree.

        ``key`` is trusted: the current one of the log, or one that leads to it by rotations. Return
        the size of the external checkpoint where a key signed it.
        """
        keys = self._read_keys(key)
        previous = -1
        for size, before, note in self._fetch_rows(
            "SELECT size, previous, note FROM checkpoint ORDER BY size"
        ):
            self._compare_field(None, f"checkpoint {size}, previous", before, previous)
            previous = size
            try:
                self._check_checkpoint(keys.open_note(note), f"checkpoint {size}", size)
            except MinutebookError as error:
                self._add_fault(None, f"checkpoint {size}", error.detail)
        self._check_cosignatures()
        return (
            None if external_note is None else self._check_external(external_note, keys, previous)
        )

    def _check_external(self, note: str, keys: KeyChain, newest: int) -> int | None:
        try:
            external = keys.open_note(note)
        except MinutebookError as error:
            self._add_fault(None, "external checkpoint", error.detail)
            return None
        self._check_checkpoint(external, "external checkpoint", external.size)
        if external.size > newest:
            self._add_fault(None, "checkpoint", f"the external one, {external.size}, is newer")
        return external.size

    def _read_keys(self, trusted: Verifier) -> KeyChain:
        """Return the keys of the log; a fault where the trusted one does not lead to them."""
        keys = build_chain([], trusted)
        try:
            keys = read_key_chain(self.c, trusted)
            keys.require_trust(trusted)
        except MinutebookError as error:
            self._add_fault(None, "log key", error.detail)
        return keys

    def _check_cosignatures(self) -> None:
        """Verify what is kept of witnesses by the keys that are kept with it."""
        if not has_table(self.c, stored_cosignatures.TABLE):
            return
        for size, witness, line, note in self._fetch_rows(
            """
            SELECT x.size, x.witness, x.line, p.note FROM cosignature x
            LEFT JOIN checkpoint p ON p.size = x.size ORDER BY x.size, x.witness
            """
        ):
            field = f"cosignature of {size} events by {witness}"
            try:
                cosignature = WitnessVerifier.parse(witness).find_cosignature(f"{note}{line}")
            except MinutebookError as error:
                self._add_fault(None, field, error.detail)
                continue
            if cosignature is None or cosignature.line != line:
                self._add_fault(None, field, "it is not by this witness")

    def check_witnesses(self, witnesses: Sequence[WitnessVerifier], policy: int) -> int:
        """Return the largest size that as many of these witnesses cosigned; a fault where none."""
        size, held = stored_cosignatures.find_policy_size(self.c, witnesses, policy)
        if held >= policy:
            return size
        most = f"at most {held} cosigned one, that of {size} events" if held else "none cosigned"
        self._add_fault(
            None,
            "cosignatures",
            f"{policy} of the {len(witnesses)} witnesses were to cosign a checkpoint; {most}",
        )
        return 0

    def _check_checkpoint(self, checkpoint: Checkpoint, field: str, size: int) -> None:
        self._compare_field(None, f"{field}, size", checkpoint.size, size)
        if checkpoint.size > self.frontier.size:
            self._add_fault(
                self.frontier.size + 1, field, f"the checkpoint covers {checkpoint.size} events"
            )
        elif compute_root(log.node_reader(self.c), checkpoint.size) != checkpoint.root:
            self._add_fault(
                None, field, f"the first {checkpoint.size} events do not match the checkpoint"
            )


def _shorten_value(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _introduced_kinds(kind: str) -> tuple[str, ...]:
    """Return the kinds of what an event of this type may have introduced; an act any of them."""
    if kind == "position-stated":
        return ("stated-answer",)
    if kind in LINKS_BY_TYPE:
        return (*INTRODUCTION_FIELDS.get(kind, ())[-1:], *LINK_KINDS)
    introduced = [INTRODUCTION_FIELDS[kind]] if kind in INTRODUCTION_FIELDS else []
    return (
        *(names[-1] for names in introduced or INTRODUCTION_FIELDS.values()),
        "stated-answer",
        "answers-correction",
        "same-as",
        *PHANTOM_KINDS,
        *LINK_KINDS,
    )
