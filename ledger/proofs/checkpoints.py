"""Checkpoints: signed after a commit, stored with the log and again outside of its database."""

from __future__ import annotations

import logging
from contextlib import nullcontext, suppress
from pathlib import Path

from domain.errors import InvalidNoteError, NotFoundError, TamperedError
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG, LogAccepted, TreeHead
from ledger import log
from ledger.database import Clock, Cursor, transaction, wall_clock
from ledger.durable_files import write_file
from ledger.location import PUBLIC_MODE
from ledger.own_events import record_own_event
from ledger.proofs import signed_history
from ledger.proofs.continuity import KnownHead, LogContinuity
from ledger.proofs.key_chain import KeyChain, find_current_key, read_key_chain
from ledger.proofs.key_files import load_current_key, load_key, load_or_create_key, short_name
from ledger.proofs.merkle import compute_root
from ledger.proofs.repeated_rotations import find_lacking, record_again
from ledger.proofs.signed_note import LogKey, Verifier, split_note
from ledger.proofs.stored_cosignatures import read_signed_note

LOGGER = logging.getLogger("minutebook")

_INSERT_CHECKPOINT = """
INSERT INTO checkpoint
SELECT :size, coalesce(max(size), -1), :note FROM checkpoint WHERE true
ON CONFLICT DO NOTHING
"""


