"""What stands for an event that was legally erased, and for whom."""

from __future__ import annotations

from collections.abc import Sequence

from domain.edtf import Bounds
from domain.instants import LATEST, Instant, from_rfc3339
from domain.model import Entry, Version, Viewer


def erased_version(
    entry: Entry, acts: Sequence[Version], viewer: Viewer, at: Instant
) -> Version | None:
    """Return what stands for an erased event where the audience saw it: that there was one.

    Filters do not bear on it: whose reports it had is not known any more.
    """
    begins = [start for start, end in visible_periods(entry, viewer) if start <= at < end]
    if not begins:
        return None
    bounds, ids = Bounds(begins[0], begins[0], exact=True), tuple(act.entry.id for act in acts)
    return Version(entry, {"erased": True}, begins[0], begins[0], bounds, acts=ids)


def visible_periods(entry: Entry, viewer: Viewer) -> list[tuple[Instant, Instant]]:
    """Return from and until when an audience saw what is now erased, as its erasure recorded.

    Of what was erased before this was recorded, staff know since it was recorded, nobody else.
    """
    if "visible" not in entry.payload:
        return [(entry.recorded_at, LATEST)] if viewer.is_staff else []
    return [
        (
            from_rfc3339(each["known_from"]),
            from_rfc3339(each["known_to"]) if "known_to" in each else LATEST,
        )
        for each in entry.payload["visible"]
        if each["audience"] == viewer.audience
    ]
