"""Plans: the text point by point, where it came from, and how two texts compare."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.models.base import Disputable, EdtfText, Frozen, MoreByList, Provenance, Source, Timestamp
from api.models.events import Endorsement, Names, PendingAmendment, PublishedDocument, TextMap
from api.models.positions import Position
from domain.catalogue import Operation, PlanPoint, PointCount, PointNumber, TextStatus


class Lineage(Frozen):
    """Where a point came from, and how it ended."""

    from_plan: str | None = None
    from_points: Names = ()
    split_from: str | None = None
    from_: Annotated[Names, Field(alias="from", description="The points joined into it.")] = ()
    into: Annotated[
        str | tuple[PlanPoint, ...], Field(description="What it was joined or split into.")
    ] = ()
    ended_by: Literal["repeal", "split", "joined"] | None = None


class PointStep(Provenance):
    """One textual modification of a point."""

    op: Literal[
        "introduction",
        "insertion",
        "substitution",
        "repeal",
        "renumbering",
        "split",
        "split-off",
        "join",
        "joined",
    ]
    occurred: EdtfText | None
    point: str | None = None
    number: PointNumber | None = None
    heading: str | None = None
    text: str | None = None
    text_status: TextStatus | None = None
    into: str | tuple[PlanPoint, ...] = ()
    from_: Annotated[Names, Field(alias="from")] = ()
    from_plan: str | None = None
    from_points: Names = ()
    split_from: str | None = None
    after: str | None = None
    codes: dict[str, str] | None = None


UncertainOrder = Annotated[
    Literal["uncertain"] | None,
    Field(description="Uncertain where another wording or ending may have come last."),
]
OtherCandidates = Annotated[
    tuple[PointStep, ...],
    Field(description="The other wordings and endings that may have come last."),
]


class CodedOperation(Frozen):
    """An operation on a point as the editor coded it."""

    op: Literal["insertion", "substitution", "repeal", "renumbering", "split", "join"]
    codes: Annotated[dict[str, str], Field(description="By codebook.")]


LastOperation = Annotated[
    CodedOperation | None,
    Field(description="The last operation on it; null where it was only introduced."),
]


class Point(Provenance):
    """A point of a plan as it stands."""

    point: str
    number: PointNumber | None
    heading: str | None
    text: Annotated[str | None, Field(description="Null where the wording is not known.")]
    text_status: TextStatus | None
    text_known_at: Annotated[
        Timestamp | None, Field(description="Since when its wording is known.")
    ]
    text_sources: Annotated[tuple[Source, ...], Field(description="Whom its wording is from.")]
    text_single_source: Annotated[
        bool | None, Field(description="Null where the wording is not known.")
    ]
    lineage: Lineage
    coded: LastOperation
    order: UncertainOrder
    candidates: OtherCandidates


class PointDetail(Frozen):
    """A point with its history, newest first, and where the parties stand on it."""

    plan: str
    point: str
    stands: Annotated[bool, Field(description="Whether it is part of the plan.")]
    current: Annotated[Point | None, Field(description="Null where it does not stand.")]
    lineage: Lineage
    order: UncertainOrder
    candidates: OtherCandidates
    history: tuple[PointStep, ...]
    positions: tuple[Position, ...]


class Amendment(Provenance):
    """What became of proposed changes to a plan; no operations are known of one not proposed."""

    plan: str
    amendment: str
    status: Literal["proposed", "adopted", "rejected", "withdrawn"]
    operations: tuple[Operation, ...]
    proposed_by: Names


class Agreement(Provenance):
    """A point that every stakeholder agrees to, with the text that is agreed."""

    plan: str
    point: str
    number: PointNumber | None
    heading: str | None
    text: str | None
    agreed: Literal[True]


class PlanHead(Disputable):
    """A plan without its points, amendments and endorsements."""

    plan: str
    title: str | None
    names: TextMap | None = None
    status: str | None
    sponsors: Names
    derived_from: Names
    claimed_points: Annotated[
        PointCount | None, Field(description="The number of points it is reported to have.")
    ]
    documents: tuple[PublishedDocument, ...]


class Plan(PlanHead):
    """A plan point by point: what stands, what is pending, what is agreed and what is open.

    Of pending amendments and endorsements it has the newest, by tie order, and ``more`` says how
    many there are.
    """

    points: tuple[Point, ...]
    pending: tuple[PendingAmendment, ...]
    endorsements: tuple[Endorsement, ...]
    agreed: Annotated[Names, Field(description="Points that every stakeholder agrees to.")]
    open: Annotated[Names, Field(description="All other points that stand.")]
    more: MoreByList


PointAddress = tuple[str, str]
"""A plan and a point of it."""


class Strand(Frozen):
    """Which point came from which, in a line of plans."""

    from_: Annotated[PointAddress, Field(alias="from")]
    to: PointAddress


class PointFate(Frozen):
    """What came of a point in the later plans of a line, by plan."""

    point: str
    into: dict[str, tuple[str, ...]]


class PlanLineage(Frozen):
    """Where the points of the first plan of a line of descent went, and which are new in the last.

    ``first`` and ``last`` are the ends of the line whose points are known, ``later`` the plans
    after the first, ``seen`` those with points.
    """

    line: Names
    seen: Names
    first: str
    last: str
    later: Names
    strands: tuple[Strand, ...]
    fates: tuple[PointFate, ...]
    survivors: Names
    gone: Names
    new: Names


class TextOperation(Frozen):
    """One step of a redline, word by word; a replaced word is deleted and inserted."""

    op: Literal["equal", "insert", "delete"]
    text: str


class PointComparison(Frozen):
    """One point of two texts of plans, or a plan that is not known on one side."""

    point: Annotated[str | None, Field(description="Null where a plan is not known on one side.")]
    from_: Annotated[Point | None, Field(alias="from")]
    to: Point | None
    change: Literal[
        "added", "removed", "same", "renumbered", "changed", "not-comparable", "not-known-then"
    ]
    differs: Annotated[
        tuple[Literal["text", "heading", "number", "place"], ...],
        Field(description="What differs, of what was seen on both sides."),
    ]
    verbatim: Annotated[
        bool, Field(description="Whether both texts are the plan's own words, not a paraphrase.")
    ]
    coded: Annotated[
        CodedOperation | None,
        Field(description="What the editor coded, which the words may contradict."),
    ]
    side: Annotated[
        Literal["from", "to"] | None, Field(description="The side on which the plan is not known.")
    ] = None
    ops: tuple[TextOperation, ...] = ()
