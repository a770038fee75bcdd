"""What people do with drafts: change, accept or discard them, and record what is accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

import orjson
from pydantic import JsonValue

from api.access.caller import Caller
from api.answers import read_as
from api.http.bodies import build_events
from api.http.responses import JSON
from api.inbox.bringing import REGISTRATIONS
from api.models.changes import AnyChange
from api.preview import Rehearsed, rehearse
from api.proposals import SentBatch, put_aside
from api.writing import await_result, run_in_writer
from domain.catalogue import CatalogueEvent
from domain.errors import (
    InvalidEventError,
    InvalidQuestionError,
    MinutebookError,
    NotFoundError,
    Reason,
)
from domain.model import Json
from ledger import drafts
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import DraftStatus, FoundDraft
from projections.answers import diff
from projections.answers.registrations import compare_registrations

SLUG_FIELDS = {"person": ("person",), "party": ("party", "on_behalf_of", "sponsors", "proposed_by")}
"""Fields that name somebody of a kind by the slug alone."""
REGISTRATION_TYPES = frozenset((*REGISTRATIONS.values(), "issue-defined"))


class RecordedBatch(NamedTuple):
    """What came of recording drafts: the answer of the recording, or the proposal that waits."""

    drafts: Sequence[FoundDraft]
    answer: Json | None
    proposal: str | None


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
    _require_whole(draft)
    if "id" in event:
        raise InvalidEventError.for_field(
            "/id", "a draft gives its event its own id", "leave id out"
        )
    if draft.original.get("event", {}).get("reports") and not event.get("reports"):
        raise InvalidEventError.for_field(
            "/reports", "a draft rests on its article", "correct the report, or discard the draft"
        )
    build_events([event], single=True)
    by, now = caller.recorded_by, ledger.clock()
    run_in_writer(ledger, lambda c: drafts.write_event(c, draft, event, by=by, now=now))


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


def make_alias(
    ledger: ReadableLedger,
    caller: Caller,
    draft: FoundDraft,
    registered: str,
    names: dict[str, str],
) -> None:
    """Turn the registration of somebody into another name of who is registered by an event
    already, so that the reader knows it from then on.

    Raises InvalidEventError, and what changing it raises.
    """
    name = str(draft.event.get("name") or "")
    labels = ("also", *(f"also-{number}" for number in range(2, len(names) + 3)))
    label = next(each for each in labels if each not in names)
    event = {
        "type": "record-corrected",
        "event": registered,
        "changes": {"names": {**names, label: name}},
        "reason": f"Also called {name}.",
    }
    change_event(ledger, caller, draft, event)


def actor_of(draft: FoundDraft) -> str:
    """Return whom the event of a draft registers, as ``person:slug``; empty for no such event."""
    for kind, event_type in REGISTRATIONS.items():
        if draft.event.get("type") == event_type:
            return f"{kind}:{draft.event[kind]}"
    return ""


def rename_actor(
    ledger: ReadableLedger, caller: Caller, draft: FoundDraft, old: str, new: str
) -> None:
    """Name somebody by another slug in a draft that is open, as ``person:slug``; in fields of its
    kind by the slug alone."""
    if draft.row.status != "open" or not old or actor_of(draft):
        return
    event = _rename(draft.event, old, new)
    if event != draft.event:
        change_event(ledger, caller, draft, event)


def _rename(value: Json, old: str, new: str, field: str = "") -> Json:
    if isinstance(value, dict):
        return {name: _rename(each, old, new, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_rename(each, old, new, field) for each in value]
    kind, _, slug = old.partition(":")
    if field in SLUG_FIELDS[kind] and value == slug:
        return new.partition(":")[2]
    return new if value == old else value


def decide(ledger: ReadableLedger, caller: Caller, draft: FoundDraft, status: DraftStatus) -> None:
    """Accept or discard a draft, or open it again.

    Raises AlreadyDecidedError, InvalidEventError where what is accepted can never be recorded.
    """
    if status == "accepted":
        _require_whole(draft)
        build_events([draft.event], single=True)
    by, now = caller.recorded_by, ledger.clock()
    run_in_writer(ledger, lambda c: drafts.write_status(c, draft, status, by=by, now=now))


def _require_whole(draft: FoundDraft) -> None:
    if draft.is_erased:
        raise NotFoundError(
            f"the event of the draft {draft.row.id} was erased",
            hint="what an erasure took can only be recorded by hand",
        )


def order_batch(found: Sequence[FoundDraft]) -> list[FoundDraft]:
    """Return drafts in the order in which they are recorded: who is named before who names."""
    return sorted(found, key=lambda each: each.event.get("type") not in REGISTRATION_TYPES)


def build_batch(found: Sequence[FoundDraft]) -> SentBatch:
    """Return the events of drafts, each with the id of its draft. Raises InvalidEventError that
    points to drafts by their ids."""
    values: list[JsonValue] = [{"id": each.row.id, **each.event} for each in found]
    batch = SentBatch(values, (), is_single=False, is_wrapped=False)
    return batch._replace(events=_pointing(found, lambda: build_events(values, single=False)))


def _pointing(
    found: Sequence[FoundDraft], build: Callable[[], list[CatalogueEvent]]
) -> list[CatalogueEvent]:
    try:
        return build()
    except MinutebookError as error:
        error.reasons = point_to_drafts(found, error.reasons)
        raise


def point_to_drafts(found: Sequence[FoundDraft], reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return reasons that name the draft in place of its place in the batch."""
    return tuple(replace(each, pointer=_point(found, each.pointer)) for each in reasons)


