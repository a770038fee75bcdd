"""Whether anybody looked: silence of the record is no news where nobody watched."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from domain.edtf import parse_span
from domain.errors import InvalidSpanError
from projections import answers

if TYPE_CHECKING:
    from api.pages.shared.page_context import PageContext


def write_coverage_note(frame: PageContext) -> str | None:
    """Return until when somebody watched; None where the day that is shown was watched."""
    last_watch = answers.to_plain(answers.build_coverage(frame.view))["last_watch"]
    if last_watch is None:
        return frame.words("rail.uncovered")
    watched_until = _last_watched_day(frame, last_watch.get("to"), last_watch.get("tz"))
    if watched_until is None or watched_until >= frame.rail.day:
        return None
    heard_since = frame.rail.last is not None and frame.rail.last > watched_until
    key = "rail.no-watch" if heard_since else "rail.unwatched"
    return frame.words(key, day=frame.dates.format_day(watched_until))


def _last_watched_day(frame: PageContext, text: object, zone: str | None) -> date | None:
    try:
        span = parse_span(text if isinstance(text, str) else None, zone or frame.view.zone)
    except InvalidSpanError:
        return None
    return frame.dates.to_local(span.start.last).date() if isinstance(text, str) else None
