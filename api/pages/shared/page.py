"""What a page is, and what it is asked: what cannot be understood is said and left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Generic, Literal, NamedTuple, TypeVar

from markupsafe import Markup
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from starlette.responses import Response

from api.http.problems import parameter_reason
from api.http.query_params import REPEATABLE_PARAMS, BasisQuery, OptionalText, empty_is_none
from api.pages.shared.asked_days import understand_days
from domain.basis import LogTimeline
from domain.errors import InvalidQuestionError, Reason
from domain.events import SLUG_PATTERN
from domain.model import Json

if TYPE_CHECKING:
    from api.pages.shared.canvas import Canvas
    from api.pages.shared.page_context import PageContext

NAVIGATION = (
    "overview",
    "positions",
    "plans",
    "meetings",
    "events",
    "people",
    "compare",
    "gap",
    "pictures",
    "audit",
)
NAVIGATION_KEYS = dict(zip(NAVIGATION, "opnmelckia", strict=True))
"""The letter that goes to a page after a g."""
BASIS_PRESETS = ("as-known", "as-recorded", "hindsight")
QueryPair = tuple[str, str]
Language = Literal["en", "uk"]
OptionalRows = Annotated[Literal["all"] | None, BeforeValidator(empty_is_none)]
"""What asks for all rows of a list that is drawn in part."""
NO_LOG = LogTimeline(0, 0, lambda at: 0, lambda seq: 0)
"""Stands for a log where it only matters whether a date can be read."""
_MAX_MESSAGE_CHARS = 300
"""Characters of a message that are shown; a longer one repeats what was sent."""


def is_slug(text: str) -> bool:
    """Return whether a text can name a thing of a negotiation."""
    return re.fullmatch(SLUG_PATTERN, text) is not None


class PageParams(BasisQuery):
    """The parameters that every page takes: those of every question, and the language.

    ``REPEATABLE`` are those that may be given more than once.
    """

    REPEATABLE: ClassVar[Set[str]] = REPEATABLE_PARAMS

    lang: Annotated[Language | None, Field(description="Of the page.")] = None

    def check_values(self) -> None:
        """Read what no type tells: dates and zones. Raises InvalidQuestionError naming each."""
        self.to_question(NO_LOG)


class SinceParams(PageParams):
    """The parameters of a page that compares the date shown with an earlier one."""

    from_: Annotated[OptionalText, Field(alias="from", description="The earlier date.")] = None

    def check_values(self) -> None:
        super().check_values()
        if self.from_:
            self.date_reader(NO_LOG).read("from", self.from_)


class BetweenParams(SinceParams):
    """The parameters of a page that compares two dates, neither of them the one shown."""

    to: Annotated[OptionalText, Field(description="The later date; the one shown unless told.")] = (
        None
    )

    def check_values(self) -> None:
        super().check_values()
        if self.to:
            self.date_reader(NO_LOG).read("to", self.to)


def _check_day(value: str | None) -> str | None:
    try:
        return value and str(date.fromisoformat(value))
    except ValueError:
        raise ValueError(f"{value!r:.80} is not a day; write one such as 2025-12-22") from None


DayParam = Annotated[OptionalText, AfterValidator(_check_day)]
SlugParam = Annotated[OptionalText, Field(pattern=SLUG_PATTERN)]


class DaysParams(PageParams):
    """The parameters of a page of what happened on some days."""

    from_: Annotated[DayParam, Field(alias="from", description="First day of what happened.")] = (
        None
    )
    to: Annotated[DayParam, Field(description="Last day of what happened.")] = None

    def check_values(self) -> None:
        super().check_values()
        if self.from_ and self.to and self.from_ > self.to:
            detail, hint = "the first day lies after the last", f"name a day up to {self.to}"
            raise InvalidQuestionError(detail, hint=hint, reasons=(Reason("from", detail, hint),))


@dataclass(frozen=True, slots=True)
class PageDefinition:
    """One page of a negotiation.

    ``name`` is its folder, its section of the dictionary and, by default, its address below the
    negotiation. ``load_data`` gives what .json shows and the template is given under the same
    names; it may raise NotFoundError, or have the frame refuse a parameter. ``rows`` gives the
    lines of .csv under ``columns``, from the data; ``render_calendar`` what .ics answers. A page
    that shows the same on every date has no rail: ``follows_date`` is false. One with a picture is
    given what ``draw`` makes of the data, and has it as .svg, .png and to be framed.
    """

    name: str
    load_data: Callable[[PageContext], Json]
    path_override: str | None = None
    params_model: type[PageParams] = PageParams
    columns: tuple[str, ...] = ()
    rows: Callable[[Json], Iterable[Json]] | None = None
    parent_page: str | None = None
    render_calendar: Callable[[PageContext, Json], Response] | None = None
    follows_date: bool = True
    template_override: str | None = None
    draw: Callable[[Canvas, Json], Markup] | None = None

    @property
    def template(self) -> str:
        """The template of the page: by default that of its folder."""
        return self.template_override or f"{self.name}/page.html"

    def draw_picture(self, canvas: Canvas, data: Json) -> Markup:
        """Return the picture of a page that has one."""
        assert self.draw  # noqa: S101  # asked of pages with a picture alone
        return self.draw(canvas, data)

    @property
    def section(self) -> str:
        """The page of the navigation that this one belongs to."""
        return self.parent_page or self.name

    @property
    def path(self) -> str:
        """The address below the negotiation: empty for the overview."""
        return self.name if self.path_override is None else self.path_override


S = TypeVar("S", bound=PageParams)


class ParsedParams(NamedTuple, Generic[S]):
    """What was understood, the pairs that said it, and what was left out with the reason."""

    params: S
    query_pairs: list[QueryPair]
    faults: list[Reason]


def parse_params(
    model: type[S], pairs: Sequence[QueryPair], today: date | None = None
) -> ParsedParams[S]:
    """Read the query of a page; each parameter that is refused is left out and named, but for a
    date that is understood as people write it."""
    query_pairs, faults = [pair for pair in pairs if pair[1]], list[Reason]()
    while True:
        refused_params = (
            _find_repeated(model, query_pairs)
            or _find_nul(query_pairs)
            or _find_refusals(model, query_pairs)
        )
        if not refused_params:
            return ParsedParams(
                model.model_validate(_group_pairs(model, query_pairs)), query_pairs, faults
            )
        if understood := understand_days(query_pairs, refused_params.keys(), today):
            query_pairs = understood
            continue
        faults += [_shorten_reason(reason) for reason in refused_params.values()]
        query_pairs = [pair for pair in query_pairs if pair[0] not in refused_params]


def _find_refusals(model: type[PageParams], query_pairs: Sequence[QueryPair]) -> dict[str, Reason]:
    """Return what is wrong with each parameter by its name, which is always one of those kept."""
    try:
        model.model_validate(_group_pairs(model, query_pairs)).check_values()
    except ValidationError as error:
        return {
            str(fault["loc"][0]): parameter_reason({**fault, "loc": ("query", *fault["loc"])})
            for fault in error.errors()
        }
    except InvalidQuestionError as error:
        return {reason.pointer: reason for reason in error.reasons}
    return {}


def _find_nul(pairs: Sequence[QueryPair]) -> dict[str, Reason]:
    return {
        name: Reason(name, "has a NUL character", "leave out %00")
        for name, value in pairs
        if "\0" in value
    }


def _find_repeated(model: type[PageParams], pairs: Sequence[QueryPair]) -> dict[str, Reason]:
    names = Counter(name for name, _ in pairs if name not in model.REPEATABLE)
    return {
        name: Reason(name, f"{name} is given twice", f"give {name} once")
        for name, times in names.items()
        if times > 1
    }


def _group_pairs(model: type[PageParams], pairs: Sequence[QueryPair]) -> Json:
    values: Json = {name: value for name, value in pairs if name not in model.REPEATABLE}
    for name, value in pairs:
        if name in model.REPEATABLE:
            values.setdefault(name, []).append(value)
    return values


def _shorten_reason(full_reason: Reason) -> Reason:
    pointer, detail = full_reason.pointer[:_MAX_MESSAGE_CHARS], full_reason.detail
    if len(detail) > _MAX_MESSAGE_CHARS:
        detail = f"{detail[:_MAX_MESSAGE_CHARS]}…"
    return Reason(pointer, detail, full_reason.hint)
