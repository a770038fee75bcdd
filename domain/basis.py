"""The basis of an answer: which of the three clocks stand where, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from domain.asked_dates import DateReader
from domain.errors import InvalidQuestionError, Reason
from domain.events import Audience
from domain.instants import EARLIEST, Instant, is_finite, to_rfc3339, to_rfc3339_short
from domain.model import Json, Viewer
from domain.sources import distinct_names, publisher_key

SEMANTICS_VERSION = 2
"""Raised with every change of a rule of time."""

CLOCK_PARAMS = ("known_at", "valid_at", "recorded_at", "seq")
"""The parameters that set one clock; the last two set the same one."""
Preset = Literal["as-known", "as-recorded", "hindsight"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller asked for; instants are in UTC, null where not given.

    For which audience is no part of it: that is given where a session is opened.
    """

    basis: Preset = "as-known"
    as_of: Instant | None = None
    known_at: Instant | None = None
    valid_at: Instant | None = None
    recorded_at: Instant | None = None
    seq: int | None = None
    exclude_source: tuple[str, ...] = ()
    only_source: tuple[str, ...] = ()
    min_sources: int = 1
    tz: str | None = None
    is_relative: bool = False
    """Whether a date was given by a word such as today, which means another date tomorrow."""


@dataclass(frozen=True, slots=True)
class LogTimeline:
    """What a basis needs to know of the log: its head, how instants and seqs correspond, the zone
    in which dates are read unless told, and the digest of the offsets used up to a seq."""

    now: Instant
    head: int
    seq_at: Callable[[Instant], int]
    recorded_at: Callable[[int], Instant]
    zone: str = "UTC"
    zones_at: Callable[[int], str] = lambda seq: ""

    def date_reader(self, tz: str | None = None) -> DateReader:
        """Return what reads dates that are asked: in a zone, or in that of the negotiation."""
        return DateReader(tz or self.zone, self.now)


@dataclass(frozen=True, slots=True)
class Basis:
    """All three clocks resolved.

    ``unmatched`` are the publishers asked for that no report under this basis names.
    """

    preset: Preset
    known_at: Instant
    valid_at: Instant
    recorded_at: Instant
    seq: int
    audience: Audience
    exclude_source: tuple[str, ...] = ()
    only_source: tuple[str, ...] = ()
    min_sources: int = 1
    tz: str = "UTC"
    default_tz: str = "UTC"
    zones: str = ""
    as_of: Instant | None = None
    defaulted: bool = False
    pinned: bool = False
    settled: bool = False
    unmatched: tuple[str, ...] = ()

    @property
    def viewer(self) -> Viewer:
        excluded, only = map(_publisher_keys, (self.exclude_source, self.only_source))
        return Viewer(self.audience, excluded, only, self.min_sources)

    @property
    def is_immutable(self) -> bool:
        """Return whether no later append can change the answer."""
        return self.pinned or self.settled

    @property
    def is_filtered(self) -> bool:
        return bool(self.source_names) or self.min_sources > 1

    @property
    def source_names(self) -> tuple[str, ...]:
        """The publishers that the filters name."""
        return self.exclude_source + self.only_source

    def to_json(self) -> Json:
        """Return the basis as every answer carries it."""
        return {
            "basis": self.preset,
            "as_of": to_rfc3339_short(self.as_of) if self.as_of is not None else None,
            "known_at": to_rfc3339(self.known_at),
            "valid_at": to_rfc3339(self.valid_at),
            "recorded_at": to_rfc3339(self.recorded_at) if is_finite(self.recorded_at) else None,
            "seq": self.seq,
            "audience": self.audience,
            "exclude_source": list(self.exclude_source),
            "only_source": list(self.only_source),
            "min_sources": self.min_sources,
            "unmatched": list(self.unmatched),
            "tz": self.tz,
            "defaulted": self.defaulted,
            "pinned": self.pinned,
            "settled": self.settled,
            "semantics": SEMANTICS_VERSION,
            "rules": {"semantics": SEMANTICS_VERSION, "zones": self.zones},
        }

    def pinned_params(self) -> list[tuple[str, str]]:
        """Return the query parameters of the pinned address of this very answer."""
        pairs = [
            ("basis", self.preset),
            ("known_at", to_rfc3339(self.known_at)),
            ("valid_at", to_rfc3339(self.valid_at)),
            ("seq", str(self.seq)),
            ("audience", self.audience),
        ]
        pairs += [("exclude_source", name) for name in self.exclude_source]
        pairs += [("only_source", name) for name in self.only_source]
        if self.min_sources > 1:
            pairs.append(("min_sources", str(self.min_sources)))
        if {self.tz, self.default_tz} != {"UTC"}:
            pairs.append(("tz", self.tz))
        return pairs


