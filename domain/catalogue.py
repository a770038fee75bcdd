"""The catalogue (v1): every type of event, as a small frozen class with a permanent topic."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, model_validator

from domain.briefs import BriefWritten
from domain.deadlines import DeadlineExtended, DeadlineMet, DeadlineSet, DeadlineWithdrawn
from domain.errors import FieldValueError
from domain.events import (
    EMPTY_MAP,
    Act,
    AmendmentSlug,
    Audience,
    CellName,
    Digest,
    DocumentSlug,
    Event,
    Fact,
    IssueSlug,
    Items,
    Labels,
    Link,
    MeetingSlug,
    Occurrence,
    PartySlug,
    PersonSlug,
    PlanSlug,
    PointSlug,
    Slug,
    SpanText,
    Speaker,
    StatementSlug,
    Subject,
    Text,
    Zone,
)
from domain.incidents import IncidentReported
from domain.votes import VoteHeld

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
MeetingFormat = Literal["in-person", "proximity", "shuttle", "phone", "video"]
PointCount = Annotated[int, Field(ge=0, le=2**53 - 1)]
Number = (
    Annotated[float, Field(allow_inf_nan=False)]
    | Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
)
PointNumber = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)] | Text
FieldChanges = dict[Text, JsonValue]

ROLE_CELL = CellName("role", ("person", "party", "title"))
MEETING_CELL = CellName("meeting", ("meeting",))
STATEMENT_CELL = CellName("statement", ("statement",))
PLAN_CELL = CellName("plan", ("plan",))
AMENDMENT_CELL = CellName("amendment", ("plan", "amendment"))


class NegotiationOpened(Event):
    """A negotiation is opened for recording: its title, summary and default time zone."""

    IS_BOOKKEEPING = True
    type: Literal["negotiation-opened"]
    title: Text
    names: Labels = EMPTY_MAP
    summary: Text | None = None
    timezone: Zone | None = None


class PartyRegistered(Event):
    """A party gets its slug and names."""

    INTRODUCES = ("party",)
    IS_BOOKKEEPING = True
    type: Literal["party-registered"]
    party: PartySlug
    name: Text
    same_as: PartySlug | None = None
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
    names: Labels = EMPTY_MAP
    ids: Labels = EMPTY_MAP


class PersonRegistered(Event):
    """A person gets a slug and names."""

    INTRODUCES = ("person",)
    IS_BOOKKEEPING = True
    type: Literal["person-registered"]
    person: PersonSlug
    name: Text
    same_as: PersonSlug | None = None
    names: Labels = EMPTY_MAP
    ids: Labels = EMPTY_MAP


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


class RoleAssumed(Occurrence):
    """A person takes up a role for a party."""

    CELL = ROLE_CELL
    type: Literal["role-assumed"]
    person: PersonSlug
    party: PartySlug
    title: Text
    authority: Authority | None = None


class RoleEnded(Occurrence):
    """A person's role for a party ends."""

    CELL = ROLE_CELL
    type: Literal["role-ended"]
    person: PersonSlug
    party: PartySlug
    title: Text
    authority: Authority | None = None


class IssueAnswer(Fact):
    """An answer that an issue can be given, with its words and its number where it has one."""

    answer: Slug
    label: Text
    names: Labels = EMPTY_MAP
    value: Number | None = None


class IssueDefined(Event):
    """An issue gets its slug and the question it asks."""

    INTRODUCES = ("issue",)
    IS_BOOKKEEPING = True
    type: Literal["issue-defined"]
    issue: IssueSlug
    title: Text
    names: Labels = EMPTY_MAP
    question: Text | None = None
    questions: Labels = EMPTY_MAP
    parent: IssueSlug | None = None
    contexts: Items[Text] = ()
    answers: Items[IssueAnswer] = ()

    @model_validator(mode="after")
    def _require_distinct_answers(self) -> IssueDefined:
        slugs = [each.answer for each in self.answers]
        if len(set(slugs)) < len(slugs):
            raise FieldValueError(
                "answers", "two answers have one slug; give each answer a slug of its own"
            )
        return self


class MeetingAnnounced(Occurrence):
    """A meeting is announced for an expected time."""

    CELL = MEETING_CELL
    type: Literal["meeting-announced"]
    meeting: MeetingSlug
    expected: SpanText | None
    title: Text | None = None
    names: Labels = EMPTY_MAP
    place: Text | None = None
    format: MeetingFormat | None = None
    level: Text | None = None
    invitees: Items[Speaker] = ()
    announced_by: Speaker | None = None
    part_of: MeetingSlug | None = None


