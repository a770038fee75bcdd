"""The dates of a question: a day, an instant, or a word such as today, in a time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.edtf import SPAN_REMEDY, parse_span
from domain.errors import InvalidQuestionError, InvalidSpanError, Reason
from domain.instants import DAY, LATEST_WRITABLE, Instant, is_zone, local_datetime

RELATIVE_DATES = ("today", "yesterday", "now")
"""What may stand for a date that is asked; a question that does so is never pinned."""
DATE_REMEDY = (
    "use a day such as 2025-12-22, an instant such as 2025-12-22T18:00:00Z, or "
    "today, yesterday or now"
)
_ONE_DATE_PATTERN = re.compile(r"\d{4}-(0\d|1\d)(-\d\d)?", re.ASCII)
_LAST_YEAR, _YEAR_BEFORE = "9999", "9998"
"""The last year that can be written, which no span may name, and one of as many days before it."""


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads the dates of one question: in a zone, at a moment that is now."""

    zone: str
    now: Instant

    def read(self, name: str, value: str) -> Instant:
        """Return the last microsecond of a date or instant of a question.

        Raises InvalidQuestionError naming the parameter. A plus that became a space is understood,
        and so is the year 9999, which means as late as can be.
        """
        if value == "now":
            return self.now
        if value in RELATIVE_DATES:
            value = str(self._relative_day(value))
        return _parse_moment(name, value, self.zone)

    def read_start(self, name: str, value: str) -> Instant:
        """Return the first microsecond of a date or instant of a question, like ``read``."""
        last = self.read(name, value)
        if value == "now" or value.startswith(_LAST_YEAR):
            return last
        day = str(self._relative_day(value)) if value in RELATIVE_DATES else value
        cleaned = day.replace(" ", "+") if "T" in day else day
        return parse_span(cleaned, self.zone).start.lo

    def read_given(self, name: str, value: str | None) -> Instant | None:
        """Return the last microsecond of a date, or None where none is given."""
        return None if value is None else self.read(name, value)

    def _relative_day(self, word: str) -> date:
        today = local_datetime(self.now, self.zone).date()
        return today - timedelta(days=1) if word == "yesterday" else today


def is_relative(*dates: str | None) -> bool:
    """Return whether any date is given by a word, which means another date tomorrow."""
    return any(date in RELATIVE_DATES for date in dates)


def _parse_moment(name: str, value: str, zone: str) -> Instant:
    cleaned = value.replace(" ", "+") if "T" in value else value
    if cleaned.isdigit() and not _is_compact_day(cleaned):
        raise _invalid_param(name, f"{value!r} is a number, not a date", DATE_REMEDY)
    is_last_year = cleaned.startswith(_LAST_YEAR)
    try:
        span = parse_span(
            cleaned.replace(_LAST_YEAR, _YEAR_BEFORE, 1) if is_last_year else cleaned, zone
        )
    except InvalidSpanError as error:
        detail = error.detail.replace(_YEAR_BEFORE, _LAST_YEAR) if is_last_year else error.detail
        dates = [text for text in error.suggestions if _is_single_date(text)]
        is_of_spans = bool(error.suggestions) or error.hint == SPAN_REMEDY
        own_hint = None if is_of_spans else error.hint
        hint = f"use {' or '.join(dates)}" if dates else own_hint or DATE_REMEDY
        raise _invalid_param(name, detail, hint) from None
    if not _is_single_date(cleaned):
        raise _invalid_param(name, f"{value!r} is not a single date", DATE_REMEDY)
    return min(span.start.last + (365 * DAY if is_last_year else 0), LATEST_WRITABLE)


def _is_single_date(text: str) -> bool:
    return "T" in text or _ONE_DATE_PATTERN.fullmatch(text) is not None


def _is_compact_day(text: str) -> bool:
    return len(text) == 8


def check_zone(value: str) -> str:
    """Check the name of a time zone."""
    if not is_zone(value):
        raise _invalid_param(
            "tz", f"{value!r} is not an IANA time zone", "use one such as Europe/Kyiv"
        )
    return value


def _invalid_param(name: str, detail: str, hint: str) -> InvalidQuestionError:
    return InvalidQuestionError(
        f"{name}: {detail}", hint=hint, reasons=(Reason(name, detail, hint),)
    )
