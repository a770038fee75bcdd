"""Calendars (.ics, RFC 5545): what each entry of a file says of a meeting that is planned.

An entry says that a meeting is planned, and never that it was held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from icalendar import Calendar, Event

from api.calendar_properties import DATES, KIND, LEFT_OUT, TITLE, WHEN, ZONE, written_dates
from api.cli.calendar_dates import EntryDates, Value
from api.cli.event_tables import row_error, value_or_error

REPEATS = ("RRULE", "RDATE", "EXDATE", "EXRULE")
PRIVATE_CLASSES = ("PRIVATE", "CONFIDENTIAL")
NumberedEntries = Iterator[tuple[int, object]]


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What one entry says.

    ``expected`` is when the meeting is planned, as an expression, its days of the zone ``tz`` where
    that is not the negotiation's; None where a cancelled entry gives no date. ``published`` is when
    the entry was last revised, None where it does not say. ``left_out`` says why an entry that
    Minutebook wrote says of no meeting when it is planned.
    """

    uid: str
    recurrence: str | None
    sequence: int
    expected: str | None
    tz: str | None
    title: str | None
    place: str | None
    url: str | None
    organizer: str | None
    attendees: tuple[str, ...]
    published: str | None
    calendar_name: str | None
    is_cancelled: bool
    is_private: bool
    left_out: str | None

    @property
    def key(self) -> str:
        """What stays the same when the entry is revised."""
        return f"{self.uid}/{self.recurrence}" if self.recurrence else self.uid


def read_calendar(zone: str | None, stream: BinaryIO) -> NumberedEntries:
    """Yield the entries of a file with the lines on which they begin, or the error in its place.

    Times without a zone are of ``zone``; None says that it is not known.
    """
    content = stream.read()
    lines = [
        number
        for number, line in enumerate(content.splitlines(), 1)
        if line.strip().upper() == b"BEGIN:VEVENT"
    ]
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except ValueError as error:
        yield 1, row_error("", f"the file is no calendar: {error}", "export it as iCalendar again")
        return
    entries = [(calendar, event) for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(entries) != len(lines):
        detail = f"{len(lines)} entries begin, and {len(entries)} of them are whole"
        yield 1, row_error("", detail, "end each with END:VEVENT, and the file with END:VCALENDAR")
        return
    for line, (calendar, event) in zip(lines, entries, strict=True):
        yield line, value_or_error(_read_entry, calendar, event, zone)


def _read_entry(calendar: Calendar, event: Event, zone: str | None) -> CalendarEntry:
    """Return what an entry says. Raises InvalidEventError, which names it."""
    dates = EntryDates(event, zone)
    uid = _text(event, "UID")
    if uid is None:
        dates.refuse("UID", "is missing", "give each entry a UID of its own")
    for name in REPEATS:
        if name in event:
            dates.refuse(name, "repeats", "write each meeting as an entry of its own, with a UID")
    is_cancelled = _text(event, "STATUS") == "CANCELLED" or _text(calendar, "METHOD") == "CANCEL"
    kind, title = _text(event, KIND), _text(event, "SUMMARY")
    expected, tz = _read_written_date(event) or dates.read_expected(is_cancelled=is_cancelled)
    return CalendarEntry(
        uid=uid or "",
        recurrence=dates.read_recurrence(),
        sequence=dates.read_number("SEQUENCE"),
        expected=expected,
        tz=tz,
        title=_text(event, TITLE) or title,
        place=_text(event, "LOCATION"),
        url=_text(event, "URL"),
        organizer=next(iter(_common_names(event, "ORGANIZER")), None),
        attendees=_common_names(event, "ATTENDEE"),
        published=dates.read_moment("LAST-MODIFIED") or dates.read_moment("DTSTAMP"),
        calendar_name=_text(calendar, "NAME") or _text(calendar, "X-WR-CALNAME"),
        is_cancelled=is_cancelled,
        is_private=_text(event, "CLASS") in PRIVATE_CLASSES,
        left_out=LEFT_OUT.get(kind or ""),
    )


def _read_written_date(event: Event) -> tuple[str, str | None] | None:
    """Return the date of an entry that Minutebook wrote, which days may not say exactly; None where
    its days were changed since."""
    written = event.get(WHEN)
    if written is None or isinstance(written, list):
        return None
    if written.params.get(DATES) != written_dates(event):
        return None
    return str(written), written.params.get(ZONE)


def _values(component: Any, name: str) -> list[Value]:
    found = component.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


def _text(component: Any, name: str) -> str | None:
    """Return a text without blanks around it, None where it is empty; of several the first."""
    return next((text for value in _values(component, name) if (text := str(value).strip())), None)


def _common_names(event: Event, name: str) -> tuple[str, ...]:
    """Return the names of people and groups, and not of rooms and things; no address is read."""
    people = [value.params for value in _values(event, name)]
    names = [
        str(params.get("CN", "")).strip()
        for params in people
        if params.get("CUTYPE", "").upper() not in ("ROOM", "RESOURCE")
    ]
    return tuple(dict.fromkeys(filter(None, names)))
