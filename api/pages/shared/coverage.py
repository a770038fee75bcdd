"""Whether anybody looked: silence of the record is no news where nobody watched."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.pages.shared.page_context import PageContext


def describe_silence(frame: PageContext, first: date) -> str:
    """Return whether anybody watched from a day to the day that is shown."""
    coverage = frame.coverage
    if not coverage.recorded:
        return frame.words("coverage.not-recorded")
    if coverage.watched_until is None:
        return frame.words("coverage.never")
    if coverage.watched_until < first:
        day = frame.dates.format_day(coverage.watched_until)
        return frame.words("coverage.silent-since", day=day)
    if coverage.last_unwatched is not None and coverage.last_unwatched >= first:
        day = frame.dates.format_day(coverage.last_unwatched)
        return frame.words("coverage.silent-partly", day=day)
    return frame.words("coverage.watched")
