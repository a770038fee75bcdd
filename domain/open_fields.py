"""What of an event as it was recorded a viewer may see; answers show it as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.instants import Instant
from domain.model import Entry, Json, Viewer
from domain.resolution import out_at


def is_fully_visible(entry: Entry, viewer: Viewer, now: Instant) -> bool:
    """Return whether a viewer may see an event by ``now`` as it was recorded.

    An answer shows only what is out for its audience; the recorded bytes show everything.
    """
    return open_fields(entry, viewer, now) == entry.payload


def open_fields(entry: Entry, viewer: Viewer, now: Instant) -> Json:
    """Return an event as it was recorded, without the reports that a viewer may not see by ``now``,
    also those that an act would put in place, and without who else could see what it erased.
    """
    if viewer.is_staff:
        return dict(entry.payload)

    def keep_open(fields: Mapping[str, Any]) -> Json:
        kept = {name: value for name, value in fields.items() if name != "visible"}
        if kept.get("reports"):
            kept["reports"] = [
                each
                for each in kept["reports"]
                if viewer.can_see(each) and out_at(each, entry) <= now
            ]
        kept |= {
            name: keep_open(kept[name])
            for name in ("changes", "rival")
            if isinstance(kept.get(name), Mapping)
        }
        return kept

    return keep_open(entry.payload)
