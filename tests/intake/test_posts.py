# Cyrillic letters are meant
"""Posts: whose each is, of which day, and what the page around them tells."""

from __future__ import annotations

from datetime import date

import pytest

from intake.article import Article
from intake.registry import Registry
from intake.rules.day_lines import read_day_line
from intake.rules.pipeline import open_story
from intake.rules.posts import PostReader
from tests.intake.talks import STRIKE, fields

REED, BLAKE = "person:ann-reed", "person:tom-blake"
THREAD = """Ann Reed
@annreed
General secretary. My own words.

Tuesday 10 March 2026

21:04
1/3 We met the company today about night shifts.

21:05
2/3 We will never work night shifts for single pay.

21:07
3/3 If gulls could vote, they would vote for chips.

21:31
Tom Blake @tblake replying to @annreed
We have offered 5% more pay. Take it or leave it.

21:40
Ann Reed reposted
Dover Ferries @doverferries
The boats to Calais pay no heed to any of this tomorrow.
"""
PAGE = """How the port talked past itself

The Post | Thursday, 12 March 2026

We have put together what the company and the union wrote about pay.

Ann Reed @annreed
General secretary
Mar 10, 2026 · 11:48 PM
We reject the offer of 4% more pay.

NotAnnReed @annree0
Parody account
Mar 11, 2026 · 1:00 PM
We reject pay altogether and will work for chips.

Tom Blake @tblake
Mar 11, 2026 · 8:05 AM
The company stands by its offer on pay from Monday.

Blake told the Post on Wednesday that the port was open.
"""


REPORTER = """Jane Roe @janeroe
1/3 Talks between the union and the company in Hull ended today without a deal.

2/3 Ann Reed told reporters: “We will never work night shifts.”

3/3 I will never forget this day.
"""


def test_the_thread_of_a_reporter_is_read_as_a_report() -> None:
    assert fields(REPORTER, "statement-made", "speaker", "occurred") == [(REED, "2026-03-12")]
    assert fields(REPORTER, "meeting-held", "place", "occurred") == [("Hull", "2026-03-12")]


def test_the_thread_of_a_parody_is_not() -> None:
    text = REPORTER.replace("@janeroe\n", "@janeroe\nParody account\n")

    assert fields(text, "statement-made", "speaker") == []


def posts(text: str, registry: Registry = STRIKE) -> list[tuple[str | None, date | None, bool]]:
    article = Article(text=text, published="2026-03-12")
    split = PostReader(open_story(article, registry, anchor=None, zone=None), None)
    split.read()
    return [(post.actor, post.day, post.is_reply) for post in split.posts]


def test_a_thread_is_split_by_its_heads() -> None:
    tenth = date(2026, 3, 10)

    assert posts(THREAD) == [
        (REED, tenth, False),
        (REED, tenth, False),
        (REED, tenth, False),
        (BLAKE, tenth, True),
        (None, tenth, False),
    ]


def test_each_post_is_said_by_its_account_on_its_day() -> None:
    assert fields(THREAD, "statement-made", "speaker", "occurred") == [
        (REED, "2026-03-10"),
        (REED, "2026-03-10"),
        (BLAKE, "2026-03-10"),
    ]
    assert sorted(fields(THREAD, "position-stated", "party", "issue", "stance")) == [
        ("dockers", "night-shifts", "red-line"),
        ("harbour", "pay", "proposes"),
    ]


def test_a_page_that_quotes_posts_is_read_beside_them() -> None:
    assert fields(PAGE, "statement-made", "speaker", "occurred") == [
        (REED, "2026-03-10"),
        (BLAKE, "2026-03-11"),
        (BLAKE, "2026-03-11"),
    ]


def test_dates_in_a_post_are_counted_from_its_day() -> None:
    text = PAGE.replace("from Monday", "and meets the union in Dover on Friday")

    assert fields(text, "meeting-announced", "expected") == [("2026-03-13",)]


LINES = [
    ("21:04", (True, None)),
    ("8:05 AM", (True, None)),
    ("Tuesday 10 March 2026", (True, date(2026, 3, 10))),
    ("Mar 10, 2026 · 11:48 PM EET", (True, date(2026, 3, 10))),
    ("Mar 11, 2026 · 1:10 AM GST", (True, date(2026, 3, 10))),
    ("10.03.2026, 14:20", (True, date(2026, 3, 10))),
    ("10 березня 2026", (True, date(2026, 3, 10))),
    ("We met on 10 March 2026", (False, None)),
    ("General secretary", (False, None)),
]


@pytest.mark.parametrize(("line", "read"), LINES)
def test_a_line_of_a_day_or_time_is_known(line: str, read: tuple[bool, date | None]) -> None:
    found = read_day_line(line, "Europe/Kyiv")

    assert (found is not None, found.day if found else None) == read
