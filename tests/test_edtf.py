"""Spans: the table of docs/time.md row by row, what is refused and where, and how spans compare."""

from __future__ import annotations

import pytest

from domain.asked_dates import DateReader
from domain.edtf import Span, parse_span
from domain.errors import InvalidQuestionError, InvalidSpanError
from domain.instants import DAY, EARLIEST, LATEST, from_rfc3339, is_zone


def at(text: str | None, *, otherwise: int = EARLIEST) -> int:
    """Read "2025-12-21" or "2025-12-21T18:30:00Z" as an instant in UTC; null is open."""
    if text is None:
        return otherwise
    return from_rfc3339(text if "T" in text else f"{text}T00:00:00+00:00")


# expression, kind, lo, hi (null: open), flags

TABLE = [
    ("2025-12-21T18:30:00Z", "instant", "2025-12-21T18:30:00Z", "2025-12-21T18:30:00Z", ""),
    ("2025-12-21T18:30:00+02:00", "instant", "2025-12-21T16:30:00Z", "2025-12-21T16:30:00Z", ""),
    ("2025-12-21T18:30-05:00", "instant", "2025-12-21T23:30:00Z", "2025-12-21T23:30:00Z", ""),
    (
        "2025-12-21T18:30:00.25Z",
        "instant",
        "2025-12-21T18:30:00.250Z",
        "2025-12-21T18:30:00.250Z",
        "",
    ),
    ("2025-12-21T00:30:00+02:00", "instant", "2025-12-20T22:30:00Z", "2025-12-20T22:30:00Z", ""),
    ("2025-12-21", "one-of", "2025-12-21", "2025-12-22", ""),
    ("2024-02-29", "one-of", "2024-02-29", "2024-03-01", ""),
    ("2025-12", "one-of", "2025-12-01", "2026-01-01", ""),
    ("2025-02", "one-of", "2025-02-01", "2025-03-01", ""),
    ("2025", "one-of", "2025-01-01", "2026-01-01", ""),
    ("2025-21", "one-of", "2025-03-01", "2025-06-01", ""),
    ("2025-22", "one-of", "2025-06-01", "2025-09-01", ""),
    ("2025-23", "one-of", "2025-09-01", "2025-12-01", ""),
    ("2025-24", "one-of", "2025-12-01", "2026-03-01", ""),
    ("2025-12-19/2025-12-21", "duration", "2025-12-19", "2025-12-22", ""),
    ("2025-12-19/2025-12-19", "duration", "2025-12-19", "2025-12-20", ""),
    ("2025-11/2025-12-21", "duration", "2025-11-01", "2025-12-22", ""),
    (
        "2025-12-19T13:00-05:00/2025-12-19T16:00-05:00",
        "duration",
        "2025-12-19T18:00:00Z",
        "2025-12-19T21:00:00Z",
        "",
    ),
    ("[2025-12-19..2025-12-21]", "one-of", "2025-12-19", "2025-12-22", ""),
    ("[2025-12-23,2025-12-27]", "one-of", "2025-12-23", "2025-12-28", ""),
    ("[2025-12-27,2025-12-23]", "one-of", "2025-12-23", "2025-12-28", ""),
    ("[2025-11..2025-12]", "one-of", "2025-11-01", "2026-01-01", ""),
    ("2025-12-2X", "one-of", "2025-12-20", "2025-12-30", ""),
    ("2025-12-3X", "one-of", "2025-12-30", "2026-01-01", ""),
    ("2025-12-XX", "one-of", "2025-12-01", "2026-01-01", ""),
    ("2025-XX", "one-of", "2025-01-01", "2026-01-01", ""),
    ("2025-1X", "one-of", "2025-10-01", "2026-01-01", ""),
    ("202X", "one-of", "2020-01-01", "2030-01-01", ""),
    ("20XX", "one-of", "2000-01-01", "2100-01-01", ""),
    ("2025-12-21?", "one-of", "2025-12-21", "2025-12-22", "?"),
    ("2025-12-21~", "one-of", "2025-12-20", "2025-12-23", "~"),
    ("2025-12-22~", "one-of", "2025-12-21", "2025-12-24", "~"),
    ("2025-12-21%", "one-of", "2025-12-20", "2025-12-23", "?~"),
    ("2025-12?", "one-of", "2025-12-01", "2026-01-01", "?"),
    ("2025-12~", "one-of", "2025-11-24", "2026-01-08", "~"),
    ("2025~", "one-of", "2024-12-01", "2026-02-01", "~"),
    ("2025-12-19/..", "ongoing", "2025-12-19", None, ""),
    ("2025-12-19/", "duration", "2025-12-19", None, ""),
    ("[..1904]", "one-of", None, "1905-01-01", ""),
    ("[1904..]", "one-of", "1904-01-01", None, ""),
    ("../2025-12-21", "duration", None, "2025-12-22", ""),
    ("/2025-12-21", "duration", None, "2025-12-22", ""),
    ("2025-12-19~/2025-12-21", "duration", "2025-12-18", "2025-12-22", "~"),
    ("2025-12-19/2025-12-21~", "duration", "2025-12-19", "2025-12-23", "~"),
    ("2025-12-19?/2025-12-21%", "duration", "2025-12-19", "2025-12-23", "?~"),
    (None, "unknown", None, None, ""),
]


