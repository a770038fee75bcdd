# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Dates as people write them, in two languages: what each may mean, and never a guess."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.date_words import read_tokens
from domain.edtf import parse_span
from domain.instants import local_day
from domain.plain_dates import PlainDate, read_plain_date

ANCHOR, ZONE = date(2025, 12, 24), "Europe/Kyiv"
"""A Wednesday."""


def read(text: str, anchor: date | None = ANCHOR) -> PlainDate:
    return read_plain_date(text, anchor, ZONE)


UNDERSTOOD = {
    # Digits.
    "2025-12-24": "2025-12-24",
    "24.12.2025": "2025-12-24",
    "4.3.2026": "2026-03-04",
    "24.12.25": "2025-12-24",
    "24/12/2025": "2025-12-24",
    "2025/12/24": "2025-12-24",
    "2025.12.24": "2025-12-24",
    "20251224": "2025-12-24",
    "12/2025": "2025-12",
    "24.12.": "2025-12-24",
    "24/12": "2025-12-24",
    "22.12.2025–24.12.2025": "2025-12-22/2025-12-24",
    "22–24.12.2025": "2025-12-22/2025-12-24",
    "2025-12-22 – 2025-12-24": "2025-12-22/2025-12-24",
    "2024–2025": "2024/2025",
    "2025": "2025",
    # Days.
    "24 December 2025": "2025-12-24",
    "24th of December, 2025": "2025-12-24",
    "Dec. 24, 2025": "2025-12-24",
    "December 24th 2025": "2025-12-24",
    "Wednesday, 24 December 2025": "2025-12-24",
    "on the 24th of December": "2025-12-24",
    "the twelfth of December": "2025-12-12",
    "дванадцятого грудня": "2025-12-12",
    "24 December": "2025-12-24",
    "3 January": "2026-01-03",
    "1 November": "2025-11-01",
    "Wednesday 24 December": "2025-12-24",
    "the 22nd": "2025-12-22",
    "24 грудня 2025 р.": "2025-12-24",
    "24 грудня 2025 року": "2025-12-24",
    "24-го грудня": "2025-12-24",
    "середа, 24 грудня 2025": "2025-12-24",
    "у середу, 24 грудня": "2025-12-24",
    "3 січня": "2026-01-03",
    "24 груд. 2025": "2025-12-24",
    "24 December last year": "2024-12-24",
    "24 грудня минулого року": "2024-12-24",
    "15th of last month": "2025-11-15",
    "15 числа минулого місяця": "2025-11-15",
    # Counted from a day.
    "today": "2025-12-24",
    "Yesterday": "2025-12-23",
    "tomorrow": "2025-12-25",
    "the day before yesterday": "2025-12-22",
    "сьогодні": "2025-12-24",
    "вчора": "2025-12-23",
    "учора ввечері": "2025-12-23",
    "завтра": "2025-12-25",
    "позавчора": "2025-12-22",
    "післязавтра": "2025-12-26",
    "last Thursday": "2025-12-18",
    "минулого четверга": "2025-12-18",
    "минулої п’ятниці": "2025-12-19",
    "last Wednesday": "2025-12-17",
    "this Thursday": "2025-12-25",
    "цього четверга": "2025-12-25",
    "next Monday": "2025-12-29",
    "наступного понеділка": "2025-12-29",
    "Thursday last week": "2025-12-18",
    "у вівторок минулого тижня": "2025-12-16",
    "Monday of next week": "2025-12-29",
    "three days ago": "2025-12-21",
    "3 дні тому": "2025-12-21",
    "a week ago": "[2025-12-14..2025-12-20]",
    "два тижні тому": "[2025-12-07..2025-12-13]",
    "two months ago": "2025-10~",
    "рік тому": "2024~",
    "in three days": "2025-12-27",
    "через п'ять днів": "2025-12-29",
    "the other day": "[2025-12-17..2025-12-23]",
    "last night": "[2025-12-23..2025-12-24]",
    "in the coming days": "[2025-12-25..2025-12-31]",
    "найближчими днями": "[2025-12-25..2025-12-31]",
    "last week": "[2025-12-15..2025-12-21]",
    "this week": "[2025-12-22..2025-12-28]",
    "next week": "[2025-12-29..2026-01-04]",
    "минулого тижня": "[2025-12-15..2025-12-21]",
    "наступного тижня": "[2025-12-29..2026-01-04]",
    "earlier this week": "[2025-12-22..2025-12-23]",
    "later this month": "[2025-12-25..2025-12-31]",
    "last weekend": "[2025-12-20..2025-12-21]",
    "минулих вихідних": "[2025-12-20..2025-12-21]",
    "the week of 22 December": "[2025-12-22..2025-12-28]",
    "last month": "2025-11",
    "минулого місяця": "2025-11",
    "next month": "2026-01",
    "next year": "2026",
    "минулого року": "2024",
    "last November": "2025-11",
    "минулого листопада": "2025-11",
    "last summer": "2025-22",
    # Vague.
    "December 2025": "2025-12",
    "грудень 2025": "2025-12",
    "у грудні 2025 року": "2025-12",
    "January": "2026-01",
    "late December 2025": "[2025-12-21..2025-12-31]",
    "late December": "[2025-12-21..2025-12-31]",
    "at the end of December": "[2025-12-21..2025-12-31]",
    "early December": "[2025-12-01..2025-12-10]",
    "mid-March 2026": "[2026-03-11..2026-03-20]",
    "late February 2024": "[2024-02-21..2024-02-29]",
    "кінець грудня": "[2025-12-21..2025-12-31]",
    "наприкінці грудня 2025 року": "[2025-12-21..2025-12-31]",
    "на початку січня": "[2026-01-01..2026-01-10]",
    "у середині березня 2026": "[2026-03-11..2026-03-20]",
    "early next month": "[2026-01-01..2026-01-10]",
    "early 2026": "[2026-01..2026-04]",
    "на початку 2026 року": "[2026-01..2026-04]",
    "first half of December": "[2025-12-01..2025-12-15]",
    "друга половина грудня": "[2025-12-16..2025-12-31]",
    "first week of December": "[2025-12-01..2025-12-07]",
    "перший тиждень грудня": "[2025-12-01..2025-12-07]",
    "Q1 2026": "[2026-01..2026-03]",
    "second quarter of 2026": "[2026-04..2026-06]",
    "третій квартал 2025 року": "[2025-07..2025-09]",
    "spring 2025": "2025-21",
    "навесні 2026": "2026-21",
    "winter 2025": "2025-24",
    "1990s": "199X",
    "1990-ті роки": "199X",
    "about 24 December": "2025-12-24~",
    "circa 1990": "1990~",
    "близько 24 грудня": "2025-12-24~",
    "приблизно у травні 2025": "2025-05~",
    "perhaps 24 December": "2025-12-24?",
    "24 December?": "2025-12-24?",
    "можливо, 24 грудня": "2025-12-24?",
    "probably about 24 December": "2025-12-24%",
    # From one day to another, or one of several.
    "22–24 Dec": "2025-12-22/2025-12-24",
    "22–24 Dec, one of them": "[2025-12-22..2025-12-24]",
    "22–24 грудня": "2025-12-22/2025-12-24",
    "22–24 грудня, один із них": "[2025-12-22..2025-12-24]",
    "December 22–24, 2025": "2025-12-22/2025-12-24",
    "30 November – 2 December": "2025-11-30/2025-12-02",
    "30 December – 2 January": "2025-12-30/2026-01-02",
    "30 December – 2 January 2026": "2025-12-30/2026-01-02",
    "from 22 to 24 December": "2025-12-22/2025-12-24",
    "з 22 по 24 грудня": "2025-12-22/2025-12-24",
    "від 22 до 24 грудня": "2025-12-22/2025-12-24",
    "22 and 23 December": "2025-12-22/2025-12-23",
    "between 22 and 24 December": "[2025-12-22..2025-12-24]",
    "між 22 і 24 грудня": "[2025-12-22..2025-12-24]",
    "sometime between 22 and 24 December": "[2025-12-22..2025-12-24]",
    "22 or 24 December": "[2025-12-22,2025-12-24]",
    "22, 23 or 27 December 2025": "[2025-12-22,2025-12-23,2025-12-27]",
    "22 або 24 грудня": "[2025-12-22,2025-12-24]",
    "November–December 2025": "2025-11/2025-12",
    "листопад – грудень 2025": "2025-11/2025-12",
    "throughout December": "2025-12-01/2025-12-31",
    # Bounds.
    "before 8 December": "[..2025-12-07]",
    "before December 2025": "[..2025-11]",
    "after 2025": "[2026..]",
    "після 8 грудня": "[2025-12-09..]",
    "перед 8 грудня": "[..2025-12-07]",
    "by 8 December": "[..2025-12-08]",
    "by the end of December": "[..2025-12-31]",
    "8 December at the latest": "[..2025-12-08]",
    "не пізніше 8 грудня": "[..2025-12-08]",
    "not before 8 December": "[2025-12-08..]",
    "не раніше 8 грудня": "[2025-12-08..]",
    "until 8 December": "../2025-12-08",
    "since 8 December": "2025-12-08/..",
    "з 8 грудня": "2025-12-08/..",
    "since yesterday": "2025-12-23/..",
    "at the latest since 8 December": "../2025-12-08",
    # Times of day, in the zone.
    "24 December 2025, 18:30": "2025-12-24T18:30+02:00",
    "24.12.2025 18:30": "2025-12-24T18:30+02:00",
    "1 July 2025 at 6 pm": "2025-07-01T18:00+03:00",
    "yesterday at 6:05 p.m.": "2025-12-23T18:05+02:00",
    "вчора о 18:30": "2025-12-23T18:30+02:00",
    "2025-12-21 18:30 UTC": "2025-12-21T18:30Z",
    "2025-12-21T18:30-0500": "2025-12-21T18:30-05:00",
    "19 December 2025, 13:00–16:00": "2025-12-19T13:00+02:00/2025-12-19T16:00+02:00",
}
ASKED = {
    "03/04/2025": ("2025-04-03", "2025-03-04"),
    "03-04-2025": ("2025-04-03", "2025-03-04"),
    "Thursday": ("2025-12-18", "2025-12-25"),
    "у четвер": ("2025-12-18", "2025-12-25"),
    "last Monday": ("2025-12-22", "2025-12-15"),
    "next Thursday": ("2025-12-25", "2026-01-01"),
    "next weekend": ("[2025-12-27..2025-12-28]", "[2026-01-03..2026-01-04]"),
    "24 June": ("2026-06-24", "2025-06-24"),
    "spring": ("2026-21", "2025-21"),
    "до 8 грудня": ("[..2025-12-08]", "../2025-12-08"),
    "днями": ("[2025-12-17..2025-12-23]", "[2025-12-25..2025-12-31]"),
    "протягом грудня": ("2025-12", "2025-12-01/2025-12-31"),
    "Monday to Wednesday": ("2025-12-22/2025-12-24", "2025-12-29/2025-12-31"),
    # Clocks were put back at 04:00.
    "26 October 2025, 03:30": ("2025-10-26T03:30+03:00", "2025-10-26T03:30+02:00"),
}
REFUSED = (
    "",
    "soon",
    "31.02.2025",
    "31 February",
    "Tuesday 24 December",  # it was a Wednesday
    "24 December 2025 and a half",
    "24",
    "24–22 December 2025",
    "24–22 December",
    "25:00 on 24 December",
    "13 pm yesterday",
    "30 March 2025, 03:30",  # clocks were put forward over it
    "22 and 24 December",
    "2025-13-01",
    "December 0000",
    "late late December",
    "незабаром",
    "т" * 300,
)


