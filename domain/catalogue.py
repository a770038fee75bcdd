"""The catalogue (v1): every type of event, as a small frozen class with a permanent topic."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, TypeAdapter, model_validator

from domain.events import (
    NOTHING,
    Act,
    Amendment,
    Digest,
    Document,
    Event,
    Fact,
    Issue,
    Labels,
    Link,
    Meeting,
    News,
    Party,
    Person,
    Plan,
    Point,
    SpanText,
    Speaker,
    Statement,
    Subject,
    Text,
    Zone,
)

Stance = Literal[
    "demands",
    "proposes",
    "supports",
    "accepts",
    "accepts-conditionally",
    "accepts-ad-referendum",
    "reserves",
    "undecided",
    "opposes",
    "rejects",
    "red-line",
]
TextStatus = Literal["verbatim", "translated", "paraphrase", "reported", "unseen"]
Format = Literal["in-person", "proximity", "shuttle", "phone", "video"]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Number = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)] | Text
Changes = dict[Text, JsonValue]


class NegotiationOpened(Event):
    """A negotiation is opened for recording: its title, summary and default time zone."""

    BOOKKEEPING = True
    type: Literal["negotiation-opened"]
    title: Text
    summary: Text | None = None
    timezone: Zone | None = None


class PartyRegistered(Event):
    """A party gets its slug and names."""

    BOOKKEEPING = True
    type: Literal["party-registered"]
    party: Party
    name: Text
    kind: (
        Literal[
            "state",
            "organisation",
            "armed-group",
            "coalition",
            "mediator",
            "company",
            "union",
            "other",
        ]
        | None
    ) = None
    names: Labels = NOTHING
    ids: Labels = NOTHING


class PersonRegistered(Event):
    """A person gets a slug and names."""

    BOOKKEEPING = True
    type: Literal["person-registered"]
    person: Person
    name: Text
    names: Labels = NOTHING
    ids: Labels = NOTHING


Authority = Literal[
    "head-of-state",
    "head-of-government",
    "minister",
    "head-of-delegation",
    "envoy",
    "delegate",
    "spokesperson",
    "adviser",
    "other",
]


class RoleAssumed(News):
    """A person takes up a role for a party."""

    type: Literal["role-assumed"]
    person: Person
    party: Party
    title: Text
    authority: Authority | None = None


class RoleEnded(News):
    """A person's role for a party ends."""

    type: Literal["role-ended"]
    person: Person
    party: Party
    title: Text
    authority: Authority | None = None


class IssueDefined(Event):
    """An issue gets its slug and the question it asks."""

    BOOKKEEPING = True
    type: Literal["issue-defined"]
    issue: Issue
    title: Text
    question: Text | None = None
    parent: Issue | None = None
    contexts: tuple[Text, ...] = ()


class MeetingAnnounced(News):
    """A meeting is announced for an expected time."""

    type: Literal["meeting-announced"]
    meeting: Meeting
    expected: SpanText
    title: Text | None = None
    place: Text | None = None
    format: Format | None = None
    level: Text | None = None
    invitees: tuple[Speaker, ...] = ()
    announced_by: Speaker | None = None


class MeetingRescheduled(News):
    """A meeting gets another expected time; this revives a cancelled one."""

    type: Literal["meeting-rescheduled"]
    meeting: Meeting
    expected: SpanText
    place: Text | None = None
    reason: Text | None = None
    by: Speaker | None = None


class MeetingCancelled(News):
    """A meeting is called off."""

    type: Literal["meeting-cancelled"]
    meeting: Meeting
    by: Speaker | None = None
    reason: Text | None = None


class Participant(Fact):
    """Who took part, for which party, in which role."""

    party: Party | None = None
    person: Person | None = None
    role: Literal["host", "visitor", "mediator", "observer", "participant"] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Participant:
        if self.party is None and self.person is None:
            raise ValueError("a participant is somebody; give party, person or both")
        return self


class MeetingHeld(News):
    """A meeting took place."""

    type: Literal["meeting-held"]
    meeting: Meeting
    title: Text | None = None
    place: Text | None = None
    format: Format | None = None
    participants: tuple[Participant, ...] = ()


class MeetingConcluded(News):
    """A meeting ended with an outcome, which implies that it was held."""

    type: Literal["meeting-concluded"]
    meeting: Meeting
    outcome: Literal["agreement", "partial", "no-result", "adjourned", "walkout", "unknown"]
    summary: Text | None = None


class StatementMade(News):
    """Somebody said or wrote something."""

    type: Literal["statement-made"]
    statement: Statement
    speaker: Speaker
    summary: Text
    on_behalf_of: Party | None = None
    text: Text | None = None
    language: Text | None = None
    channel: Text | None = None
    about: tuple[Subject, ...] = ()
    copy_of: Statement | None = None