class MeetingRescheduled(Occurrence):
    """A meeting gets another expected time; this revives a cancelled one."""

    CELL = MEETING_CELL
    type: Literal["meeting-rescheduled"]
    meeting: MeetingSlug
    expected: SpanText | None
    place: Text | None = None
    reason: Text | None = None
    by: Speaker | None = None


class MeetingCancelled(Occurrence):
    """A meeting is called off."""

    CELL = MEETING_CELL
    type: Literal["meeting-cancelled"]
    meeting: MeetingSlug
    by: Speaker | None = None
    reason: Text | None = None


class Participant(Fact):
    """Who took part, for which party, in which role, and whether as head of the party's side."""

    party: PartySlug | None = None
    person: PersonSlug | None = None
    role: Literal["host", "visitor", "mediator", "observer", "participant"] | None = None
    head: bool = False

    @model_validator(mode="after")
    def _require_somebody(self) -> Participant:
        if self.party is None and self.person is None:
            raise FieldValueError(
                "party", "a participant needs a party or a person; add one or both"
            )
        return self


class MeetingHeld(Occurrence):
    """A meeting took place."""

    CELL = MEETING_CELL
    type: Literal["meeting-held"]
    meeting: MeetingSlug
    title: Text | None = None
    names: Labels = EMPTY_MAP
    place: Text | None = None
    format: MeetingFormat | None = None
    participants: Items[Participant] = ()
    part_of: MeetingSlug | None = None


class MeetingConcluded(Occurrence):
    """A meeting ended with an outcome, which implies that it was held."""

    CELL = MEETING_CELL
    type: Literal["meeting-concluded"]
    meeting: MeetingSlug
    outcome: Literal["agreement", "partial", "no-result", "adjourned", "walkout", "unknown"]
    summary: Text | None = None


class StatementMade(Occurrence):
    """Somebody said or wrote something."""

    INTRODUCES = ("statement",)
    type: Literal["statement-made"]
    statement: StatementSlug
    speaker: Speaker
    summary: Text
    on_behalf_of: PartySlug | None = None
    text: Text | None = None
    language: Text | None = None
    channel: Text | None = None
    about: Items[Subject] = ()
    copy_of: StatementSlug | None = None
    reply_to: StatementSlug | None = None


class StatementWithdrawn(Occurrence):
    """Somebody takes back what was said."""

    CELL = STATEMENT_CELL
    type: Literal["statement-withdrawn"]
    statement: StatementSlug
    by: Speaker | None = None
    summary: Text | None = None


class _OnIssueOrPoint(Occurrence):
    """Base of the events that concern one party's position on an issue or a plan point."""

    party: PartySlug
    issue: IssueSlug | None = None
    plan: PlanSlug | None = None
    point: PointSlug | None = None

    @model_validator(mode="after")
    def _require_one_subject(self) -> _OnIssueOrPoint:
        given = {name for name in ("issue", "plan", "point") if getattr(self, name) is not None}
        if given not in ({"issue"}, {"plan", "point"}):
            field = {"plan": "point", "point": "plan"}.get("".join(given), "issue")
            text = "a position has one subject; give either issue, or plan and point"
            raise FieldValueError(field, text)
        return self


class PositionStated(_OnIssueOrPoint):
    """A party's stance on an issue or a plan point is stated, by itself or by others."""

    type: Literal["position-stated"]
    stance: Stance
    answer: Slug | None = None
    summary: Text
    quote: Text | None = None
    conditions: Items[Text] = ()
    attribution: Literal[
        "self", "delegate", "spokesperson", "joint", "third-party", "anonymous"
    ] = "self"
    attributed_by: Speaker | None = None
    statement: StatementSlug | None = None

    @model_validator(mode="after")
    def _require_answer_to_an_issue(self) -> PositionStated:
        if self.answer is not None and self.issue is None:
            raise FieldValueError("answer", "a plan point has no answers; leave answer out")
        return self


class PositionWithdrawn(_OnIssueOrPoint):
    """A party drops its stance without taking another."""

    type: Literal["position-withdrawn"]
    statement: StatementSlug | None = None


class PlanPoint(Fact):
    """One point of a plan: its permanent id, its number and wording of the day."""

    point: PointSlug
    number: PointNumber | None = None
    heading: Text | None = None
    text: Text | None = None
    text_status: TextStatus | None = None


class Operation(PlanPoint):
    """One textual modification (Akoma Ntoso) of one point, with its lineage across plans."""

    op: Literal["insertion", "substitution", "repeal", "renumbering", "split", "join"]
    after: PointSlug | None = None
    codes: Labels = EMPTY_MAP
    into: Items[PlanPoint] = ()
    from_: Annotated[Items[PointSlug], Field(alias="from")] = ()
    from_plan: PlanSlug | None = None
    from_points: Items[PointSlug] = ()


Operations = Annotated[Items[Operation], Field(min_length=1)]


