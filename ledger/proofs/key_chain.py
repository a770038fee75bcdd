"""The keys of a log, one after the other, which sizes each of them signs, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

from pydantic import TypeAdapter

from domain.errors import InvalidNoteError, TamperedError
from domain.instants import Instant, to_rfc3339_short
from domain.ledger_events import (
    KEY_TYPES,
    AnyKeyChange,
    LogKeyChange,
    LogKeyExposed,
    LogKeyStolen,
    key_statement,
)
from ledger.database import Cursor
from ledger.own_events import read_own_events
from ledger.proofs.key_files import short_name
from ledger.proofs.signed_note import Checkpoint, Verifier, split_note

CHANGES: TypeAdapter[AnyKeyChange] = TypeAdapter(AnyKeyChange)
"""Reads an event by which a log changed its key, or says that others may have a former one."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """An event by which the log changed its key, or says that others may have a former one."""

    seq: int
    id: str
    recorded_at: Instant
    event: AnyKeyChange

    @property
    def is_vouched(self) -> bool:
        """Whether the old key signed for the new one."""
        return self.event.type == "log-key-rotated"

    def to_text(self) -> str:
        """Say what happened to the old key, and when."""
        told = self.event.type.removeprefix("log-key-")
        if isinstance(self.event, LogKeyStolen | LogKeyExposed):
            return f"was reported stolen since {self.event.since}"
        if told == "lost":
            told = "reported lost"
        return f"was {told} on {to_rfc3339_short(self.recorded_at)}"


@dataclass(frozen=True, slots=True)
class KeySpan:
    """A key, and the sizes of the log that it signs: ``last`` is None for the current key.

    A log of exactly the size with which a key is rotated is signed by both. ``exposed`` says that
    others may have the key, which was known only after it was replaced.
    """

    key: Verifier
    first: int
    last: int | None
    began: RecordedChange | None
    ended: RecordedChange | None
    exposed: RecordedChange | None = None

    def covers(self, size: int) -> bool:
        return self.first <= size and (self.last is None or size <= self.last)


@dataclass(frozen=True, slots=True)
class KeyChain:
    """All keys of a log, the first to the current one."""

    spans: tuple[KeySpan, ...]

    @property
    def current(self) -> Verifier:
        return self.spans[-1].key

    @property
    def last_change(self) -> int:
        """The seq of the newest change; 0 where there was none."""
        return max((change.seq for change in self.changes), default=0)

    @property
    def changes(self) -> list[RecordedChange]:
        """The events by which the log changed its key, or says that others may have a former one,
        in order; of several about one key, the newest."""
        told = [change for span in self.spans for change in (span.began, span.exposed) if change]
        return sorted(told, key=attrgetter("seq"))

    def open_note(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that a key signed within its span.

        Raises InvalidNoteError, which says so where a key signed after it.
        """
        checkpoint = Checkpoint.parse(split_note(note)[0])
        signers = [span for span in self.spans if span.key.signed(note)]
        own = [span for span in signers if span.covers(checkpoint.size)]
        for span in own or signers:
            span.key.open_note(note)
        if signers and not own:
            raise _out_of_span(signers[-1], checkpoint.size)
        return checkpoint if own else self.current.open_note(note)

    def open_file(self, file: Path) -> Checkpoint:
        """Return the checkpoint in a file. Raises InvalidNoteError, which names the file."""
        try:
            return self.open_note(file.read_text(errors="replace"))
        except InvalidNoteError as error:
            raise InvalidNoteError(
                f"the checkpoint {file} is not of this log: {error.detail}",
                hint=error.hint
                or "put the checkpoint of this ledger in its place, or the key that"
                " signs it; if it is lost, move the file away and accept the log with a reason",
            ) from None

    def opening_for(self, *others: Verifier) -> KeyChain:
        """Return keys that also open what others signed that the log does not name, as in a history
        that the database lost; the log's own keys stay as they are."""
        known = {span.key for span in self.spans}
        added = (KeySpan(key, 0, None, None, None) for key in others if key not in known)
        return KeyChain((*added, *self.spans))

    def require_trust(self, trusted: Verifier) -> None:
        """Require that a key is the current one, or leads to it by rotations. Raises
        InvalidNoteError."""
        keys = [span.key for span in self.spans]
        if trusted not in keys:
            raise InvalidNoteError(
                f"the key {short_name(trusted)} is none of this log, which is signed by"
                f" {short_name(self.current)}"
            )
        for span in self.spans[keys.index(trusted) :]:
            end = span.exposed or span.ended
            if end and not end.is_vouched:
                raise InvalidNoteError(
                    f"the key {short_name(span.key)} {end.to_text()}, so it does not vouch"
                    " for the key that came after it",
                    hint="ask who runs the log for its key of today, and name that one",
                )