class StatementWithdrawn(News):
    """Somebody takes back what was said."""

    type: Literal["statement-withdrawn"]
    statement: Statement
    by: Speaker | None = None
    summary: Text | None = None


class _OnIssueOrPoint(News):
    """Base of the events that concern one party's position on an issue or a plan point."""

    party: Party
    issue: Issue | None = None
    plan: Plan | None = None
    point: Point | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> _OnIssueOrPoint:
        on_point = self.plan is not None and self.point is not None
        partly = (self.plan is None) != (self.point is None)
        if partly or (self.issue is not None) == on_point:
            raise ValueError("a position is on one subject; give either issue, or plan and point")
        return self


class PositionStated(_OnIssueOrPoint):
    """A party's stance on an issue or a plan point is stated, by itself or by others."""

    type: Literal["position-stated"]
    stance: Stance
    summary: Text
    quote: Text | None = None
    conditions: tuple[Text, ...] = ()
    attribution: Literal[
        "self", "delegate", "spokesperson", "joint", "third-party", "anonymous"
    ] = "self"
    attributed_by: Speaker | None = None
    statement: Statement | None = None


class PositionWithdrawn(_OnIssueOrPoint):
    """A party drops its stance without taking another."""

    type: Literal["position-withdrawn"]
    statement: Statement | None = None


class PlanPoint(Fact):
    """One point of a plan: its permanent id, its number and wording of the day."""

    point: Point
    number: Number | None = None
    heading: Text | None = None
    text: Text | None = None
    text_status: TextStatus | None = None


class Operation(PlanPoint):
    """One textual modification (Akoma Ntoso) of one point, with its lineage across plans."""

    op: Literal["insertion", "substitution", "repeal", "renumbering", "split", "join"]
    into: tuple[PlanPoint, ...] = ()
    from_: Annotated[tuple[Point, ...], Field(alias="from")] = ()
    from_plan: Plan | None = None
    from_points: tuple[Point, ...] = ()


Operations = Annotated[tuple[Operation, ...], Field(min_length=1)]


class PlanIntroduced(News):
    """A plan comes into being, as far as its points are known."""

    type: Literal["plan-introduced"]
    plan: Plan
    title: Text
    sponsors: tuple[Party, ...] = ()
    derived_from: tuple[Plan, ...] = ()
    status: Literal["non-paper", "draft", "leaked", "official", "joint"] | None = None
    claimed_points: Count | None = None
    points: tuple[PlanPoint, ...] = ()


class PlanAmended(News):
    """A plan's points change."""

    type: Literal["plan-amended"]
    plan: Plan
    operations: Operations
    by: tuple[Party, ...] = ()


class AmendmentProposed(News):
    """Changes to a plan are proposed; they take effect when adopted."""

    type: Literal["amendment-proposed"]
    plan: Plan
    amendment: Amendment
    operations: Operations
    proposed_by: tuple[Party, ...] = ()


class AmendmentAdopted(News):
    """A proposed amendment is adopted."""

    type: Literal["amendment-adopted"]
    plan: Plan
    amendment: Amendment
    by: tuple[Party, ...] = ()


class AmendmentRejected(News):
    """A proposed amendment is turned down."""

    type: Literal["amendment-rejected"]
    plan: Plan
    amendment: Amendment
    by: tuple[Party, ...] = ()


class AmendmentWithdrawn(News):
    """A proposed amendment is withdrawn; this does not undo an adoption."""

    type: Literal["amendment-withdrawn"]
    plan: Plan
    amendment: Amendment
    by: tuple[Party, ...] = ()


class PlanEndorsed(News):
    """A party endorses a plan or some of its points."""

    type: Literal["plan-endorsed"]
    plan: Plan
    party: Party
    points: tuple[Point, ...] = ()
    conditions: tuple[Text, ...] = ()


class PlanRejected(News):
    """A party rejects a plan or some of its points."""

    type: Literal["plan-rejected"]
    plan: Plan
    party: Party
    points: tuple[Point, ...] = ()
    conditions: tuple[Text, ...] = ()


class PlanSigned(News):
    """A party signs a plan."""

    type: Literal["plan-signed"]
    plan: Plan
    party: Party
    points: tuple[Point, ...] = ()
    conditions: tuple[Text, ...] = ()


class PlanSuperseded(News):
    """A plan gives way to another."""

    type: Literal["plan-superseded"]
    plan: Plan
    by_plan: Plan


