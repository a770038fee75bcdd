"""Query parameters: strict, so that a mistyped ``asof`` is never answered with today."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Path, Query, Request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from api.models.answers import MeetingStatus
from api.models.events import LogStanding
from domain.asked_dates import DateReader, check_zone, is_relative
from domain.basis import LogTimeline, Preset, Question, refuse_two_record_clocks
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import InvalidQuestionError
from domain.event_type_hints import hint_for_type
from domain.events import SLUG_PATTERN, SPEAKER_PATTERN, Audience, Subject
from domain.instants import EARLIEST, LATEST
from projections.log_query import LogOrder, Window

REPEATABLE_PARAMS = {"exclude_source", "only_source"}


def empty_is_none(value: object) -> object:
    """Return what a form sends for what is not given as null."""
    return None if value == "" else value


def _without_empty(values: list[str]) -> list[str]:
    return [value for value in values if value]


def _check_event_type(value: str | None) -> str | None:
    if value is not None and value not in CLASS_BY_TYPE:
        raise ValueError(f"unknown event type {value[:63]!r}; {hint_for_type(value[:63])}")
    return value


def _check_speaker(value: str) -> str:
    """Take any name, but of what says a kind only a slug."""
    if ":" in value and not re.match(SPEAKER_PATTERN, value):
        raise ValueError(f"{value!r:.80} is no speaker; write person:slug, party:slug or a name")
    return value


Empty = Literal[""]
"""What a form sends for what is not given."""
MAX_NAMES = 50
"""Publishers that a question names."""
OptionalText = Annotated[
    Annotated[str, Field(max_length=200)] | None, BeforeValidator(empty_is_none)
]
SearchedText = Annotated[str, Field(max_length=400)]
OptionalSearch = Annotated[SearchedText | None, BeforeValidator(empty_is_none)]
Publishers = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(max_length=MAX_NAMES),
    AfterValidator(_without_empty),
]
NaturalNumber = Annotated[int, Field(ge=0, le=2**53 - 1)]
OptionalNumber = Annotated[
    NaturalNumber | None,
    BeforeValidator(empty_is_none, json_schema_input_type=NaturalNumber | Empty | None),
]
Name = Annotated[str, Field(max_length=200)]
PlainSlug = Annotated[str, Field(pattern=SLUG_PATTERN)]
OptionalSlug = Annotated[
    PlainSlug | None,
    BeforeValidator(empty_is_none, json_schema_input_type=PlainSlug | Empty | None),
]
OptionalSubject = Annotated[
    Subject | None, BeforeValidator(empty_is_none, json_schema_input_type=Subject | Empty | None)
]
PathSlug = Annotated[str, Path(pattern=SLUG_PATTERN)]
NegotiationPath = Annotated[str, Path(pattern=SLUG_PATTERN, description="Slug of the negotiation.")]


class StrictQuery(BaseModel):
    """Base of all query models: unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")


class ViewerQuery(StrictQuery):
    """Which reports count."""

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

    def to_viewer_question(self) -> Question:
        """Return the question what this viewer can see now."""
        return Question(
            exclude_source=tuple(self.exclude_source),
            only_source=tuple(self.only_source),
            min_sources=self.min_sources,
        )


class BasisQuery(ViewerQuery):
    """The parameters that every question takes."""

    as_of: Annotated[
        OptionalText,
        Field(description="A date, an instant, today, yesterday or now; empty means none."),
    ] = None
    basis: Annotated[Preset, Field(description="Which clocks follow as_of.")] = "as-known"
    tz: Annotated[
        OptionalText, Field(description="Zone of the dates asked; default: the negotiation's.")
    ] = None
    known_at: Annotated[OptionalText, Field(description="Overrides the knowledge clock.")] = None
    valid_at: Annotated[OptionalText, Field(description="Overrides the world clock.")] = None
    recorded_at: Annotated[OptionalText, Field(description="Overrides the record clock.")] = None
    seq: Annotated[
        OptionalNumber, Field(description="Overrides the record clock by log position.")
    ] = None

    def date_reader(self, log: LogTimeline) -> DateReader:
        """Return what reads the dates of this question. Raises InvalidQuestionError."""
        return log.date_reader(None if self.tz is None else check_zone(self.tz))

    def to_question(self, log: LogTimeline) -> Question:
        """Return the question with all dates read. Raises InvalidQuestionError."""
        dates = self.date_reader(log)
        question = replace(
            self.to_viewer_question(),
            basis=self.basis,
            as_of=dates.read_given("as_of", self.as_of),
            known_at=dates.read_given("known_at", self.known_at),
            valid_at=dates.read_given("valid_at", self.valid_at),
            recorded_at=dates.read_given("recorded_at", self.recorded_at),
            seq=self.seq,
            tz=self.tz,
            is_relative=is_relative(self.as_of, self.known_at, self.valid_at, self.recorded_at),
        )
        refuse_two_record_clocks(question, "seq", "recorded_at")
        return question


