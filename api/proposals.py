"""Proposals: a batch is put aside by one person, and accepted or returned by a second one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from typing import NamedTuple

import orjson
from anyio import CapacityLimiter
from pydantic import JsonValue
from starlette.datastructures import Headers

from api.access.caller import Caller
from api.cloud_events import point_into_data
from api.http.bodies import build_events, parse_body
from api.http.likely_duplicates import find_likely_duplicates
from api.limits import server_limits
from api.preview import preview_changes
from api.writing import await_result, run_in_writer
from domain.catalogue import CatalogueEvent
from domain.errors import (
    BusyError,
    MinutebookError,
    NotAllowedError,
    NotFoundError,
    Reason,
    UnknownNegotiationError,
)
from domain.model import Json
from ledger import log, proposals
from ledger.append import ProposedEvent, make_uuid7
from ledger.database import Cursor, ReadableLedger
from ledger.dry_run import DryRun
from ledger.fault_log import FaultLog
from ledger.proposals import Decision, Proposal, ProposalStatus
from ledger.repeated_task import RepeatedTask
from ledger.submission import Submission

MAX_PREVIEW_BYTES = 256 * 1024
"""Bytes of what a proposal would have changed, from which on its changes are not kept."""
RETENTION_INTERVAL = 3600.0
"""Seconds between two looks for bodies that are to be deleted."""
PROVENANCE = frozenset(
    ("events", "event", "id", "seq", "recorded_at", "known_at", "sources", "single_source")
)
"""Fields of a change that say where it comes from, not what it is."""
CHECKERS = CapacityLimiter(server_limits.PARSED_BODIES)
"""Proposals that are checked at once as they come."""


class SentBatch(NamedTuple):
    """The events of a body; ``is_wrapped`` where they came in CloudEvents."""

    values: Sequence[JsonValue]
    events: Sequence[CatalogueEvent]
    is_single: bool
    is_wrapped: bool

    def point(self, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        """Return reasons that point into the body as it came."""
        if not self.is_wrapped:
            return tuple(reasons)
        return point_into_data(reasons, single=self.is_single)

    def to_submission(self, negotiation: str, caller: Caller, recorded_by: str) -> Submission:
        """Return the batch as a caller records it, or has it recorded by somebody else."""
        return Submission(
            negotiation,
            self.events,
            recorded_by=recorded_by,
            is_single=self.is_single,
            known_negotiations=caller.negotiations,
        )


class BatchCheck(NamedTuple):
    """What a batch would do if it were recorded now.

    ``refusal`` is why it cannot be, ``new_events`` what it would add, ``told`` all else as JSON.
    """

    refusal: MinutebookError | None
    new_events: Sequence[ProposedEvent]
    told: Json


def parse_batch(body: bytes, media_type: str) -> SentBatch:
    """Return the events of a body. Raises what recording it would raise."""
    values, is_single, is_wrapped = parse_body(body, Headers({"content-type": media_type}))
    batch = SentBatch(values, (), is_single, is_wrapped)
    try:
        return batch._replace(events=build_events(values, single=is_single))
    except MinutebookError as error:
        error.reasons = batch.point(error.reasons)
        raise


def check_batch(
    ledger: ReadableLedger, negotiation: str, batch: SentBatch, caller: Caller, recorded_by: str
) -> BatchCheck:
    """Try a batch on the ledger as it is, and record nothing."""
    refusal: MinutebookError | None = None
    new_events: Sequence[ProposedEvent] = ()
    told: Json = {"refused": None, "errors": [], "new": [], "duplicates": 0, "warnings": []}
    try:
        with closing(DryRun()) as dry_run, ledger.open_snapshot() as c:
            found = dry_run.check_page(c, batch.to_submission(negotiation, caller, recorded_by))
    except MinutebookError as error:
        if isinstance(error, BusyError):
            raise
        refusal = error
    else:
        refusal, new_events = found.refusal, found.new_events
        told |= {
            "new": list(found.new_places),
            "duplicates": found.duplicate_count,
            "warnings": list(map(asdict, batch.point(found.warnings))),
        }
    told |= {"possible_duplicates": [], "changes": None, "registrations": []}
    if refusal:
        refusal.reasons = batch.point(refusal.reasons)
        errors = list(map(asdict, refusal.reasons))
        told |= {"refused": refusal.detail, "errors": errors}
        return BatchCheck(refusal, (), told)
    events = [batch.events[place] for place in told["new"]]
    told["possible_duplicates"] = [
        {**likely, "index": told["new"][likely["index"]]}
        for likely in find_likely_duplicates(ledger, negotiation, events)
    ]
    told |= preview_changes(ledger, batch.to_submission(negotiation, caller, recorded_by))
    return BatchCheck(None, new_events, told)


def differ(then: Json | None, now: Json | None) -> bool | None:
    """Return whether two checks of a batch found other effects, however they came about; None where
    one of them is not known."""
    if then is None or now is None:
        return None
    if not now["refused"] and None in (then["changes"], now["changes"]):
        return None
    names = ("refused", "duplicates", "changes", "registrations")
    return any(_strip(then[name]) != _strip(now[name]) for name in names)


def _strip(value: object) -> object:
    """Return a value without what says where it comes from."""
    if isinstance(value, dict):
        return {name: _strip(each) for name, each in value.items() if name not in PROVENANCE}
    if isinstance(value, list):
        return [_strip(each) for each in value]
    return value


def put_aside(
    ledger: ReadableLedger, caller: Caller, negotiation: str, body: bytes, media_type: str
) -> tuple[Proposal, bool]:
    """Check a batch and put it aside; return it, and whether the same waited already.

    Raises what recording it would raise, NotAllowedError where there is nobody else to accept it,
    TooManyRequestsError.
    """
    batch = parse_batch(body, media_type)
    check = check_batch(ledger, negotiation, batch, caller, caller.recorded_by)
    if check.refusal:
        raise check.refusal
    preview = orjson.dumps(check.told)
    if len(preview) > MAX_PREVIEW_BYTES:
        preview = orjson.dumps({**check.told, "changes": None, "registrations": []})
    now = ledger.clock()
    new_events = check.new_events
    proposal = Proposal(
        str(make_uuid7(now)),
        negotiation,
        caller.recorded_by,
        now,
        media_type,
        body,
        len(body),
        len(batch.events),
        preview,
        proposals.list_contents(
            [event.id for event in new_events], [event.state for event in new_events]
        ),
    )
    stored = run_in_writer(ledger, lambda c: proposals.insert_proposal(c, proposal))
    return stored, stored.id != proposal.id


def open_proposal(c: Cursor, caller: Caller, negotiation: str, proposal_id: str) -> Proposal:
    """Return a proposal that a caller may see. Raises NotFoundError."""
    proposal = proposals.read_proposal(c, negotiation, proposal_id)
    name = visible_name(caller, negotiation)
    if name is not None and proposal.proposed_by != name:
        raise NotFoundError(
            f"there is no proposal {proposal_id!r} of yours",
            hint="with the scope append those of others are seen too",
        )
    return proposal


def visible_name(caller: Caller, negotiation: str) -> str | None:
    """Return whose proposals a caller may see, None for everyone's."""
    return None if caller.may_append(negotiation) else caller.name


