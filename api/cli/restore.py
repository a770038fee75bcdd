"""Recording an export again: the same ids, seqs, times and salts, so the same tree."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from api.session import open_ledger
from domain.errors import InvalidEventError, MinutebookError
from domain.instants import from_rfc3339
from ledger.restore import LogRestore, RestoredEvent
from projections.index.writer import IndexFollower

SERVER_FIELDS = (
    "id",
    "seq",
    "recorded_at",
    "recorded_by",
    "negotiation",
    "salt",
    "leaf_hash",
    "payload_hash",
)
PAGE_SIZE = 1000


def restore_exports(files: Sequence[Path], db: Path) -> None:
    """Record every line of the exports of all negotiations anew. Raises InvalidEventError."""
    ledger = open_ledger(
        db, key_path=db.with_suffix(".key"), checkpoint_path=db.with_suffix(".checkpoint")
    )
    try:
        with ledger.take_writer() as c, ExitStack() as exit_stack:
            events = _merge_exports(
                [(each, exit_stack.enter_context(each.open("rb"))) for each in files]
            )
            repetition = LogRestore(c, IndexFollower())
            while event_page := list(islice(events, PAGE_SIZE)):
                repetition.restore_page(event_page)
    finally:
        ledger.close()


def _merge_exports(files: Sequence[tuple[Path, Any]]) -> Iterator[RestoredEvent]:
    """Yield the events of all files by seq. Raises InvalidEventError where two have the same."""
    last_seq, last_location = 0, ""
    for event, location in heapq.merge(*(_read_events(*each) for each in files), key=_seq_of_event):
        if event.seq == last_seq:
            detail = f"seq {event.seq} is given twice: {last_location}; {location}"
            raise InvalidEventError(detail, hint="give one export of each negotiation")
        yield event
        last_seq, last_location = event.seq, location


def _seq_of_event(located_event: tuple[RestoredEvent, str]) -> int:
    return located_event[0].seq


def _read_events(file: Path, lines: Any) -> Iterator[tuple[RestoredEvent, str]]:
    """Yield each event of a file and where it stands."""
    for line_number, line in enumerate(lines, 1):
        location = f"{file}, line {line_number}"
        try:
            yield _parse_event(orjson.loads(line)), location
        except (ValueError, KeyError, TypeError, MinutebookError) as error:
            detail = f"{location} is no line of an export: {error}"
            hint = "give what minutebook export wrote, of every negotiation"
            raise InvalidEventError(detail, hint=hint) from None


def _parse_event(line: dict[str, Any]) -> RestoredEvent:
    payload = {name: value for name, value in line.items() if name not in SERVER_FIELDS}
    return RestoredEvent(
        seq=line["seq"],
        id=line["id"],
        negotiation=line["negotiation"],
        recorded_at=from_rfc3339(line["recorded_at"]),
        recorded_by=line["recorded_by"],
        salt=bytes.fromhex(line["salt"] or ""),
        leaf_hash=bytes.fromhex(line["leaf_hash"]),
        type=line["type"],
        payload=payload,
        commitment=line.get("payload_hash"),
    )
