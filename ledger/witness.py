"""A witness: it cosigns a log's checkpoints as long as each continues the one before (C2SP
tlog-witness), and forgets nothing that it cosigned."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.errors import InvalidNoteError, NoProofError
from ledger.proofs.cosignature import cosign_note
from ledger.proofs.merkle import EMPTY_ROOT, check_consistency
from ledger.proofs.signed_note import Checkpoint, LogKey, Verifier, split_note
from ledger.proofs.witness_request import SIZE_TYPE, AddCheckpoint, checkpoint_path
from ledger.witness_state import WitnessState

PLAIN_TEXT = "text/plain; charset=utf-8"
EMPTY = Checkpoint("", 0, EMPTY_ROOT)


class Reply(NamedTuple):
    """What a witness answers: an HTTP status, a text and its media type."""

    status: int
    text: str
    media_type: str = PLAIN_TEXT


def unix_time() -> int:
    return int(time.time())


class Witness:
    """One witness of some logs, whose file of state no other process may have."""

    def __init__(
        self,
        key: LogKey,
        logs: Sequence[Verifier],
        state: WitnessState,
        clock: Callable[[], int] = unix_time,
    ) -> None:
        self.key, self.logs, self.state, self._clock = key, logs, state, clock
        self._lock = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer ``POST /add-checkpoint``; a 200 is durable before it is given."""
        try:
            request = AddCheckpoint.parse(body)
            checkpoint = Checkpoint.parse(split_note(request.note)[0])
        except InvalidNoteError as error:
            return Reply(400, f"{error.detail}\n")
        trusted = [log for log in self.logs if log.name == checkpoint.origin]
        if not trusted:
            return Reply(404, f"this witness does not know the log {checkpoint.origin}\n")
        try:
            _require_signature(request.note, trusted)
        except InvalidNoteError as error:
            return Reply(403, f"{error.detail}\n")
        if request.old_size > checkpoint.size:
            return Reply(400, "the old size is larger than that of the checkpoint\n")
        with self._lock:  # from the check until it is kept, else a slower request rolls back
            return self._cosign(request, checkpoint)

    def _cosign(self, request: AddCheckpoint, checkpoint: Checkpoint) -> Reply:
        kept = self.state.notes.get(checkpoint.origin)
        known = Checkpoint.parse(split_note(kept)[0]) if kept else EMPTY
        if request.old_size != known.size:
            return Reply(409, f"{known.size}\n", SIZE_TYPE)
        try:
            _require_continuation(known, checkpoint, request.path)
        except NoProofError as error:
            return Reply(422, f"{error.detail}\n")
        cosignature = cosign_note(self.key, request.note, self._clock())
        self.state.keep(checkpoint.origin, _only_signed_by_log(request.note) + cosignature.line)
        return Reply(200, cosignature.line)

    def show_checkpoint(self, path: str) -> Reply:
        """Answer ``GET /HASH/checkpoint``: the newest checkpoint that was cosigned of a log."""
        for origin, note in self.state.notes.copy().items():
            if checkpoint_path(origin) == path:
                return Reply(200, note)
        return Reply(404, "nothing was cosigned of such a log\n")


def _require_signature(note: str, trusted: Sequence[Verifier]) -> None:
    """Raise InvalidNoteError unless a key of these signed, or where a signature of one is wrong."""
    signers = [log for log in trusted if log.signed(note)]
    for log in signers:
        log.open_note(note)
    if not signers:
        raise InvalidNoteError(f"no key that is known for {trusted[0].name} signed the note")


def _only_signed_by_log(note: str) -> str:
    """Return a note without the signatures of others, whose number has no bound."""
    text, lines = split_note(note)
    origin, _, _ = text.partition("\n")
    own = [f"{line}\n" for line in lines if line.startswith(f"— {origin} ")]
    return f"{text}\n{''.join(own)}"


def _require_continuation(known: Checkpoint, new: Checkpoint, path: Sequence[bytes]) -> None:
    """Raise NoProofError unless the path shows that a tree continues the one that is known."""
    if new.size == 0 and new.root != EMPTY_ROOT:
        raise NoProofError("the root of an empty tree is the hash of nothing")
    check_consistency(known.size, new.size, known.root, new.root, path)
