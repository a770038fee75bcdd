"""The log read back: entries by seq, by negotiation or by id, and where the head stands."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from operator import attrgetter

import orjson

from domain.errors import NoProofError
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG
from domain.model import Entry
from ledger.append import RecordedEvent, originator_id, recorded_text
from ledger.database import Cursor, Row, has_table, select_by_values
from ledger.deadline import check_deadline
from ledger.proofs.merkle import Frontier, NodeReader, leaf_bytes, payload_hash

ERASED_PAYLOAD = b'{"erased":true}'
"""What stands for a payload that was legally erased."""
TYPE_COLUMN = 2
"""Place of the type in a row that ``read_rows`` returns."""
_SELECT_ENTRIES = """
SELECT e.seq, e.id, e.type, e.recorded_at, e.state, n.zone,
    CASE WHEN length(e.state) = 0 THEN (
        SELECT a.state FROM erasure x JOIN event a ON a.seq = x.by_seq WHERE x.seq = e.seq
    ) END,
    e.negotiation
FROM event e JOIN negotiation n ON n.slug = e.negotiation
"""


def read_rows(c: Cursor, *, after: int = 0, limit: int = 1000) -> list[Row]:
    """Return rows of the next events of the whole log, by seq: what an entry is made of, of an
    erased one the payload of the event that erased it, and the negotiation."""
    c.execute(
        f"{_SELECT_ENTRIES} WHERE e.seq > :after ORDER BY e.seq LIMIT :limit",
        {"after": after, "limit": limit},
    )
    return [tuple(row) for row in c.fetchall()]


def read_entries(c: Cursor, negotiation: str, *, upto: int = 2**62) -> list[Entry]:
    """Return all entries of one negotiation by seq."""
    c.execute(
        f"{_SELECT_ENTRIES} WHERE e.originator_id = n.originator_id AND n.slug = :negotiation"
        " AND e.seq <= :upto ORDER BY e.seq",
        {"negotiation": negotiation, "upto": upto},
    )
    entries = []
    for row in c.fetchall():
        check_deadline()
        entries.append(entry_from_row(row))
    return entries


def read_entries_by_id(c: Cursor, ids: Sequence[str]) -> list[Entry]:
    """Return the entries with these ids, by seq."""
    rows = select_by_values(c, _SELECT_ENTRIES + " WHERE e.id {in_values}", ids)
    return sorted(map(entry_from_row, rows), key=attrgetter("seq"))


def read_proof_fields(c: Cursor, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return recorded_by, the leaf hash in hex, and approved_by where there is one, of the events
    with these ids."""
    if not ids:
        return {}
    statement = "SELECT id, recorded_by, leaf_hash, approved_by FROM event WHERE id {in_values}"
    if not has_table(c, "proposal"):  # a log of an older version that is only read
        statement = statement.replace("approved_by", "NULL AS approved_by")
    return {
        row["id"]: {
            "recorded_by": row["recorded_by"],
            **({"approved_by": row["approved_by"]} if row["approved_by"] else {}),
            "leaf_hash": row["leaf_hash"].hex(),
        }
        for row in select_by_values(c, statement, ids)
    }


def read_leaves(c: Cursor, *, after: int, limit: int) -> list[bytes]:
    """Return the exact leaf bytes of the next events of the whole log."""
    c.execute(
        """
        SELECT e.*, x.payload_hash FROM event e LEFT JOIN erasure x ON x.seq = e.seq
        WHERE e.seq > :after ORDER BY e.seq LIMIT :limit
        """,
        {"after": after, "limit": limit},
    )
    return [recorded_leaf(*event_from_row(row)) for row in c.fetchall()]


def event_from_row(columns: Row) -> tuple[RecordedEvent, str | None]:
    """Return the event of a row that ends with the commitment to a payload that was erased."""
    return RecordedEvent(*columns[:-1]), columns[-1]


def recorded_leaf(event: RecordedEvent, erased_hash: str | None) -> bytes:
    """Return the exact leaf bytes of an event, with the commitment to what was erased."""
    return leaf_bytes(
        id=event.id,
        negotiation=event.negotiation,
        payload_hash=erased_hash or payload_hash(event.salt, event.state),
        recorded_at=recorded_text(event.recorded_at),
        recorded_by=event.recorded_by,
        seq=event.seq,
        type=event.type,
        approved_by=event.approved_by,
    )


def find_opening(c: Cursor, negotiation: str) -> str | None:
    """Return the id of the event that opened a negotiation."""
    c.execute(
        "SELECT id FROM event WHERE originator_id = :originator AND originator_version = 1",
        {"originator": originator_id(negotiation)},
    )
    row = c.fetchone()
    return row[0] if row else None


def node_reader(c: Cursor) -> NodeReader:
    """Return a reader of the complete subtrees of the Merkle tree."""

    def read_node(level: int, index: int) -> bytes:
        if level:
            c.execute(
                "SELECT hash FROM node WHERE level = :level AND idx = :index",
                {"level": level, "index": index},
            )
        else:
            c.execute("SELECT leaf_hash FROM event WHERE seq = :seq", {"seq": index + 1})
        row = c.fetchone()
        if row is None:
            raise NoProofError(f"the log lacks the hash of subtree {index} at level {level}")
        return bytes(row[0])

    return read_node