class DocumentPublished(News):
    """A document is made available."""

    type: Literal["document-published"]
    document: Document
    title: Text
    url: Link | None = None
    plan: Plan | None = None
    sha256: Digest | None = None
    language: Text | None = None


class ReportAdded(Act):
    """A further source reports an event that is recorded already."""

    type: Literal["report-added"]


class CorrectionPublished(Act):
    """A source corrects what it reported: the world was told otherwise from then on."""

    type: Literal["correction-published"]
    changes: Annotated[Changes, Field(min_length=1)]
    reason: Text | None = None


class RecordCorrected(Act):
    """We mend a slip of our own recording."""

    type: Literal["record-corrected"]
    changes: Annotated[Changes, Field(min_length=1)]
    reason: Text | None = None


class PublishedText(Fact):
    """The wording of one point, seen only now."""

    point: Point
    text: Text
    text_status: TextStatus | None = None


class TextPublished(Act):
    """The wording of points becomes known that have stood since the event it names."""

    type: Literal["text-published"]
    points: Annotated[tuple[PublishedText, ...], Field(min_length=1)]


class EventRetracted(Act):
    """A source takes a report back."""

    type: Literal["event-retracted"]
    reason: Text | None = None


class RetractionReversed(Act):
    """A retraction is itself taken back."""

    type: Literal["retraction-reversed"]
    reason: Text | None = None


class RecordVoided(Act):
    """We strike out an event that should never have been recorded."""

    type: Literal["record-voided"]
    reason: Text | None = None


class EventDisputed(Act):
    """A source contradicts fields of an event."""

    type: Literal["event-disputed"]
    rival: Annotated[Changes, Field(min_length=1)]
    reason: Text | None = None


class DisputeResolved(Act):
    """The disputes of an event end, with the changes that follow (none: the original stands)."""

    type: Literal["dispute-resolved"]
    changes: Changes = NOTHING
    reason: Text | None = None


class PayloadErased(Act):
    """A payload was erased by law; made by the erasure path only."""

    type: Literal["payload-erased"]
    reason: Text


class WatchRecorded(Event):
    """Somebody looked for news over a period, with this result."""

    BOOKKEEPING = True
    type: Literal["watch-recorded"]
    from_: Annotated[SpanText, Field(alias="from")]
    to: SpanText
    result: Literal["no-change", "changed", "failed"]
    sources: tuple[Text, ...] = ()


CLASSES: tuple[type[Event], ...] = (
    NegotiationOpened, PartyRegistered, PersonRegistered, RoleAssumed, RoleEnded, IssueDefined,
    MeetingAnnounced, MeetingRescheduled, MeetingCancelled, MeetingHeld, MeetingConcluded,
    StatementMade, StatementWithdrawn, PositionStated, PositionWithdrawn, PlanIntroduced,
    PlanAmended, AmendmentProposed, AmendmentAdopted, AmendmentRejected, AmendmentWithdrawn,
    PlanEndorsed, PlanRejected, PlanSigned, PlanSuperseded, DocumentPublished, ReportAdded,
    CorrectionPublished, RecordCorrected, TextPublished, EventRetracted, RetractionReversed,
    RecordVoided, EventDisputed, DisputeResolved, PayloadErased, WatchRecorded,
)  # fmt: skip


def _name(cls: type[Event]) -> str:
    literal: Any = cls.model_fields["type"].annotation
    return str(literal.__args__[0])


BY_TYPE: dict[str, type[Event]] = {_name(cls): cls for cls in CLASSES}
for _type, _cls in BY_TYPE.items():
    _cls.TOPIC = f"minutebook.{_type}.v1"

ADAPTERS: dict[str, TypeAdapter[Event]] = {name: TypeAdapter(cls) for name, cls in BY_TYPE.items()}
COMMON = frozenset(Event.model_fields)
BOOKKEEPING = frozenset(name for name, cls in BY_TYPE.items() if cls.BOOKKEEPING)
ACTS = frozenset(name for name, cls in BY_TYPE.items() if issubclass(cls, Act))
OWN_ACTS = frozenset({"record-corrected", "record-voided", "payload-erased"})
"""Acts of the recorder: they have no clock of their own and count from their target's."""
FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(
        field.alias or own
        for own, field in sorted(cls.model_fields.items(), key=lambda each: each[0] in COMMON)
    )
    for name, cls in BY_TYPE.items()
}
"""The fields of each type as they stand in JSON, its own before the common ones."""
DEFAULTS: dict[str, dict[str, str]] = {
    name: {
        own: field.default for own, field in cls.model_fields.items()
        if isinstance(field.default, str)
    }
    for name, cls in BY_TYPE.items()
}  # fmt: skip
"""What a field of a type says where it is left out, such as attribution self."""