class PlanIntroduced(Occurrence):
    """A plan comes into being, as far as its points are known."""

    CELL = PLAN_CELL
    INTRODUCES = ("plan",)
    type: Literal["plan-introduced"]
    plan: PlanSlug
    title: Text
    names: Labels = EMPTY_MAP
    sponsors: Items[PartySlug] = ()
    derived_from: Items[PlanSlug] = ()
    status: Literal["non-paper", "draft", "leaked", "official", "joint"] | None = None
    claimed_points: PointCount | None = None
    points: Items[PlanPoint] = ()


class PlanAmended(Occurrence):
    """A plan's points change."""

    type: Literal["plan-amended"]
    plan: PlanSlug
    operations: Operations
    by: Items[PartySlug] = ()


class AmendmentProposed(Occurrence):
    """Changes to a plan are proposed; they take effect when adopted."""

    CELL = AMENDMENT_CELL
    INTRODUCES = ("plan", "amendment")
    type: Literal["amendment-proposed"]
    plan: PlanSlug
    amendment: AmendmentSlug
    operations: Operations
    proposed_by: Items[PartySlug] = ()


class AmendmentAdopted(Occurrence):
    """A proposed amendment is adopted."""

    CELL = AMENDMENT_CELL
    type: Literal["amendment-adopted"]
    plan: PlanSlug
    amendment: AmendmentSlug
    by: Items[PartySlug] = ()


class AmendmentRejected(Occurrence):
    """A proposed amendment is turned down."""

    CELL = AMENDMENT_CELL
    type: Literal["amendment-rejected"]
    plan: PlanSlug
    amendment: AmendmentSlug
    by: Items[PartySlug] = ()


class AmendmentWithdrawn(Occurrence):
    """A proposed amendment is withdrawn; this does not undo an adoption."""

    CELL = AMENDMENT_CELL
    type: Literal["amendment-withdrawn"]
    plan: PlanSlug
    amendment: AmendmentSlug
    by: Items[PartySlug] = ()


class PlanEndorsed(Occurrence):
    """A party endorses a plan or some of its points."""

    CELL = PLAN_CELL
    type: Literal["plan-endorsed"]
    plan: PlanSlug
    party: PartySlug
    points: Items[PointSlug] = ()
    conditions: Items[Text] = ()


class PlanRejected(Occurrence):
    """A party rejects a plan or some of its points."""

    CELL = PLAN_CELL
    type: Literal["plan-rejected"]
    plan: PlanSlug
    party: PartySlug
    points: Items[PointSlug] = ()
    conditions: Items[Text] = ()


class PlanSigned(Occurrence):
    """A party signs a plan."""

    CELL = PLAN_CELL
    type: Literal["plan-signed"]
    plan: PlanSlug
    party: PartySlug
    points: Items[PointSlug] = ()
    conditions: Items[Text] = ()


class PlanSuperseded(Occurrence):
    """A plan gives way to another."""

    CELL = PLAN_CELL
    type: Literal["plan-superseded"]
    plan: PlanSlug
    by_plan: PlanSlug


class DocumentPublished(Occurrence):
    """A document is made available."""

    CELL = PLAN_CELL
    INTRODUCES = ("document",)
    type: Literal["document-published"]
    document: DocumentSlug
    title: Text
    url: Link | None = None
    plan: PlanSlug | None = None
    sha256: Digest | None = None
    language: Text | None = None


class ReportAdded(Act):
    """A further source reports an event that is recorded already."""

    type: Literal["report-added"]


class CorrectionPublished(Act):
    """A source corrects its report: from then on the public knows the corrected facts."""

    type: Literal["correction-published"]
    changes: Annotated[FieldChanges, Field(min_length=1)]
    reason: Text | None = None


class RecordCorrected(Act):
    """The recorder fixes its own mistake."""

    type: Literal["record-corrected"]
    changes: Annotated[FieldChanges, Field(min_length=1)]
    reason: Text | None = None


class PublishedText(Fact):
    """The wording of one point, seen only now."""

    point: PointSlug
    number: PointNumber | None = None
    heading: Text | None = None
    text: Text
    text_status: TextStatus | None = None


class TextPublished(Act):
    """The wording of points becomes known; it applies since the event that it names."""

    type: Literal["text-published"]
    points: Annotated[Items[PublishedText], Field(min_length=1)]


class EventRetracted(Act):
    """A source takes a report back."""

    type: Literal["event-retracted"]
    reason: Text | None = None


class RetractionReversed(Act):
    """A retraction is itself taken back; it names the event that was retracted."""

    type: Literal["retraction-reversed"]
    reason: Text | None = None


class RecordVoided(Act):
    """The recorder strikes out an event that should never have been recorded."""

    type: Literal["record-voided"]
    reason: Text | None = None