def resolve_basis(question: Question, log: LogTimeline, audience: Audience) -> Basis:
    """Resolve a question of an audience against the log; what lies beyond now or the head is
    lowered to it."""
    as_of, last_seq = question.as_of, min(_given_or_default(question.seq, log.head), log.head)
    if as_of is None and question.basis == "as-recorded" and question.seq is not None and last_seq:
        as_of = log.recorded_at(last_seq)
    as_of_or_now = log.now if as_of is None else as_of
    asked_known_at = _given_or_default(
        question.known_at, log.now if question.basis == "hindsight" else as_of_or_now
    )
    valid_at = _given_or_default(question.valid_at, as_of_or_now)
    asked_recorded_at = _given_or_default(
        question.recorded_at, as_of_or_now if question.basis == "as-recorded" else log.now
    )
    known_cut, recorded_cut = min(asked_known_at, log.now), min(asked_recorded_at, log.now)
    seq = log.seq_at(recorded_cut)
    if question.seq is not None:
        seq = last_seq
        recorded_cut = log.recorded_at(seq) if seq else EARLIEST  # before anything was recorded
    all_given = None not in (question.known_at, question.valid_at, question.seq)
    uncapped = known_cut == asked_known_at and (question.seq is None or question.seq <= log.head)
    clocks = (question.as_of, question.known_at, question.valid_at, question.recorded_at)
    return Basis(
        question.basis,
        known_cut,
        valid_at,
        recorded_cut,
        seq,
        audience,
        distinct_names(question.exclude_source),
        distinct_names(question.only_source),
        question.min_sources,
        question.tz or log.zone,
        log.zone,
        log.zones_at(seq),
        as_of,
        defaulted=all(clock is None for clock in (*clocks, question.seq)),
        pinned=all_given and uncapped and not question.is_relative,
        settled=_is_settled(question, log, as_of),
    )


def _is_settled(question: Question, log: LogTimeline, as_of: Instant | None) -> bool:
    overrides = (question.known_at, question.valid_at, question.recorded_at)
    return (
        question.basis == "as-recorded"
        and as_of is not None
        and not question.is_relative
        and all(clock is None for clock in overrides)
        and bool(log.head)
        and log.recorded_at(log.head) >= as_of
        and (question.seq is None or question.seq <= log.head)
    )


def _publisher_keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(publisher_key, names))


def _given_or_default(given: Instant | None, default: Instant) -> Instant:
    return default if given is None else given


def refuse_two_record_clocks(question: Question, seq_name: str, recorded_at_name: str) -> None:
    """Refuse a question that sets the record clock twice. Raises InvalidQuestionError."""
    if question.seq is None or question.recorded_at is None:
        return
    detail = f"{seq_name} and {recorded_at_name} both set the record clock"
    hint = f"give {seq_name} or {recorded_at_name}, not both"
    raise InvalidQuestionError(
        detail,
        hint=hint,
        reasons=tuple(Reason(name, detail, hint) for name in (seq_name, recorded_at_name)),
    )
