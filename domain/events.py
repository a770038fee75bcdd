"""What every event has: the common fields, its reports, and the types that field values take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from domain import spans
from domain.refusals import InvalidSpanError

TEXT_LIMIT = 64 * 1024
"""The longest text in one field, in bytes of UTF-8."""


def _check_text(value: str) -> str:
    if "\0" in value:
        raise ValueError("the text holds a NUL character; remove it")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        detail = "the text holds a lone surrogate; send well-formed Unicode"
        raise ValueError(detail) from None
    if size > TEXT_LIMIT:
        raise ValueError(f"the text is over {TEXT_LIMIT} bytes; cite the document instead")
    return value


def _check_span(value: str) -> str:
    try:
        spans.parse(value, "UTC")  # as most will be read: the two are kept as one
    except InvalidSpanError as error:
        raise ValueError(f"{error.detail}; {error.hint}") from None
    return value


def _check_zone(value: str) -> str:
    if not spans.is_zone(value):
        raise ValueError(f"{value!r} is no IANA time zone; write one such as Europe/Kyiv")
    return value


Text = Annotated[str, AfterValidator(_check_text)]
SpanText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_check_span)]
Zone = Annotated[str, AfterValidator(_check_zone)]
LINK, DIGEST = r"^https?://", r"^[0-9a-f]{64}$"
KEY = r"^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,62}$"
Link = Annotated[Text, StringConstraints(pattern=LINK)]
Digest = Annotated[str, StringConstraints(pattern=DIGEST)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
Labels = dict[Key, Text]

SLUG = r"^[a-z0-9][a-z0-9-]{0,62}$"
Slug = Annotated[str, StringConstraints(pattern=SLUG)]


@dataclass(frozen=True)
class Names:
    """Marks a field whose value is the slug of a thing of this kind (``any``: kind:slug)."""

    kind: str


Party = Annotated[Slug, Names("party")]
Person = Annotated[Slug, Names("person")]
Issue = Annotated[Slug, Names("issue")]
Meeting = Annotated[Slug, Names("meeting")]
Statement = Annotated[Slug, Names("statement")]
Plan = Annotated[Slug, Names("plan")]
Point = Annotated[Slug, Names("point")]
Amendment = Annotated[Slug, Names("amendment")]
Document = Annotated[Slug, Names("document")]

_KIND = "party|person|issue|meeting|statement|plan|point|amendment|document"
SUBJECT = rf"^(?:{_KIND}):[a-z0-9][a-z0-9-]{{0,62}}$"
SPEAKER = r"^(?:(?:person|party):)?[a-z0-9][a-z0-9-]{0,62}$"
Subject = Annotated[str, StringConstraints(pattern=SUBJECT), Names("any")]
Speaker = Annotated[str, StringConstraints(pattern=SPEAKER), Names("any")]
Target = Annotated[UUID, Field(strict=False)]

Audience = Literal["public", "press", "staff"]
AUDIENCES: tuple[Audience, ...] = ("public", "press", "staff")
Modality = Literal["actual", "announced", "conditional", "hypothetical", "denied"]


NOTHING: Any = {}
"""An empty map; Pydantic copies defaults, so it is never shared."""


class Fact(BaseModel):
    """Base of everything that is recorded: frozen, strict, nothing unknown is dropped."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Report(Fact):
    """When one source made the assertion available to one audience."""

    published: SpanText
    audience: Audience = "public"
    url: Link | None = None
    publisher: Text | None = None
    title: Text | None = None
    author: Text | None = None
    kind: (
        Literal[
            "official-text",
            "post",
            "press-release",
            "interview",
            "transcript",
            "news-report",
            "leak",
            "broadcast",
            "document",
        ]
        | None
    ) = None
    language: Text | None = None
    quote: Text | None = None
    archived_url: Link | None = None
    sha256: Digest | None = None


class Event(Fact):
    """The common fields of every event; each class of the catalogue adds its own."""

    TOPIC: ClassVar[str]
    BOOKKEEPING: ClassVar[bool] = False

    id: Annotated[UUID, Field(strict=False)] | None = None
    occurred: SpanText | None = None
    tz: Zone | None = None
    phrase: Text | None = None
    phrase_anchor: SpanText | None = None
    reports: tuple[Report, ...] = ()
    modality: Modality = "actual"
    codes: Labels = NOTHING
    note: Text | None = None


class News(Event):
    """Something that happened, or is said to: its time must be given, null where none is known."""

    occurred: SpanText | None


class Act(Event):
    """An act on an earlier event: it changes what is held of it, never what happened."""

    event: Target
