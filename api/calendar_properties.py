"""What calendars that Minutebook writes say besides RFC 5545, so that their entries can be read
back as they were meant."""

from __future__ import annotations

from typing import Any

from icalendar import Event

WHEN = "X-MINUTEBOOK-WHEN"
"""The date of a meeting as an expression."""
DATES, ZONE = "X-DATES", "X-ZONE"
"""Its parameters: the days or times of the entry for which it was written, and the zone of its days
where that is not the negotiation's."""
TITLE = "X-MINUTEBOOK-TITLE"
"""The title of a meeting, where the summary says more."""
KIND = "X-MINUTEBOOK-KIND"
"""What an entry is that says of no meeting when it is planned."""
DEADLINE, DISPUTED = "deadline", "disputed-date"
LEFT_OUT = {
    DEADLINE: "it is the end of a deadline",
    DISPUTED: "it is one of several accounts of a date",
}
"""Why an entry of a kind is not imported."""


def written_dates(event: Event) -> str:
    """Return the days or times of an entry as they stand in it."""
    values: list[Any] = [event[name] for name in ("DTSTART", "DTEND") if name in event]
    return "/".join(value.to_ical().decode() for value in values)
