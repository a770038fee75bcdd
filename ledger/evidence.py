"""What was recorded, byte for byte, and what proves it: the ground of receipts and bundles."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson

from domain.instants import full_text
from domain.refusals import BusyError
from ledger import log
from ledger.cursor import Cursor
from ledger.reading import Readable

PAGE = 1000
"""Rows that are held at once."""
PATIENCE = 2.0
"""Seconds to wait for a checkpoint; the writer signs within one."""


RECORDED = "SELECT e.*, x.payload_hash FROM event e LEFT JOIN erasure x ON x.seq = e.seq"
"""Events as they were recorded, with the commitment of those that were erased."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One event as it was hashed; payload and salt are null where the payload was erased."""

    seq: int
    id: str
    leaf: str
    payload: str | None
    salt: str | None


def by_ids(c: Cursor, ids: Sequence[str]) -> list[Exhibit]:
    """Return the exhibits of these events, by seq."""
    rows = log.rows_of(c, f"{RECORDED} WHERE e.id IN ({{}})", ids)
    return [_exhibit(row) for row in sorted(rows, key=itemgetter("seq"))]


def of_negotiation(c: Cursor, negotiation: str, upto: int) -> Iterator[Exhibit]:
    """Yield the exhibits of one negotiation by seq, a page at a time."""
    for page in _pages(c, negotiation, upto):
        yield from map(_exhibit, page)


def _pages(c: Cursor, negotiation: str, upto: int) -> Iterator[list[Any]]:
    after = 0
    while page := _page(c, negotiation, after, upto):
        yield page
        after = page[-1]["seq"]


def _page(c: Cursor, negotiation: str, after: int, upto: int) -> list[Any]:
    c.execute(
        RECORDED + " WHERE e.negotiation = ? AND e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ?",
        (negotiation, after, upto, PAGE),
    )
    return list(c.fetchall())


def _exhibit(row: Any) -> Exhibit:
    leaf = log.leaf(row).decode()
    if row["payload_hash"]:
        return Exhibit(row["seq"], row["id"], leaf, None, None)
    return Exhibit(row["seq"], row["id"], leaf, row["state"].decode(), row["salt"].hex())


def leaf_hashes(c: Cursor, upto: int) -> Iterator[bytes]:
    """Yield the leaf hashes of the whole log up to a seq, joined page by page."""
    for after in range(0, upto, PAGE):
        c.execute(
            "SELECT leaf_hash FROM event WHERE seq > ? AND seq <= ? ORDER BY seq",
            (after, min(upto, after + PAGE)),
        )
        yield b"".join(row[0] for row in c.fetchall())


def lines(ledger: Readable, negotiation: str) -> Iterator[bytes]:
    """Yield every event of a negotiation as a line of JSON, with its salt; no snapshot is held."""
    with ledger.reading() as c:
        after, (upto, _) = 0, log.head(c)
    while True:
        with ledger.reading() as c:
            page = _page(c, negotiation, after, upto)
        if not page:
            return
        after = page[-1]["seq"]
        yield b"".join(orjson.dumps(_line(row)) + b"\n" for row in page)


def _line(row: Any) -> dict[str, Any]:
    gone = row["payload_hash"]
    payload = {"type": row["type"], "erased": True} if gone else orjson.loads(row["state"])
    return {
        "id": row["id"], **payload, "seq": row["seq"],
        "recorded_at": full_text(row["recorded_at"]), "recorded_by": row["recorded_by"],
        "negotiation": row["negotiation"], "salt": None if gone else row["salt"].hex(),
        "leaf_hash": row["leaf_hash"].hex(), **({"payload_hash": gone} if gone else {}),
    }  # fmt: skip


def notes(c: Cursor) -> Iterator[str]:
    """Yield every checkpoint that was kept, as a signed note, by size."""
    size = -1
    while True:
        c.execute(
            "SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?", (size, PAGE)
        )
        page = c.fetchall()
        if not page:
            return
        yield from (row["note"] for row in page)
        size = page[-1]["size"]


def newest_note(c: Cursor) -> str | None:
    """Return the newest checkpoint that was kept, as a signed note."""
    c.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
    row = c.fetchone()
    return row[0] if row else None


def await_signed(ledger: Readable, seq: int) -> None:
    """Wait until a checkpoint covers the log up to a seq. Raises BusyError."""
    until = time.monotonic() + PATIENCE
    while True:
        with ledger.reading() as c:
            c.execute("SELECT max(size) FROM checkpoint")
            size = c.fetchone()[0] or 0
        if size >= seq:
            return
        if time.monotonic() > until:
            raise BusyError(
                f"the checkpoint covers {size} events, this needs {seq}",
                hint="try again in a second; the process that records signs, see its log",
            )
        time.sleep(0.05)
