"""One proposal: its events, what they change now and changed then, and what may be decided."""

from __future__ import annotations

from api.access.caller import Caller
from api.access.route_scope import caller_of
from api.answers import read_as
from api.http.proposals import read_detail
from api.models.changes import AnyChange
from api.pages.proposals.page import ProposalsParams, say_events
from api.pages.record.page import RecordContext
from api.pages.shared.brief import BriefWriter
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.services import services_of
from domain.model import Json

MAX_SHOWN_EVENTS = 200
"""Events that are shown."""


def load_proposal(frame: PageContext) -> Json:
    """Return a proposal: its events, and in sentences what they change now and changed then."""
    caller, request = caller_of(frame.request), frame.request
    ledger = services_of(request).ledger
    detail = read_detail(ledger, caller, frame.slug, request.path_params["proposal"])
    body = detail.pop("body")
    now, then = detail["now"], detail["then"]
    return {
        "shown": detail,
        "deleted": body is None,
        "says_of": say_events(frame, body or (), MAX_SHOWN_EVENTS),
        "more": max(0, len(body or ()) - MAX_SHOWN_EVENTS),
        "effect": _show_effect(frame, now),
        "effect_then": _show_effect(frame, then) if detail["differs"] or not now else None,
        **_may(caller, frame.slug, detail),
    }


def _may(caller: Caller, slug: str, detail: Json) -> Json:
    is_own = caller.name == detail["proposed_by"]
    is_waiting = detail["status"] == "waiting"
    return {
        "is_own": is_own,
        "may_decide": is_waiting and not is_own and caller.may_append(slug),
        "may_withdraw": is_waiting and is_own,
    }


def _show_effect(frame: PageContext, check: Json | None) -> Json | None:
    """Return what a check found, with a sentence for each change; None where there is none."""
    if check is None:
        return None
    changes = None
    if check["changes"] is not None:
        all_changes = read_as(list[AnyChange], check["changes"])
        changes = BriefWriter(frame, frame.now).write_preview(all_changes)
    return {
        "refused": check["refused"],
        "errors": check["errors"],
        "new": len(check["new"]),
        "duplicates": check["duplicates"],
        "warnings": check["warnings"],
        "twins": list(map(RecordContext(frame).show_twin, check["possible_duplicates"])),
        "registrations": [
            f"{each['kind']}: {(each['after'] or each['before']).get('name') or each['subject']}"
            for each in check["registrations"]
        ],
        "changes": changes,
    }


PAGE = PageDefinition(
    "proposal",
    load_proposal,
    "proposals/{proposal}",
    params_model=ProposalsParams,
    parent_page="proposals",
    follows_date=False,
)
