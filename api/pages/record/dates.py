"""The dates of a form: read as people write them, and told how they were understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.pages.shared.dates import DateFormatter, explain_span
from domain.edtf import parse_span
from domain.instants import Instant, is_finite, is_zone, local_day
from domain.plain_dates import PlainDate, read_plain_date

ANCHOR_FIELD, PUBLISHED_FIELD = "anchor", "reports.published"
MEANT = "meant:"
"""Begins the name of the field that says which of several meanings a date has."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """How the text of a field is understood: as one expression, or as several that are asked."""

    text: str
    expression: str | None
    words: str | None
    choices: tuple[tuple[str, str], ...] = ()
    is_phrase: bool = False
    is_relative: bool = False

    @property
    def is_written_otherwise(self) -> bool:
        """Whether the expression is worth showing beside the text."""
        return self.expression is not None and self.expression != self.text


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day from which dates are counted: ``source`` is the field that gives it, or today, which
    is another day in another zone."""

    day: date
    source: str
    zone: str


class DateFields:
    """Reads the dates of one form, counted from the day that it names, the day of its report, or
    today: in the zone that the form gives next to them, else in that of the negotiation."""

    def __init__(self, dates: DateFormatter, now: Instant, sent: Mapping[str, str]) -> None:
        self.dates, self.now, self.sent = dates, now, sent

    @property
    def anchor(self) -> Anchor:
        zone = self._zone_of(ANCHOR_FIELD)
        for name in (ANCHOR_FIELD, PUBLISHED_FIELD):
            if day := self._day_of(name):
                return Anchor(day, name, zone)
        return Anchor(local_day(self.now, zone), "today", zone)

    def _zone_of(self, name: str) -> str:
        """Return the zone of a field: that of its event, or report, or of the first event."""
        before, dot, _ = name.rpartition(".")
        given = (self.sent.get(f"{part}tz", "").strip() for part in (f"{before}{dot}", ""))
        return next(filter(is_zone, given), self.dates.zone)

    def _today(self, name: str) -> date:
        return local_day(self.now, self._zone_of(name))

    def _day_of(self, name: str) -> date | None:
        """Return the one day on which a field says that something is, or begins."""
        expression = self._choose(name, self.sent.get(name, ""), self._today(name)).expression
        if expression is None:
            return None
        first = parse_span(expression, zone := self._zone_of(name)).lo
        return local_day(first, zone) if is_finite(first) else None

    def read(self, name: str, text: str) -> DateReading:
        """Return how a field is understood; where several meanings are offered, the one chosen."""
        given = self.sent.get(ANCHOR_FIELD, "").strip()
        of_report = name == PUBLISHED_FIELD and not given
        day = self._today(name) if of_report or name == ANCHOR_FIELD else self.anchor.day
        found = self._choose(name, text, day)
        choices = tuple((each, self._explain(each)) for each in found.expressions)
        return DateReading(
            found.text,
            found.expression,
            choices[0][1] if found.expression else None,
            choices if len(choices) > 1 else (),
            found.is_phrase,
            found.is_relative,
        )

    def _choose(self, name: str, text: str, day: date) -> PlainDate:
        """Return what a text means; of several meanings the one that the form chose."""
        found = read_plain_date(text, day, self._zone_of(name))
        chosen = self.sent.get(f"{MEANT}{name}")
        if chosen in found.expressions:
            return PlainDate(found.text, (chosen,), found.is_relative)
        return found

    def _explain(self, expression: str) -> str:
        return explain_span(expression, self.dates) or expression
