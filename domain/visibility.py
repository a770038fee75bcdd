"""Decides which recorded events an audience may see in full, with all their reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.edtf import parse_span
from domain.instants import Instant
from domain.model import Entry, Json, Viewer


def is_fully_visible(entry: Entry, viewer: Viewer, now: Instant) -> bool:
    """Return whether a viewer may see every report that was recorded with an event by ``now``.

    An answer shows only what is out for its audience; the recorded bytes show everything.
    """
    return viewer.is_staff or all(
        viewer.can_see(report)
        and parse_span(report["published"], entry.tz).start.capped_at(entry.recorded_at).last <= now
        for report in _nested_reports(entry.payload)
    )


def _nested_reports(payload: Json) -> Iterator[Json]:
    """Yield the reports of an event, also those that an act would put in place, however deep."""
    yield from payload.get("reports") or ()
    for name in ("changes", "rival"):
        if isinstance(payload.get(name), Mapping):
            yield from _nested_reports(payload[name])
