"""The audit: what vouches for the log, checked here and now; the log replayed event by event."""

from __future__ import annotations

from dataclasses import asdict

from api.answers import read_as
from api.http.query_params import OptionalNumber
from api.models.changes import AnyChange, CellChange
from api.monitoring.readiness import describe_witnesses
from api.pages.shared.brief import BriefWriter
from api.pages.shared.page import PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from api.services import server_services
from domain.errors import MinutebookError
from domain.instants import to_rfc3339
from domain.model import Json
from projections.answers.story import build_story
from projections.log_query import LogQuery

MAX_VERIFIED_EVENTS = 200_000
"""Events that are hashed again while a reader waits; a longer log is verified by the command."""
_MAX_FAULTS = 20
MAX_STEPS_BACK = 50
"""Events that are tried for one that this reader may see."""
MAX_CHECKPOINTS = 8
"""Checkpoints that are listed."""


class AuditParams(PageParams):
    old: OptionalNumber = None
    new: OptionalNumber = None
    replay: OptionalNumber = None
    verify: OptionalNumber = None


def load_audit(frame: PageContext) -> Json:
    """Return what vouches for the log, and what was asked to be shown of it."""
    checks = frame.log_checks
    return {
        "size": checks.head.size,
        "root_hash": checks.head.root,
        "signed": checks.head.checkpoint_size,
        "checkpoint": checks.newest_note,
        "checkpoints": checks.list_checkpoint_sizes(MAX_CHECKPOINTS),
        "witnesses": describe_witnesses(
            checks.newest_note, server_services(frame.request.app).ledger.witnesses
        ),
        "verifier": checks.keys.current.to_text(),
        "most": MAX_VERIFIED_EVENTS,
        "verified": _verify_log(frame) if frame.params.verify else None,
        "consistency": _prove_consistency(frame),
        "replay": _replay_event(frame) if frame.params.replay else None,
    }


def _verify_log(frame: PageContext) -> Json:
    """Recompute the whole log and verify every signed checkpoint against it."""
    if frame.log_checks.head.size > MAX_VERIFIED_EVENTS:
        return {"done": False, "why": "large"}
    verify_lock = frame.page_state.verify_lock
    if not verify_lock.acquire(blocking=False):
        return {"done": False, "why": "busy"}
    try:
        verification = frame.log_checks.verify_log()
    finally:
        verify_lock.release()
    return {
        "done": True,
        "events": verification.size,
        "root_hash": verification.root,
        "faults": [asdict(fault) for fault in verification.faults[:_MAX_FAULTS]],
        "n_faults": len(verification.faults),
    }


def _prove_consistency(frame: PageContext) -> Json | None:
    """Prove that the tree of one size begins with that of another, and check the proof."""
    old, size = frame.params.old, frame.log_checks.head.size
    new = size if frame.params.new is None else frame.params.new
    if old is None:
        return None
    for name, value, max_size in (("new", new, size), ("old", old, new)):
        if value > max_size:
            frame.refuse_parameter(
                name, f"there is no tree of size {value} yet", f"name one up to {max_size}"
            )
            return None
    check = frame.log_checks.check_consistency(old, new)
    return {
        "from": old,
        "to": new,
        "from_root": check.old_root,
        "to_root": check.new_root,
        "path": check.path,
        "holds": check.failure is None,
        "why": check.failure,
    }


def _replay_event(frame: PageContext) -> Json | None:
    """Return the first event from a seq on, what it changed, and its neighbours."""
    after = frame.params.replay - 1
    try:
        steps = list(build_story(frame.session.open_view, frame.now.basis, after, limit=2))
    except MinutebookError:
        steps = []
    if not steps:
        frame.refuse_parameter(
            "replay",
            f"there is no event {frame.params.replay} here",
            f"name one up to {frame.session.last_seq}",
        )
        return None
    item, story_changes = steps[0]
    item_changes = [
        {name: change[name] for name in CellChange.model_fields}
        | {"cause": "record", "events": [item.event]}
        for change in story_changes
    ]
    brief = BriefWriter(frame, frame.now).write_brief(read_as(list[AnyChange], item_changes))
    value = item.own_fields
    return {
        "seq": item.seq,
        "event": item.event,
        "type": item.type,
        "recorded_at": to_rfc3339(item.recorded_at),
        "occurred": value.get("occurred"),
        "tz": value.get("tz"),
        "summary": value.get("summary") or value.get("title") or value.get("name"),
        "changes": brief["lines"],
        "previous": _find_previous_seq(frame, item.seq),
        "next": steps[1][0].seq if len(steps) > 1 else None,
    }


def _find_previous_seq(frame: PageContext, seq: int) -> int | None:
    """Return the seq of the event before that this reader may see, if it lies near."""
    for earlier_seq in frame.session.seqs_before(seq, MAX_STEPS_BACK):
        items = frame.now.read_log(LogQuery(1, after=earlier_seq - 1))
        if items and items[0].seq == earlier_seq:
            return earlier_seq
    return None


PAGE = PageDefinition("audit", load_audit, params_model=AuditParams)
