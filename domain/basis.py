"""The basis of an answer: which of the three clocks stand where, and who asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from domain.events import Audience
from domain.instants import DAY, EARLIEST, LAST_WRITTEN, Instant, finite, full_text, text
from domain.refusals import InvalidQuestionError, InvalidSpanError, Reason
from domain.spans import is_zone, parse
from domain.versions import Reader

SEMANTICS = 1
"""Raised with every change of a rule of time."""

Preset = Literal["as-known", "as-recorded", "hindsight"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller asked for; instants are in UTC, null where not given."""

    basis: Preset = "as-known"
    as_of: Instant | None = None
    known_at: Instant | None = None
    valid_at: Instant | None = None
    recorded_at: Instant | None = None
    seq: int | None = None
    audience: Audience = "public"
    exclude_source: tuple[str, ...] = ()
    min_sources: int = 1
    tz: str = "UTC"


@dataclass(frozen=True, slots=True)
class Log:
    """What a basis needs to know of the log: its head, and how instants and seqs correspond."""

    now: Instant
    head: int
    seq_at: Callable[[Instant], int]
    recorded_at: Callable[[int], Instant]


@dataclass(frozen=True, slots=True)
class Basis:
    """All three clocks resolved."""

    preset: Preset
    known_at: Instant
    valid_at: Instant
    recorded_at: Instant
    seq: int
    audience: Audience = "public"
    exclude_source: tuple[str, ...] = ()
    min_sources: int = 1
    tz: str = "UTC"
    as_of: Instant | None = None
    defaulted: bool = False
    pinned: bool = False
    settled: bool = False
    reader: Reader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reader = Reader(self.audience, frozenset(self.exclude_source), self.min_sources)
        object.__setattr__(self, "reader", reader)

    @property
    def immutable(self) -> bool:
        """Tell whether no later append can change the answer."""
        return self.pinned or self.settled

    @property
    def filtered(self) -> bool:
        return bool(self.exclude_source) or self.min_sources > 1

    def echo(self) -> dict[str, Any]:
        """Return the basis as every answer carries it."""
        return {
            "basis": self.preset,
            "as_of": text(self.as_of) if self.as_of is not None else None,
            "known_at": full_text(self.known_at),
            "valid_at": full_text(self.valid_at),
            "recorded_at": full_text(self.recorded_at) if finite(self.recorded_at) else None,
            "seq": self.seq,
            "audience": self.audience,
            "exclude_source": list(self.exclude_source),
            "min_sources": self.min_sources,
            "tz": self.tz,
            "defaulted": self.defaulted,
            "pinned": self.pinned,
            "settled": self.settled,
            "semantics": SEMANTICS,
        }

    def pin(self) -> list[tuple[str, str]]:
        """Return the query parameters of the pinned address of this very answer."""
        pairs = [
            ("basis", self.preset),
            ("known_at", full_text(self.known_at)),
            ("valid_at", full_text(self.valid_at)),
            ("seq", str(self.seq)),
            ("audience", self.audience),
        ]
        pairs += [("exclude_source", name) for name in self.exclude_source]
        if self.min_sources > 1:
            pairs.append(("min_sources", str(self.min_sources)))
        if self.tz != "UTC":
            pairs.append(("tz", self.tz))
        return pairs


def resolve(question: Question, log: Log) -> Basis:
    """Resolve a question against the log; what lies beyond now or the head is lowered to it."""
    turn, last = question.as_of, min(_first(question.seq, log.head), log.head)
    if turn is None and question.basis == "as-recorded" and question.seq is not None and last:
        turn = log.recorded_at(last)
    moment = log.now if turn is None else turn
    known = _first(question.known_at, log.now if question.basis == "hindsight" else moment)
    valid = _first(question.valid_at, moment)
    recorded = _first(question.recorded_at, moment if question.basis == "as-recorded" else log.now)
    known_cut, recorded_cut = min(known, log.now), min(recorded, log.now)
    seq = log.seq_at(recorded_cut)
    if question.seq is not None:
        seq = last
        recorded_cut = log.recorded_at(seq) if seq else EARLIEST  # before anything was recorded
    given = None not in (question.known_at, question.valid_at, question.seq)
    whole = known_cut == known and (question.seq is None or question.seq <= log.head)
    clocks = (question.as_of, question.known_at, question.valid_at, question.recorded_at)
    return Basis(
        question.basis,
        known_cut,
        valid,
        recorded_cut,
        seq,
        question.audience,
        tuple(sorted(set(question.exclude_source))),
        question.min_sources,
        question.tz,
        turn,
        defaulted=all(clock is None for clock in (*clocks, question.seq)),
        pinned=given and whole,
        settled=_settled(question, log, turn),
    )


def _settled(question: Question, log: Log, turn: Instant | None) -> bool:
    overridden = (question.known_at, question.valid_at, question.recorded_at)
    return (
        question.basis == "as-recorded"
        and turn is not None
        and all(clock is None for clock in overridden)
        and bool(log.head)
        and log.recorded_at(log.head) >= turn
        and (question.seq is None or question.seq <= log.head)
    )


def _first(given: Instant | None, default: Instant) -> Instant:
    return default if given is None else given


_ONE_DATE = re.compile(r"\d{4}-(0\d|1\d)(-\d\d)?", re.ASCII)
_LAST_YEAR, _YEAR_BEFORE = "9999", "9998"
"""The last year that can be written, which no span may name, and one of as many days before it."""


def moment(name: str, value: str, zone: str) -> Instant:
    """Read a date or instant of a question as its last microsecond in the zone.

    Raises InvalidQuestionError naming the parameter. A plus that became a space is understood, and
    so is the year 9999, which means as late as can be.
    """
    cleaned = value.replace(" ", "+") if "T" in value else value
    remedy = "write a day such as 2025-12-22 or an instant such as 2025-12-22T18:00:00Z"
    if cleaned.isdigit():
        raise _refused(name, f"{value!r} is a bare number", remedy)
    far = cleaned.startswith(_LAST_YEAR)
    try:
        span = parse(cleaned.replace(_LAST_YEAR, _YEAR_BEFORE, 1) if far else cleaned, zone)
    except InvalidSpanError as error:
        detail = error.detail.replace(_YEAR_BEFORE, _LAST_YEAR) if far else error.detail
        raise _refused(name, detail, error.hint or remedy) from None
    if span.kind != "instant" and not _ONE_DATE.fullmatch(cleaned):
        raise _refused(name, f"{value!r} is not one date", remedy)
    return min(span.start.last + (365 * DAY if far else 0), LAST_WRITTEN)


def zone(value: str) -> str:
    """Check the name of a time zone."""
    if not is_zone(value):
        raise _refused("tz", f"{value!r} is no IANA time zone", "write one such as Europe/Kyiv")
    return value


def _refused(name: str, detail: str, hint: str) -> InvalidQuestionError:
    return InvalidQuestionError(
        f"{name}: {detail}", hint=hint, reasons=(Reason(name, detail, hint),)
    )
