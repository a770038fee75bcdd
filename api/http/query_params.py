"""Query parameters: strict, so that a mistyped ``asof`` is never answered with today."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from api.models.answers import MeetingStatus
from api.models.events import LogStanding
from domain import basis as rules
from domain.basis import Preset, Question
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import InvalidQuestionError
from domain.events import SLUG_PATTERN, Audience, Speaker, Subject

REPEATABLE_PARAMS = {"exclude_source", "only_source"}


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _without_empty(values: list[str]) -> list[str]:
    return [value for value in values if value]


def _check_event_type(value: str | None) -> str | None:
    if value is not None and value not in CLASS_BY_TYPE:
        raise ValueError(f"unknown event type {value!r}; valid types: {', '.join(CLASS_BY_TYPE)}")
    return value


OptionalText = Annotated[str | None, BeforeValidator(_empty_is_none)]
Publishers = Annotated[list[str], AfterValidator(_without_empty)]
NaturalNumber = Annotated[int, Field(ge=0, le=2**53 - 1)]
OptionalNumber = Annotated[NaturalNumber | None, BeforeValidator(_empty_is_none)]
PlainSlug = Annotated[str, Field(pattern=SLUG_PATTERN)]
PathSlug = Annotated[str, Path(pattern=SLUG_PATTERN)]
NegotiationPath = Annotated[str, Path(pattern=SLUG_PATTERN, description="Slug of the negotiation.")]


class StrictQuery(BaseModel):
    """Base of all query models: unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")


class BasisQuery(StrictQuery):
    """The parameters that every question takes."""

    as_of: Annotated[OptionalText, Field(description="A date or instant; empty means none.")] = None
    basis: Annotated[Preset, Field(description="Which clocks follow as_of.")] = "as-known"
    tz: Annotated[str, Field(description="Zone of dates without a time.")] = "UTC"
    known_at: Annotated[OptionalText, Field(description="Overrides the knowledge clock.")] = None
    valid_at: Annotated[OptionalText, Field(description="Overrides the world clock.")] = None
    recorded_at: Annotated[OptionalText, Field(description="Overrides the record clock.")] = None
    seq: Annotated[
        OptionalNumber, Field(description="Overrides the record clock by log position.")
    ] = None
    audience: Annotated[Audience, Field(description="Whose reports count.")] = "public"
    exclude_source: Annotated[
        Publishers,
        Field(
            description="Publishers to leave out, with what repeats their reporting; may be"
            " repeated, and goes before only_source."
        ),
    ] = []  # Pydantic copies defaults
    only_source: Annotated[
        Publishers,
        Field(
            description="Publishers whose reports alone count, with what repeats their reporting;"
            " may be repeated."
        ),
    ] = []
    min_sources: Annotated[int, Field(ge=1, le=100, description="Independent origins needed.")] = 1

    def to_question(self) -> Question:
        """Return the question with all dates read. Raises InvalidQuestionError."""
        zone = rules.check_zone(self.tz)
        return Question(
            self.basis,
            as_of=self._parse_moment("as_of", zone),
            known_at=self._parse_moment("known_at", zone),
            valid_at=self._parse_moment("valid_at", zone),
            recorded_at=self._parse_moment("recorded_at", zone),
            seq=self.seq,
            audience=self.audience,
            exclude_source=tuple(self.exclude_source),
            only_source=tuple(self.only_source),
            min_sources=self.min_sources,
            tz=zone,
        )

    def _parse_moment(self, name: str, zone: str) -> int | None:
        value = getattr(self, name)
        return None if value is None else rules.parse_moment(name, value, zone)


BasisParams = Annotated[BasisQuery, Query()]


class PagedQuery(BasisQuery):
    """A question whose list comes page by page."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: Annotated[OptionalNumber, Field(description="Taken from the next link.")] = None


class MeetingsQuery(BasisQuery):
    status: Literal[MeetingStatus, None] = None


class StatementsQuery(PagedQuery):
    speaker: Annotated[Speaker | None, BeforeValidator(_empty_is_none)] = None
    party: Annotated[PlainSlug | None, BeforeValidator(_empty_is_none)] = None
    about: Annotated[Subject | None, BeforeValidator(_empty_is_none)] = None
    q: OptionalText = None


class SearchQuery(PagedQuery):
    q: Annotated[str, Field(min_length=1, max_length=400)]


class EventsQuery(BasisQuery):
    after: NaturalNumber = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    type: Annotated[OptionalText, AfterValidator(_check_event_type)] = None
    subject: Annotated[Subject | None, BeforeValidator(_empty_is_none)] = None
    standing: Literal[LogStanding, None] = None


class ChangesQuery(BasisQuery):
    after: NaturalNumber = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class DiffQuery(BasisQuery):
    from_: Annotated[str, Field(alias="from", min_length=1, description="The earlier date.")]
    to: Annotated[str, Field(min_length=1, description="The later date.")]


class PlanDiffQuery(BasisQuery):
    from_: Annotated[OptionalText, Field(alias="from", description="The date of the old text.")] = (
        None
    )
    to: Annotated[OptionalText, Field(description="The date of the new text.")] = None
    to_plan: Annotated[OptionalText, Field(description="Another plan to compare with.")] = None


async def refuse_repeated_params(request: Request) -> None:
    """Refuse a parameter that is repeated and not declared repeatable."""
    seen_names: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen_names and name not in REPEATABLE_PARAMS:
            raise InvalidQuestionError.for_field(
                name, f"{name} is given more than once", f"give {name} once"
            )
        seen_names.add(name)