def entry_from_row(row: Row) -> Entry:
    """Return the entry of a row of ``read_rows``; of what was erased, with when it was visible."""
    seq, event_id, kind, recorded_at, state, zone, erasing_state = row[:7]
    payload = orjson.loads(state or ERASED_PAYLOAD)
    erasing_event = orjson.loads(erasing_state or b"{}")
    if "visible" in erasing_event:
        payload["visible"] = erasing_event["visible"]
    return Entry(seq, event_id, kind, recorded_at, payload, zone)


def seq_at(c: Cursor, moment: Instant) -> int:
    """Return the last seq recorded at or before a moment; 0 if none."""
    c.execute(
        """
        SELECT seq FROM event
        WHERE recorded_at <= :moment ORDER BY recorded_at DESC, seq DESC LIMIT 1
        """,
        {"moment": moment},
    )
    row = c.fetchone()
    return row[0] if row else 0


def read_recorded_at(c: Cursor, seq: int) -> Instant:
    c.execute("SELECT recorded_at FROM event WHERE seq = :seq", {"seq": seq})
    row = c.fetchone()
    return row[0] if row else 0


def seqs_before(c: Cursor, negotiation: str, seq: int, limit: int) -> list[int]:
    """Return the seqs of the last events of a negotiation before a seq, the newest first."""
    c.execute(
        """
        SELECT seq FROM event
        WHERE negotiation = :negotiation AND seq < :before AND seq >= (
            SELECT seq FROM event WHERE originator_id = :originator AND originator_version = 1
        ) AND seq <= (SELECT last_seq FROM negotiation WHERE slug = :negotiation)
        ORDER BY seq DESC LIMIT :limit
        """,
        {
            "negotiation": negotiation,
            "originator": originator_id(negotiation),
            "before": seq,
            "limit": limit,
        },
    )
    return [row[0] for row in c.fetchall()]


def seqs_after(c: Cursor, negotiation: str, seq: int, limit: int) -> list[int]:
    """Return the seqs of the next events of a negotiation after a seq, in order."""
    c.execute(
        """
        SELECT seq FROM event
        WHERE negotiation = :negotiation AND seq > :after
            AND seq <= (SELECT last_seq FROM negotiation WHERE slug = :negotiation)
        ORDER BY seq LIMIT :limit
        """,
        {"negotiation": negotiation, "after": seq, "limit": limit},
    )
    return [row[0] for row in c.fetchall()]


def read_head(c: Cursor) -> tuple[int, Instant]:
    """Return the head: size and last recorded_at."""
    c.execute("SELECT size, last_recorded_at FROM head")
    size, last_recorded_at = c.fetchone()
    return size, last_recorded_at


def read_frontier(c: Cursor) -> Frontier:
    """Return the tree at the head."""
    c.execute("SELECT size, frontier FROM head")
    return Frontier.from_bytes(*c.fetchone())


def read_last_seq(c: Cursor, negotiation: str) -> int:
    """Return the seq of the last event of a negotiation; 0 before its opening."""
    c.execute("SELECT last_seq FROM negotiation WHERE slug = :slug", {"slug": negotiation})
    row = c.fetchone()
    return row[0] if row else 0


def count_events(c: Cursor, *, upto: int) -> list[tuple[str, int, int]]:
    """Return slug, number of events and last seq of each negotiation, of the log up to a seq."""
    c.execute(
        """
        SELECT n.slug, e.originator_version, e.seq
        FROM negotiation n
        JOIN event e ON e.seq = (
            SELECT x.seq FROM event x
            WHERE x.originator_id = n.originator_id AND x.seq <= :upto
            ORDER BY x.originator_version DESC LIMIT 1
        )
        WHERE n.slug <> :ledger_slug
        ORDER BY n.slug
        """,
        {"upto": upto, "ledger_slug": LEDGER_SLUG},
    )
    return [tuple(row) for row in c.fetchall()]


MAX_COMPARED_SLUGS = 5000
"""The most negotiations among which a nearest name is looked for."""


def near_negotiations_hint(known: Sequence[str], slug: str) -> str:
    """Return a hint with those of these negotiations whose slugs are nearest to an unknown one,
    else some."""
    if nearest := get_close_matches(slug[:63], known[:MAX_COMPARED_SLUGS], 3):
        return f"did you mean {' or '.join(nearest)}?"
    return f"known negotiations: {', '.join(known[:5])}" if known else ""


def read_slugs(c: Cursor) -> list[str]:
    """Return the slugs of negotiations in alphabetical order."""
    c.execute(
        "SELECT slug FROM negotiation WHERE slug <> :ledger_slug ORDER BY slug",
        {"ledger_slug": LEDGER_SLUG},
    )
    return [row["slug"] for row in c.fetchall()]
