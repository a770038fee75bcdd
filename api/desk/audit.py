"""The audit: what vouches for the log, checked here and now; the log replayed event by event."""

from __future__ import annotations

from itertools import islice
from typing import Any

from api.desk.asked import Shown
from api.desk.frame import Frame
from api.desk.page import Data, Page
from api.desk.proved import MOST, consistency, verified
from api.desk.told import Telling
from api.questions import Whole
from domain.instants import full_text
from domain.refusals import MinutebookError
from ledger import evidence
from ledger.cursor import Cursor
from projections import changes

NEWEST = 8
"""Checkpoints that are listed."""


class Asked(Shown):
    old: Whole = None
    new: Whole = None
    replay: Whole = None
    verify: Whole = None


def data(frame: Frame) -> Data:
    """Return what vouches for the log, and what was asked to be shown of it."""
    c, verifier = frame.desk.c, frame.request.app.state.ledger.verifier
    return {
        "size": frame.foot.size,
        "root_hash": frame.foot.root,
        "signed": frame.foot.signed,
        "checkpoint": evidence.newest_note(c),
        "checkpoints": _checkpoints(c),
        "verifier": verifier.text(),
        "most": MOST,
        "verified": verified(frame) if frame.asked.verify else None,
        "consistency": consistency(frame),
        "replay": _replayed(frame) if frame.asked.replay else None,
    }


def _checkpoints(c: Cursor) -> list[int]:
    c.execute("SELECT size FROM checkpoint WHERE size > 0 ORDER BY size DESC LIMIT ?", (NEWEST,))
    return [row[0] for row in c.fetchall()]


def _replayed(frame: Frame) -> Data | None:
    """Return the first event from a seq on, what it changed, and its neighbours."""
    try:
        told = list(islice(changes.story(frame.desk.view, frame.now.basis,
                                         frame.asked.replay - 1), 2))  # fmt: skip
    except MinutebookError:
        told = []
    if not told:
        frame.refuse("replay", f"there is no event {frame.asked.replay} here",
                     f"name one up to {frame.desk.last_seq}")  # fmt: skip
        return None
    item, changed = told[0]
    telling = Telling(frame, frame.now)
    brief = telling.brief({**each, "cause": "record", "events": [item.event]} for each in changed)
    value = item.value
    return {
        "seq": item.seq,
        "event": item.event,
        "type": item.type,
        "recorded_at": full_text(item.recorded_at),
        "occurred": value.get("occurred"),
        "summary": value.get("summary") or value.get("title") or value.get("name"),
        "changes": brief["lines"],
        "previous": _before(frame, item.seq),
        "next": told[1][0].seq if len(told) > 1 else None,
    }


def _before(frame: Frame, seq: int) -> int | None:
    """Return the seq of the event before that this reader may see, if it lies near."""
    frame.desk.c.execute(
        "SELECT seq FROM event WHERE negotiation = ? AND seq < ? ORDER BY seq DESC LIMIT 50",
        (frame.slug, seq),
    )
    every: dict[str, Any] = {"type": None, "subject": None, "standing": None}
    for (found,) in [tuple(row) for row in frame.desk.c.fetchall()]:
        held = frame.now.log(after=found - 1, limit=1, **every)
        if held and held[0].seq == found:
            return int(found)
    return None


PAGE = Page("audit", data, asks=Asked)