class EventDisputed(Act):
    """A source contradicts fields of an event."""

    type: Literal["event-disputed"]
    rival: Annotated[FieldChanges, Field(min_length=1)]
    reason: Text | None = None


class DisputeResolved(Act):
    """The disputes of an event end, with the changes that follow (none: the original stands)."""

    type: Literal["dispute-resolved"]
    changes: FieldChanges = Field({})
    reason: Text | None = None


class VisiblePeriod(Fact):
    """Between which moments of knowledge an audience saw an event; open without an end."""

    audience: Audience
    known_from: SpanText
    known_to: SpanText | None = None


class PayloadErased(Act):
    """A payload was legally erased; recorded only by the erasure process, with who saw it when."""

    type: Literal["payload-erased"]
    reason: Text
    visible: Items[VisiblePeriod] | None = None


class WatchRecorded(Event):
    """Somebody looked for news over a period, with this result."""

    IS_BOOKKEEPING = True
    type: Literal["watch-recorded"]
    from_: Annotated[SpanText, Field(alias="from")]
    to: SpanText
    result: Literal["no-change", "changed", "failed"]
    sources: Items[Text] = ()


CatalogueEvent = Annotated[
    NegotiationOpened
    | PartyRegistered
    | PersonRegistered
    | RoleAssumed
    | RoleEnded
    | IssueDefined
    | MeetingAnnounced
    | MeetingRescheduled
    | MeetingCancelled
    | MeetingHeld
    | MeetingConcluded
    | StatementMade
    | StatementWithdrawn
    | PositionStated
    | PositionWithdrawn
    | PlanIntroduced
    | PlanAmended
    | AmendmentProposed
    | AmendmentAdopted
    | AmendmentRejected
    | AmendmentWithdrawn
    | PlanEndorsed
    | PlanRejected
    | PlanSigned
    | PlanSuperseded
    | DocumentPublished
    | DeadlineSet
    | DeadlineExtended
    | DeadlineMet
    | DeadlineWithdrawn
    | VoteHeld
    | IncidentReported
    | BriefWritten
    | ReportAdded
    | CorrectionPublished
    | RecordCorrected
    | TextPublished
    | EventRetracted
    | RetractionReversed
    | RecordVoided
    | EventDisputed
    | DisputeResolved
    | PayloadErased
    | WatchRecorded,
    Field(discriminator="type"),
]
"""An event of any type, told apart by ``type``."""

EVENT_ADAPTER: TypeAdapter[CatalogueEvent] = TypeAdapter(
    CatalogueEvent, config=ConfigDict(defer_build=True)
)
CLASS_BY_TYPE: dict[str, type[Event]] = {
    get_args(cls.model_fields["type"].annotation)[0]: cls
    for cls in get_args(get_args(CatalogueEvent)[0])
}


def topic_of(event_type: str) -> str:
    """Return the topic under which events of a type are stored; it never changes."""
    return f"minutebook.{event_type}.v1"


OWN_TIME_FIELDS = ("expected", "due", "occurred")
"""The fields whose own words are kept as ``phrase``, that of what an event is about first."""
COMMON_FIELDS = frozenset(Event.model_fields)
BOOKKEEPING_TYPES = frozenset(name for name, cls in CLASS_BY_TYPE.items() if cls.IS_BOOKKEEPING)
EDITORIAL_TYPES = frozenset(name for name, cls in CLASS_BY_TYPE.items() if cls.IS_EDITORIAL)
"""What an editor writes about the negotiation: no news of it."""
ACT_TYPES = frozenset(name for name, cls in CLASS_BY_TYPE.items() if issubclass(cls, Act))
APPOINTMENT_TYPES = frozenset({"role-assumed", "role-ended"})
"""What is often told before it takes effect, and still is sure."""
RECORDER_ACT_TYPES = frozenset({"record-corrected", "record-voided", "payload-erased"})
"""Acts of the recorder: they have no clock of their own and take effect when their target does."""
FIELDS_BY_TYPE: dict[str, tuple[str, ...]] = {
    name: tuple(
        field.alias or own
        for own, field in sorted(
            cls.model_fields.items(), key=lambda field: field[0] in COMMON_FIELDS
        )
    )
    for name, cls in CLASS_BY_TYPE.items()
}
"""The JSON names of the fields of each type, its own before the common ones."""
DEFAULTS_BY_TYPE: dict[str, dict[str, str]] = {
    name: {
        own: field.default
        for own, field in cls.model_fields.items()
        if isinstance(field.default, str)
    }
    for name, cls in CLASS_BY_TYPE.items()
}
"""The string defaults of the fields of each type, such as ``attribution``: ``self``."""
