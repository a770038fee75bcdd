"""Where parties stand, as stated by themselves and as claimed by others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.models.base import Disputable, EdtfText, Frozen
from api.models.events import Claim, Names, StatedPosition, TextMap
from domain.catalogue import Stance
from domain.events import Modality


class Position(Disputable):
    """Where a party stands on an issue or a plan point; no stance where mixed or disputed.

    ``since`` is when this stance was first stated without a break, ``last_stated`` when last.
    Where the position is mixed, ``candidates`` hold what was stated, and ``event`` is absent.
    """

    party: str
    issue: str | None = None
    plan: str | None = None
    point: str | None = None
    stance: Stance | None
    answer: Annotated[str | None, Field(description="One of the answers of the issue.")]
    value: Annotated[int | float | None, Field(description="The number of the answer, if any.")]
    summary: str | None
    quote: str | None
    conditions: Names | None
    since: EdtfText | None
    last_stated: EdtfText | None
    mixed: bool
    candidates: tuple[StatedPosition, ...]
    event: str | None = None
    type: Literal["position-stated", "position-withdrawn"] | None = None
    attribution: Annotated[str | None, Field(description="Absent means self.")] = None
    attributed_by: str | None = None
    statement: str | None = None
    occurred: EdtfText | None = None
    tz: str | None = None
    phrase: str | None = None
    phrase_anchor: EdtfText | None = None
    modality: Modality | None = None
    codes: TextMap | None = None
    note: str | None = None


class Positions(Frozen):
    """Where every party stands, and what others say about it."""

    positions: tuple[Position, ...]
    attributed: tuple[Claim, ...]


class PositionDetail(Frozen):
    """One position with its history and what others say about it, newest first, page by page."""

    position: Position | None
    history: tuple[StatedPosition, ...]
    attributed: tuple[StatedPosition, ...]
    same_as: Annotated[
        str | None,
        Field(description="The party whose position this is, where the one asked is the same."),
    ] = None