class CheckpointSigner:
    """The key of a log and the newest checkpoint outside of its database.

    The file outside is what shows that a database was put back to an earlier state, so it belongs
    on another disk or to another account.
    """

    key: LogKey

    def __init__(
        self, key_location: str | Path, external_file: Path, *, accept_log: str | None = None
    ) -> None:
        """``accept_log`` is why a log is accepted that no checkpoint outside vouches for."""
        self.key_location, self.external_file = key_location, external_file
        self.accept_log = accept_log
        self.continuity = LogContinuity()
        self.signed_size = -1

    def start_signing(self, c: Cursor, clock: Clock = wall_clock) -> None:
        """Read the key, and refuse a database that does not continue what was signed.

        Raises ForkedLogError, TamperedError where no checkpoint outside vouches for a log that has
        events, NotFoundError where the key that signs it is not here, or InvalidNoteError where key
        and checkpoint do not belong together.
        """
        self.key = self._load_key(c, clock())
        size, _ = log.read_head(c)
        if size and not self.external_file.is_file():
            self._accept_log(c, size, clock())
        self.sign_head(c)

    def keep_witnessed(self, note: str) -> None:
        """Keep what a witness showed that this log does not contain, for who has to decide."""
        write_file(signed_history.witnessed_file(self.external_file), note)

    def read_witnessed(self, keys: KeyChain) -> KnownHead | None:
        """Return the head of what a witness showed. Raises InvalidNoteError."""
        file = signed_history.witnessed_file(self.external_file)
        if not file.is_file():
            return None
        shown = keys.open_file(file)
        return KnownHead(shown.size, shown.root, f"the checkpoint {file}, which a witness showed")

    def sign_new_log(self, c: Cursor, clock: Clock = wall_clock) -> None:
        """Sign a log that was made here, such as a restored one, where nothing outside vouches for
        it yet."""
        self.key = self._load_key(c, clock())
        self.sign_head(c)

    def _load_key(self, c: Cursor, now: Instant) -> LogKey:
        """Read the key that the log names, or that signed it; made now where nothing is signed."""
        current = find_current_key(c)
        if current:
            with suppress(NotFoundError):
                return load_current_key(self.key_location, current)
        is_signed = read_signed_note(c) is not None and log.read_head(c)[0] > 0
        key = (load_key if is_signed else load_or_create_key)(self.key_location)
        if is_signed:
            self._follow_rotations(c, key.verifier, now)
        return key

    def _follow_rotations(self, c: Cursor, own: Verifier, now: Instant) -> None:
        """Bring a database from before a rotation to the own key, where it lacks nothing else.

        Raises ForkedLogError where it does, NotFoundError or InvalidNoteError where another key
        signed it last, which does not lead to this one.
        """
        lacking = find_lacking(c, self.external_file, own)
        others = [own, *(Verifier.parse(each.old_key) for each in lacking or ())]
        keys = read_key_chain(c, own).opening_for(*others)
        with nullcontext() if lacking is not None else suppress(InvalidNoteError):
            self._advance_to_external(keys)
        self.continuity.check_tree(c)
        if lacking:
            record_again(c, lacking, now)
        if lacking is None:
            if current := find_current_key(c):
                load_current_key(self.key_location, current)
            raise InvalidNoteError(
                f"another key than {short_name(own)} signed this database last",
                hint="put that key in its place; if it is gone, minutebook log-key lost --key"
                " OLD_KEY --reason TEXT",
            )

    def use_current_key(self, keys: KeyChain) -> LogKey:
        """Return the key that the log names, read again where it is another than the last one.

        Raises NotFoundError where it is not here.
        """
        if keys.current != self.key.verifier:
            self.key = load_current_key(self.key_location, keys.current)
            LOGGER.warning("the log is signed with the key %s now", short_name(keys.current))
        return self.key

    def _accept_log(self, c: Cursor, size: int, now: Instant) -> None:
        if not self.accept_log:
            raise TamperedError(
                f"there is no checkpoint at {self.external_file}, so nothing outside of the"
                f" database vouches for its {size} events",
                hint="put the file back, or the setting checkpoint right; if it is lost, verify the"
                " ledger, then minutebook serve --accept-log REASON, or recover --reason REASON,"
                " which is recorded",
            )
        root = compute_root(log.node_reader(c), size).hex()
        decision = LogAccepted(reason=self.accept_log, accepted=TreeHead(size=size, root=root))
        with transaction(c):
            record_own_event(c, LEDGER_SLUG, decision.model_dump(mode="json"), now=now)

    def sign_head(self, c: Cursor) -> None:
        """Sign the head and store the checkpoint, first in the database, then outside.

        Does nothing where the head is signed already. The cursor must not be in a transaction.
        Raises what the database or the disk raises, and then the next call starts over, or
        ForkedLogError where the log is not one that was signed before and has grown.
        """
        if log.read_head(c)[0] == self.signed_size:
            return
        with transaction(c):
            c.execute("UPDATE head SET size = size")  # other processes sign before this, or after
            keys = read_key_chain(c, self.key.verifier)
            self.check_log(c, keys.opening_for(self.key.verifier))
            head, note = store_checkpoint(c, self.use_current_key(keys))
        self.keep_outside(head, note, keys)

    def check_log(self, c: Cursor, keys: KeyChain) -> None:
        """Check that the log continues what was signed, here and outside.

        Raises ForkedLogError, or InvalidNoteError where other keys signed it.
        """
        self._advance_to_external(keys)
        self.continuity.check_tree(c)
        if note := read_signed_note(c):
            keys.open_note(note)

    def keep_outside(self, head: KnownHead, note: str, keys: KeyChain) -> None:
        """Store a checkpoint that is in the database also outside, unless a newer one is there."""
        self.continuity.advance(head)
        if self._advance_to_external(keys) < head.size:
            write_file(self.external_file, note, PUBLIC_MODE)
            signed_history.append_note(self.external_file, note)
        self.signed_size = head.size

    def _advance_to_external(self, keys: KeyChain) -> int:
        """Remember the checkpoint outside, which another process may have stored; return its size,
        or -1 where there is none."""
        if not self.external_file.is_file():
            return -1
        signed = keys.open_file(self.external_file)
        told_by = f"the checkpoint {self.external_file}"
        self.continuity.advance(KnownHead(signed.size, signed.root, told_by))
        return signed.size


def store_checkpoint(c: Cursor, key: LogKey, *others: LogKey) -> tuple[KnownHead, str]:
    """Sign the head, in the caller's transaction; return it with the note."""
    size, _ = log.read_head(c)
    head = KnownHead(size, compute_root(log.node_reader(c), size))
    note = key.sign_checkpoint(head.size, head.root)
    text, _ = split_note(note)
    note += "".join(other.sign_line(text) for other in others)
    c.execute(_INSERT_CHECKPOINT, {"size": size, "note": note})
    return head, note


def sign_copy(c: Cursor, key_location: str | Path, newest_note: str) -> str:
    """Sign the head of a copy of a log, in the copy alone, where it continues what was signed.

    Raises ForkedLogError, InvalidNoteError where the key is that of another log, or NotFoundError
    where the key that the log names is not here.
    """
    current = find_current_key(c)
    key = load_current_key(key_location, current) if current else load_key(key_location)
    signed = read_key_chain(c, key.verifier).open_note(newest_note)
    continuity = LogContinuity()
    continuity.advance(KnownHead(signed.size, signed.root, "the newest checkpoint"))
    with transaction(c):
        continuity.check_tree(c)
        _, note = store_checkpoint(c, key)
    return note
