"""What changed: a class for each kind of cell, between two bases or by one recorded event."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Generic, Literal, TypeVar, get_args

from pydantic import Field
from typing_extensions import TypeAliasType

from api.models.answers import Deadline, Meeting, Role
from api.models.base import Frozen, Provenance, Timestamp
from api.models.events import (
    AnyEvent,
    Claim,
    Endorsement,
    Incident,
    Names,
    Party,
    Person,
    Statement,
    Vote,
)
from api.models.plans import Agreement, Amendment, PlanHead, Point
from api.models.positions import Position

KindT = TypeVar("KindT", bound=str)
CellT = TypeVar("CellT", bound=Provenance)


class CellChange(Frozen, Generic[KindT, CellT]):
    """A cell whose value changed; null where there was none before, or is none after."""

    kind: KindT
    subject: Annotated[str, Field(description="Slugs of the cell, such as PARTY/ISSUE.")]
    before: CellT | None
    after: CellT | None

    @property
    def value(self) -> CellT:
        """The value after, or of a cell that is gone the one before."""
        value = self.before if self.after is None else self.after
        if value is None:
            raise ValueError(f"{self.kind} {self.subject} has no value before or after")
        return value


class Change(CellChange[KindT, CellT], Generic[KindT, CellT]):
    """A change between two bases, and what caused it.

    ``record`` means that more was recorded, ``knowledge`` that more became known, ``world`` that
    something happened between the two dates, ``clock`` that only time passed.
    """

    cause: Literal["record", "knowledge", "world", "clock"]
    events: Names


class StoryChange(CellChange[KindT, CellT], Generic[KindT, CellT]):
    """What one recorded event changed."""

    seq: int
    event: str
    recorded_at: Timestamp
    published: Annotated[Timestamp | None, Field(description="When it became known.")]
    lag: Annotated[
        int | None, Field(description="Seconds from becoming known to being recorded, 0 or more.")
    ]


AnyChange = TypeAliasType(
    "AnyChange",
    Annotated[
        Change[Literal["position"], Position]
        | Change[Literal["attributed"], Claim]
        | Change[Literal["meeting"], Meeting]
        | Change[Literal["role"], Role]
        | Change[Literal["plan"], PlanHead]
        | Change[Literal["point"], Point]
        | Change[Literal["amendment"], Amendment]
        | Change[Literal["endorsement"], Endorsement]
        | Change[Literal["agreement"], Agreement]
        | Change[Literal["statement"], Statement]
        | Change[Literal["deadline"], Deadline]
        | Change[Literal["vote"], Vote]
        | Change[Literal["incident"], Incident]
        | Change[Literal["party"], Party]
        | Change[Literal["person"], Person]
        | Change[Literal["withdrawn"], AnyEvent],
        Field(discriminator="kind"),
    ],
)
"""A change by the kind of its cell; what is withdrawn may be an event of any type."""
if TYPE_CHECKING:
    AnyStoryChange = StoryChange[str, Provenance]
else:
    _STORY_CHANGES = (
        StoryChange[change.__pydantic_generic_metadata__["args"]]
        for change in get_args(get_args(AnyChange.__value__)[0])
    )
    AnyStoryChange = TypeAliasType(
        "AnyStoryChange", Annotated[reduce(or_, _STORY_CHANGES), Field(discriminator="kind")]
    )
"""The same by one event: of each kind of ``AnyChange``."""


class Gap(Frozen):
    """What was not yet known then, and what was known but missing from this ledger."""

    not_yet_known: tuple[AnyChange, ...]
    missed: tuple[AnyChange, ...]


class ReplayStep(Frozen):
    """One recorded event, as it stands under the basis, and what it changed."""

    event: AnyEvent
    target: Annotated[
        AnyEvent | None, Field(description="Of an act the event that it bears on, where it shows.")
    ]
    changes: tuple[AnyStoryChange, ...]