def _out_of_span(span: KeySpan, size: int) -> InvalidNoteError:
    if span.ended and span.last is not None and size > span.last:
        why = f"which {span.ended.to_text()} and signs no more than {span.last}"
    else:
        why = f"which signs from {span.first} events on"
    return InvalidNoteError(f"{size} events are signed by the key {short_name(span.key)}, {why}")


def read_key_chain(c: Cursor, own: Verifier) -> KeyChain:
    """Return the keys that a log names; its only one is ``own`` where it never changed it.

    Raises TamperedError where one does not follow from the one before.
    """
    return build_chain(read_changes(c), own)


def find_current_key(c: Cursor) -> Verifier | None:
    """Return the key that the log names; None where it never changed it. Raises TamperedError."""
    new_keys = [
        each.event.new_key for each in read_changes(c) if isinstance(each.event, LogKeyChange)
    ]
    return Verifier.parse(new_keys[-1]) if new_keys else None


def read_changes(c: Cursor) -> list[RecordedChange]:
    """Return the events by which a log changed its key, or says that others may have one."""
    return [
        RecordedChange(seq, event_id, recorded_at, _parse_change(seq, bytes(state)))
        for seq, event_id, recorded_at, kind, state in read_own_events(c)
        if kind in KEY_TYPES
    ]


@lru_cache(maxsize=64)
def _parse_change(seq: int, state: bytes) -> AnyKeyChange:
    """Read a change and check what signed it. Raises TamperedError."""
    try:
        change = CHANGES.validate_json(state)
        if isinstance(change, LogKeyExposed):
            Verifier.parse(change.key)
            return change
        old, new = Verifier.parse(change.old_key), Verifier.parse(change.new_key)
        text = new.open_text(change.statement)
        if change.type == "log-key-rotated":
            old.open_text(change.statement)
        if text != key_statement(change.type, change.old_key, change.new_key):
            raise InvalidNoteError("its statement is about other keys")
        if old.name != new.name or old == new:
            raise InvalidNoteError("its keys are not two of one log")
    except (ValueError, InvalidNoteError) as error:
        told = error.detail if isinstance(error, InvalidNoteError) else "it is not as recorded"
        detail = f"seq {seq} does not change the key of the log: {told}"
        raise TamperedError(detail, hint="run minutebook verify") from None
    return change


def build_chain(changes: Sequence[RecordedChange], own: Verifier) -> KeyChain:
    """Return the spans of the keys. Raises TamperedError where a change is of another key."""
    old_keys = (each.event.old_key for each in changes if isinstance(each.event, LogKeyChange))
    first = next(map(Verifier.parse, old_keys), own)
    spans = [KeySpan(first, 0, None, None, None)]
    for change in changes:
        if isinstance(change.event, LogKeyExposed):
            _note_exposed(spans, change, Verifier.parse(change.event.key))
            continue
        if Verifier.parse(change.event.old_key) != spans[-1].key:
            detail = f"seq {change.seq} replaces a key that the log did not have then"
            raise TamperedError(detail, hint="run minutebook verify")
        last = change.seq if change.is_vouched else change.seq - 1
        spans[-1] = replace(spans[-1], last=last, ended=change)
        spans.append(KeySpan(Verifier.parse(change.event.new_key), change.seq, None, change, None))
    return KeyChain(tuple(spans))


def _note_exposed(spans: list[KeySpan], change: RecordedChange, key: Verifier) -> None:
    former = [span.key for span in spans[:-1]]
    if key not in former:
        detail = f"seq {change.seq} is about a key that the log did not have before"
        raise TamperedError(detail, hint="run minutebook verify")
    at = former.index(key)
    spans[at] = replace(spans[at], exposed=change)