@pytest.mark.parametrize(("text", "kind", "lo", "hi", "flags"), TABLE)
def test_row(text: str | None, kind: str, lo: str | None, hi: str | None, flags: str) -> None:
    span = parse_span(text)
    assert (span.kind, span.lo, span.hi) == (kind, at(lo), at(hi, otherwise=LATEST))
    assert (span.uncertain, span.approximate) == ("?" in flags, "~" in flags)
    assert span.expression == text
    assert span.start.exact == (span.start.lo == span.start.hi)


def ends(span: Span) -> tuple[int, ...]:
    assert span.end is not None
    return span.start.lo, span.start.hi, span.end.lo, span.end.hi


def test_a_duration_has_two_ends_and_a_set_has_none() -> None:
    days = [at(f"2025-12-{day}") for day in (19, 20, 21, 22)]
    assert list(ends(parse_span("2025-12-19/2025-12-21"))) == days
    chosen = parse_span("[2025-12-19..2025-12-21]")
    assert chosen.end is None
    assert (chosen.start.lo, chosen.start.hi) == (days[0], days[3])


def test_an_unknown_start_lies_before_the_end() -> None:
    span = parse_span("../2025-12-21")
    assert ends(span) == (EARLIEST, at("2025-12-22"), at("2025-12-21"), at("2025-12-22"))


def test_a_qualifier_widens_its_own_end_only() -> None:
    days = [at(f"2025-12-{day}") for day in (18, 21, 21, 22)]
    assert list(ends(parse_span("2025-12-19~/2025-12-21"))) == days


# expression, the character where it goes wrong, a word of the remedy

REFUSED = [
    ("", 1, "use"),
    ("21 December", 1, "use"),
    ("2025-12-21 ", 1, "use"),
    ("2025-12-21\n", 1, "use"),
    ("２０２５", 1, "use"),  # noqa: RUF001  # full-width digits, on purpose
    ("2025-2-1", 1, "use"),
    ("2025-13", 6, "use"),
    ("2025-00", 6, "use"),
    ("2025-25", 6, "use"),
    ("2025-02-29", 9, "use"),
    ("2025-11-31", 9, "use"),
    ("2025-12-00", 9, "use"),
    ("2025-12-4X", 9, "use"),
    ("2025-2X", 6, "use"),
    ("0000", 1, "use"),
    ("9999", 1, "use"),
    ("202X-12", 6, "use X"),
    ("2025-XX-01", 9, "use X"),
    ("2X25", 1, "use"),
    ("-2025", 1, "use"),
    ("Y-170000", 1, "use"),
    ("2025-12-21T18:30", 17, "Z"),
    ("2025-12-21T18", 1, "use"),
    ("2025-12-21T25:00Z", 1, "use"),
    ("2025-02-29T10:00Z", 1, "use"),
    ("2025-12-21T10:00+99:00", 1, "use"),
    ("2025-12-21T10:00:60Z", 1, "use"),
    ("2025-12-21T10:00Z?", 1, "use"),
    ("2025-12-21/2025-12-20", 12, "swap"),
    ("2025-12-21T10:00Z/2025-12-21T09:00Z", 19, "swap"),
    ("2025-12-19/2025-12-20/2025-12-21", 22, "one slash"),
    ("../..", 1, "one end"),
    ("/", 1, "one end"),
    ("2025-12-19/soon", 12, "use"),
    ("2025-12-19/2025-02-30", 20, "use"),
    ("[2025-12-21..2025-12-19]", 2, "swap"),
    ("[2025-12-19..2025-12-20..2025-12-21]", None, "[first..last]"),
    ("[2025-12-19", 12, "[first..last]"),
    ("[]", 2, "use"),
    ("[2025-12-19,]", 13, "use"),
    ("[..]", 2, "null"),
    ("[2025-12-19?,2025-12-21]", 2, "remove"),
    ("[2025-12-19,2025-12-32]", 21, "use"),
    ("{2025-12-19,2025-12-21}", 1, "use"),
]


