"""The log verified and its trees held against each other while a reader waits."""

from __future__ import annotations

from threading import Lock
from typing import Any

from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext
from domain.errors import NoProofError
from ledger import log
from ledger.database import Cursor
from ledger.proofs import audit, merkle

MAX_VERIFIED_EVENTS = 200_000
"""Events that are hashed again while a reader waits; a longer log is verified by the command."""
_MAX_FAULTS = 20
_VERIFY_LOCK = Lock()
"""Hashing takes a whole processor: one reader at a time."""


class _PlainCursor:
    """A cursor whose rows are tuples and nothing more, as an audit compares them."""

    def __init__(self, c: Cursor) -> None:
        self.c, self.fetchone = c, c.fetchone

    def execute(self, statement: str, values: Any = ()) -> None:
        self.c.execute(statement, values)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.c.fetchall()]


def verify_log(frame: PageContext) -> Data:
    """Hash the whole log again and hold every signed checkpoint against it."""
    if frame.foot.size > MAX_VERIFIED_EVENTS:
        return {"done": False, "why": "large"}
    if not _VERIFY_LOCK.acquire(blocking=False):
        return {"done": False, "why": "busy"}
    try:
        log_audit = audit.LogAudit(
            _PlainCursor(frame.session.cursor), faults := list[audit.AuditFault]()
        )
        for _ in log_audit:
            pass
        log_audit.check_checkpoints(frame.request.app.state.ledger.verifier, None)
    finally:
        _VERIFY_LOCK.release()
    return {
        "done": True,
        "events": log_audit.frontier.size,
        "root_hash": log_audit.frontier.root.hex(),
        "faults": [
            {"seq": each.seq, "field": each.field, "detail": each.detail}
            for each in faults[:_MAX_FAULTS]
        ],
        "n_faults": len(faults),
    }


def verify_inclusion(frame: PageContext, seq: int) -> bool:
    """Tell whether an event, hashed again, is the leaf that leads to the root of the whole log."""
    c, size = frame.session.cursor, frame.foot.size
    (leaf,) = log.read_leaves(c, after=seq - 1, limit=1)
    try:
        path = merkle.inclusion_proof(log.node_reader(c), seq - 1, size)
        root = merkle.root_from_inclusion(merkle.leaf_hash(leaf), seq - 1, size, path)
    except NoProofError:
        return False
    return root.hex() == frame.foot.root


def prove_consistency(frame: PageContext) -> Data | None:
    """Prove that the tree of one size begins with that of another, and check the proof."""
    old, size = frame.params.old, frame.foot.size
    new = size if frame.params.new is None else frame.params.new
    if old is None:
        return None
    for name, value, max_size in (("new", new, size), ("old", old, new)):
        if value > max_size:
            frame.refuse_parameter(
                name, f"there is no tree of size {value} yet", f"name one up to {max_size}"
            )
            return None
    read_node = log.node_reader(frame.session.cursor)
    path = merkle.consistency_proof(read_node, old, new)
    roots = (merkle.compute_root(read_node, old), merkle.compute_root(read_node, new))
    try:
        merkle.check_consistency(old, new, *roots, path)
        proof_holds, why = True, None
    except NoProofError as error:
        proof_holds, why = False, error.detail
    return {
        "from": old,
        "to": new,
        "from_root": roots[0].hex(),
        "to_root": roots[1].hex(),
        "path": [each.hex() for each in path],
        "holds": proof_holds,
        "why": why,
    }
