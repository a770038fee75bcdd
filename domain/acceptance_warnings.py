"""What is accepted but looks like a slip: far dates, what is given twice, texts of no words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from domain.catalogue import BOOKKEEPING_TYPES, RECORDER_ACT_TYPES
from domain.edtf import is_instant, parse_span
from domain.errors import Reason
from domain.instants import DAY, Instant, is_finite, to_datetime
from domain.model import Json
from domain.votes import find_contradictions, find_repeated_votes

SPAN_FIELDS = frozenset(("occurred", "expected", "due", "phrase_anchor", "from", "to", "published"))
"""Every field that holds a time expression, wherever in an event it stands."""
TEXT_FIELDS = ("title", "name", "summary", "motion", "text", "reason")
"""The fields by whose words an event is known."""
FAR_YEARS = 200
FAR = FAR_YEARS * 365 * DAY + FAR_YEARS // 4 * DAY
LATE_YEARS = 50
"""How many years behind an event its first report makes the year doubtful."""
LATE = LATE_YEARS * 365 * DAY + LATE_YEARS // 4 * DAY
_IF_MISTYPED = "if the year is mistyped, correct it with record-corrected; otherwise do nothing"


def find_warnings(value: Json, recorded_at: Instant) -> list[Reason]:
    """Return what in an accepted payload is probably mistyped."""
    return [
        *(_find_far_dates(value, recorded_at) or find_late_reports(value)),
        *_find_repeated_points(value),
        *_find_second_heads(value),
        *_find_blank_texts(value),
        *find_contradictions(value),
        *find_repeated_votes(value),
    ]


def find_late_reports(value: Json) -> Iterator[Reason]:
    """Yield the time of an event that lies generations before anybody reported it, or behind."""
    published = [
        report["published"]
        for report in value.get("reports") or ()
        if isinstance(report, dict) and isinstance(report.get("published"), str)
    ]
    for name in ("occurred", "expected", "due"):
        text = value.get(name)
        if isinstance(text, str) and published and _is_late(text, published):
            told = f"{text} is more than {LATE_YEARS} years from the day on which it was reported"
            yield Reason(f"/{name}", told, _IF_MISTYPED)


def _is_late(text: str, published: Sequence[str]) -> bool:
    years = [text[:4], *(each[:4] for each in published)]
    if all(map(str.isdecimal, years)) and max(map(int, years)) - min(map(int, years)) < LATE_YEARS:
        return False  # as most are: spare the arithmetic
    bounds = _finite_bounds(text)
    reported = [bound for each in published for bound in _finite_bounds(each)]
    return (
        bool(bounds and reported)
        and min(abs(one - other) for one in bounds for other in reported) > LATE
    )


def is_for_staff_only(kind: str, reports: object) -> bool:
    """Return whether an event has no report by which anybody but staff could know it."""
    return not reports and kind not in BOOKKEEPING_TYPES | RECORDER_ACT_TYPES


def _find_far_dates(value: Json, recorded_at: Instant) -> list[Reason]:
    return [
        Reason(
            pointer,
            f"{text} is more than {FAR_YEARS} years from the day of recording",
            _IF_MISTYPED,
        )
        for pointer, text in _find_spans(value)
        if _is_far(text, recorded_at)
    ]


def _find_repeated_points(value: Json) -> Iterator[Reason]:
    """Yield the points of a text that have the id of one before them; the last of them holds."""
    seen = set[str]()
    for index, point in enumerate(value.get("points") or ()):
        name = point["point"] if isinstance(point, dict) else point
        if name in seen:
            yield Reason(
                f"/points/{index}",
                f"point {name!r} is given twice; the last one holds",
                "if they are two points, give one another id with record-corrected",
            )
        seen.add(name)


def _find_second_heads(value: Json) -> Iterator[Reason]:
    """Yield who leads the side of a party that another leads already."""
    led = set[str]()
    for index, each in enumerate(value.get("participants") or ()):
        party = each.get("party")
        if party and each.get("head"):
            if party in led:
                yield Reason(
                    f"/participants/{index}/head",
                    f"party {party!r} has two heads of its side",
                    "if one is mistyped, correct it with record-corrected; if both led, do nothing",
                )
            led.add(party)


def _find_blank_texts(value: Json) -> Iterator[Reason]:
    for name in TEXT_FIELDS:
        text = value.get(name)
        if isinstance(text, str) and not text.strip():
            hint = "give it words with record-corrected"
            yield Reason(f"/{name}", f"{name} says nothing", hint)


def _find_spans(value: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, member in enumerate(value):
            if isinstance(member, dict):
                yield from _find_spans(member, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str):
                if name in SPAN_FIELDS:
                    yield f"{pointer}/{name}", member
            elif name in ("reports", "changes", "rival"):
                yield from _find_spans(member, f"{pointer}/{name}")


def _is_far(text: str, recorded_at: Instant) -> bool:
    if is_instant(text) and abs(int(text[:4]) - to_datetime(recorded_at).year) < FAR_YEARS:
        return False  # as most are: spare the arithmetic
    return any(abs(bound - recorded_at) > FAR for bound in _finite_bounds(text))


@lru_cache(maxsize=4096)
def _finite_bounds(text: str) -> tuple[Instant, ...]:
    span = parse_span(text, "UTC")  # the common zone: it is in the cache
    return tuple(filter(is_finite, (span.lo, span.hi)))
