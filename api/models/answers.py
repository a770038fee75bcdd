"""The answers about a negotiation, each as of the basis that comes with it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from api.models.base import Disputable, EdtfText, Frozen, MoreByList, Provenance, Rival, ShortForm
from api.models.events import (
    AnyEvent,
    Claim,
    Incident,
    Issue,
    Names,
    Opening,
    Party,
    Person,
    Statement,
    TextMap,
    Vote,
    Watch,
)
from api.models.plans import Plan
from api.models.positions import Position
from domain.catalogue import Authority, MeetingFormat, Participant
from domain.deadlines import DeadlineStatus


class NegotiationSummary(Frozen):
    """One negotiation of the ledger, as of the basis."""

    negotiation: str
    timezone: Annotated[str, Field(description="Default IANA time zone.")]
    events: Annotated[int, Field(description="Number of events that the audience sees.")]
    head: Annotated[int, Field(description="Seq of the last of them, 0 if none.")]
    title: Annotated[str | None, Field(description="Null until one is known.")]
    names: TextMap | None = None


class Role(Provenance):
    """A role that a person holds for a party, and since when."""

    person: str
    party: str
    title: str
    authority: Authority | None
    since: EdtfText | None


class PersonRoles(Person):
    """A person, with the roles held."""

    roles: tuple[Role, ...]


class StatementHead(Frozen):
    """A statement in brief."""

    event: str
    summary: str | None
    occurred: EdtfText | None
    rivals: tuple[Rival, ...]
    withdrawn: bool


class SpeakerSummary(Frozen):
    """How many statements a speaker made, at least where there are ``more``, and the newest."""

    statements: int = 0
    more: bool = False
    newest: tuple[StatementHead, ...] = ()


MeetingStatus = Literal["announced", "overdue", "held", "concluded", "cancelled", "possible"]


class Meeting(Disputable):
    """A meeting, with its status as of the basis."""

    meeting: str
    status: MeetingStatus
    ongoing: Annotated[
        bool | None,
        Field(description="Whether it is being held at valid_at; null where its end is unknown."),
    ]
    occurred: EdtfText | None
    tz: Annotated[
        str | None,
        Field(description="Zone of a day in occurred, where its event has one of its own."),
    ] = None
    concluded: Annotated[EdtfText | None, Field(description="When it was concluded.")]
    concluded_tz: Annotated[str | None, Field(description="The same of concluded.")] = None
    expected: EdtfText | None
    expected_tz: Annotated[str | None, Field(description="The same of expected.")] = None
    title: str | None
    names: TextMap | None = None
    place: str | None
    format: MeetingFormat | None
    outcome: str | None
    summary: str | None
    participants: tuple[Participant, ...]
    level: str | None = None
    invitees: Names | None = None
    announced_by: str | None = None
    part_of: str | None = None


class Deadline(Disputable):
    """A deadline, with its status as of the basis: the clock makes one passed, never met."""

    SHORT_FORM = ShortForm(
        "title",
        "status",
        "due",
        (
            ("late", "late"),
            ("closed", "closed"),
            ("if missed:", "consequence"),
            ("set by", "by"),
            ("for", "on"),
            ("extended:", "reason"),
            ("", "summary"),
        ),
    )

    deadline: str
    status: DeadlineStatus
    due: EdtfText | None
    tz: Annotated[
        str | None, Field(description="Zone of a day in due, where its event has one of its own.")
    ] = None
    closed_tz: Annotated[str | None, Field(description="The same of closed.")] = None
    closed: Annotated[EdtfText | None, Field(description="When it was met or withdrawn.")]
    late: Annotated[
        bool | None,
        Field(description="Whether it was met after it was due; null where that is not known."),
    ]
    title: str | None
    names: TextMap | None = None
    by: Annotated[str | None, Field(description="Who set it, as kind:slug.")]
    on: Annotated[Names | None, Field(description="Parties that it is set for.")]
    about: Annotated[Names | None, Field(description="What it is about, as kind:slug.")]
    consequence: str | None
    reason: Annotated[str | None, Field(description="Why it was extended.")]
    summary: Annotated[str | None, Field(description="How it was met or withdrawn.")]


class CoverageGap(Frozen):
    """Days in a row on which nobody looked, in the zone of the negotiation."""

    from_: Annotated[str, Field(alias="from", description="The first of them, as YYYY-MM-DD.")]
    to: Annotated[str, Field(description="The last of them.")]
    days: Annotated[int, Field(description="How many they are.")]


class Coverage(Frozen):
    """The last watch that did not fail, and the days up to the basis that no watch covers."""

    recorded: Annotated[
        bool, Field(description="Whether any watch is known; else nothing is said.")
    ]
    last_watch: Watch | None
    gaps: tuple[CoverageGap, ...]


class OperationWithoutPoint(Provenance):
    """A modification of a point that nothing ever established."""

    kind: Literal["operation-without-point"]
    plan: str
    point: str
    op: str


class MeetingWithoutAnnouncement(Provenance):
    """What was recorded of a meeting that nothing announced or held."""

    kind: Literal["meeting-without-announcement"]
    meeting: str
    type: Literal["meeting-rescheduled", "meeting-cancelled", "meeting-concluded"]


class DeadlineNotSet(Provenance):
    """What was recorded of a deadline that nothing set."""

    kind: Literal["deadline-not-set"]
    deadline: str
    type: Literal["deadline-extended", "deadline-met", "deadline-withdrawn"]


class AmendmentWithoutProposal(Provenance):
    """A decision on an amendment that nobody is known to have proposed."""

    kind: Literal["amendment-without-proposal"]
    plan: str
    amendment: str


class SecondIntroduction(Provenance):
    """A further introduction, in a log of an older version, of a plan or an amendment of a plan.

    The first by seq introduces it.
    """

    kind: Literal["second-introduction"]
    plan: str
    amendment: str | None = None


class StanceWithoutPoint(Provenance):
    """A party's stance on a point that no plan has, as far as is known."""

    kind: Literal["stance-without-point"]
    plan: str
    point: str
    party: str