def read_waiting(
    ledger: ReadableLedger, caller: Caller, negotiation: str, *, limit: int, max_size: int
) -> list[Proposal]:
    """Return what waits that a caller may see, the newest first, with bodies up to a size."""
    name = visible_name(caller, negotiation)
    with ledger.open_snapshot() as c:
        return [
            proposals.read_proposal(c, negotiation, each.id) if each.size <= max_size else each
            for each in proposals.list_proposals(
                c, negotiation, status="waiting", proposed_by=name, limit=limit
            )
        ]


def read_decided(
    ledger: ReadableLedger, caller: Caller, negotiation: str, *, limit: int
) -> list[Proposal]:
    """Return what was decided of the newest that a caller may see, without bodies."""
    name = visible_name(caller, negotiation)
    with ledger.open_snapshot() as c:
        found = proposals.list_proposals(c, negotiation, proposed_by=name, limit=limit)
    return [each for each in found if each.status != "waiting"]


def require_some(c: Cursor, negotiation: str) -> None:
    """Raise UnknownNegotiationError where nothing was recorded or proposed under a slug."""
    if not log.read_last_seq(c, negotiation) and not proposals.list_proposals(
        c, negotiation, limit=1
    ):
        raise UnknownNegotiationError(
            f"there is no negotiation {negotiation!r}",
            hint=log.near_negotiations_hint(log.read_slugs(c), negotiation),
        )


