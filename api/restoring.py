"""Recording an export again: the same ids, seqs, times and salts, so the same tree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from api.archive import open_ledger
from domain.instants import from_text
from domain.refusals import InvalidEventError, MinutebookError
from ledger.repeating import Repeated, Repetition
from projections.index import Index

SERVER = ("id", "seq", "recorded_at", "recorded_by", "negotiation", "salt", "leaf_hash",
          "payload_hash")  # fmt: skip
PAGE = 1000


def recorded_again(file: Path, db: Path) -> None:
    """Record every line of an export of a whole ledger anew. Raises InvalidEventError."""
    ledger = open_ledger(db, key=db.with_suffix(".key"), outside=db.with_suffix(".checkpoint"))
    try:
        with ledger.writing() as c, file.open("rb") as lines:
            events, again = _events(lines), Repetition(c, ledger.appender, Index())
            while page := list(islice(events, PAGE)):
                again.page(page)
    finally:
        ledger.close()


def _events(lines: Any) -> Iterator[Repeated]:
    for number, line in enumerate(lines, 1):
        try:
            yield _event(orjson.loads(line))
        except (ValueError, KeyError, TypeError, MinutebookError) as error:
            detail = f"line {number} is no line of an export: {error}"
            hint = "export the whole ledger: minutebook export --format jsonl"
            raise InvalidEventError(detail, hint=hint) from None


def _event(line: dict[str, Any]) -> Repeated:
    payload = {name: value for name, value in line.items() if name not in SERVER}
    return Repeated(
        seq=line["seq"], id=line["id"], negotiation=line["negotiation"],
        recorded_at=from_text(line["recorded_at"]), recorded_by=line["recorded_by"],
        salt=bytes.fromhex(line["salt"] or ""), leaf_hash=bytes.fromhex(line["leaf_hash"]),
        type=line["type"], payload=payload, commitment=line.get("payload_hash"),
    )  # fmt: skip
