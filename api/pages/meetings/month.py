"""The days that a meeting may have been on, and one month of them."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta

from api.models.answers import Meeting
from api.pages.shared.dates import own_zone_city, without_qualifiers
from api.pages.shared.disputes import rival_values
from api.pages.shared.marks import Mark, mark_meeting
from api.pages.shared.page_context import PageContext
from domain.edtf import Span, parse_span
from domain.errors import InvalidSpanError
from domain.instants import EARLIEST, LATEST, is_finite
from domain.model import Json

MAX_SPAN_DAYS = 62
"""A vaguer date is not placed on days of a month."""


def try_parse_span(frame: PageContext, text: object) -> Span | None:
    """Return what a time expression means; None where it is none."""
    try:
        return parse_span(text, frame.view.zone) if isinstance(text, str) else None
    except InvalidSpanError:
        return None


def span_days(frame: PageContext, span: Span) -> tuple[date, date] | None:
    """Return the first and last day that a span may mean, as it was written; where one side is
    open, the day of the other; None where both are."""
    written = without_qualifiers(span, frame.view.zone)
    bounds = (written.lo, (written.end or written.start).last)
    known = [instant for instant in bounds if is_finite(instant)]
    if not known:
        return None
    if written.hi >= LATEST:
        known = known[:1]
    return frame.dates.to_local(known[0]).date(), frame.dates.to_local(known[-1]).date()


def list_places(frame: PageContext, meeting: Meeting) -> list[Json]:
    """Return where a meeting stands in a calendar: once, or once for each account of its date.

    From ``first`` to ``last`` it went on; where ``within`` is true, it was on one unknown day of
    them, about them, or before or after. ``qualified`` marks a date that is approximate or
    uncertain, ``disputed`` one on which accounts differ; ``mark`` is how that is drawn.
    """
    when = meeting.occurred or meeting.expected
    fields = ("occurred",) if meeting.status in ("held", "concluded", "possible") else ("expected",)
    accounts = [account for field in fields for account in rival_values(meeting, field)]
    tz = meeting.tz if meeting.occurred or fields == ("occurred",) else meeting.expected_tz
    places: list[Json] = []
    for text in [when] if when else accounts:
        span = try_parse_span(frame, text)
        days = span_days(frame, span) if span else None
        if span and days:
            is_within = _is_unknown_day(span, days)
            is_qualified = span.approximate or span.uncertain
            places.append(
                {
                    "when": text,
                    "own_zone": own_zone_city(str(text), tz, frame.view.zone, frame.words.lang),
                    "first": str(days[0]),
                    "last": str(days[1]),
                    "within": is_within,
                    "qualified": is_qualified,
                    "disputed": not when,
                    "mark": mark_meeting(
                        meeting.status, is_vague=is_within or is_qualified, is_disputed=not when
                    ),
                }
            )
    return places


def find_mark(frame: PageContext, meeting: Meeting) -> Mark | None:
    """Return how doubt about a meeting is drawn beside its date; None where there is none."""
    places = list_places(frame, meeting)
    undated = mark_meeting(meeting.status, is_vague=False, is_disputed=False)
    mark: Mark | None = places[0]["mark"] if places else undated
    return mark


def _is_unknown_day(span: Span, days: tuple[date, date]) -> bool:
    """Return whether a span means one day of which it is not known which."""
    if span.kind != "one-of":
        return span.lo == EARLIEST
    is_open = span.lo == EARLIEST or span.hi >= LATEST
    return is_open or span.approximate or days[0] != days[1]


def build_month(frame: PageContext, meetings: list[Json], deadlines: list[Json]) -> Json | None:
    """Return the weeks of one month, each day with its meetings and the deadlines that end on it,
    and its neighbours."""
    month_text = frame.params.month
    day = date.fromisoformat(f"{month_text}-01") if month_text else _nearest_month(frame, meetings)
    if day.year < 3 or day.year > 9990:
        return None
    weeks = months.Calendar().monthdatescalendar(day.year, day.month)
    placed_meetings = [
        (date.fromisoformat(place["first"]), date.fromisoformat(place["last"]), place, meeting)
        for meeting in meetings
        for place in meeting["places"]
    ]
    placed_meetings = [
        placed for placed in placed_meetings if (placed[1] - placed[0]).days <= MAX_SPAN_DAYS
    ]
    before = day.replace(day=1) - timedelta(days=1)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return {
        "month": str(day)[:7],
        "name": f"{frame.words.month_name(day.month)} {day.year}",
        "previous": str(before)[:7],
        "next": str(after)[:7],
        "within": [
            _calendar_mark(place, meeting)
            for first, last, place, meeting in placed_meetings
            if place["within"] and first < after and before < last
        ],
        "weeks": [
            [
                {
                    "day": str(weekday),
                    "number": weekday.day,
                    "inside": weekday.month == day.month,
                    "shown": weekday == frame.rail.day,
                    "meetings": _marks_of_day(weekday, placed_meetings),
                    "deadlines": [each for each in deadlines if each["last_day"] == str(weekday)],
                }
                for weekday in week
            ]
            for week in weeks
        ],
    }


def _marks_of_day(day: date, placed_meetings: list[tuple[date, date, Json, Json]]) -> list[Json]:
    """Return the meetings of one day, each once, however many accounts place it there."""
    marks: dict[str, Json] = {}
    for first, last, place, meeting in placed_meetings:
        if first <= day <= last and not place["within"]:
            marks.setdefault(meeting["meeting"], _calendar_mark(place, meeting))
    return list(marks.values())


def _calendar_mark(place: Json, meeting: Json) -> Json:
    names = ("meeting", "title", "status")
    return {**{name: meeting[name] for name in names}, **place}


def _nearest_month(frame: PageContext, meetings: list[Json]) -> date:
    """Return the month of the date, or that of the meeting nearest to it."""
    day = frame.rail.day
    starts = [date.fromisoformat(meeting["day"]) for meeting in meetings if meeting["day"]]
    return min(starts, key=lambda start: abs((start - day).days), default=day)
