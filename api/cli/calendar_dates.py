"""The dates of an entry of a calendar as expressions: days stay days, times have an offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from icalendar import Event

from api.cli.event_tables import row_error

Value = Any
"""A property as the library reads it."""
Moment = date | datetime
"""A day, or an instant with its zone."""
READ = ("DTSTART", "DTEND", "DURATION", "DTSTAMP", "LAST-MODIFIED", "RECURRENCE-ID", "SEQUENCE")
"""The properties that are read, besides texts."""
MAX_SHOWN = 80
"""Characters of a UID that an error shows."""


class EntryDates:
    """Reads the dates of one entry. Raises InvalidEventError, which names the entry.

    Times without a zone are of ``zone``; None says that it is not known.
    """

    def __init__(self, event: Event, zone: str | None) -> None:
        self.event, self.zone = event, zone
        for name, reason in event.errors:
            if name is None or name in READ:
                self.refuse(name or "", f"cannot be read: {reason}", "write it as RFC 5545 says")

    def refuse(self, name: str, fault: str, remedy: str) -> NoReturn:
        uid = str(self.event.get("UID", ""))
        entry = f"the entry {uid[:MAX_SHOWN]!r}" if uid else "this entry"
        raise row_error(name, f"{name or 'a line'} of {entry} {fault}", remedy)

    def read_expected(self, *, is_cancelled: bool) -> tuple[str | None, None]:
        """Return when the meeting is planned, and that its zone is told with it."""
        if "DTSTART" not in self.event:
            if is_cancelled:
                return None, None
            self.refuse("DTSTART", "is missing", "say on which day it begins")
        start = self._read("DTSTART")
        end = self._read_end(start)
        if end is None or end == start:
            return _expression(start), None
        if end < start:
            self.refuse("DTEND", "lies before its DTSTART", "mend one of the two")
        if not isinstance(end, datetime):
            end -= timedelta(days=1)  # the first day after it, in a calendar
            if end == start:
                return _expression(start), None
        return f"{_expression(start)}/{_expression(end)}", None

    def read_moment(self, name: str) -> str | None:
        """Return an instant in UTC, or a day; None where there is none."""
        if name not in self.event:
            return None
        moment = self._read(name)
        return _expression(moment.astimezone(UTC) if isinstance(moment, datetime) else moment)

    def read_recurrence(self) -> str | None:
        """Return which one of a series it is, None where it is of none."""
        moment = self.read_moment("RECURRENCE-ID")
        if moment and "RANGE" in self.event["RECURRENCE-ID"].params:
            self.refuse(
                "RECURRENCE-ID",
                "is about several meetings",
                "write each meeting as an entry of its own, without RANGE",
            )
        return moment

    def read_number(self, name: str) -> int:
        return int(self._single(name)) if name in self.event else 0

    def _read_end(self, start: Moment) -> Moment | None:
        if "DURATION" in self.event:
            if "DTEND" in self.event:
                self.refuse("DURATION", "stands with DTEND", "leave one of the two out")
            return self._add_duration(start)
        if "DTEND" not in self.event:
            return None
        end = self._read("DTEND")
        if isinstance(end, datetime) != isinstance(start, datetime):
            fault = "is a day and its DTSTART a time, or the other way round"
            self.refuse("DTEND", fault, "write both as days, or both as times")
        return end

    def _add_duration(self, start: Moment) -> Moment:
        """Return the end: days are those of the calendar, hours those of a clock.

        The library reads 24 hours as a day.
        """
        length = self._single("DURATION").dt
        if not isinstance(length, timedelta):
            self.refuse("DURATION", "is no length", "write one such as PT2H or P3D")
        days = timedelta(days=length.days)
        if not isinstance(start, datetime):
            if length != days:
                self.refuse("DURATION", "has hours, and its DTSTART is a day", "write days: P3D")
            return start + days
        return ((start + days).astimezone(UTC) + (length - days)).astimezone(start.tzinfo)

    def _read(self, name: str) -> Moment:
        value = self._single(name)
        moment = getattr(value, "dt", None)
        if not isinstance(moment, date):
            self.refuse(name, "is no date", "write one such as 20260302 or 20260302T100000Z")
        if not isinstance(moment, datetime) or moment.tzinfo:
            return moment
        if zone := value.params.get("TZID"):
            fault = f"names the zone {zone[:MAX_SHOWN]!r}, which is unknown"
            self.refuse(name, fault, "use an IANA name such as Europe/Kyiv, or add its VTIMEZONE")
        if self.zone is None:
            fault = "has no zone, and the negotiation, whose zone it would be, is not open yet"
            self.refuse(name, fault, "open the negotiation first, or end the time with Z")
        return moment.replace(tzinfo=ZoneInfo(self.zone))

    def _single(self, name: str) -> Value:
        value = self.event[name]
        if isinstance(value, list):
            self.refuse(name, "occurs more than once", "leave one of them")
        return value


def _expression(moment: Moment) -> str:
    """Return a day, or an instant with its offset; UTC where that has seconds."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if (moment.utcoffset() or timedelta()) % timedelta(minutes=1):
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
