"""Query parameters: strict, so that a mistyped ``asof`` is never answered with today."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain import basis as rules
from domain.basis import Preset, Question
from domain.catalogue import BY_TYPE
from domain.events import SLUG, Audience, Speaker, Subject
from domain.refusals import InvalidQuestionError, Reason

REPEATABLE = {"exclude_source"}


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _without_empty(values: list[str]) -> list[str]:
    return [value for value in values if value]


def _of_the_catalogue(value: str | None) -> str | None:
    if value is not None and value not in BY_TYPE:
        raise ValueError(f"there is no event type {value!r}; types are: {', '.join(BY_TYPE)}")
    return value


Given = Annotated[str | None, BeforeValidator(_empty_is_none)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Whole = Annotated[Count | None, BeforeValidator(_empty_is_none)]
Plain = Annotated[str, Field(pattern=SLUG)]
Slug = Annotated[str, Path(pattern=SLUG, description="Slug of the negotiation.")]


class Parameters(BaseModel):
    """Base of all query models: unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")


class Asking(Parameters):
    """The parameters that every question takes."""

    as_of: Annotated[Given, Field(description="A date or instant; empty means none.")] = None
    basis: Annotated[Preset, Field(description="Which clocks follow as_of.")] = "as-known"
    tz: Annotated[str, Field(description="Zone of dates without a time.")] = "UTC"
    known_at: Annotated[Given, Field(description="Overrides the knowledge clock.")] = None
    valid_at: Annotated[Given, Field(description="Overrides the world clock.")] = None
    recorded_at: Annotated[Given, Field(description="Overrides the record clock.")] = None
    seq: Annotated[Whole, Field(description="Overrides the record clock by log position.")] = None
    audience: Annotated[Audience, Field(description="Whose reports count.")] = "public"
    exclude_source: Annotated[
        list[str],
        AfterValidator(_without_empty),
        Field(description="Publishers left out; may be repeated."),
    ] = []  # Pydantic copies defaults
    min_sources: Annotated[int, Field(ge=1, le=100, description="Distinct publishers needed.")] = 1

    def question(self) -> Question:
        """Return the question with all dates read. Raises InvalidQuestionError."""
        zone = rules.zone(self.tz)
        return Question(
            self.basis,
            as_of=self._moment("as_of", zone),
            known_at=self._moment("known_at", zone),
            valid_at=self._moment("valid_at", zone),
            recorded_at=self._moment("recorded_at", zone),
            seq=self.seq,
            audience=self.audience,
            exclude_source=tuple(self.exclude_source),
            min_sources=self.min_sources,
            tz=zone,
        )

    def _moment(self, name: str, zone: str) -> int | None:
        value = getattr(self, name)
        return None if value is None else rules.moment(name, value, zone)


class Paged(Asking):
    """A question whose list comes page by page."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: Annotated[Whole, Field(description="From the next link.")] = None


class Meetings(Asking):
    status: Literal["announced", "overdue", "held", "concluded", "cancelled", "possible", None] = (
        None
    )


class Statements(Paged):
    speaker: Annotated[Speaker | None, BeforeValidator(_empty_is_none)] = None
    party: Annotated[
        Annotated[str, Field(pattern=SLUG)] | None, BeforeValidator(_empty_is_none)
    ] = None
    about: Annotated[Subject | None, BeforeValidator(_empty_is_none)] = None
    q: Given = None


class Search(Paged):
    q: Annotated[str, Field(min_length=1, max_length=400)]


class Events(Asking):
    after: Count = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    type: Annotated[Given, AfterValidator(_of_the_catalogue)] = None
    subject: Annotated[Subject | None, BeforeValidator(_empty_is_none)] = None
    standing: Literal[
        "happened", "possible", "scheduled", "withdrawn", "disputed", "erased",
        "announced", "conditional", "hypothetical", "denied", None,
    ] = None  # fmt: skip


class Changes(Asking):
    after: Count = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class Between(Asking):
    from_: Annotated[str, Field(alias="from", min_length=1, description="The earlier date.")]
    to: Annotated[str, Field(min_length=1, description="The later date.")]


class PlanBetween(Asking):
    from_: Annotated[Given, Field(alias="from", description="The date of the old text.")] = None
    to: Annotated[Given, Field(description="The date of the new text.")] = None
    to_plan: Annotated[Given, Field(description="Another plan to compare with.")] = None


async def once(request: Request) -> None:
    """Refuse a parameter that is repeated and not declared repeatable."""
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen and name not in REPEATABLE:
            detail, hint = f"{name} is given twice", f"give {name} once"
            raise InvalidQuestionError(detail, hint=hint, reasons=[Reason(name, detail, hint)])
        seen.add(name)


Once = Depends(once)
