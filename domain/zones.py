"""The offsets of time zones on which the answers of a ledger rest, and their digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from domain.edtf import is_instant, parse_span
from domain.errors import InvalidSpanError
from domain.instants import is_finite, midnight_offset, to_datetime
from domain.model import Entry, Json

_SPAN_FIELDS = ("occurred", "expected", "due", "from", "to", "published")
_NESTED_FIELDS = ("changes", "rival")


class ZoneUse(NamedTuple):
    """A zone and a year of dates that are read in it, the seq of the first such event, and the
    digest of the offsets by which the index has read them."""

    zone: str
    year: int
    first_seq: int
    offsets: str

    @property
    def is_outdated(self) -> bool:
        """Whether the zone has other offsets now, as another release of its rules gives them."""
        return self.offsets != offsets_digest(self.zone, self.year)


def zone_years(entry: Entry) -> list[tuple[str, int]]:
    """Return the zone in which the dates of an event are read, with each year of their bounds."""
    zones = {entry.tz, *_zones_of(entry.payload)}
    years = sorted(set(_years_of(entry.payload)))
    return [(zone, year) for zone in sorted(zones) for year in years]


def _zones_of(payload: Json) -> Iterator[str]:
    if payload.get("tz"):
        yield payload["tz"]
    for nested in filter(None, map(payload.get, _NESTED_FIELDS)):
        yield from _zones_of(nested)
    for report in payload.get("reports") or ():
        yield from _zones_of(report)


def _years_of(payload: Json) -> Iterator[int]:
    for value in map(payload.get, _SPAN_FIELDS):
        if isinstance(value, str) and not is_instant(value):
            yield from _bound_years(value)
    for value in map(payload.get, _NESTED_FIELDS):
        if isinstance(value, dict):
            yield from _years_of(value)
    reports = payload.get("reports")
    for report in reports if isinstance(reports, list) else ():
        yield from _years_of(report)


@lru_cache(maxsize=4096)
def _bound_years(expression: str) -> tuple[int, ...]:
    """Return the years in which the days that bound a time expression begin."""
    try:
        span = parse_span(expression, "UTC")
    except InvalidSpanError:
        return ()
    return tuple(
        to_datetime(instant).year
        for bounds in filter(None, (span.start, span.end))
        if not bounds.exact
        for instant in filter(is_finite, (bounds.lo, bounds.hi))
    )


def zones_digest(uses: Iterable[ZoneUse], seq: int) -> str:
    """Return the digest of the offsets that the dates up to a seq use: docs/time.md."""
    used = [use for use in uses if use.first_seq <= seq]
    return _digest_offsets(
        tuple(sorted({use.zone for use in used})), tuple(sorted({use.year for use in used}))
    )


@lru_cache(maxsize=1024)
def _digest_offsets(zones: tuple[str, ...], years: tuple[int, ...]) -> str:
    lines = [f"{zone} {year} {_year_offsets(zone, year)}\n" for zone in zones for year in years]
    return sha256("".join(lines).encode()).hexdigest()[:16]


@lru_cache(maxsize=4096)
def offsets_digest(zone: str, year: int) -> str:
    """Return the digest of the offsets of a zone in one year."""
    return sha256(_year_offsets(zone, year).encode()).hexdigest()[:16]


@lru_cache(maxsize=4096)
def _year_offsets(zone: str, year: int) -> str:
    """Return the offsets in seconds at the beginning of each day, each after its first day."""
    first = date(year, 1, 1)
    numbers = range((date(year, 12, 31) - first).days + 1)
    offsets = [(day + 1, midnight_offset(first + timedelta(days=day), zone)) for day in numbers]
    groups = groupby(offsets, key=lambda pair: pair[1])
    return " ".join(f"{next(group)[0]}:{offset}" for offset, group in groups)