BasisParams = Annotated[BasisQuery, Query()]


class StateQuery(BasisQuery):
    whole: Annotated[
        bool, Field(description="Give long lists whole, not only the newest of each.")
    ] = False


class PagedQuery(BasisQuery):
    """A question whose list comes page by page."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: Annotated[OptionalNumber, Field(description="Taken from the next link.")] = None


class MeetingsQuery(BasisQuery):
    status: Literal[MeetingStatus, None] = None


class StatementsQuery(PagedQuery):
    speaker: Annotated[
        Annotated[Name, AfterValidator(_check_speaker)] | None,
        BeforeValidator(empty_is_none),
        Field(description="A slug, person:slug or party:slug, or a name."),
    ] = None
    party: OptionalSlug = None
    about: OptionalSubject = None
    q: OptionalSearch = None


class PeopleQuery(BasisQuery):
    q: Annotated[
        Name | None,
        BeforeValidator(empty_is_none),
        Field(description="Words of a name, in any spelling that is registered."),
    ] = None


class SearchQuery(PagedQuery):
    q: Annotated[str, Field(min_length=1, max_length=400)]


class EventsQuery(BasisQuery):
    after: NaturalNumber = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    type: Annotated[OptionalText, AfterValidator(_check_event_type)] = None
    subject: OptionalSubject = None
    standing: Annotated[
        Literal[LogStanding, "unrealised", None],
        Field(description="As of the basis; unrealised is all that is not told as fact."),
    ] = None
    order: Annotated[
        LogOrder,
        Field(
            description="By when each was recorded (seq), became known, or happened (tie order)."
        ),
    ] = "recorded"
    recorded_from: Annotated[
        OptionalText, Field(description="Recorded on this date or at this instant, or later.")
    ] = None
    recorded_to: Annotated[
        OptionalText, Field(description="Recorded by the end of this date, or by this instant.")
    ] = None
    known_from: Annotated[
        OptionalText, Field(description="Known since this date or instant, or since a later one.")
    ] = None
    known_to: Annotated[
        OptionalText, Field(description="Known by the end of this date, or by this instant.")
    ] = None
    happened_from: Annotated[
        OptionalText,
        Field(description="May have happened, or begun, on this date or at this instant or later."),
    ] = None
    happened_to: Annotated[
        OptionalText,
        Field(description="May have happened, or begun, by the end of this date or this instant."),
    ] = None
    q: Annotated[
        OptionalSearch, Field(description="Words that news must hold, as in a search.")
    ] = None

    @property
    def has_relative_dates(self) -> bool:
        """Whether a window was given by a word such as today, which means another date tomorrow."""
        return is_relative(
            self.recorded_from,
            self.recorded_to,
            self.known_from,
            self.known_to,
            self.happened_from,
            self.happened_to,
        )

    def read_window(self, clock: LogOrder, log: LogTimeline) -> Window | None:
        """Return from when to when is asked by a clock, None where that is not limited.

        Raises InvalidQuestionError.
        """
        names = f"{clock}_from", f"{clock}_to"
        start, end = (getattr(self, name) for name in names)
        if start is None and end is None:
            return None
        dates = self.date_reader(log)
        first = EARLIEST if start is None else dates.read_start(names[0], start)
        last = LATEST if end is None else dates.read(names[1], end)
        if first > last:
            detail = f"{names[0]} lies after {names[1]}"
            raise InvalidQuestionError.for_field(names[0], detail, f"name a date up to {end}")
        return Window(first, last)


class ChangesQuery(BasisQuery):
    after: NaturalNumber = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ReplayQuery(ChangesQuery):
    clock: Annotated[
        Literal["recorded", "known", "happened"],
        Field(description="What the dates are about: when each was recorded, known, or happened."),
    ] = "recorded"
    from_: Annotated[
        OptionalText, Field(alias="from", description="The first date, or the first seq.")
    ] = None
    until: Annotated[OptionalText, Field(description="The last date, or the last seq.")] = None


class DiffQuery(PagedQuery):
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000
    from_: Annotated[
        str, Field(alias="from", min_length=1, max_length=200, description="The earlier date.")
    ]
    to: Annotated[str, Field(min_length=1, max_length=200, description="The later date.")]


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
