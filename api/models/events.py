"""Events as answers show them: a class for each family of types, in the fields of the catalogue.

A field that was not given is absent; one that is disputed is null. An erased event keeps nothing
but its id and type.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue
from typing_extensions import TypeAliasType

from api.models.base import Disputable, EdtfText, Frozen, HexDigest, ShortForm, Timestamp
from domain.catalogue import (
    Authority,
    IssueAnswer,
    MeetingFormat,
    Operation,
    Participant,
    PlanPoint,
    PointCount,
    PublishedText,
    Stance,
)
from domain.events import Modality, Report
from domain.incidents import Casualties, IncidentKind
from domain.votes import PartyVote, VoteCounts

Names = tuple[str, ...]
TextMap = dict[str, str]
LogStanding = Literal[
    "happened",
    "possible",
    "scheduled",
    "withdrawn",
    "disputed",
    "erased",
    "announced",
    "conditional",
    "hypothetical",
    "denied",
    "brief",
]


class Passage(Frozen):
    """Where a search found what it wanted."""

    field: Annotated[str, Field(description="JSON pointer into the event.")]
    text: Annotated[str, Field(description="Some 160 characters; … where the text goes on.")]
    match: Annotated[
        tuple[tuple[int, int], ...],
        Field(description="Start and end of each match, in characters of text."),
    ]


class EventItem(Disputable):
    """What every event may show; the fields from ``id`` on are there where the log is read."""

    event: Annotated[str, Field(description="Its id; of an act, the id of the event acted on.")]
    type: str
    occurred: EdtfText | None = None
    tz: str | None = None
    phrase: str | None = None
    phrase_anchor: EdtfText | None = None
    modality: Modality | None = None
    codes: TextMap | None = None
    note: str | None = None
    erased: bool = False

    id: str | None = None
    seq: Annotated[int | None, Field(description="Position in the log, from 1.")] = None
    recorded_at: Timestamp | None = None
    standing: Annotated[LogStanding | None, Field(description="As of the basis.")] = None
    reports: tuple[Report, ...] | None = None
    negotiation: str | None = None
    recorded_by: str | None = None
    approved_by: Annotated[
        str | None, Field(description="Who accepted what was proposed by recorded_by.")
    ] = None
    leaf_hash: HexDigest | None = None
    acts: Annotated[
        tuple[ActItem, ...] | None, Field(description="What acted on it, where one event is read.")
    ] = None
    passage: Annotated[
        Passage | None,
        Field(description="Only of a search; null where no text that is shown was found."),
    ] = None


class NewsItem(EventItem):
    """An event that states something about the negotiation."""

    kind: Annotated[
        Literal["published-before-occurred"] | None, Field(description="Only among anomalies.")
    ] = None


class Opening(EventItem):
    """What a negotiation is: its title, summary and default time zone (IANA)."""

    type: Literal["negotiation-opened"]
    title: str | None = None
    names: TextMap | None = None
    summary: str | None = None
    timezone: str | None = None


SAME_AS = "The registration that this is a second one of; that stands for both."
ALSO = "The slugs of further registrations of the same, where there are any."


class Party(EventItem):
    """A party: its slug, its name, names by language and ids by register."""

    type: Literal["party-registered"]
    party: str | None = None
    name: str | None = None
    same_as: Annotated[str | None, Field(description=SAME_AS)] = None
    kind: str | None = None
    names: TextMap | None = None
    ids: TextMap | None = None
    also: Annotated[Names | None, Field(description=ALSO)] = None


class Person(EventItem):
    """A person: slug, name, names by language and ids by register."""

    type: Literal["person-registered"]
    person: str | None = None
    name: str | None = None
    same_as: Annotated[str | None, Field(description=SAME_AS)] = None
    names: TextMap | None = None
    ids: TextMap | None = None
    also: Annotated[Names | None, Field(description=ALSO)] = None


class Issue(EventItem):
    """An issue: its slug, title, the question it asks, the issue it is a part of."""

    type: Literal["issue-defined"]
    issue: str | None = None
    title: str | None = None
    names: TextMap | None = None
    question: str | None = None
    questions: Annotated[TextMap | None, Field(description="The question by language.")] = None
    parent: str | None = None
    contexts: Names | None = None
    answers: Annotated[
        tuple[IssueAnswer, ...],
        Field(description="In the order of their scale; each shows once a position names it."),
    ] = ()


class Watch(EventItem):
    """Somebody looked for news over a period, in the listed sources, with this result."""

    type: Literal["watch-recorded"]
    from_: Annotated[EdtfText | None, Field(alias="from")] = None
    to: EdtfText | None = None
    result: Literal["no-change", "changed", "failed"] | None = None


class RoleEvent(NewsItem):
    """A person takes up or ends a role for a party."""

    type: Literal["role-assumed", "role-ended"]
    person: str | None = None
    party: str | None = None
    title: str | None = None
    authority: Authority | None = None


class MeetingEvent(NewsItem):
    """What is reported about a meeting: planned, moved, called off, held or concluded."""

    type: Literal[
        "meeting-announced",
        "meeting-rescheduled",
        "meeting-cancelled",
        "meeting-held",
        "meeting-concluded",
    ]
    meeting: str | None = None
    expected: EdtfText | None = None
    title: str | None = None
    names: TextMap | None = None
    place: str | None = None
    format: MeetingFormat | None = None
    level: str | None = None
    invitees: Names | None = None
    announced_by: str | None = None
    by: str | None = None
    reason: str | None = None
    participants: tuple[Participant, ...] | None = None
    part_of: str | None = None
    outcome: str | None = None
    summary: str | None = None


class StatementEvent(NewsItem):
    """Somebody said or wrote something; speakers and subjects are written kind:slug."""

    type: Literal["statement-made"]
    statement: str | None = None
    speaker: str | None = None
    summary: str | None = None
    on_behalf_of: str | None = None
    text: str | None = None
    language: str | None = None
    channel: str | None = None
    about: Names | None = None
    copy_of: str | None = None
    reply_to: str | None = None


class Statement(StatementEvent):
    """A statement, and whether it was withdrawn."""

    withdrawn: bool


class StatementWithdrawal(NewsItem):
    """Somebody takes back what was said."""

    type: Literal["statement-withdrawn"]
    statement: str | None = None
    by: str | None = None
    summary: str | None = None


class StatedPosition(NewsItem):
    """A stance on an issue or a plan point, stated by a party or claimed of it by others."""

    type: Literal["position-stated", "position-withdrawn"]
    party: str | None = None
    issue: str | None = None
    plan: str | None = None
    point: str | None = None
    stance: Stance | None = None
    answer: Annotated[str | None, Field(description="One of the answers of the issue.")] = None
    summary: str | None = None
    quote: str | None = None
    conditions: Names | None = None
    attribution: Annotated[str | None, Field(description="Absent means self.")] = None
    attributed_by: str | None = None
    statement: str | None = None


class Claim(StatedPosition):
    """The last that somebody claimed of a party's position; it does not move the position."""

    claimant: Annotated[
        str | None,
        Field(
            description="Who says so: a person or party as kind and slug, else the publisher that"
            " an anonymous claim comes from; null where nobody is named."
        ),
    ]
    earlier_claims: Annotated[
        int, Field(description="How many of the same claimant came surely before.")
    ]


