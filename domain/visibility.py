"""Which events as recorded an audience may be shown whole, embargoed reports and all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.edtf import parse_span
from domain.instants import Instant
from domain.model import Entry, Viewer


def is_fully_visible(entry: Entry, viewer: Viewer, now: Instant) -> bool:
    """Tell whether a reader may by now see every report that was recorded with an event.

    An answer shows only what is out for its audience; the recorded bytes show everything.
    """
    return viewer.is_staff or all(
        viewer.can_see(report)
        and parse_span(report["published"], entry.tz).start.capped_at(entry.recorded_at).last <= now
        for report in _nested_reports(entry.payload)
    )


def _nested_reports(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the reports of an event, also those that an act would put in place, however deep."""
    yield from payload.get("reports") or ()
    for name in ("changes", "rival"):
        if isinstance(payload.get(name), Mapping):
            yield from _nested_reports(payload[name])
