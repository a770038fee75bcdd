"""What words such as before, until and one of them make of a period, as time expressions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from domain.date_periods import DatePeriod, step_period


def _edge(period: DatePeriod, side: str) -> str:
    """Return a period as an end of others: itself, or the first or last day of a set."""
    return period.text if period.is_plain else str(getattr(period, side))


BOUNDED: dict[str, Callable[[DatePeriod], list[str]]] = {
    "b": lambda period: [f"[..{step_period(period, -1)}]"],
    "A": lambda period: [f"[{step_period(period, 1)}..]"],
    "B": lambda period: [f"[..{_edge(period, 'last')}]"],
    "U": lambda period: [f"../{_edge(period, 'last')}"],
    "V": lambda period: [f"[..{_edge(period, 'last')}]", f"../{_edge(period, 'last')}"],
    "S": lambda period: [f"{period.text}/.."] if period.is_plain else [],
    "F": lambda period: [f"{period.text}/.."] if period.is_plain else [],
    "L": lambda period: [f"../{_edge(period, 'last')}"],
    "G": lambda period: [f"[{_edge(period, 'first')}..]"],
}
"""What the words that bound a date make of it."""


def as_one_of(expression: str) -> str:
    """Return some moment of what would be a duration."""
    start, slash, end = expression.partition("/")
    return f"[{start}..{end}]" if slash and ".." not in (start, end) else expression


def as_uncertain(text: str) -> str:
    if text in ("", ".."):
        return text
    return f"{text[:-1]}%" if text.endswith("~") else f"{text}?"


def is_of_neighbours(expression: str) -> bool:
    """Return whether a range is of two days in a row."""
    first, _, last = expression.partition("/")
    try:
        return date.fromisoformat(last) - date.fromisoformat(first) == timedelta(days=1)
    except ValueError:
        return False