class PlanIntroduction(NewsItem):
    """A plan comes into being, as far as its points are known."""

    type: Literal["plan-introduced"]
    plan: str | None = None
    title: str | None = None
    names: TextMap | None = None
    sponsors: Names | None = None
    derived_from: Names | None = None
    status: str | None = None
    claimed_points: PointCount | None = None
    points: tuple[PlanPoint, ...] | None = None


class PlanAmendment(NewsItem):
    """A plan's points change."""

    type: Literal["plan-amended"]
    plan: str | None = None
    operations: tuple[Operation, ...] | None = None
    by: Names | None = None


class PendingAmendment(NewsItem):
    """Proposed changes to a plan; they take effect when adopted."""

    type: Literal["amendment-proposed"]
    plan: str | None = None
    amendment: str | None = None
    operations: tuple[Operation, ...] | None = None
    proposed_by: Names | None = None


class AmendmentDecision(NewsItem):
    """A proposed amendment is adopted, rejected or withdrawn."""

    type: Literal["amendment-adopted", "amendment-rejected", "amendment-withdrawn"]
    plan: str | None = None
    amendment: str | None = None
    by: Names | None = None


class Endorsement(NewsItem):
    """A party endorses, rejects or signs a plan, or some of its points."""

    type: Literal["plan-endorsed", "plan-rejected", "plan-signed"]
    plan: str | None = None
    party: str | None = None
    points: Names | None = None
    conditions: Names | None = None


