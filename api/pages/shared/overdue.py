"""Since when something is overdue that was announced, or due, and was not reported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from api.models.answers import Deadline, Meeting
from api.pages.shared.disputes import rival_values
from api.pages.shared.page_context import PageContext
from domain.edtf import Bounds, parse_span
from domain.instants import EARLIEST, LATEST
from domain.model import Json


def overdue_meeting(frame: PageContext, meeting: Meeting) -> Json | None:
    """Return since when a meeting is overdue: an interval by its start."""
    if meeting.status != "overdue":
        return None
    whens = [meeting.expected] if meeting.expected else rival_values(meeting, "expected")
    zone = meeting.expected_tz or frame.view.zone
    return _overdue_since(frame, (parse_span(str(when), zone).start for when in whens))


def overdue_deadline(frame: PageContext, deadline: Deadline) -> Json | None:
    """Return since when a deadline has passed: an interval by its end."""
    if deadline.status != "passed":
        return None
    whens = [deadline.due] if deadline.due else rival_values(deadline, "due")
    spans = (parse_span(str(when), deadline.tz or frame.view.zone) for when in whens)
    return _overdue_since(frame, (span.end or span.start for span in spans))


def _overdue_since(frame: PageContext, moments: Iterable[Bounds]) -> Json | None:
    """Return the first day on which something is surely late by every account, and how many days
    after the last on which it was not it is now."""
    bounds = max(moments, key=lambda each: each.last, default=None)
    if bounds is None or not EARLIEST < bounds.last < LATEST:
        return None
    last = frame.dates.to_local(bounds.last).date()
    today = frame.dates.to_local(frame.basis.valid_at).date()
    since = last if bounds.exact else last + timedelta(days=1)
    return {"since": str(since), "days": max((today - last).days, 0)}
