"""What a reader proposes: draft events, each with its passage, and what is held back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from intake.article import ArticleLanguage

TextSpan = tuple[int, int]
"""Where a passage begins and ends in the text, in code points; the end is exclusive."""
Genre = Literal["report", "transcript", "live-blog", "thread", "communique", "opinion"]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Alternative(_Read):
    """Another value that a field may have, with the words to choose it by."""

    field: str
    value: JsonValue
    label: str


class DraftCheck(_Read):
    """What was checked of a draft without a person, and what was found wrong."""

    name: str
    ok: bool
    detail: str | None = None


class DraftEvent(_Read):
    """One event as it would be appended, with the passage that it rests on.

    ``why`` is one sentence that names the cue; ``confidence`` lies between 0 and 1.
    """

    event: dict[str, JsonValue]
    span: TextSpan
    why: str
    confidence: Annotated[float, Field(ge=0, le=1)]
    alternatives: tuple[Alternative, ...] = ()
    checks: tuple[DraftCheck, ...] = ()

    @property
    def type(self) -> str:
        return str(self.event["type"])

    @property
    def is_sound(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)


class HeldBack(_Read):
    """A passage from which nothing is drafted, or a draft that failed a check, with the reason."""

    span: TextSpan
    reason: str
    event: dict[str, JsonValue] | None = None


class UnknownActor(_Read):
    """Somebody who acts in the article and is not registered: proposed for registration."""

    kind: Literal["person", "party"]
    slug: str
    name: str
    span: TextSpan
    party: str | None = None
    title: str | None = None


class Exchange(_Read):
    """What was asked of a model and what it answered: two JSON texts as they were sent."""

    model: str
    request: str
    response: str


class Reading(_Read):
    """What a reader made of an article, its drafts in the order of the text, registrations before
    the first that names whom they register.

    ``anchor`` is the day from which relative dates are counted, ``zone`` that of its days.
    ``exchange`` is there where a model read; it repeats the article, so it goes when the text does.
    """

    genre: Genre
    anchor: date | None
    zone: str
    language: ArticleLanguage
    drafts: tuple[DraftEvent, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    unknown_actors: tuple[UnknownActor, ...] = ()
    exchange: Exchange | None = None