def test_two_languages_have_a_hundred_and_twenty_phrases() -> None:
    assert len(UNDERSTOOD) + len(ASKED) >= 120


@pytest.mark.parametrize(("text", "expression"), UNDERSTOOD.items())
def test_a_date_is_read_as_people_write_it(text: str, expression: str) -> None:
    assert read(text).expressions == (expression,)


@pytest.mark.parametrize(("text", "expressions"), ASKED.items())
def test_what_may_mean_several_dates_has_them_all(text: str, expressions: tuple[str, ...]) -> None:
    assert read(text).expressions == expressions
    assert read(text).expression is None


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_understood_has_no_meaning(text: str) -> None:
    assert read(text).expressions == ()


@pytest.mark.parametrize("text", ["yesterday", "24 December", "next week", "у четвер", "spring"])
def test_what_is_counted_from_a_day_means_nothing_without_one(text: str) -> None:
    assert read(text).is_relative
    assert read(text, None).expressions == ()


@pytest.mark.parametrize(
    ("text", "is_phrase"),
    [
        ("2025-12-2X", False),
        ("24.12.2025", False),
        ("22–24 December 2025", False),
        ("late December 2025", True),
        ("last Thursday", True),
        ("24 December", True),
    ],
)
def test_words_are_kept_where_they_say_more_than_the_expression(text: str, is_phrase: bool) -> None:
    assert read(text).is_phrase is is_phrase