def _point(found: Sequence[FoundDraft], pointer: str) -> str:
    index, slash, rest = pointer[1:].partition("/")
    if not index.isdecimal() or int(index) >= len(found):
        return pointer
    return f"/{found[int(index)].row.id}{slash}{rest}"


def record_drafts(
    ledger: ReadableLedger,
    caller: Caller,
    negotiation: str,
    article: str,
    chosen: Sequence[str] | None = None,
) -> RecordedBatch:
    """Record the accepted drafts of an article, or those that are named, as one batch; of who may
    only propose it waits for a second person.

    Recording the same again records nothing twice. Raises NotFoundError, InvalidEventError and
    what recording or proposing raises.
    """
    with ledger.open_snapshot() as c:
        listed = drafts.list_drafts(c, negotiation, article=article)
    found = order_batch(_choose(listed, chosen))
    if not found:
        raise InvalidEventError(
            "no draft of the article is accepted", hint="accept some, or name drafts"
        )
    for each in found:
        _require_whole(each)
    batch = build_batch(found)
    by, now = caller.recorded_by, ledger.clock()

    def mark_accepted(proposal: str | None = None) -> None:
        def write(c: Cursor) -> None:
            for each in found:
                drafts.write_accepted(c, each, by=by, now=now, proposal=proposal)

        run_in_writer(ledger, write)

    mark_accepted()  # before, so that nothing is recorded of what counts as open
    proposal: str | None = None
    answer: Json | None = None
    try:
        if caller.may_append(negotiation):
            submission = batch.to_submission(negotiation, caller, by)
            answer = await_result(ledger.submit(submission))
            warnings = tuple(Reason(**each) for each in answer["warnings"])
            answer |= {"warnings": list(map(asdict, point_to_drafts(found, warnings)))}
        else:
            body = orjson.dumps(batch.values)
            proposal = put_aside(ledger, caller, negotiation, body, JSON)[0].id
    except MinutebookError as error:
        error.reasons = point_to_drafts(found, error.reasons)
        raise
    mark_accepted(proposal)  # as it was sent, whatever was changed meanwhile
    with ledger.open_snapshot() as c:
        done = [drafts.read_draft(c, negotiation, each.row.id) for each in found]
    return RecordedBatch(done, answer, proposal)


def _choose(listed: Sequence[FoundDraft], chosen: Sequence[str] | None) -> list[FoundDraft]:
    if chosen is None:
        return [
            each
            for each in listed
            if each.row.status == "accepted" and not (each.is_recorded or each.is_proposed)
        ]
    by_id = {each.row.id: each for each in listed}
    if missing := [each for each in chosen if each not in by_id]:
        raise NotFoundError(
            f"the article has no draft {missing[0]!r}", hint="name drafts of this article"
        )
    return [by_id[each] for each in dict.fromkeys(chosen)]


def preview_draft(
    ledger: ReadableLedger, caller: Caller, draft: FoundDraft, accepted: Sequence[FoundDraft]
) -> Json:
    """Return what a draft would change if it were recorded after those that are accepted, as
    staff see it now; ``refused`` says why it cannot be, with its ``errors``."""
    told: Json = {"refused": None, "errors": [], "changes": [], "registrations": []}
    if draft.is_erased or draft.is_recorded:
        return told
    others = [each for each in accepted if each.row.id != draft.row.id and not each.is_recorded]
    try:
        return told | _rehearse(ledger, caller, [*order_batch(others), draft])
    except MinutebookError:
        pass  # perhaps of another draft, so this one is tried alone
    try:
        return told | _rehearse(ledger, caller, [draft])
    except MinutebookError as error:
        errors = [asdict(each) for each in point_to_fields(error.reasons)]
        return told | {"refused": error.detail, "errors": errors}


def point_to_fields(reasons: Sequence[Reason]) -> list[Reason]:
    """Return reasons about the only event of a batch, by their fields."""
    return [replace(each, pointer=f"/{each.pointer[1:].partition('/')[2]}") for each in reasons]


def _rehearse(ledger: ReadableLedger, caller: Caller, found: Sequence[FoundDraft]) -> Json:
    """Return what the last of some drafts would change."""
    negotiation = found[-1].row.negotiation
    submission = build_batch(found).to_submission(negotiation, caller, caller.recorded_by)

    def tell(rehearsed: Rehearsed) -> Json:
        if not rehearsed.recorded:
            return {}
        after = rehearsed.after
        before = replace(after, seq=max(each["seq"] for each in rehearsed.recorded) - 1)
        open_view = rehearsed.session.open_view
        changes = list(diff.diff_bases(open_view, before, after))
        return {
            "changes": [each.to_json() for each in read_as(list[AnyChange], changes)],
            "registrations": compare_registrations(open_view(before), open_view(after)),
        }

    return rehearse(ledger, submission, tell)
