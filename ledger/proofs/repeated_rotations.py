"""Rotations recorded again in a database from before them, by what the old keys signed then.

An old key is gone after a rotation, so what it signed for the new one is kept outside too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from domain.errors import InvalidNoteError
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG, LogKeyRotated, read_key_statement
from ledger.database import Cursor, transaction
from ledger.own_events import record_own_event
from ledger.proofs import signed_history
from ledger.proofs.key_chain import find_current_key
from ledger.proofs.signed_note import Verifier, split_note
from ledger.proofs.stored_cosignatures import read_signed_note

REASON = "recorded again: the database is from before the key was rotated"


def find_lacking(c: Cursor, external_file: Path, own: Verifier) -> list[LogKeyRotated] | None:
    """Return the rotations that lead from the key of the database to the own one; None where what
    is kept outside does not lead there."""
    note = read_signed_note(c)
    key = find_current_key(c) or (own if note is None or own.signed(note) else None)
    if key == own:
        return []
    statements = dict(_read_statements(external_file))
    key = key or next((old for old in statements if note and old.signed(note)), None)
    found = list[LogKeyRotated]()
    while key in statements and len(found) < len(statements):
        new, statement = statements[key]
        found.append(
            LogKeyRotated(
                reason=REASON, old_key=key.to_text(), new_key=new.to_text(), statement=statement
            )
        )
        key = new
        if key == own:
            return found
    return None


def record_again(c: Cursor, rotations: Sequence[LogKeyRotated], now: Instant) -> None:
    """Record rotations that a database lacks."""
    with transaction(c):
        for rotation in rotations:
            record_own_event(c, LEDGER_SLUG, rotation.model_dump(mode="json"), now=now)


def _read_statements(external_file: Path) -> list[tuple[Verifier, tuple[Verifier, str]]]:
    """Return the rotations that are kept outside: the old key, the new one, what both signed."""
    found = []
    for note in signed_history.read_notes(external_file):
        try:
            keys = read_key_statement(split_note(note)[0], "log-key-rotated")
            old, new = map(Verifier.parse, keys or ())
            old.open_text(note)
            new.open_text(note)
        except (InvalidNoteError, ValueError):
            continue  # a checkpoint, or what no old key vouches for
        found.append((old, (new, note)))
    return found
