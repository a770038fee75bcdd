"""The keys of a log and what proves each change of them, for those who hold what an older one
signed."""

from __future__ import annotations

from domain.errors import BusyError
from domain.instants import to_rfc3339
from domain.model import Json
from ledger import log
from ledger.database import Cursor
from ledger.proofs.key_chain import KeyChain, RecordedChange
from ledger.proofs.leaf_records import prove_record, read_leaf_records
from ledger.proofs.signed_note import Checkpoint
from ledger.proofs.stored_cosignatures import read_cosigned_note


def build_key_history(c: Cursor, keys: KeyChain) -> Json:
    """Return each key with its span, the events that changed it, and the checkpoint that both the
    current key and, by their paths, these events lead to. Raises BusyError before the first."""
    note = read_cosigned_note(c, keys.last_change)
    if note is None:
        raise BusyError("no checkpoint is signed yet", hint="a server signs one in a second")
    return {
        "checkpoint": note,
        "events": prove_changes(c, keys, keys.open_note(note)),
        "key": keys.current.to_text(),
        "keys": [
            {
                "key": span.key.to_text(),
                "first_size": span.first,
                "last_size": span.last,
                "began": span.began and _change_json(span.began),
                "ended": span.ended and _change_json(span.ended),
                "exposed": span.exposed and _change_json(span.exposed),
            }
            for span in keys.spans
        ],
    }


def prove_changes(c: Cursor, keys: KeyChain, checkpoint: Checkpoint) -> list[Json]:
    """Return the events by which the log changed its key, with their paths to a checkpoint."""
    read_node = log.node_reader(c)
    records = read_leaf_records(c, [change.id for change in keys.changes])
    return [prove_record(read_node, record, checkpoint) for record in records]


def _change_json(change: RecordedChange) -> Json:
    event = change.event
    return {
        "type": event.type,
        "seq": change.seq,
        "recorded_at": to_rfc3339(change.recorded_at),
        "since": getattr(event, "since", None),
        "reason": event.reason,
    }
