"""What people do with one draft: change it, accept or discard it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from api.access.caller import Caller
from api.http.bodies import build_events
from api.writing import run_in_writer
from domain.errors import InvalidEventError, InvalidQuestionError, NotFoundError
from domain.model import Json
from ledger import drafts
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import DraftStatus, FoundDraft


def open_draft(ledger: ReadableLedger, negotiation: str, draft_id: str) -> FoundDraft:
    """Return a draft. Raises NotFoundError."""
    with ledger.open_snapshot() as c:
        return drafts.read_draft(c, negotiation, draft_id)


def merge_patch(target: JsonValue, patch: JsonValue) -> JsonValue:
    """Return a value changed as RFC 7396 says: null takes a field away."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def change_event(ledger: ReadableLedger, caller: Caller, draft: FoundDraft, event: Json) -> None:
    """Replace the event of a draft. Raises AlreadyDecidedError, InvalidEventError."""
    change_events(ledger, caller, [(draft, event)])


def change_events(
    ledger: ReadableLedger, caller: Caller, changed: Sequence[tuple[FoundDraft, Json]]
) -> None:
    """Replace the events of drafts, all or none. Raises the same."""
    for draft, event in changed:
        _check_change(draft, event)
    by, now = caller.recorded_by, ledger.clock()

    def write(c: Cursor) -> None:
        for draft, event in changed:
            drafts.write_event(c, draft, event, by=by, now=now)

    run_in_writer(ledger, write)


def _check_change(draft: FoundDraft, event: Json) -> None:
    require_whole(draft)
    if "id" in event:
        raise InvalidEventError.for_field(
            "/id", "a draft gives its event its own id", "leave id out"
        )
    if draft.original.get("event", {}).get("reports") and not event.get("reports"):
        raise InvalidEventError.for_field(
            "/reports", "a draft rests on its article", "correct the report, or discard the draft"
        )
    build_events([event], single=True)


def is_valid(draft: FoundDraft) -> bool:
    """Return whether the event of a draft is one that could be recorded, references apart."""
    try:
        build_events([draft.event], single=True)
    except InvalidEventError:
        return False
    return True


def choose_alternative(
    ledger: ReadableLedger, caller: Caller, draft: FoundDraft, number: str
) -> None:
    """Give a field of a draft the value of one of its alternatives, by number from 0.

    Raises InvalidQuestionError, and what changing it raises.
    """
    offered = draft.original.get("alternatives", [])
    if not number.isdecimal() or int(number) >= len(offered):
        raise InvalidQuestionError.for_field(
            "step", "there is no such alternative", "use the buttons of the page"
        )
    chosen = offered[int(number)]
    change_event(ledger, caller, draft, {**draft.event, chosen["field"]: chosen["value"]})


def decide(ledger: ReadableLedger, caller: Caller, draft: FoundDraft, status: DraftStatus) -> None:
    """Accept or discard a draft, or open it again.

    Raises AlreadyDecidedError, InvalidEventError where what is accepted can never be recorded.
    """
    if status == "accepted":
        require_whole(draft)
        build_events([draft.event], single=True)
    by, now = caller.recorded_by, ledger.clock()
    run_in_writer(ledger, lambda c: drafts.write_status(c, draft, status, by=by, now=now))


def require_whole(draft: FoundDraft) -> None:
    if draft.is_erased:
        raise NotFoundError(
            f"the event of the draft {draft.row.id} was erased",
            hint="what an erasure took can only be recorded by hand",
        )
