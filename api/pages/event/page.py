"""The page of one event: its fields, reports, acts, effect on the state, and proof."""

from __future__ import annotations

from uuid import UUID

from api.pages.audit.live_verify import verify_inclusion
from api.pages.event.effect import load_effect
from api.pages.event.event_fields import event_fields
from api.pages.events.event_lines import event_line
from api.pages.shared.page import Data, PageDefinition
from api.pages.shared.page_context import PageContext
from domain.catalogue import ACT_TYPES
from domain.errors import NotFoundError
from projections import answers


def load_event(frame: PageContext) -> Data:
    """Return everything about one event."""
    event_id = _parse_event_id(frame.request.path_params["event"])
    item, acts = answers.find_event(frame.view, event_id)
    event_json = answers.to_plain(frame.session.event_with_acts(frame.view, event_id))
    target = frame.view.find_item(str(event_json["event"])) if item.type in ACT_TYPES else None
    size = frame.foot.size
    return {
        **event_line(frame, item),
        "published_later": max(0, item.recorded_at - item.known_at) if item.has_known_at else None,
        "erased": bool(event_json.get("erased")),
        "disputed": bool(event_json.get("disputed")),
        "single_source": event_json["single_source"],
        "recorded_by": event_json["recorded_by"],
        "leaf_hash": event_json["leaf_hash"],
        "fields": event_fields(frame, event_json),
        "reports": event_json["reports"],
        "target": event_line(frame, target) if target else None,
        "acts": [
            {**event_line(frame, act), "fields": event_fields(frame, act.own_fields)}
            for act in acts
        ],
        "effect": load_effect(frame, item),
        "proof": f"/v1/audit/proofs/inclusion?seq={item.seq}&size={size}",
        "proof_file": f"/v1/audit/proofs/inclusion.tlog-proof?seq={item.seq}",
        "size": size,
        "holds": verify_inclusion(frame, item.seq),
    }


def _parse_event_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFoundError(f"{text[:80]!r} is no id of an event") from None


PAGE = PageDefinition("event", load_event, "events/{event}", parent_page="events")