class PlanSupersession(NewsItem):
    """A plan gives way to another."""

    type: Literal["plan-superseded"]
    plan: str | None = None
    by_plan: str | None = None


class PublishedDocument(NewsItem):
    """A document is made available."""

    type: Literal["document-published"]
    document: str | None = None
    title: str | None = None
    url: str | None = None
    plan: str | None = None
    sha256: HexDigest | None = None
    language: str | None = None


class DeadlineEvent(NewsItem):
    """What is reported about a deadline: set, extended, met or withdrawn."""

    type: Literal["deadline-set", "deadline-extended", "deadline-met", "deadline-withdrawn"]
    deadline: str | None = None
    title: str | None = None
    names: TextMap | None = None
    due: EdtfText | None = None
    by: str | None = None
    on: Names | None = None
    about: Names | None = None
    consequence: str | None = None
    reason: str | None = None
    summary: str | None = None


class Vote(NewsItem):
    """A body votes on a motion: the result, the counts and who voted how, as far as reported."""

    SHORT_FORM = ShortForm(
        "motion", "result", "occurred", (("", "body"), ("counted", "counts"), ("", "votes"))
    )

    type: Literal["vote-held"]
    vote: str | None = None
    motion: str | None = None
    body: str | None = None
    about: Names | None = None
    result: str | None = None
    counts: VoteCounts | None = None
    votes: tuple[PartyVote, ...] | None = None


class Incident(EventItem):
    """Something that happened away from the table and bears on it."""

    SHORT_FORM = ShortForm(
        "title", "kind", "occurred", (("", "place"), ("parties", "parties"), ("", "casualties"))
    )

    type: Literal["incident-reported"]
    incident: str | None = None
    title: str | None = None
    names: TextMap | None = None
    kind: Annotated[
        IncidentKind | Literal["published-before-occurred"] | None,
        Field(description="What kind of incident; among anomalies, of anomaly."),
    ] = None
    place: str | None = None
    parties: Names | None = None
    casualties: Casualties | None = None
    about: Names | None = None


class Brief(EventItem):
    """An editor's own words about a date or a period, which ``occurred`` names; no news."""

    type: Literal["brief-written"]
    brief: str | None = None
    text: str | None = None
    about: Annotated[Names | None, Field(description="What it is about, as kind:slug.")] = None
    order: Annotated[Names | None, Field(description="What comes first, as kind:slug.")] = None


class ActItem(NewsItem):
    """An act on an earlier event, which ``event`` names."""

    type: Literal[
        "report-added",
        "correction-published",
        "record-corrected",
        "text-published",
        "event-retracted",
        "retraction-reversed",
        "record-voided",
        "event-disputed",
        "dispute-resolved",
        "payload-erased",
    ]
    changes: Annotated[dict[str, JsonValue] | None, Field(description="New values by field.")] = (
        None
    )
    rival: Annotated[
        dict[str, JsonValue] | None, Field(description="Contradicting values by field.")
    ] = None
    points: tuple[PublishedText, ...] | None = None
    reason: str | None = None


AnyEvent = TypeAliasType(
    "AnyEvent",
    Annotated[
        Opening
        | Party
        | Person
        | Issue
        | Watch
        | RoleEvent
        | MeetingEvent
        | StatementEvent
        | StatementWithdrawal
        | StatedPosition
        | PlanIntroduction
        | PlanAmendment
        | PendingAmendment
        | AmendmentDecision
        | Endorsement
        | PlanSupersession
        | PublishedDocument
        | DeadlineEvent
        | Vote
        | Incident
        | Brief
        | ActItem,
        Field(discriminator="type"),
    ],
)
Person.model_rebuild()  # its acts, declared after it, are inherited by another module
