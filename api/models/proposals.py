"""Proposals: what waits for a second person, what it would change, and what was decided."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from api.models.base import Frozen, HexDigest, Timestamp
from api.models.changes import AnyChange
from api.models.documents import PossibleDuplicate, ProblemReason, RecordedItem, RegistrationChange
from ledger.proposals import ProposalStatus


class ProposalCheck(Frozen):
    """What a proposal would do if it were recorded at that moment."""

    refused: Annotated[str | None, Field(description="Why it could not be recorded.")]
    errors: tuple[ProblemReason, ...]
    new: Annotated[tuple[int, ...], Field(description="Places of the events that are new.")]
    duplicates: Annotated[int, Field(description="How many of them are recorded already.")]
    warnings: tuple[ProblemReason, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]
    changes: Annotated[
        tuple[AnyChange, ...] | None,
        Field(description="The cells it would change; null where they are not told."),
    ]
    registrations: tuple[RegistrationChange, ...]


class ProposalItem(Frozen):
    """A proposal in a list: by whom, when, and what became of it."""

    proposal: Annotated[str, Field(description="Its id, a UUID.")]
    negotiation: str
    status: ProposalStatus
    proposed_by: Annotated[str, Field(description="Accepted, it stands as recorded_by.")]
    proposed_at: Timestamp
    media_type: str
    bytes: int
    events: Annotated[int, Field(description="How many events its body has.")]
    decided_by: Annotated[str | None, Field(description="Accepted, it stands as approved_by.")]
    decided_at: Timestamp | None
    word: Annotated[str | None, Field(description="What was said of the decision.")]
    recorded: Annotated[
        tuple[RecordedItem, ...], Field(description="What was recorded when it was accepted.")
    ]


class ProposalDetail(ProposalItem):
    """A proposal with its events, what they would have changed then and would change now."""

    body: Annotated[
        tuple[JsonValue, ...] | None,
        Field(description="The events as they were sent; null once they were deleted."),
    ]
    then: Annotated[
        ProposalCheck | None, Field(description="When it was proposed; null once deleted.")
    ]
    now: Annotated[ProposalCheck | None, Field(description="Null where it waits no more.")]
    differs: Annotated[
        bool | None, Field(description="Whether now has another effect than then, if known.")
    ]
    last_seq: Annotated[
        int, Field(description="Of the negotiation; as If-Match it accepts what was shown here.")
    ]


class ProposalList(Frozen):
    """Proposals, the newest first."""

    proposals: tuple[ProposalItem, ...]


class AcceptedProposal(Frozen):
    """A proposal that was accepted, and the answer of its recording."""

    proposal: ProposalItem
    recorded: tuple[RecordedItem, ...]
    duplicates: Annotated[tuple[str, ...], Field(description="Ids that were already recorded.")]
    head: int
    root_hash: HexDigest
    warnings: tuple[ProblemReason, ...]
