"""Pages that a dry run accepted, to be recorded as they were checked where the log is as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import MovedOnError
from domain.instants import Instant
from domain.model import Json
from ledger.append import AppendBatch, ProposedEvent, RecordedEvent
from ledger.database import Cursor
from ledger.proofs.merkle import Frontier

if TYPE_CHECKING:
    from ledger.write_state import NegotiationHead, PriorEvent, ReservedSlug, WriteState


@dataclass(slots=True)
class ExpectedTree:
    """The tree of a log to which nobody else has added anything since its events were checked."""

    frontier: Frontier

    def require(self, frontier: Frontier) -> None:
        """Raise MovedOnError where the log is another one by now."""
        if frontier != self.frontier:
            detail = "the log has moved on since these events were checked"
            raise MovedOnError(detail, hint="check them again")


@dataclass(frozen=True, slots=True)
class AcceptedPage:
    """What a dry run found of a page: its new events, what they introduce, how the negotiation
    stands after them, which ids were recorded before.

    ``namespace`` is that from which the ids of rows were made, if any were.
    """

    tree: ExpectedTree
    negotiation: NegotiationHead
    events: Mapping[str, PriorEvent]
    introducers: Mapping[ReservedSlug, str]
    duplicate_ids: Sequence[str]
    recorded_by: str
    namespace: bytes | None

    def propose(self) -> list[ProposedEvent]:
        """Return the new events as the log takes them."""
        slug, first = self.negotiation.slug, self.negotiation.event_count - len(self.events) + 1
        return [
            ProposedEvent(event_id, slug, version, event.type, event.state, self.recorded_by)
            for version, (event_id, event) in enumerate(self.events.items(), first)
        ]


def record_accepted(
    c: Cursor, write_state: WriteState, append_batch: AppendBatch, page: AcceptedPage, now: Instant
) -> Json:
    """Add a page to a batch without checking it again; return its answer.

    Raises MovedOnError where anything was recorded that the dry run did not know.
    """
    page.tree.require(append_batch.frontier)
    if page.namespace:
        write_state.content_ids.adopt(c, page.negotiation.slug, page.namespace)
    recorded_events: list[RecordedEvent] = []
    if page.events:
        recorded_events = append_batch.add_events(page.propose(), now)
        head = page.negotiation._replace(last_seq=recorded_events[-1].seq)
        write_state.add_submission(head, page.introducers, page.events)
        page.tree.frontier = append_batch.frontier
    return build_answer(append_batch, recorded_events, page.duplicate_ids)


def build_answer(
    append_batch: AppendBatch, recorded: Iterable[RecordedEvent], duplicate_ids: Iterable[str]
) -> Json:
    """Return what is told of a recording, without warnings."""
    return {
        "recorded": [event.to_json() for event in recorded],
        "duplicates": list(duplicate_ids),
        "head": append_batch.frontier.size,
        "root_hash": append_batch.frontier.root.hex(),
        "warnings": [],
    }
