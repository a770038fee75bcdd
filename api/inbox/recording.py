"""Recording what was accepted of an article as one batch, and trying what a draft would change."""

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
from api.inbox.deciding import require_whole
from api.models.changes import AnyChange
from api.preview import Rehearsed, rehearse
from api.proposals import SentBatch, put_aside
from api.writing import await_result, run_in_writer
from domain.catalogue import CatalogueEvent
from domain.errors import InvalidEventError, MinutebookError, NotFoundError, Reason
from domain.model import Json
from ledger import drafts
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import FoundDraft
from projections.answers import diff
from projections.answers.registrations import compare_registrations

REGISTRATION_TYPES = frozenset((*REGISTRATIONS.values(), "issue-defined"))


class RecordedBatch(NamedTuple):
    """What came of recording drafts: the answer of the recording, or the proposal that waits."""

    drafts: Sequence[FoundDraft]
    answer: Json | None
    proposal: str | None


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
        require_whole(each)
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
