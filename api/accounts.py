"""The order in which accounts that disagree are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from domain.edtf import parse_span
from domain.errors import InvalidSpanError
from domain.instants import LATEST, Instant

T = TypeVar("T")
DATE_FIELDS = ("occurred", "expected", "due", "concluded", "from", "to", "since")
"""Fields that hold a date."""


def order_accounts(field: str, values: Iterable[T], of: Callable[[T], object]) -> list[T]:
    """Return what accounts say of a field as it is told: dates the first one first, all else in the
    order of the record. ``of`` gives the value of an account."""
    return (
        sorted(values, key=lambda each: _day_order(of(each))) if field in DATE_FIELDS else [*values]
    )


def _day_order(value: object) -> tuple[Instant, Instant]:
    try:
        span = parse_span(value if isinstance(value, str) else None)
    except InvalidSpanError:
        return LATEST, LATEST
    return span.lo, span.hi
