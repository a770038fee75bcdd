"""What people do with one draft: change it, accept or discard it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import orjson
from pydantic import JsonValue

from api.access.caller import Caller
from api.http.bodies import build_events
from api.writing import run_in_writer
from domain.acceptance import check_alone, dump_payload
from domain.catalogue import OWN_TIME_FIELDS
from domain.errors import (
    InvalidEventError,
    InvalidQuestionError,
    MovedOnError,
    NotFoundError,
    Reason,
)
from domain.model import Json
from ledger import draft_changes, drafts
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import DraftStatus, FoundDraft

MAX_TOLD = 200
"""Characters of a value that a refusal tells."""
PHRASE_FIELDS = ("phrase", "phrase_anchor")


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


def require_seen(found: FoundDraft, version: str | None, sent: Json) -> None:
    """Raise MovedOnError where a draft is no longer as its version says that it was seen; it tells
    what stands now of the fields that were sent, beside what was sent."""
    if version is None:
        return
    try:
        found.require_version(version)
    except MovedOnError as error:
        error.reasons = tuple(
            Reason(
                f"/{name}",
                f"is now {_short(found.event.get(name))}; you sent {_short(value)}",
                error.hint,
            )
            for name, value in sent.items()
            if found.event.get(name) != value
        )
        raise


def _short(value: JsonValue) -> str:
    return orjson.dumps(value).decode()[:MAX_TOLD]


def correct_event(
    ledger: ReadableLedger, caller: Caller, draft: FoundDraft, patch: dict[str, JsonValue]
) -> None:
    """Change fields of the event of a draft; the words of a time go with the time that they told.

    Raises what ``change_event`` raises.
    """
    merged = merge_patch(draft.event, patch)
    assert isinstance(merged, dict)  # noqa: S101  # since the patch is an object
    change_event(ledger, caller, draft, forget_phrase(draft.event, merged, patch))


def forget_phrase(before: Json, after: Json, given: Collection[str] = ()) -> Json:
    """Return an event without the words of a time where that is another one now, unless words were
    given for it."""
    is_moved = any(before.get(name) != after.get(name) for name in OWN_TIME_FIELDS)
    if not is_moved or "phrase" in given:
        return after
    return {name: value for name, value in after.items() if name not in PHRASE_FIELDS}


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
            draft_changes.write_event(c, draft, event, by=by, now=now)

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
    require_recordable(event)


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
    """Give a field of a draft the value of one of its alternatives, by number from 0. Another time
    is another reading of the same words, which stay; no time has none.

    Raises InvalidQuestionError, and what changing it raises.
    """
    offered = draft.original.get("alternatives", [])
    if not number.isdecimal() or int(number) >= len(offered):
        raise InvalidQuestionError.for_field(
            "step", "there is no such alternative", "use the buttons of the page"
        )
    chosen = offered[int(number)]
    event = {**draft.event, chosen["field"]: chosen["value"]}
    if chosen["value"] is None:
        event = forget_phrase(draft.event, event)
    change_event(ledger, caller, draft, event)


def decide(ledger: ReadableLedger, caller: Caller, draft: FoundDraft, status: DraftStatus) -> None:
    """Accept or discard a draft, or open it again.

    Raises AlreadyDecidedError, InvalidEventError where what is accepted can never be recorded.
    """
    if status == "accepted":
        require_whole(draft)
        require_recordable(draft.event)
    by, now = caller.recorded_by, ledger.clock()
    run_in_writer(ledger, lambda c: draft_changes.write_status(c, draft, status, by=by, now=now))


def require_recordable(event: Json) -> None:
    """Raise InvalidEventError where an event can never be recorded, whatever else is."""
    events = build_events([event], single=True)
    if never := check_alone(dump_payload(events[0])):
        first = never[0]
        raise InvalidEventError(f"{first.pointer}: {first.detail}", hint=first.hint, reasons=never)


def require_whole(draft: FoundDraft) -> None:
    if draft.is_erased:
        raise NotFoundError(
            f"the event of the draft {draft.row.id} was erased",
            hint="what an erasure took can only be recorded by hand",
        )
