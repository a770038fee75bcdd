"""The grammar of dates as people write them: what a phrase may mean, as time expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

from domain.date_bounds import BOUNDED, as_one_of, as_uncertain, is_of_neighbours
from domain.date_counting import count_periods
from domain.date_periods import (
    DatePeriod,
    PartialDate,
    approximate_period,
    complete_date,
    decade_period,
    half_period,
    months_period,
    nearest_periods,
    part_period,
    partial_dates,
    season_period,
    unit_period,
    week_of_month,
)
from domain.date_words import MONTH, WEEK, YEAR, Token, kinds_of, read_tokens, split_tokens
from domain.instants import local_offsets

_RANGE_SIGNS = "-TUV"
_OFFSETS_UNASKED = ("Z", "+02:00")
"""Shown of a time without an offset where no zone is known: both ways to write one."""


def read_phrase(text: str, anchor: date | None, zone: str | None = None) -> list[str]:
    """Return every time expression that a phrase may mean; none where it is not understood.

    Dates that leave something out are counted from the anchor; without one they mean nothing. Times
    of day are of the zone. Some of the expressions may be outside of the profile.
    """
    tokens = read_tokens(text)
    if not tokens:
        return []
    try:
        return list(dict.fromkeys(_PhraseReader(anchor, zone).read(tokens)))
    except (ValueError, OverflowError):
        return []


class _PhraseReader:
    """Reads the tokens of one phrase, counted from a day, in a zone."""

    def __init__(self, anchor: date | None, zone: str | None) -> None:
        self.anchor, self.zone = anchor, zone

    def read(self, tokens: list[Token]) -> Iterator[str]:
        marks = {token.kind for token in tokens} & set("1?")
        rest = [token for token in tokens if token.kind not in "1?"]
        while rest and rest[-1].kind == ",":
            rest.pop()
        for expression in self._read_bounded(rest) if rest else ():
            meant = as_one_of(expression) if "1" in marks else expression
            if "?" not in marks:
                yield meant
            elif meant[0] != "[" and "T" not in meant:
                yield "/".join(map(as_uncertain, meant.split("/")))

    def _read_bounded(self, tokens: list[Token]) -> Iterator[str]:
        """Yield what a phrase means that may say before, after or between what it is."""
        first, rest = tokens[0].kind, tokens[1:]
        if tokens[-1].kind in "BG":
            first, rest = tokens[-1].kind, tokens[:-1]
        match first:
            case "W":
                yield from map(as_one_of, self._read_range(rest, "-&T"))
            case "F" if any(token.kind in _RANGE_SIGNS for token in rest):
                yield from self._read_range(rest, _RANGE_SIGNS)
            case "*" | "D":
                for period in self._periods(rest):
                    yield from [period.text] if first == "D" else []
                    yield f"{period.first}/{period.last}"
            case _ if first in BOUNDED:
                for period in self._periods(rest):
                    yield from BOUNDED[first](period)
            case _:
                yield from self._read_plain(tokens)

    def _read_plain(self, tokens: list[Token]) -> Iterator[str]:
        kinds = set(kinds_of(tokens))
        if "O" in kinds:
            yield from self._read_choice(tokens)
        elif kinds & set("-TU"):
            yield from self._read_range(tokens, "-TU")
        elif "&" in kinds:
            both = list(self._read_range(tokens, "&"))
            yield from filter(is_of_neighbours, both)
        elif tokens[0].kind == "~":
            found = map(approximate_period, self._periods(tokens[1:]))
            yield from (period.text for period in found if period)
        else:
            yield from (period.text for period in self._periods(tokens))

    def _read_choice(self, tokens: list[Token]) -> Iterator[str]:
        """Read one of several dates, such as 22, 23 or 24 December."""
        for signs in ("O", "O,"):
            parts = [part for part in split_tokens(tokens, signs) if part]
            partials = [partial_dates(part) for part in parts]
            if len(parts) > 1 and all(partials):
                break
        else:
            return
        for choice in product(*(partial for partial in partials if partial)):
            days = self._complete_together(list(choice))
            if days and all(day.is_plain for day in days):
                yield f"[{','.join(day.text for day in days)}]"

    def _complete_together(self, partials: list[PartialDate]) -> list[DatePeriod]:
        """Return dates of which each may leave out what the last one, or the first one, says."""
        last, first = partials[-1], partials[0]
        month, year = last.month or first.month, last.year or first.year
        filled = [
            replace(each, month=each.month or month, year=each.year or year) for each in partials
        ]
        found = [complete_date(each, self.anchor) for each in filled]
        return [each[0] for each in found] if all(len(each) == 1 for each in found) else []

    def _read_range(self, tokens: list[Token], signs: str) -> Iterator[str]:
        """Read from one date to another, each of which may leave out what the other says."""
        parts = list(split_tokens(tokens, signs))
        if len(parts) != 2 or not all(parts):
            return
        left, right = _share_day(*parts)
        ends = [partial_dates(left), partial_dates(right)]
        pairs: Iterable[tuple[DatePeriod, DatePeriod]] = product(
            self._periods(left), self._periods(right)
        )
        if kinds_of(left) == kinds_of(right) == "w":
            pairs = filter(_is_within_week, pairs)
        elif ends[0] and ends[1]:
            pairs = self._range_ends(ends[0], ends[1])
        for start, end in pairs:
            if start.is_plain and end.is_plain and _is_ordered(start, end):
                yield f"{start.text}/{end.text}"

    def _range_ends(
        self, lefts: list[PartialDate], rights: list[PartialDate]
    ) -> Iterator[tuple[DatePeriod, DatePeriod]]:
        in_step = len(lefts) == len(rights)
        pairs = zip(lefts, rights, strict=True) if in_step else product(lefts, rights)
        for left, right in pairs:
            start = replace(left, month=left.month or right.month) if left.day else left
            end = replace(right, month=right.month or left.month) if right.day else right
            wraps = left.month is not None and right.month not in (None, left.month)
            for first in self._starts(start, end, wraps=wraps):
                year = end.year or first.first.year
                for last in complete_date(replace(end, year=year), self.anchor):
                    if wraps and last.last < first.first and end.year is None:
                        last, *_ = complete_date(replace(end, year=year + 1), self.anchor) or [last]
                    yield first, last

    def _starts(self, start: PartialDate, end: PartialDate, *, wraps: bool) -> list[DatePeriod]:
        """Return the starts of a range; one that wraps may begin in the year before its end's."""
        if start.year is not None or end.year is None:
            return complete_date(start, self.anchor)
        found = complete_date(replace(start, year=end.year), self.anchor)
        after = complete_date(end, self.anchor)
        if wraps and found and after and found[0].first > after[0].last:
            return complete_date(replace(start, year=end.year - 1), self.anchor)
        return found

    def _periods(self, tokens: list[Token]) -> list[DatePeriod]:
        """Return the periods, or the instants, that a phrase without bounds may mean."""
        times = [token for token in tokens if token.kind == "t"]
        if times:
            days = self._periods([token for token in tokens if token.kind != "t"])
            return self._instants(days, times[0]) if len(times) == 1 else []
        if not tokens:
            return []
        tokens = self._name_relative(tokens)
        kinds = kinds_of([token for token in tokens if token.kind != ","])
        values = [token for token in tokens if token.kind != ","]
        if self.anchor is not None and (counted := self._count(kinds, values, self.anchor)):
            return counted
        return self._name(kinds, values)

    def _instants(self, days: list[DatePeriod], time: Token) -> list[DatePeriod]:
        clock, _, offset = time.text.partition("|")
        found = []
        for period in days:
            if not period.is_day or "T" in period.text or not period.is_plain:
                continue
            at = datetime.combine(period.first, datetime.min.time()) + timedelta(minutes=time.value)
            offsets = [offset] if offset else self._offsets(at)
            found += [period._replace(text=f"{period.first}T{clock}{each}") for each in offsets]
        return found

    def _offsets(self, at: datetime) -> tuple[str, ...]:
        return _OFFSETS_UNASKED if self.zone is None else local_offsets(at, self.zone)

    def _name_relative(self, tokens: list[Token]) -> list[Token]:
        """Write last, this and next year and month among other words as numbers."""
        kinds = kinds_of(tokens)
        found = re.search("ru", kinds)
        if found is None or len(kinds) == 2 or self.anchor is None or kinds[0] in "el":
            return tokens
        at, (step, unit) = found.start(), tokens[found.start() : found.end()]
        whole = unit_period(self.anchor, unit.value, step.value)
        if whole is None or unit.value not in (MONTH, YEAR):
            return tokens
        named = [Token("y", whole.first.year)]
        if unit.value == MONTH:
            named.insert(0, Token("m", whole.first.month))
        return [*tokens[:at], *named, *tokens[at + 2 :]]

    def _count(self, kinds: str, tokens: list[Token], anchor: date) -> list[DatePeriod]:
        if kinds in ("rm", "rs"):
            return self._relative_month(tokens[1], tokens[0].value, anchor)
        return count_periods(kinds, [token.value for token in tokens], anchor)

    def _relative_month(self, token: Token, step: int, anchor: date) -> list[DatePeriod]:
        """Return last, this or next December, or summer."""
        years = range(anchor.year - 2, anchor.year + 3)
        found = [period for year in years for period in self._name(token.kind + "y", [
            token, Token("y", year)])]  # fmt: skip
        if step == 0:
            return [period for period in found if period.first.year == anchor.year]
        if step < 0:
            return [period for period in found if period.last < anchor][-1:]
        return [period for period in found if period.first > anchor][:1]

    def _name(self, kinds: str, tokens: list[Token]) -> list[DatePeriod]:
        """Return what a phrase names that is a date, or a part of one."""
        head, number = kinds[:1], tokens[0].value if tokens else 0
        if kinds == "c":
            return [decade_period(number)]
        if head == "p":
            return self._parts(tokens[1:], lambda whole: part_period(whole, number))
        if kinds[:2] == "NH":
            return self._parts(tokens[2:], lambda whole: half_period(whole, number))
        if kinds in ("Num", "Numy") and tokens[1].value == WEEK:
            return self._parts(tokens[2:], lambda whole: week_of_month(whole, number))
        if kinds in ("rum", "rumy") and tokens[1].value == WEEK and number == -1:
            return self._parts(tokens[2:], lambda whole: week_of_month(whole, -1))
        if kinds in ("s", "sy"):
            return self._in_year(tokens[1:], lambda year: season_period(year, number))
        if kinds in ("NQ", "NQy", "Q", "Qy"):
            rest, last = tokens[kinds.index("Q") + 1 :], 3 * number
            return self._in_year(rest, lambda year: months_period(year, last - 2, last))
        if head == "u" and number == WEEK:
            days = self._whole_days(tokens[1:])
            return [week for day in days if (week := unit_period(day.first, WEEK, 0))]
        if kinds == "n":
            return []
        partials = partial_dates(tokens) or []
        return [period for each in partials for period in complete_date(each, self.anchor)]

    def _whole_days(self, tokens: list[Token]) -> list[DatePeriod]:
        return [period for period in self._periods(tokens) if period.is_day]

    def _parts(
        self, tokens: list[Token], part_of: Callable[[DatePeriod], DatePeriod | None]
    ) -> list[DatePeriod]:
        return [part for whole in self._periods(tokens) if (part := part_of(whole))]

    def _in_year(self, tokens: list[Token], build: Callable[[int], DatePeriod]) -> list[DatePeriod]:
        if tokens:
            return [build(tokens[0].value)]
        if self.anchor is None:
            return []
        years = range(self.anchor.year - 1, self.anchor.year + 2)
        return nearest_periods(map(build, years), self.anchor, 60)


def _share_day(left: list[Token], right: list[Token]) -> tuple[list[Token], list[Token]]:
    """Give a time of day without a day that of the other end: 13:00–16:00 on 19 December."""
    days = [[token for token in part if token.kind != "t"] for part in (left, right)]
    if "t" in kinds_of(left) and "t" in kinds_of(right):
        return (left if days[0] else left + days[1]), (right if days[1] else right + days[0])
    return left, right


def _is_ordered(start: DatePeriod, end: DatePeriod) -> bool:
    return (start.first, start.text) <= (end.first, end.text)


def _is_within_week(pair: tuple[DatePeriod, DatePeriod]) -> bool:
    return timedelta(0) < pair[1].first - pair[0].first < timedelta(weeks=1)