DAYS = st.dates(date(3, 1, 1), date(9990, 12, 31))
MONTHS = "January February March April May June July August September October November December"
MONTHS_UK = "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"


@given(DAYS)
def test_a_whole_date_means_its_day_from_wherever_it_is_counted(day: date) -> None:
    names = MONTHS.split()[day.month - 1], MONTHS_UK.split()[day.month - 1]
    year = f"{day.year:04}"
    for text in (
        f"{day.day} {names[0]} {year}",
        f"{names[0]} {day.day}, {year}",
        f"{day.day} {names[1]} {year} р.",
        f"{day.day:02}.{day.month:02}.{year}",
    ):
        for anchor in (None, ANCHOR):
            assert read(text, anchor).expressions == (str(day),)


@given(DAYS, st.integers(0, 120))
def test_a_day_near_the_anchor_needs_no_year(anchor: date, distance: int) -> None:
    for day in (anchor - timedelta(distance), anchor + timedelta(distance)):
        if (day.month, day.day) != (2, 29):
            text = f"{day.day} {MONTHS.split()[day.month - 1]}"
            assert read(text, anchor).expressions == (str(day),)


@given(DAYS, st.integers(1, 40), st.sampled_from(("from {} to {}", "{} – {}", "з {} по {}")))
def test_a_range_begins_and_ends_on_its_days(first: date, length: int, form: str) -> None:
    last = first + timedelta(length)
    one_of = read(form.format(first, last) + ", one of them")
    assert read(form.format(first, last)).expressions == (f"{first}/{last}",)
    assert one_of.expressions == (f"[{first}..{last}]",)


