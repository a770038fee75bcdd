"""Which events as recorded an audience may be shown whole, embargoed reports and all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.instants import Instant
from domain.spans import parse
from domain.versions import Entry, Reader


def disclosed(entry: Entry, reader: Reader, now: Instant) -> bool:
    """Tell whether a reader may by now see every report that was recorded with an event.

    An answer shows only what is out for its audience; the recorded bytes show everything.
    """
    return reader.is_staff or all(
        reader.sees(report)
        and parse(report["published"], entry.tz).start.lowered(entry.recorded_at).last <= now
        for report in _reports(entry.payload)
    )


def _reports(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the reports of an event, also those that an act would put in place, however deep."""
    yield from payload.get("reports") or ()
    for name in ("changes", "rival"):
        if isinstance(payload.get(name), Mapping):
            yield from _reports(payload[name])
