"""The log verified and its trees held against each other while a reader waits."""

from __future__ import annotations

from threading import Lock
from typing import Any

from api.desk.frame import Frame
from api.desk.page import Data
from domain.refusals import NoProofError
from ledger import audit, log, tree
from ledger.cursor import Cursor

MOST = 200_000
"""Events that are hashed again while a reader waits; a longer log is verified by the command."""
_FAULTS = 20
_ONE = Lock()
"""Hashing takes a whole processor: one reader at a time."""


class _Plain:
    """A cursor whose rows are tuples and nothing more, as an audit compares them."""

    def __init__(self, c: Cursor) -> None:
        self.c, self.fetchone = c, c.fetchone

    def execute(self, statement: str, values: Any = ()) -> None:
        self.c.execute(statement, values)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.c.fetchall()]


def verified(frame: Frame) -> Data:
    """Hash the whole log again and hold every signed checkpoint against it."""
    if frame.foot.size > MOST:
        return {"done": False, "why": "large"}
    if not _ONE.acquire(blocking=False):
        return {"done": False, "why": "busy"}
    try:
        found = audit.Audit(_Plain(frame.desk.c), faults := list[audit.Fault]())
        for _ in found:
            pass
        found.signed(frame.request.app.state.ledger.verifier, None)
    finally:
        _ONE.release()
    return {
        "done": True,
        "events": found.frontier.size,
        "root_hash": found.frontier.root.hex(),
        "faults": [{"seq": each.seq, "field": each.field, "detail": each.detail}
                   for each in faults[:_FAULTS]],
        "n_faults": len(faults),
    }  # fmt: skip


def holds(frame: Frame, seq: int) -> bool:
    """Tell whether an event, hashed again, is the leaf that leads to the root of the whole log."""
    c, size = frame.desk.c, frame.foot.size
    (leaf,) = log.leaves(c, after=seq - 1, limit=1)
    try:
        path = tree.inclusion(log.nodes(c), seq - 1, size)
        root = tree.root_of_inclusion(tree.leaf_hash(leaf), seq - 1, size, path)
    except NoProofError:
        return False
    return root.hex() == frame.foot.root


def consistency(frame: Frame) -> Data | None:
    """Prove that the tree of one size begins with that of another, and check the proof."""
    old, size = frame.asked.old, frame.foot.size
    new = size if frame.asked.new is None else frame.asked.new
    if old is None:
        return None
    for name, value, most in (("new", new, size), ("old", old, new)):
        if value > most:
            frame.refuse(name, f"there is no tree of size {value} yet", f"name one up to {most}")
            return None
    read = log.nodes(frame.desk.c)
    path = tree.consistency(read, old, new)
    roots = (tree.root(read, old), tree.root(read, new))
    try:
        tree.check_consistency(old, new, *roots, path)
        holds, why = True, None
    except NoProofError as error:
        holds, why = False, error.detail
    return {"from": old, "to": new, "from_root": roots[0].hex(), "to_root": roots[1].hex(),
            "path": [each.hex() for each in path], "holds": holds, "why": why}  # fmt: skip
