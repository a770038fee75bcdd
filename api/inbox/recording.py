"""Recording what was accepted of an article as one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

import orjson
from pydantic import JsonValue

from api.access.caller import Caller
from api.http.bodies import build_events
from api.http.responses import JSON
from api.inbox import holding, naming
from api.inbox.deciding import require_whole
from api.proposals import SentBatch, put_aside
from api.writing import await_result, run_in_writer
from domain.catalogue import CatalogueEvent
from domain.errors import (
    BusyError,
    InvalidEventError,
    MinutebookError,
    MovedOnError,
    NotFoundError,
    Reason,
    UnsettledDraftsError,
)
from domain.model import Json
from intake.registrations import REGISTRATIONS
from ledger import draft_changes, drafts
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import FoundDraft
from ledger.submission import Submission

MAX_LOOKS = 20
"""How often a batch is looked at again because somebody recorded meanwhile."""
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
    *,
    repeats: bool = False,
) -> RecordedBatch:
    """Record the accepted drafts of an article, or those that are named, as one batch; of who may
    only propose it waits for a second person.

    Recording the same again records nothing twice. What may repeat something that was recorded
    since its draft was made is held back, unless ``repeats``. Raises NotFoundError,
    InvalidEventError, UnsettledDraftsError, MovedOnError where somebody changed a draft meanwhile,
    and what recording or proposing raises.
    """
    with ledger.open_snapshot() as c:
        listed = drafts.list_drafts(c, negotiation, article=article)
        read = order_batch(_choose(listed, chosen))
        found = naming.free_slugs(c, read) if repeats else read
    if not found:
        raise InvalidEventError(
            "no draft of the article is accepted", hint="accept some, or name drafts"
        )
    for each in found:
        require_whole(each)
    holding.hold_unsettled(ledger, found, listed)
    batch = build_batch(found)
    by, now = caller.recorded_by, ledger.clock()

    def look_again() -> int | None:
        return None if repeats else holding.hold_repeats(ledger, negotiation, found, batch.events)

    def mark_accepted(proposal: str | None = None, unchanged: Sequence[FoundDraft] = ()) -> None:
        def write(c: Cursor) -> None:
            for each in unchanged:
                draft_changes.require_unchanged(c, each)
            for each in found:
                draft_changes.write_accepted(c, each, by=by, now=now, proposal=proposal)

        run_in_writer(ledger, write)

    last_seq = look_again()
    # before, so that nothing is recorded of what counts as open
    mark_accepted(unchanged=[each for each in read if each.is_free])
    proposal: str | None = None
    answer: Json | None = None
    try:
        if caller.may_append(negotiation):
            submission = batch.to_submission(negotiation, caller, by)
            answer = _submit(ledger, replace(submission, if_match=last_seq), look_again)
            warnings = tuple(Reason(**each) for each in answer["warnings"])
            answer |= {"warnings": list(map(asdict, point_to_drafts(found, warnings)))}
        else:
            body = orjson.dumps(batch.values)
            proposal = put_aside(ledger, caller, negotiation, body, JSON)[0].id
    except UnsettledDraftsError:
        raise
    except MinutebookError as error:
        error.reasons = point_to_drafts(found, error.reasons)
        raise
    mark_accepted(proposal)  # as it was sent, whatever was changed meanwhile
    with ledger.open_snapshot() as c:
        done = [drafts.read_draft(c, negotiation, each.row.id) for each in found]
    return RecordedBatch(done, answer, proposal)


def _submit(
    ledger: ReadableLedger, submission: Submission, look_again: Callable[[], int | None]
) -> Json:
    """Record a batch as it was looked at, looking again where somebody recorded meanwhile."""
    for _ in range(MAX_LOOKS):
        try:
            return await_result(ledger.submit(submission))
        except MovedOnError:
            submission = replace(submission, if_match=look_again())
    raise BusyError("others record all the time", hint="do the same again in a moment")


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