def describe_body(proposal: Proposal) -> list[JsonValue] | None:
    """Return the events of a body as they were sent, None once it was deleted."""
    if proposal.is_deleted:
        return None
    values, *_ = parse_body(proposal.body, Headers({"content-type": proposal.media_type}))
    return values


def check_again(ledger: ReadableLedger, proposal: Proposal, caller: Caller) -> BatchCheck | None:
    """Return what a proposal would do now; None where it waits no more."""
    if proposal.status != "waiting":
        return None
    batch = parse_batch(proposal.body, proposal.media_type)
    return check_batch(ledger, proposal.negotiation, batch, caller, proposal.proposed_by)


def accept(
    ledger: ReadableLedger,
    proposal: Proposal,
    caller: Caller,
    word: str | None,
    if_match: int | None = None,
) -> Json:
    """Record what was proposed, under the names of both; the same again is recorded once.

    Raises NotAllowedError for an own proposal, AlreadyDecidedError, and what recording it raises.
    """
    _require_second_person(proposal, caller, "accept")
    batch = SentBatch((), (), is_single=False, is_wrapped=False)
    if not proposal.is_deleted:
        batch = parse_batch(proposal.body, proposal.media_type)
    submission = replace(
        batch.to_submission(proposal.negotiation, caller, proposal.proposed_by),
        if_match=if_match,
        decision=Decision(proposal.id, "accepted", caller.recorded_by, word),
    )
    with _pointing(batch):
        answer = await_result(ledger.submit(submission))
    warnings = (Reason(**warning) for warning in answer["warnings"])
    return {**answer, "warnings": list(map(asdict, batch.point(tuple(warnings))))}


@contextmanager
def _pointing(batch: SentBatch) -> Iterator[None]:
    try:
        yield
    except MinutebookError as error:
        error.reasons = batch.point(error.reasons)
        raise


def decide_unrecorded(
    ledger: ReadableLedger,
    proposal: Proposal,
    caller: Caller,
    status: ProposalStatus,
    word: str | None,
) -> None:
    """Return what somebody else proposed, or withdraw what one proposed oneself.

    Raises NotAllowedError, AlreadyDecidedError.
    """
    if status == "returned":
        _require_second_person(proposal, caller, "return")
    elif caller.name != proposal.proposed_by:
        raise NotAllowedError(
            f"the proposal is by {proposal.proposed_by!r}, who alone can withdraw it",
            hint="return it, with a word",
        )
    decision = Decision(proposal.id, status, caller.recorded_by, word)
    now = ledger.clock()
    run_in_writer(ledger, lambda c: proposals.decide_unrecorded(c, decision, now=now))


def delete_old_bodies(ledger: ReadableLedger, days: int) -> RepeatedTask:
    """Return what deletes, again and again, the bodies of what was decided as many days ago."""

    def delete() -> None:
        now = ledger.clock()
        run_in_writer(ledger, lambda c: proposals.delete_old_bodies(c, days=days, now=now))

    faults = FaultLog("old proposals cannot be deleted", "old proposals are deleted again")
    return RepeatedTask("proposals", delete, RETENTION_INTERVAL, faults)


def _require_second_person(proposal: Proposal, caller: Caller, act: str) -> None:
    if caller.name == proposal.proposed_by:
        raise NotAllowedError(
            f"{proposal.proposed_by!r} proposed this, so another name has to {act} it",
            hint="ask somebody else with the scope append; you can withdraw it",
        )
