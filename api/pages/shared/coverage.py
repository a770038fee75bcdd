"""Whether anybody looked: silence of the record is no news where nobody watched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup

from api.pages.shared.svg import element
from domain.coverage import DayRange

if TYPE_CHECKING:
    from api.pages.shared.page_context import PageContext

MAX_STRETCHES = 3
"""Stretches of days that a sentence names, the longest; of the others it counts the days."""


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
    unwatched = [(max(start, first), end) for start, end in coverage.gaps if end >= first]
    return describe_unwatched_plainly(frame, unwatched) or frame.words("coverage.watched")


def describe_unwatched(frame: PageContext, gaps: Sequence[DayRange]) -> str:
    """Return the sentence that names the days on which nobody watched, each stretch a link to what
    is known of them; nothing where there are none."""
    named, others = _name_longest(gaps)
    stretches = [_stretch_link(frame, gap) for gap in named]
    if others:
        address = f"{frame.page_address('pictures/activity')}#unwatched"
        stretches.append(element("a", frame.words("coverage.other-days", others), href=address))
    return _join(frame, stretches, Markup(", "))


def describe_unwatched_plainly(frame: PageContext, gaps: Sequence[DayRange]) -> str:
    """Return the same sentence without links, as for a tip or a picture."""
    named, others = _name_longest(gaps)
    stretches = [frame.dates.format_days(*gap) for gap in named]
    if others:
        stretches.append(frame.words("coverage.other-days", others))
    return _join(frame, stretches, ", ")


def _name_longest(gaps: Sequence[DayRange]) -> tuple[list[DayRange], int]:
    """Return the longest stretches, in order, and how many days all others have."""
    named = sorted(sorted(gaps, key=count_days)[-MAX_STRETCHES:])
    return named, sum(map(count_days, gaps)) - sum(map(count_days, named))


def _join(frame: PageContext, stretches: Sequence[str], comma: str) -> str:
    if not stretches:
        return ""
    *firsts, last = stretches
    words = frame.words
    both = words("compare.told.both", names=comma.join(firsts), last=last) if firsts else last
    return words("coverage.nobody", days=both)


def count_days(gap: DayRange) -> int:
    first, last = gap
    return (last - first).days + 1


def list_stretches(frame: PageContext, gaps: Iterable[DayRange]) -> list[tuple[Markup, int]]:
    """Return each stretch as a link to what is known of it, with its days, the newest first."""
    return [(_stretch_link(frame, gap), count_days(gap)) for gap in sorted(gaps, reverse=True)]


def stretch_address(frame: PageContext, gap: DayRange) -> str:
    """Return the address of the picture of what is known of some days."""
    first, last = gap
    return frame.page_address("pictures/chronology", **{"from": first, "to": last})


def _stretch_link(frame: PageContext, gap: DayRange) -> Markup:
    return element("a", frame.dates.format_days(*gap), href=stretch_address(frame, gap))
