"""After a fork: what was signed and what the database has, and the decision to keep the latter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidQuestionError
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG, LedgerRecovered, LogAccepted, TreeHead
from ledger import log
from ledger.append import RecordedEvent
from ledger.database import Cursor
from ledger.own_events import read_own_events, record_own_event
from ledger.proofs import signed_history, stored_cosignatures
from ledger.proofs.continuity import KnownHead
from ledger.proofs.key_chain import KeyChain, read_key_chain
from ledger.proofs.merkle import compute_root
from ledger.proofs.signed_note import Verifier


@dataclass(frozen=True, slots=True)
class Histories:
    """What the database has, what was signed last, if anything, and the longest beginning that both
    are known to have in common."""

    database: KnownHead
    signed: KnownHead | None
    common: KnownHead

    @property
    def continues(self) -> bool:
        """Whether the database has all that was signed."""
        return self.signed is not None and self.signed.size == self.common.size


def compare_histories(c: Cursor, external_file: Path, own: Verifier) -> Histories:
    """Compare a database with the checkpoints outside of it, which keys of the log or the own one
    signed. Raises InvalidNoteError."""
    size, _ = log.read_head(c)
    keys = read_key_chain(c, own).opening_for(own)
    signed = _read_head(external_file, keys)
    heads = [
        *(
            KnownHead(kept.size, kept.root)
            for kept in signed_history.read_checkpoints(external_file, keys)
        ),
        *([signed] if signed else []),
    ]
    witnessed = _read_head(signed_history.witnessed_file(external_file), keys)
    if signed and contains(c, signed) and witnessed and not contains(c, witnessed):
        # Of what this log signed itself, the other has for sure only what that witness cosigned.
        note = signed_history.witnessed_file(external_file).read_text()
        shared_size = min(witnessed.size, stored_cosignatures.read_cosigned_size(c, note))
        signed = witnessed
        heads = [head for head in heads if head.size <= shared_size]
    common = max(
        (head for head in heads if contains(c, head)),
        key=lambda head: head.size,
        default=KnownHead(),
    )
    return Histories(KnownHead(size, _root(c, size), "the database"), signed, common)


def _read_head(file: Path, keys: KeyChain) -> KnownHead | None:
    """Return the head of a checkpoint in a file. Raises InvalidNoteError."""
    if not file.is_file():
        return None
    newest = keys.open_file(file)
    return KnownHead(newest.size, newest.root, f"the checkpoint {file}")


def contains(c: Cursor, head: KnownHead) -> bool:
    """Return whether a log begins with what a head was of."""
    return head.size <= log.read_head(c)[0] and _root(c, head.size) == head.root


def is_given_up(c: Cursor, head: KnownHead) -> bool:
    """Return whether a person decided to give up the history that a head is of."""
    decisions = [
        LedgerRecovered.model_validate_json(bytes(row["state"]))
        for row in read_own_events(c)
        if row["type"] == "ledger-recovered"
    ]
    return any(each.common.size < head.size <= each.given_up.size for each in decisions)


def find_common(c: Cursor, other: Cursor) -> KnownHead:
    """Return the longest beginning that two logs have in common."""
    low, high = 0, min(log.read_head(c)[0], log.read_head(other)[0])
    while low < high:
        middle = (low + high + 1) // 2
        if _root(c, middle) == _root(other, middle):
            low = middle
        else:
            high = middle - 1
    return KnownHead(low, _root(c, low))


def list_events(c: Cursor, after: int, limit: int) -> Iterator[tuple[int, Instant, str, str, str]]:
    """Yield seq, recording time, negotiation, type and id of the events after a seq."""
    c.execute(
        """
        SELECT seq, recorded_at, negotiation, type, id FROM event
        WHERE seq > :after ORDER BY seq LIMIT :limit
        """,
        {"after": after, "limit": limit},
    )
    yield from (tuple(row) for row in c.fetchall())


def record_decision(c: Cursor, histories: Histories, reason: str, *, now: Instant) -> RecordedEvent:
    """Record in the caller's transaction that the database is kept as it is. Raises
    InvalidQuestionError where there is nothing to decide."""
    if histories.continues:
        raise InvalidQuestionError(
            "the database continues what was signed, so there is nothing to decide",
            hint="start the server",
        )
    kept = _tree_head(histories.database)
    decision: LedgerRecovered | LogAccepted = LogAccepted(reason=reason, accepted=kept)
    if histories.signed:
        decision = LedgerRecovered(
            reason=reason,
            kept=kept,
            given_up=_tree_head(histories.signed),
            common=_tree_head(histories.common),
        )
    return record_own_event(c, LEDGER_SLUG, decision.model_dump(mode="json"), now=now)


def _tree_head(head: KnownHead) -> TreeHead:
    return TreeHead(size=head.size, root=head.root.hex())


def _root(c: Cursor, size: int) -> bytes:
    return compute_root(log.node_reader(c), size)
