"""The page of one event: its fields, reports, acts, effect on the state, and proof."""

from __future__ import annotations

from uuid import UUID

from api.as_of import whole_event
from api.desk.effect import effect
from api.desk.fields import fields
from api.desk.frame import Frame
from api.desk.lines import line
from api.desk.page import Data, Page
from api.desk.proved import holds
from domain.catalogue import ACTS
from domain.refusals import NotFoundError
from projections import answers


def data(frame: Frame) -> Data:
    """Return everything about one event."""
    identity = _identity(frame.request.path_params["event"])
    item, acts = answers.event(frame.view, identity)
    whole = answers.spelled_out(whole_event(frame.desk, frame.view, identity))
    target = frame.view.raw(str(whole["event"])) if item.type in ACTS else None
    size = frame.foot.size
    return {
        **line(frame, item),
        "published_later": max(0, item.recorded_at - item.known_at) if item.news else None,
        "erased": bool(whole.get("erased")),
        "disputed": bool(whole.get("disputed")),
        "single_source": whole["single_source"],
        "recorded_by": whole["recorded_by"],
        "leaf_hash": whole["leaf_hash"],
        "fields": fields(frame, whole),
        "reports": whole["reports"],
        "target": line(frame, target) if target else None,
        "acts": [{**line(frame, act), "fields": fields(frame, act.value)} for act in acts],
        "effect": effect(frame, item),
        "proof": f"/v1/audit/proofs/inclusion?seq={item.seq}&size={size}",
        "proof_file": f"/v1/audit/proofs/inclusion.tlog-proof?seq={item.seq}",
        "size": size,
        "holds": holds(frame, item.seq),
    }


def _identity(given: str) -> str:
    try:
        return str(UUID(given))
    except ValueError:
        raise NotFoundError(f"{given[:80]!r} is no id of an event") from None


PAGE = Page("event", data, "events/{event}", under="events")