class VerdictWithoutPlan(Provenance):
    """An endorsement, rejection or signature of a plan that nothing introduced."""

    kind: Literal["verdict-without-plan"]
    plan: str
    party: str | None


class VerdictWithoutPoint(Provenance):
    """An endorsement, rejection or signature of a point that the plan is not known to have."""

    kind: Literal["verdict-without-point"]
    plan: str
    party: str | None
    point: str


class WithdrawalWithoutStatement(Provenance):
    """A withdrawal of a statement that nobody is known to have made."""

    kind: Literal["withdrawal-without-statement"]
    statement: str


class WithdrawalWithoutPosition(Provenance):
    """A withdrawal of a stance that the party is not known to have taken."""

    kind: Literal["withdrawal-without-position"]
    party: str
    issue: str | None = None
    plan: str | None = None
    point: str | None = None


class ResolutionWithoutDispute(Provenance):
    """A resolution by whose time nobody is known to have disputed its target."""

    kind: Literal["resolution-without-dispute"]
    target: Annotated[str, Field(description="The event that is said to be settled.")]


class ReversalWithoutRetraction(Provenance):
    """A reversal before which nobody is known to have retracted its target."""

    kind: Literal["reversal-without-retraction"]
    target: Annotated[str, Field(description="The event that is said to stand again.")]


class TextWithoutPoint(Provenance):
    """A published text of a point that its target does not have."""

    kind: Literal["text-without-point"]
    target: Annotated[str, Field(description="The event of whose point a text is given.")]
    point: str


class ReplyWithoutStatement(Provenance):
    """A reply to a statement that nobody is known to have made."""

    kind: Literal["reply-without-statement"]
    statement: str | None
    reply_to: str


class CopyWithoutStatement(Provenance):
    """A copy of a statement that nobody is known to have made."""

    kind: Literal["copy-without-statement"]
    statement: str | None
    copy_of: str


class PartWithoutMeeting(Provenance):
    """A part of a meeting that nothing is known to have announced or held."""

    kind: Literal["part-without-meeting"]
    meeting: str
    part_of: str
    type: Literal["meeting-announced", "meeting-held"]


class CircularStatements(Provenance):
    """Statements of which each replies to the next one, or copies it, and the last the first."""

    kind: Literal["circular-replies", "circular-copies"]
    statements: tuple[str, ...]


class CircularParts(Provenance):
    """Meetings of which each is part of the next one, and the last of the first."""

    kind: Literal["circular-parts"]
    meetings: tuple[str, ...]


Anomaly = TypeAliasType(
    "Anomaly",
    OperationWithoutPoint
    | AmendmentWithoutProposal
    | MeetingWithoutAnnouncement
    | DeadlineNotSet
    | SecondIntroduction
    | StanceWithoutPoint
    | VerdictWithoutPlan
    | VerdictWithoutPoint
    | WithdrawalWithoutStatement
    | WithdrawalWithoutPosition
    | ResolutionWithoutDispute
    | ReversalWithoutRetraction
    | TextWithoutPoint
    | ReplyWithoutStatement
    | CopyWithoutStatement
    | PartWithoutMeeting
    | CircularStatements
    | CircularParts
    | AnyEvent,
)
"""What does not add up; an event published before it occurred says so by its ``kind``."""


class State(Frozen):
    """A whole negotiation as of the basis.

    Statements are the newest ten. The newest 20 are given of anomalies, gaps, attributed claims,
    concluded meetings, cancelled meetings, deadlines met, deadlines withdrawn, votes, incidents,
    each list by standing, and of a plan's pending amendments and endorsements; ``more`` says of
    which lists something is left off. What is newest is said by tie order (of a meeting or a
    deadline, of the last that happened), of gaps by their days.
    """

    negotiation: Opening | None
    opening: Annotated[
        Literal["struck-out"] | None,
        Field(description="Given where the opening was voided or retracted, and so is null."),
    ] = None
    parties: tuple[Party, ...]
    roles: tuple[Role, ...]
    issues: tuple[Issue, ...]
    meetings: tuple[Meeting, ...]
    positions: tuple[Position, ...]
    attributed: tuple[Claim, ...]
    plans: tuple[Plan, ...]
    statements: tuple[Statement, ...]
    deadlines: tuple[Deadline, ...]
    votes: tuple[Vote, ...]
    incidents: tuple[Incident, ...]
    disputed: tuple[AnyEvent, ...]
    withdrawn: tuple[AnyEvent, ...]
    possible: tuple[AnyEvent, ...]
    scheduled: tuple[AnyEvent, ...]
    unrealised: tuple[AnyEvent, ...]
    erased: tuple[AnyEvent, ...]
    anomalies: tuple[Anomaly, ...]
    coverage: Coverage
    more: MoreByList


class RailWeek(Frozen):
    """How many events became known in a week."""

    week: Annotated[str, Field(description="Its Monday, in UTC, as YYYY-MM-DD.")]
    events: int