@pytest.mark.parametrize(("text", "place", "remedy"), REFUSED)
def test_refusal_names_place_and_remedy(text: str, place: int | None, remedy: str) -> None:
    with pytest.raises(InvalidSpanError) as refused:
        parse_span(text)
    assert repr(text) in refused.value.detail
    if place is not None:
        assert f"at character {place} of" in refused.value.detail
    assert remedy in (refused.value.hint or "")


# Comparison.


def test_nothing_is_past_on_its_own_day() -> None:
    day = parse_span("2025-12-21").start
    assert not day.is_past(at("2025-12-21T23:59:59.999999Z"))
    assert day.is_past(at("2025-12-22"))
    instant = parse_span("2025-12-21T18:30:00Z").start
    assert instant.is_past(at("2025-12-21T18:30:00Z"))
    assert not parse_span(None).start.is_past(at("2999-01-01"))


def test_lowering_keeps_what_lies_later_and_what_is_over() -> None:
    day = parse_span("2025-12-21").start
    noon = at("2025-12-21T12:00:00Z")
    lowered = day.capped_at(noon)
    assert (lowered.lo, lowered.hi, lowered.last) == (day.lo, noon, noon)
    assert day.capped_at(day.lo - 1) == day
    assert day.capped_at(day.hi) == day
    assert parse_span(None).start.capped_at(noon).last == noon


# Time zones.

ZONES = [
    ("2025-12-21", "Europe/Kyiv", "2025-12-20T22:00:00Z", "2025-12-21T22:00:00Z"),
    ("2025-07-01", "Europe/Kyiv", "2025-06-30T21:00:00Z", "2025-07-01T21:00:00Z"),
    ("2025-12-21", "America/New_York", "2025-12-21T05:00:00Z", "2025-12-22T05:00:00Z"),
    ("2025-03-30", "Europe/Berlin", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z"),
    ("2025-10-26", "Europe/Berlin", "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z"),
    ("2025-12-21/2025-12-22", "Asia/Tokyo", "2025-12-20T15:00:00Z", "2025-12-22T15:00:00Z"),
    ("2025-12-21T10:00:00Z", "Asia/Tokyo", "2025-12-21T10:00:00Z", "2025-12-21T10:00:00Z"),
]


@pytest.mark.parametrize(("text", "zone", "lo", "hi"), ZONES)
def test_days_are_those_of_the_zone(text: str, zone: str, lo: str, hi: str) -> None:
    span = parse_span(text, zone)
    assert (span.lo, span.hi) == (at(lo), at(hi))


def test_the_day_of_the_clock_change_has_23_or_25_hours() -> None:
    hours = [parse_span(day, "Europe/Berlin") for day in ("2025-03-30", "2025-10-26")]
    assert [24 * (span.hi - span.lo) / DAY for span in hours] == [23, 25]


@pytest.mark.parametrize(
    "name", ["localtime", "posixrules", "Factory", "posix/Europe/Kyiv", "right/UTC", "", "../etc"]
)
def test_a_zone_that_depends_on_the_machine_is_no_zone(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize(
    "value", ["[2025-12-01,2025-12-24]", "202X", "2025-24", "2025-12-2X", "2025-12-24?", "2025"]
)
def test_a_question_takes_one_date(value: str) -> None:
    with pytest.raises(InvalidQuestionError, match=r"single date|is a number"):
        DateReader("UTC", 0).read("as_of", value)
