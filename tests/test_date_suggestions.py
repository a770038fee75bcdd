"""Dates as people write them: each refusal names a form that can be read."""

from __future__ import annotations

import re

import pytest

from domain.acceptance import parse_event
from domain.asked_dates import DateReader
from domain.edtf import parse_span
from domain.errors import InvalidEventError, InvalidQuestionError, InvalidSpanError
from tests.facts import statement

SUGGESTED = [
    ("04/03/2026", ["2026-03-04", "2026-04-03"]),
    ("24/12/2025", ["2025-12-24"]),
    ("24.12.2025", ["2025-12-24"]),
    ("4.3.2026", ["2026-03-04"]),
    ("2025/12/24", ["2025-12-24"]),
    ("2025-1-2", ["2025-01-02"]),
    ("20091008", ["2009-10-08"]),
    ("1990s", ["199X"]),
    ("ca. 1990", ["1990~"]),
    ("circa 1990-05", ["1990-05~"]),
    ("2025-12-21T18:30+0200", ["2025-12-21T18:30+02:00"]),
    ("2025-12-21T18:30-05", ["2025-12-21T18:30-05:00"]),
    ("2025-12-21 18:30Z", ["2025-12-21T18:30Z"]),
    ("2025-12-21 18:30", ["2025-12-21T18:30Z", "2025-12-21T18:30+02:00"]),
    ("24 December 2025", ["2025-12-24"]),
    ("Dec 24th, 2025", ["2025-12-24"]),
    ("December 2025", ["2025-12"]),
    ("late December 2025", ["[2025-12-21..2025-12-31]"]),
    ("mid-February 2024", ["[2024-02-11..2024-02-20]"]),
    ("early 1990", ["[1990-01..1990-04]"]),
    ("spring 2025", ["2025-21"]),
    ("by 1904", ["[..1904]"]),
    ("since 1904-02", ["1904-02/.."]),
    ("before 1990", ["[..1989]"]),
    ("before 2026-01", ["[..2025-12]"]),
    ("after 2024-02-28", ["[2024-02-29..]"]),
    ("after 2025-12", ["[2026-01..]"]),
]


@pytest.mark.parametrize(("text", "forms"), SUGGESTED)
def test_a_date_as_people_write_it_is_answered_by_one_that_can_be_read(
    text: str, forms: list[str]
) -> None:
    with pytest.raises(InvalidSpanError) as refused:
        parse_span(text)

    assert refused.value.hint == f"use {' or '.join(forms)}"
    assert [parse_span(form).expression for form in forms] == forms


@pytest.mark.parametrize(("text", "forms"), SUGGESTED)
def test_an_event_with_such_a_date_is_refused_with_the_form(text: str, forms: list[str]) -> None:
    with pytest.raises(InvalidEventError) as refused:
        parse_event(statement(1, occurred=text))

    assert forms[0] in str(refused.value.reasons)


@pytest.mark.parametrize("text", [text for text, _ in SUGGESTED])
def test_the_hint_to_a_question_names_dates_that_can_be_asked(text: str) -> None:
    dates = DateReader("UTC", 0)
    with pytest.raises(InvalidQuestionError) as refused:
        dates.read("as_of", text)

    named = re.findall(r"\d{4}-\S*\d\w?|today|yesterday|now", refused.value.hint or "")
    assert named
    for form in named:
        dates.read("as_of", form)


@pytest.mark.parametrize("text", ["2025-13-40", "31.02.2025", "the other day", "99999999"])
def test_nothing_is_suggested_that_cannot_be_read(text: str) -> None:
    with pytest.raises(InvalidSpanError) as refused:
        parse_span(text)

    assert refused.value.suggestions == ()
