"""When the clock alone may change what is shown of an event, such as a meeting that is overdue."""

from __future__ import annotations

from collections.abc import Iterator

from domain.catalogue import CLASS_BY_TYPE
from domain.edtf import parse_span
from domain.instants import Instant
from domain.model import Version

CLOCKED_KINDS = frozenset(
    {"meeting"} | {cls.CELL.kind for cls in CLASS_BY_TYPE.values() if cls.CELL and cls.TRACKED}
)
"""The kinds of cells that have a status by the clock."""
CLOCKED_TYPES = tuple(
    name for name, cls in CLASS_BY_TYPE.items() if cls.CELL and cls.CELL.kind in CLOCKED_KINDS
)
"""The types of events in such cells."""
_SPAN_FIELDS = ("occurred", "expected", "due")


def clock_moments(version: Version) -> Iterator[Instant]:
    """Yield from when on a version is possible of something with a status by the clock, and the
    bounds of all times that it tells, or that are claimed where its sources do not agree."""
    if version.entry.type not in CLOCKED_TYPES:
        return
    yield version.occurred.lo
    told = [version.payload.get(name) for name in _SPAN_FIELDS]
    told += [each["value"] for each in version.rivals if each["field"] in _SPAN_FIELDS]
    zone = version.payload.get("tz") or version.entry.zone
    for span in (parse_span(expression, zone) for expression in told if expression):
        bounds = (span.start, span.end) if span.end else (span.start,)
        yield from (moment for each in bounds for moment in (each.lo, each.hi))
