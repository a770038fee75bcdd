"""Recording an export again: the same ids, seqs, times and salts, so the same tree."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
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


def recorded_again(files: Sequence[Path], db: Path) -> None:
    """Record every line of the exports of all negotiations anew. Raises InvalidEventError."""
    ledger = open_ledger(db, key=db.with_suffix(".key"), outside=db.with_suffix(".checkpoint"))
    try:
        with ledger.writing() as c, ExitStack() as held:
            events = _merged([(each, held.enter_context(each.open("rb"))) for each in files])
            again = Repetition(c, Index())
            while page := list(islice(events, PAGE)):
                again.page(page)
    finally:
        ledger.close()


def _merged(files: Sequence[tuple[Path, Any]]) -> Iterator[Repeated]:
    """Yield the events of all files by seq. Raises InvalidEventError where two have the same."""
    last, where = 0, ""
    for event, place in heapq.merge(*(_events(*each) for each in files), key=_seq):
        if event.seq == last:
            detail = f"seq {event.seq} is given twice: {where}; {place}"
            raise InvalidEventError(detail, hint="give one export of each negotiation")
        yield event
        last, where = event.seq, place


def _seq(found: tuple[Repeated, str]) -> int:
    return found[0].seq


def _events(file: Path, lines: Any) -> Iterator[tuple[Repeated, str]]:
    """Yield each event of a file and where it stands."""
    for number, line in enumerate(lines, 1):
        place = f"{file}, line {number}"
        try:
            yield _event(orjson.loads(line)), place
        except (ValueError, KeyError, TypeError, MinutebookError) as error:
            detail = f"{place} is no line of an export: {error}"
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
