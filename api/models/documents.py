"""Responses without a basis: recording, receipts, proofs, problems, health."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.access.caller import KeyScope
from api.models.base import Frozen, HexDigest, Timestamp
from api.models.changes import AnyChange
from api.models.events import AnyEvent
from domain.events import Audience

Path = Annotated[
    tuple[HexDigest, ...], Field(description="Hashes of an RFC 6962 proof, the lowest first.")
]
BATCH_LIMIT = 10_000
"""The most events of one request."""


class RecordedItem(Frozen):
    """An event that was recorded, and its leaf in the log."""

    id: str
    type: str
    seq: int
    recorded_at: Timestamp
    leaf_hash: HexDigest


class PossibleDuplicate(Frozen):
    """A recorded event of the same type and subject at an overlapping time."""

    index: Annotated[int, Field(description="Place in the batch, from 0.")]
    event: str
    seq: int


class ChangedEvent(Frozen):
    """An event of a batch that differs from a recorded one with its id, or of the same thing."""

    index: Annotated[int, Field(description="Place in the batch, from 0.")]
    event: Annotated[str, Field(description="Id of the recorded event.")]
    fields: Annotated[tuple[str, ...], Field(description="The fields that differ.")]
    voided_by: Annotated[
        tuple[str, ...], Field(description="Ids of the acts that voided it; corrected, it stands.")
    ] = ()


class ProblemReason(Frozen):
    """One thing that is wrong, where, and how to fix it."""

    pointer: Annotated[str, Field(description="JSON pointer, or the name of a parameter.")]
    detail: str
    hint: str | None


class TrialRefusal(Frozen):
    """Why nothing can be recorded in a negotiation, such as that it was never opened."""

    detail: str
    hint: str | None


class TrialResult(Frozen):
    """What would become of a page of a trial; each ``index`` and pointer counts from its start."""

    events: Annotated[int, Field(description="How many events the page has.")]
    duplicates: Annotated[int, Field(description="How many of them are recorded already.")]
    refused: TrialRefusal | None
    errors: tuple[ProblemReason, ...]
    warnings: tuple[ProblemReason, ...]
    changed: tuple[ChangedEvent, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]


class RegistrationChange(Frozen):
    """An opening or registration that would change, or go where nothing is after."""

    kind: Literal["negotiation", "party", "person", "issue"]
    subject: Annotated[str, Field(description="Its slug; of an opening, the id of its event.")]
    before: AnyEvent | None
    after: AnyEvent | None


class RecordingResult(Frozen):
    """What was recorded, and the head of the log after it; of a dry run, what would be."""

    recorded: tuple[RecordedItem, ...]
    duplicates: Annotated[tuple[str, ...], Field(description="Ids that were already recorded.")]
    head: int
    root_hash: HexDigest
    warnings: Annotated[
        tuple[ProblemReason, ...],
        Field(description="What was accepted but is probably mistyped, such as a year of 0025."),
    ] = ()
    changed: Annotated[
        tuple[ChangedEvent, ...],
        Field(description="Only with changed: what was skipped or corrected."),
    ] = ()
    dry_run: bool = False
    new: Annotated[
        tuple[int, ...],
        Field(description="Only in a dry run: places of the events that are recorded as they are."),
    ] = ()
    possible_duplicates: Annotated[
        tuple[PossibleDuplicate, ...], Field(description="Only in a dry run.")
    ] = ()
    changes: Annotated[
        tuple[AnyChange, ...], Field(description="Only in a dry run that asks for them.")
    ] = ()
    registrations: Annotated[
        tuple[RegistrationChange, ...],
        Field(description="Only with changes: what names parties, persons and issues, and opens."),
    ] = ()


class InclusionProof(Frozen):
    """Proof that an event is in the tree of a size."""

    seq: int
    size: int
    leaf_hash: HexDigest
    root_hash: HexDigest
    path: Path


class ConsistencyProof(Frozen):
    """Proof that the tree of one size begins with that of another."""

    from_: Annotated[int, Field(alias="from")]
    to: int
    from_root: HexDigest
    to_root: HexDigest
    path: Path


class KeyChange(Frozen):
    """An event by which the log changed its key, or says that others may have a former one."""

    type: Literal["log-key-rotated", "log-key-lost", "log-key-stolen", "log-key-exposed"]
    seq: int
    recorded_at: Timestamp
    since: Annotated[
        str | None, Field(description="From when others may have had a key that was stolen.")
    ]
    reason: str


class ListedKey(Frozen):
    """One key of the log, and the sizes that it signs."""

    key: Annotated[str, Field(description="The verifier key: name+id+key.")]
    first_size: int
    last_size: Annotated[int | None, Field(description="Null for the current key.")]
    began: KeyChange | None
    ended: KeyChange | None
    exposed: Annotated[
        KeyChange | None,
        Field(description="That others may have it, which was known once it was replaced."),
    ]


class ProvenEvent(Frozen):
    """An event as it was recorded, and its path to the root of the checkpoint."""

    seq: int
    leaf: Annotated[str, Field(description="The exact text that was hashed.")]
    payload: str | None
    salt: str | None
    path: Path


class KeyHistory(Frozen):
    """The keys of the log, the first to the current one, and what proves each change."""

    key: Annotated[str, Field(description="The current one.")]
    keys: tuple[ListedKey, ...]
    events: tuple[ProvenEvent, ...]
    checkpoint: Annotated[str, Field(description="A signed note.")]


class Leaf(Frozen):
    """The leaf of an event, as it is hashed."""

    id: str
    negotiation: str
    payload_hash: HexDigest
    recorded_at: Timestamp
    recorded_by: str
    approved_by: Annotated[
        str | None, Field(description="Only where what recorded_by proposed was accepted.")
    ] = None
    seq: int
    type: str


class Problem(Frozen):
    """Why a request is refused (RFC 9457)."""

    type: Annotated[str, Field(description="Address of the kind of problem.")]
    title: str
    status: int
    detail: str
    errors: tuple[ProblemReason, ...]
    hint: str | None


class Liveness(Frozen):
    """The process is alive."""

    status: Literal["alive"]


class Scrub(Frozen):
    """How far this server has hashed the log again: the seq reached in this round, and the rounds
    over the whole log since the start."""

    reached: int
    rounds: int


class CosigningWitness(Frozen):
    """What a witness cosigned last: the size, 0 for nothing, when, how many signed events it is
    behind, and why it does not cosign, if so; ``says`` is the same as a sentence."""

    witness: str
    cosigns: bool
    size: int
    at: str | None
    behind: int
    problem: str | None
    says: str


class ReadinessWarning(Frozen):
    """What is wrong though the server answers and records, by the part that it is about."""

    pointer: Literal["signing", "disk"]
    detail: str
    hint: str | None


class Readiness(Frozen):
    """The ledger answers, up to this seq; ``scrub`` is null where no server checks the log.

    ``clock_sources`` are the sources outside that told the time, which the clock agrees with.
    """

    status: Literal["ready"]
    head: int
    scrub: Scrub | None
    clock_sources: tuple[str, ...]
    witnesses: tuple[CosigningWitness, ...]
    access: Annotated[
        Literal["keys", "no-keys"],
        Field(description="no-keys: only its own machine is answered, and may do everything."),
    ]
    warnings: tuple[ReadinessWarning, ...]


class Key(Frozen):
    """A key without its secret: what it allows, and for how long."""

    name: Annotated[str, Field(description="Stands in the record as recorded_by.")]
    status: Literal["valid", "expired", "revoked"]
    scopes: tuple[KeyScope, ...]
    audience: Audience
    negotiations: Annotated[
        tuple[str, ...], Field(description="Those that exist for it; none mean every one.")
    ]
    created_at: Timestamp
    expires_at: Timestamp | None
    revoked_at: Timestamp | None


class KeyList(Frozen):
    """All keys, by name."""

    keys: tuple[Key, ...]


class NewKey(Frozen):
    """A key that was made, and its secret, which is never shown again."""

    secret: str
    key: Key


class OpenSession(Frozen):
    """A session of somebody who signed in on the pages.

    ``role`` is that of the identity provider, null where the session is of a key. ``used_at`` is
    written down once a minute. It ends at ``ends_at`` at the latest.
    """

    id: Annotated[str, Field(description="Names the session where it is ended.")]
    name: Annotated[str, Field(description="Stands in the record as recorded_by.")]
    role: str | None
    created_at: Timestamp
    used_at: Timestamp
    ends_at: Timestamp


class SessionList(Frozen):
    """The sessions that hold now, by name."""

    sessions: tuple[OpenSession, ...]


class EndedSessions(Frozen):
    """How many sessions of a name were ended."""

    name: str
    ended: int


class Versions(Frozen):
    """The release, the version of the rules of time, and the version of the event library."""

    minutebook: str
    semantics: int
    eventsourcing: str
