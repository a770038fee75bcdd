"""What a time is to the reader: a phrase with its readings, and the day that all counts from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Tense = Literal["past", "future"]


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """When, as a phrase says it: the likeliest expression first, then what else it may mean.

    ``is_counted`` tells that it was counted from the anchor.
    """

    start: int
    end: int
    text: str
    expressions: tuple[str, ...]
    is_counted: bool
    is_now: bool = False

    @property
    def expression(self) -> str:
        return self.expressions[0]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What dates are counted from, and the zone that they are of."""

    anchor: date | None
    zone: str
    is_orthodox: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """The time of an event: an expression, the phrase that says so, and what else it may mean."""

    expression: str | None
    phrase: str | None = None
    others: tuple[str, ...] = ()

    @classmethod
    def from_phrase(cls, found: TimePhrase) -> When:
        phrase = found.text if found.is_counted else None
        return cls(found.expression, phrase, found.expressions[1:])


UNKNOWN_TIME = When(None)
