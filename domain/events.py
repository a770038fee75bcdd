"""What every event has: the common fields, its reports, and the types that field values take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple, TypeVar, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints

from domain.edtf import parse_span
from domain.errors import InvalidSpanError
from domain.instants import is_zone
from domain.tracking import Tracking

MAX_TEXT_BYTES = 64 * 1024
"""The longest text in one field, in bytes of UTF-8."""


def check_text(value: str) -> str:
    """Return a text that a field can hold. Raises ValueError with reason and remedy."""
    if "\0" in value:
        raise ValueError("contains a NUL character; remove it")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        detail = "contains a lone surrogate; use well-formed Unicode"
        raise ValueError(detail) from None
    if size > MAX_TEXT_BYTES:
        raise ValueError(f"longer than {MAX_TEXT_BYTES} bytes; cite the document instead")
    return value


def _check_span(value: str) -> str:
    try:
        parse_span(value, "UTC")  # the common zone, so that the result is in the cache
    except InvalidSpanError as error:
        raise ValueError(f"{error.detail}; {error.hint}") from None
    return value


def _check_zone(value: str) -> str:
    if not is_zone(value):
        raise ValueError(f"{value!r} is not an IANA time zone; use one such as Europe/Kyiv")
    return value


T = TypeVar("T")
Items = Annotated[tuple[T, ...], Strict(False)]
"""A JSON array, kept as a tuple; what is in it is strict like everything else."""
Text = Annotated[str, AfterValidator(check_text)]
SpanText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_check_span)]
Zone = Annotated[str, AfterValidator(_check_zone)]
LINK_PATTERN, DIGEST_PATTERN = r"^https?://", r"^[0-9a-f]{64}$"
LABEL_KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,62}$"
Link = Annotated[Text, StringConstraints(pattern=LINK_PATTERN)]
Digest = Annotated[str, StringConstraints(pattern=DIGEST_PATTERN)]
LabelKey = Annotated[str, StringConstraints(pattern=LABEL_KEY_PATTERN)]
Labels = dict[LabelKey, Text]

SLUG_REGEX = "[a-z0-9][a-z0-9-]{0,62}"
"""A slug inside a longer pattern; ``SLUG_PATTERN`` matches a whole string."""
SLUG_PATTERN = f"^{SLUG_REGEX}$"
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]


@dataclass(frozen=True)
class SlugOf:
    """Marks a field whose value is the slug of a thing of this kind (``any``: kind:slug)."""

    kind: str


PartySlug = Annotated[Slug, SlugOf("party")]
PersonSlug = Annotated[Slug, SlugOf("person")]
IssueSlug = Annotated[Slug, SlugOf("issue")]
MeetingSlug = Annotated[Slug, SlugOf("meeting")]
StatementSlug = Annotated[Slug, SlugOf("statement")]
PlanSlug = Annotated[Slug, SlugOf("plan")]
PointSlug = Annotated[Slug, SlugOf("point")]
AmendmentSlug = Annotated[Slug, SlugOf("amendment")]
DocumentSlug = Annotated[Slug, SlugOf("document")]
DeadlineSlug = Annotated[Slug, SlugOf("deadline")]
VoteSlug = Annotated[Slug, SlugOf("vote")]
IncidentSlug = Annotated[Slug, SlugOf("incident")]
BriefSlug = Annotated[Slug, SlugOf("brief")]

SLUG_KINDS = (
    "party",
    "person",
    "issue",
    "meeting",
    "statement",
    "plan",
    "point",
    "amendment",
    "document",
    "deadline",
    "vote",
    "incident",
    "brief",
)
_SLUG_KINDS = "|".join(SLUG_KINDS)
SUBJECT_PATTERN = f"^(?:{_SLUG_KINDS}):{SLUG_REGEX}$"
SPEAKER_PATTERN = f"^(?:(?:person|party):)?{SLUG_REGEX}$"
Subject = Annotated[str, StringConstraints(pattern=SUBJECT_PATTERN), SlugOf("any")]
Speaker = Annotated[str, StringConstraints(pattern=SPEAKER_PATTERN), SlugOf("any")]
EventId = Annotated[UUID, Field(strict=False)]


def parse_event_id(text: str) -> str | None:
    """Return the id of an event as it is recorded, or None where the text is no UUID."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


Audience = Literal["public", "press", "staff"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
"""From the narrowest to the widest: each also sees what those before it see."""
Modality = Literal["actual", "announced", "conditional", "hypothetical", "denied"]


EMPTY_MAP: dict[str, str] = {}
"""An empty map; Pydantic copies defaults, so it is never shared."""


class Fact(BaseModel):
    """Base of everything that is recorded: frozen, strict, nothing unknown is dropped."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)


class Report(Fact):
    """When one source made the assertion available to one audience."""

    published: SpanText
    tz: Zone | None = None
    audience: Audience = "public"
    url: Link | None = None
    publisher: Text | None = None
    origin: Text | None = None
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


class CellName(NamedTuple):
    """The cell that events of a type move: its kind, and the fields that are its key."""

    kind: str
    fields: tuple[str, ...]


class Event(Fact):
    """The common fields of every event; each class of the catalogue adds its own.

    ``INTRODUCES`` are the fields that name what exactly one event of the type introduces: its own
    slug last, before it what it is part of. ``LIST_NAME`` is that of the list in which a state
    shows what is introduced, if it is shown as it was told. ``TRACKED`` says of the type by which
    something begins that many events tell of how it stands then.
    """

    IS_BOOKKEEPING: ClassVar[bool] = False
    IS_EDITORIAL: ClassVar[bool] = False
    CELL: ClassVar[CellName | None] = None
    INTRODUCES: ClassVar[tuple[str, ...]] = ()
    LIST_NAME: ClassVar[str | None] = None
    TRACKED: ClassVar[Tracking | None] = None

    id: EventId | None = None
    occurred: SpanText | None = None
    tz: Zone | None = None
    phrase: Text | None = None
    phrase_anchor: SpanText | None = None
    reports: Items[Report] = ()
    modality: Modality = "actual"
    codes: Labels = EMPTY_MAP
    note: Text | None = None


class Occurrence(Event):
    """Something that happened, or is said to: its time must be given, null where none is known."""

    occurred: SpanText | None


class Act(Event):
    """An act on an earlier event: it changes what is known of it, never what happened."""

    event: EventId
