"""What every answer is made of: its basis, its sources, and the envelope around its data."""

from __future__ import annotations

from typing import Annotated, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.basis import Preset
from domain.events import Audience
from domain.model import Json

DataT = TypeVar("DataT")
Timestamp = Annotated[
    str,
    Field(
        description="An instant in UTC, RFC 3339, to the microsecond.",
        json_schema_extra={"format": "date-time"},
    ),
]
EdtfText = Annotated[
    str, Field(description="A date, an instant or a span, in EDTF as it was recorded.")
]
HexDigest = Annotated[str, Field(description="SHA-256 in hexadecimal.", pattern="^[0-9a-f]{64}$")]


class Frozen(BaseModel):
    """Base of every answer: immutable, and without any field that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def to_json(self) -> Json:
        """Return the fields that are present, under their names in the API."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class AnswerRules(Frozen):
    """What an answer rests on besides the log: while it is the same, a pinned answer is too."""

    semantics: Annotated[int, Field(description="Version of the rules of time.")]
    zones: Annotated[
        str, Field(description="Digest of the offsets of time zones that the dates use.")
    ]


class BasisEcho(Frozen):
    """The basis of an answer: where the three clocks stand, and who asks."""

    basis: Preset
    as_of: Timestamp | None
    known_at: Timestamp
    valid_at: Timestamp
    recorded_at: Annotated[
        Timestamp | None, Field(description="Null before anything was recorded.")
    ]
    seq: Annotated[int, Field(description="Position in the log up to which it is read.")]
    audience: Audience
    exclude_source: Annotated[
        tuple[str, ...], Field(description="Publishers whose reports are left out.")
    ]
    only_source: Annotated[
        tuple[str, ...], Field(description="Publishers whose reports alone count; empty for all.")
    ]
    min_sources: Annotated[int, Field(description="Independent origins needed.")]
    unmatched: Annotated[
        tuple[str, ...],
        Field(description="Publishers asked for that no report under this basis names."),
    ]
    tz: Annotated[str, Field(description="IANA zone of dates without a time.")]
    defaulted: Annotated[bool, Field(description="Whether no clock was given.")]
    pinned: Annotated[bool, Field(description="Whether every clock was given.")]
    settled: Annotated[bool, Field(description="Whether no later append can change the answer.")]
    semantics: Annotated[int, Field(description="Version of the rules of time.")]
    rules: AnswerRules


class ClocksEcho(Frozen):
    """Where the clocks stand at one end of a comparison."""

    known_at: Timestamp
    valid_at: Timestamp
    seq: int


class Answer(Frozen, Generic[DataT]):
    """An answer with the basis it holds for."""

    basis: BasisEcho
    data: DataT


ListAnswer = Answer[tuple[DataT, ...]]


class ComparisonAnswer(Answer[DataT], Generic[DataT]):
    """An answer that compares two bases: where the clocks stand at both ends."""

    from_: Annotated[ClocksEcho, Field(alias="from")]
    to: ClocksEcho


class Source(Frozen):
    """Where something was read; at least one of publisher and address is given."""

    publisher: str | None = None
    url: str | None = None
    origin: Annotated[
        str | None, Field(description="The publisher whose reporting this one repeats.")
    ] = None
    published: EdtfText | None = None


class More(Frozen):
    """What a list of an answer leaves off: all but its newest items."""

    count: Annotated[
        int | None, Field(description="How many there are in all; null for more than 1,000 events.")
    ]
    address: Annotated[
        str, Field(description="Where they all are, as of the same basis, whole or page by page.")
    ]


MoreByList = Annotated[
    dict[str, More], Field(description="By list what it leaves off; empty where all is there.")
]


class Rival(Frozen):
    """One of the values that a disputed field may have, and the event that gives it."""

    field: str
    value: JsonValue
    event: Annotated[str, Field(description="Id of the event that says so.")]


class Provenance(Frozen):
    """What something rests on: events, sources, and when it became known."""

    events: Annotated[
        tuple[str, ...], Field(description="Ids of the events it rests on, its own first.")
    ]
    known_at: Annotated[
        Timestamp | None, Field(description="When it became known; null for bookkeeping.")
    ]
    sources: tuple[Source, ...]
    single_source: Annotated[bool, Field(description="Whether it rests on at most one origin.")]


class ShortForm(NamedTuple):
    """The fields that say in one line what a thing is: its name, one word for it, its time.

    ``details`` are what else a list says, as a label and a field.
    """

    name: str
    word: str
    time: str
    details: tuple[tuple[str, str], ...] = ()

    def name_of(self, value: Disputable) -> str:
        return str(getattr(value, self.name) or "")

    def word_of(self, value: Disputable) -> str | None:
        """Return the one word: ``disputed`` where accounts differ, null where nothing tells it."""
        is_disputed = any(rival.field == self.word for rival in value.rivals)
        word: str | None = getattr(value, self.word)
        return word or ("disputed" if is_disputed else None)

    def time_of(self, value: Disputable) -> str | None:
        time: str | None = getattr(value, self.time)
        return time


class Disputable(Provenance):
    """Something whose fields may be disputed: such a field is null, and its rivals are listed.

    ``SHORT_FORM`` is given of what a state lists under a name of its own.
    """

    SHORT_FORM: ClassVar[ShortForm | None] = None

    disputed: bool = False
    rivals: tuple[Rival, ...] = ()