WORDS = [word for text in (*UNDERSTOOD, *ASKED) for word in text.split()]


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join),
    st.dates(),
    st.sampled_from(("UTC", ZONE, "Pacific/Kiritimati")),
)
def test_no_words_ever_mean_what_cannot_be_read(text: str, anchor: date, zone: str) -> None:
    for expression in read_plain_date(text, anchor, zone).expressions:
        assert parse_span(expression, zone).expression == expression


@given(st.text(max_size=40), st.dates())
def test_no_text_is_a_fault(text: str, anchor: date) -> None:
    read_tokens(text)
    for expression in read_plain_date(text, anchor, "UTC").expressions:
        parse_span(expression, "UTC")


@given(DAYS, st.sampled_from([text for text in UNDERSTOOD if read(text).is_relative]))
def test_what_counts_from_a_day_stays_within_two_years_of_it(anchor: date, text: str) -> None:
    for expression in read(text, anchor).expressions:
        span = parse_span(expression, ZONE)
        for bound in (span.lo, span.hi):
            if abs(bound) < 2**61:
                assert abs((local_day(bound, ZONE) - anchor).days) < 800


@given(DAYS, st.integers(0, 6))
def test_a_weekday_is_never_taken_for_another(anchor: date, weekday: int) -> None:
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday]
    for step in ("", "last ", "this ", "next "):
        days = [date.fromisoformat(each) for each in read(step + name, anchor).expressions]
        assert days
        for day in days:
            assert day.weekday() == weekday
            assert step != "last " or day < anchor
            assert step != "next " or day > anchor
