"""The questions that are asked of a ledger of any size, and what one answer may take.

What is asked about a change spans an equal number of events in every size, not an equal time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from urllib.parse import urlencode

from benchmarks import fill, history
from benchmarks.generator import SETTLING
from domain.instants import DAY, SECOND, Instant, to_rfc3339_short

BASE = f"/v1/negotiations/{fill.NAME}"
PAGES = f"/desk/{fill.NAME}"
NEGOTIATIONS = "/v1/negotiations?audience=public"
STATE = "state at a past date"
EXCLUDED = "state without one source"
ALONE = "state of one source alone"
SUPPORTED = "state of what two sources say"
"""What two sources say is little here: of a thousand events one has a second report."""
GAP = "what was missed on a date"
LISTED = "negotiations, as the public sees them"
LIVE = "state now, after an append that touches one cell"
DAY_APART = "what changed in a day"


@dataclass(frozen=True)
class Question:
    """What is asked, and its wanted median in milliseconds on either database, 0 for none."""

    name: str
    addresses: Callable[[int, int], list[str]]
    """Makes so many addresses for a ledger of so many events: of the events, the count."""
    sqlite: float = 0
    postgres: float = 0
    count: int = 40
    least: int = 0
    """Events of the smallest ledger that has enough to ask for."""


def path(what: str, moment: Instant, **more: str) -> str:
    query = {"as_of": _text(moment), **more}
    return f"{BASE}/{what}?{urlencode(query)}"


def page(what: str, moment: Instant, **more: str) -> str:
    query = {"as_of": _text(moment), **more}
    return f"{PAGES}/{what}?{urlencode(query)}"


def dates(count: int, lo: float = SETTLING + 0.02, hi: float = 1) -> list[Instant]:
    """Return random dates between two parts of the history, the same in every run."""
    random = Random(7)  # noqa: S311  # no secret
    return [history.moment(random.uniform(lo, hi)) for _ in range(count)]


def _text(moment: Instant) -> str:
    return str(to_rfc3339_short(moment // SECOND * SECOND))


def _at_dates(what: str, **more: str) -> Callable[[int, int], list[str]]:
    return lambda _, count: [path(what, each, **more) for each in dates(count)]


def _spans(changed: int, events: int, count: int) -> Iterator[tuple[str, str]]:
    """Yield pairs of dates between which so many events were recorded."""
    part = min(1 - SETTLING, changed / events)
    length = history.moment(part) - history.moment(0)
    for start in dates(count, SETTLING, 1 - part):
        yield _text(start), _text(start + length)


def _differences(changed: int, limit: int, events: int, count: int) -> list[str]:
    return [
        f"{BASE}/diff?from={start}&to={end}&limit={limit}"
        for start, end in _spans(changed, events, count)
    ]


def _comparisons(events: int, count: int) -> list[str]:
    return [
        f"{PAGES}/compare?from={start}&as_of={end}" for start, end in _spans(1000, events, count)
    ]


def _stories(events: int, count: int) -> list[str]:
    places = (int(events * (0.25 + 0.7 * n / count)) for n in range(count))
    return [f"{BASE}/changes?limit=100&after={after}" for after in places]


def _gaps(events: int, count: int) -> list[str]:
    """Ask on dates since which so much was recorded that a hundred things were missed, as of that
    record."""
    spans = _spans(700, events, count)
    return [f"{BASE}/gap?as_of={start}&recorded_at={end}" for start, end in spans]


def days(count: int) -> list[tuple[Instant, Instant]]:
    """Return pairs of dates a day apart."""
    return [(each, each + DAY) for each in dates(count, 0.3, 0.95)]


def day_difference(start: Instant, end: Instant) -> str:
    return f"{BASE}/diff?from={_text(start)}&to={_text(end)}"


def _windows(clock: str, events: int, count: int) -> list[str]:
    """Ask for what one clock tells of a stretch of time, in its order."""
    return [
        f"{BASE}/events?order={clock}&{clock}_from={start}&{clock}_to={end}"
        for start, end in _spans(1000, events, count)
    ]


def _empty_windows(clock: str, events: int, count: int) -> list[str]:
    return [
        path(
            "events",
            each,
            order=clock,
            **{f"{clock}_from": "1999-01-01", f"{clock}_to": "2001-12-31"},
        )
        for each in dates(count)
    ]


QUESTIONS = (
    Question(STATE, _at_dates("state"), 15, 18, count=200),
    Question(EXCLUDED, _at_dates("state", exclude_source="Herald")),
    Question(ALONE, _at_dates("state", only_source="Herald")),
    Question(SUPPORTED, _at_dates("state", min_sources="2")),
    Question("positions", _at_dates("positions")),
    Question("one cell with its history", _at_dates("positions/party-3/issue-7"), 2, 3, 100),
    Question("one plan", _at_dates("plans/frame"), 2, 3, 100),
    Question("one meeting", _at_dates("meetings/meeting-7"), 2, 3, 100),
    Question("what 100 events changed", partial(_differences, 100, 1000), 40, 60),
    Question(
        "what 10,000 events changed, first 200 changes",
        partial(_differences, 10_000, 200),
        300,
        300,
        count=10,
        least=100_000,
    ),
    Question(DAY_APART, lambda _, n: [day_difference(*each) for each in days(n)], count=10),
    Question(GAP, lambda _, n: [path("gap", d) for d in dates(n)]),
    Question("what was missed on a date, a hundred things", _gaps, 80, 120),
    Question("a hundred changes, one by one", _stories, 100, 150, count=20),
    Question("page that compares two dates, 1,000 events apart", _comparisons, 300, 300, count=10),
    Question("search for a rare word", _at_dates("search", q="framework"), 15, 15),
    Question("search for a common word", _at_dates("search", q="ceasefire"), 15, 15),
    Question("search for a word that is nowhere", _at_dates("search", q="zeppelin"), 15, 15),
    *(
        Question(f"events of a time by what {told}, first 100", partial(_windows, clock))
        for clock, told in (
            ("recorded", "was recorded"),
            ("known", "became known"),
            ("happened", "happened"),
        )
    ),
    Question("events of a time in which nothing happened", partial(_empty_windows, "happened")),
    Question("page of events", lambda _, n: [page("events", d) for d in dates(n)], count=20),
    Question(
        "page of events that hold a common word",
        lambda _, n: [page("events", d, q="ceasefire") for d in dates(n)],
        count=20,
    ),
    Question("page of people", lambda _, n: [page("people", d) for d in dates(n)], count=20),
    Question(LISTED, lambda _, n: [NEGOTIATIONS] * n, count=20),
    Question("statements with a common word", _at_dates("statements", q="ceasefire")),
    Question("statements of a speaker", _at_dates("statements", speaker="person-3")),
    Question("people and their roles", _at_dates("people")),
    Question("events by week, for the date rail", _at_dates("rail")),
)
