"""Instants as whole microseconds since 1970-01-01T00:00:00Z, their text forms, and time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

Instant = int

EARLIEST: Instant = -(2**62)
"""The open lower bound: no instant lies before it."""
LATEST: Instant = 2**62
"""The open upper bound: no instant lies after it."""

SECOND: Instant = 1_000_000
MINUTE: Instant = 60 * SECOND
HOUR: Instant = 60 * MINUTE
DAY: Instant = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
EARLIEST_WRITABLE: Instant = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The first instant that can be written: 0001-01-01T00:00:00Z."""
LATEST_WRITABLE: Instant = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""The last instant that can be written: 9999-12-31T23:59:59.999999Z."""


def from_datetime(moment: datetime) -> Instant:
    """Return the instant of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def to_datetime(instant: Instant) -> datetime:
    """Return the UTC datetime of a finite instant."""
    return _EPOCH + timedelta(microseconds=instant)


def is_finite(instant: Instant) -> bool:
    return EARLIEST < instant < LATEST


def to_rfc3339(instant: Instant) -> str:
    """Format as ``YYYY-MM-DDTHH:MM:SS.ffffffZ``, the form of ``recorded_at``."""
    return to_datetime(instant).isoformat(timespec="microseconds").replace("+00:00", "Z")


def to_rfc3339_short(instant: Instant) -> str | None:
    """Format with microseconds only where there are any; open bounds are null."""
    if not is_finite(instant):
        return None
    return to_datetime(instant).isoformat().replace("+00:00", "Z")


def from_rfc3339(value: str) -> Instant:
    """Read an RFC 3339 instant, such as this module writes.

    Raises ValueError for what is none, also where the offset is left out.
    """
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no offset, such as Z")
    return from_datetime(moment)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text().split())


def is_zone(name: str) -> bool:
    """Return whether a name is in the IANA time zone database."""
    return name in _zone_names() - {"Factory"}


@cache
def _load_zone(name: str) -> ZoneInfo:
    """Read a zone from the locked package, so that a day means the same on every machine."""
    with resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def local_day(instant: Instant, zone: str) -> date:
    """Return the day that it is in a zone at a finite instant."""
    return to_datetime(instant).astimezone(_load_zone(zone)).date()


def midnight_instant(day: date, zone: str) -> Instant:
    """Return the instant at which a day begins in a zone."""
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=_load_zone(zone)))


def midnight_offset(day: date, zone: str) -> int:
    """Return the offset from UTC, in seconds, at which a day begins in a zone."""
    offset = datetime(day.year, day.month, day.day, tzinfo=_load_zone(zone)).utcoffset()
    return int((offset or timedelta()).total_seconds())


def local_datetime(instant: Instant, zone: str) -> datetime:
    """Return a finite instant as date and time of day in a zone."""
    moment = to_datetime(instant)
    return moment if zone == "UTC" else moment.astimezone(_load_zone(zone))


def local_microseconds(instant: Instant, zone: str) -> int:
    """Return what a clock in a zone shows at an instant, in microseconds since its 1 January 1970.

    An open bound stays open.
    """
    if zone == "UTC" or not is_finite(instant):
        return instant
    offset = local_datetime(instant, zone).utcoffset() or timedelta()
    return instant + offset // _MICROSECOND


def local_offsets(at: datetime, zone: str) -> tuple[str, ...]:
    """Return the offsets from UTC, such as ``+02:00``, that a local time has in a zone: two where
    clocks were put back, none where they were put forward over it."""
    found: dict[str, None] = {}
    for fold in (0, 1):
        moment = at.replace(tzinfo=_load_zone(zone), fold=fold)
        offset = moment.utcoffset() or timedelta()
        is_shown = moment.astimezone(UTC).astimezone(_load_zone(zone)).replace(tzinfo=None) == at
        minutes, seconds = divmod(int(offset.total_seconds()), 60)
        if is_shown and not seconds:
            sign = "-" if minutes < 0 else "+"
            found[f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"] = None
    return tuple(found)
