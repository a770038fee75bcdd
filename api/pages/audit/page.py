"""The audit: what vouches for the log, checked here and now; the log replayed event by event."""

from __future__ import annotations

from itertools import islice
from typing import Any

from api.http.query_params import OptionalNumber
from api.pages.audit.live_verify import MAX_VERIFIED_EVENTS, prove_consistency, verify_log
from api.pages.shared.brief import BriefWriter
from api.pages.shared.page import Data, PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.page_params import PageParams
from domain.errors import MinutebookError
from domain.instants import to_rfc3339
from ledger.database import Cursor
from ledger.proofs import leaf_records
from projections.answers import diff

MAX_CHECKPOINTS = 8
"""Checkpoints that are listed."""


class AuditParams(PageParams):
    old: OptionalNumber = None
    new: OptionalNumber = None
    replay: OptionalNumber = None
    verify: OptionalNumber = None


def load_audit(frame: PageContext) -> Data:
    """Return what vouches for the log, and what was asked to be shown of it."""
    cursor, verifier = frame.session.cursor, frame.request.app.state.ledger.verifier
    return {
        "size": frame.foot.size,
        "root_hash": frame.foot.root,
        "signed": frame.foot.checkpoint_size,
        "checkpoint": leaf_records.read_newest_note(cursor),
        "checkpoints": _list_checkpoints(cursor),
        "verifier": verifier.to_text(),
        "most": MAX_VERIFIED_EVENTS,
        "verified": verify_log(frame) if frame.params.verify else None,
        "consistency": prove_consistency(frame),
        "replay": _replay_event(frame) if frame.params.replay else None,
    }


def _list_checkpoints(cursor: Cursor) -> list[int]:
    cursor.execute(
        "SELECT size FROM checkpoint WHERE size > 0 ORDER BY size DESC LIMIT ?", (MAX_CHECKPOINTS,)
    )
    return [row[0] for row in cursor.fetchall()]


def _replay_event(frame: PageContext) -> Data | None:
    """Return the first event from a seq on, what it changed, and its neighbours."""
    try:
        steps = list(
            islice(
                diff.build_story(frame.session.open_view, frame.now.basis, frame.params.replay - 1),
                2,
            )
        )
    except MinutebookError:
        steps = []
    if not steps:
        frame.refuse_parameter(
            "replay",
            f"there is no event {frame.params.replay} here",
            f"name one up to {frame.session.last_seq}",
        )
        return None
    item, item_changes = steps[0]
    brief_writer = BriefWriter(frame, frame.now)
    brief = brief_writer.write_brief(
        {**each, "cause": "record", "events": [item.event]} for each in item_changes
    )
    value = item.own_fields
    return {
        "seq": item.seq,
        "event": item.event,
        "type": item.type,
        "recorded_at": to_rfc3339(item.recorded_at),
        "occurred": value.get("occurred"),
        "summary": value.get("summary") or value.get("title") or value.get("name"),
        "changes": brief["lines"],
        "previous": _find_previous_seq(frame, item.seq),
        "next": steps[1][0].seq if len(steps) > 1 else None,
    }


def _find_previous_seq(frame: PageContext, seq: int) -> int | None:
    """Return the seq of the event before that this reader may see, if it lies near."""
    frame.session.cursor.execute(
        "SELECT seq FROM event WHERE negotiation = ? AND seq < ? ORDER BY seq DESC LIMIT 50",
        (frame.slug, seq),
    )
    no_filters: dict[str, Any] = {"type": None, "subject": None, "standing": None}
    for (earlier_seq,) in [tuple(row) for row in frame.session.cursor.fetchall()]:
        items = frame.now.read_log(after=earlier_seq - 1, limit=1, **no_filters)
        if items and items[0].seq == earlier_seq:
            return int(earlier_seq)
    return None


PAGE = PageDefinition("audit", load_audit, params_model=AuditParams)
