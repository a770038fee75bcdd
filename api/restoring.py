"""Recording an export again: the same ids, seqs, times and salts, so the same tree."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from operator import attrgetter
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


def recorded_again(files: Sequence[Path], db: Path) -> None:
    """Record every line of the exports of all negotiations anew. Raises InvalidEventError."""
    ledger = open_ledger(db, key=db.with_suffix(".key"), outside=db.with_suffix(".checkpoint"))
    try:
        with ledger.writing() as c, ExitStack() as held:
            lines = [_events(held.enter_context(file.open("rb"))) for file in files]
            events = heapq.merge(*lines, key=attrgetter("seq"))
            again = Repetition(c, ledger.appender, Index())
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
            hint = "give what minutebook export wrote, of every negotiation"
            raise InvalidEventError(detail, hint=hint) from None


def _event(line: dict[str, Any]) -> Repeated:
    payload = {name: value for name, value in line.items() if name not in SERVER}
    return Repeated(
        seq=line["seq"], id=line["id"], negotiation=line["negotiation"],
        recorded_at=from_text(line["recorded_at"]), recorded_by=line["recorded_by"],
        salt=bytes.fromhex(line["salt"] or ""), leaf_hash=bytes.fromhex(line["leaf_hash"]),
        type=line["type"], payload=payload, commitment=line.get("payload_hash"),
    )  # fmt: skip
