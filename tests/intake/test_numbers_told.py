# Cyrillic letters are meant
"""Counts and ordinals, in figures and words."""

from __future__ import annotations

import re

import pytest

from intake.rules.meeting_numbers import ordinal_of
from intake.rules.numbers_told import NUMBER, read_number

COUNTS = [
    ("12", 12),
    ("1,204", 1204),
    ("none", 0),
    ("seventeen", 17),
    ("forty-two", 42),
    ("двоє", 2),
    ("шістьох", 6),
    ("тринадцять", 13),
    ("сорок", 40),
    ("п’ятдесяти", 50),
    ("двадцять три", 23),
]


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_a_count_is_read(text: str, count: int) -> None:
    found = re.fullmatch(NUMBER, text)

    assert found is not None
    assert read_number(found[0]) == count


MEETINGS = [
    ("the third round of talks", 3),
    ("the 11th session", 11),
    ("round seven", 7),
    ("шостий раунд переговорів", 6),
    ("після третього раунду", 3),
    ("п’яте засідання", 5),
    ("п’ять раундів переговорів", None),
    ("the first rounds were short but talks go on", 1),
]


@pytest.mark.parametrize(("text", "number"), MEETINGS)
def test_the_number_of_a_meeting_is_read(text: str, number: int | None) -> None:
    assert ordinal_of(text) == number
