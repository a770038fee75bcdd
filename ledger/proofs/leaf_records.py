"""What was recorded, byte for byte, and what proves it: the basis of receipts and bundles."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import orjson

from domain.errors import BusyError, TamperedError
from domain.instants import to_rfc3339
from domain.model import Json
from ledger import log
from ledger.append import RecordedEvent
from ledger.database import Cursor, ReadableLedger, select_by_values
from ledger.proofs.merkle import NodeReader, inclusion_proof, leaf_hash, root_from_inclusion
from ledger.proofs.signed_note import Checkpoint

PAGE_SIZE = 1000
"""Rows that are read at once."""
CHECKPOINT_TIMEOUT = 2.0
"""Seconds to wait for a checkpoint; the writer signs within one."""


@dataclass(frozen=True, slots=True)
class LeafRecord:
    """One event as it was hashed; payload and salt are null where the payload was erased."""

    seq: int
    id: str
    leaf: str
    payload: str | None
    salt: str | None


def read_leaf_records(c: Cursor, ids: Sequence[str]) -> list[LeafRecord]:
    """Return the records of these events, by seq."""
    rows = select_by_values(
        c,
        """
        SELECT e.*, x.payload_hash FROM event e LEFT JOIN erasure x ON x.seq = e.seq
        WHERE e.id {in_values}
        """,
        ids,
    )
    return sorted((_leaf_record(*log.event_from_row(row)) for row in rows), key=attrgetter("seq"))


def read_negotiation_records(c: Cursor, negotiation: str, upto: int) -> Iterator[LeafRecord]:
    """Yield the records of one negotiation by seq, a page at a time."""
    after = 0
    while page := _read_page(c, negotiation, after, upto):
        yield from (_leaf_record(event, erased_hash) for event, erased_hash in page)
        after = page[-1][0].seq


def _read_page(
    c: Cursor, negotiation: str, after: int, upto: int
) -> list[tuple[RecordedEvent, str | None]]:
    """Return the next events of a negotiation, each with the commitment of what was erased."""
    c.execute(
        """
        SELECT e.*, x.payload_hash FROM event e LEFT JOIN erasure x ON x.seq = e.seq
        WHERE e.negotiation = :negotiation AND e.seq > :after AND e.seq <= :upto
        ORDER BY e.seq LIMIT :limit
        """,
        {"negotiation": negotiation, "after": after, "upto": upto, "limit": PAGE_SIZE},
    )
    return [log.event_from_row(row) for row in c.fetchall()]


def _leaf_record(event: RecordedEvent, erased_hash: str | None) -> LeafRecord:
    leaf = log.recorded_leaf(event, erased_hash).decode()
    if erased_hash:
        return LeafRecord(event.seq, event.id, leaf, None, None)
    return LeafRecord(event.seq, event.id, leaf, event.state.decode(), event.salt.hex())


def read_leaf_hashes(c: Cursor, upto: int) -> Iterator[bytes]:
    """Yield the leaf hashes of the whole log up to a seq, joined page by page."""
    for after in range(0, upto, PAGE_SIZE):
        c.execute(
            "SELECT leaf_hash FROM event WHERE seq > :after AND seq <= :upto ORDER BY seq",
            {"after": after, "upto": min(upto, after + PAGE_SIZE)},
        )
        yield b"".join(row[0] for row in c.fetchall())


def prove_record(
    read_node: NodeReader, record: LeafRecord, checkpoint: Checkpoint, *, is_visible: bool = True
) -> Json:
    """Return an event with its path to the root of a checkpoint, and what was recorded where that
    may be shown. Raises TamperedError."""
    index, size = record.seq - 1, checkpoint.size
    path = inclusion_proof(read_node, index, size)
    root = root_from_inclusion(leaf_hash(record.leaf.encode()), index, size, path)
    if root != checkpoint.root:
        raise TamperedError(
            f"seq {record.seq} is not what was signed", hint="run minutebook verify"
        )
    return {
        "seq": record.seq,
        "leaf": record.leaf,
        "payload": record.payload if is_visible else None,
        "salt": record.salt if is_visible else None,
        "path": [node.hex() for node in path],
    }


def export_lines(ledger: ReadableLedger, negotiation: str) -> Iterator[bytes]:
    """Yield the events of a negotiation as lines of JSON, with its salt."""
    _, pages = export_rows(ledger, negotiation)
    yield from write_lines(pages)


def write_lines(pages: Iterable[Sequence[Json]]) -> Iterator[bytes]:
    """Yield rows as lines of JSON, page by page."""
    for page in pages:
        yield b"".join(orjson.dumps(row) + b"\n" for row in page)


def export_rows(ledger: ReadableLedger, negotiation: str) -> tuple[list[str], Iterator[list[Json]]]:
    """Return the types of the events of a negotiation, and their rows with its salt, page by page.

    No snapshot stays open.
    """
    with ledger.open_snapshot() as c:
        upto, _ = log.read_head(c)
        c.execute(
            "SELECT DISTINCT type FROM event WHERE negotiation = :negotiation AND seq <= :upto",
            {"negotiation": negotiation, "upto": upto},
        )
        types = sorted(row[0] for row in c.fetchall())
    return types, _export_pages(ledger, negotiation, upto)


def _export_pages(ledger: ReadableLedger, negotiation: str, upto: int) -> Iterator[list[Json]]:
    after = 0
    while True:
        with ledger.open_snapshot() as c:
            page = _read_page(c, negotiation, after, upto)
        if not page:
            return
        after = page[-1][0].seq
        yield [_export_row(*row) for row in page]


def _export_row(event: RecordedEvent, erased_hash: str | None) -> Json:
    payload = {"type": event.type, "erased": True} if erased_hash else orjson.loads(event.state)
    return {
        "id": event.id,
        **payload,
        "seq": event.seq,
        "recorded_at": to_rfc3339(event.recorded_at),
        "recorded_by": event.recorded_by,
        **({"approved_by": event.approved_by} if event.approved_by else {}),
        "negotiation": event.negotiation,
        "salt": None if erased_hash else event.salt.hex(),
        "leaf_hash": event.leaf_hash.hex(),
        **({"payload_hash": erased_hash} if erased_hash else {}),
    }


DAY = 24 * 3600 * 1_000_000
"""Microseconds."""


def read_daily_notes(c: Cursor, below: int) -> Iterator[str]:
    """Yield the last checkpoint of each day below a size, as a signed note, by size.

    The day is that in UTC on which the newest event under it was recorded.
    """
    c.execute(
        """
        SELECT max(k.size) FROM checkpoint k JOIN event e ON e.seq = k.size
        WHERE k.size < :below
        GROUP BY e.recorded_at / :day ORDER BY 1
        """,
        {"below": below, "day": DAY},
    )
    for (size,) in c.fetchall():
        c.execute("SELECT note FROM checkpoint WHERE size = :size", {"size": size})
        yield c.fetchone()[0]


def await_checkpoint(ledger: ReadableLedger, seq: int) -> None:
    """Wait until a checkpoint covers the log up to a seq. Raises BusyError."""
    deadline = time.monotonic() + CHECKPOINT_TIMEOUT
    while True:
        with ledger.open_snapshot() as c:
            c.execute("SELECT max(size) FROM checkpoint")
            size = c.fetchone()[0] or 0
        if size >= seq:
            return
        if time.monotonic() > deadline:
            raise BusyError(
                f"the checkpoint covers {size} events, this needs {seq}",
                hint="try again in a second; the process that records signs, see its log",
            )
        time.sleep(0.05)
