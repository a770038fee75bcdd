"""The drawing of events: a lane for each party, in a window that can be moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from api.pages.events.event_lines import item_facts
from api.pages.shared.page_context import PageContext
from api.pages.shared.rail import TimeScale, time_labels
from domain.instants import DAY, Instant
from domain.model import Json
from projections.answer_json import Item

MAX_LANES = 10
MIN_BAR_SPAN = 2 * DAY
"""From here on a span is drawn as a bar."""
NO_PARTY: tuple[str | None, ...] = (None,)


def build_timeline(
    frame: PageContext, items: Sequence[Item], window: tuple[Instant, Instant] | None
) -> Json | None:
    """Return a lane of marks for each party that the events name, the busiest first."""
    news = [item for item in items if item.has_known_at and item.last - item.lo < 40_000 * DAY]
    if not news:
        return None
    scale = fit_scale(news, window)
    counts = Counter(slug for item in news for slug in _named_parties(frame, item))
    lanes: list[str] = [slug for slug, _ in counts.most_common(MAX_LANES)]
    marks: dict[str | None, tuple[set[float], set[tuple[float, float]]]] = {}
    for item in news:
        named_lanes = [slug for slug in _named_parties(frame, item) if slug in lanes]
        start, width = scale.span_extent(item.lo, item.last)
        for slug in named_lanes or NO_PARTY:
            points, spans = marks.setdefault(slug, (set(), set()))
            if item.last - item.lo >= MIN_BAR_SPAN:
                spans.add((start, max(width, 0.4)))
            else:
                points.add(round(start + width / 2, 1))
    order = [slug for slug in (*lanes, *NO_PARTY) if slug in marks]
    return {
        "first": str(frame.dates.to_local(scale.first).date()),
        "last": str(frame.dates.to_local(scale.last).date()),
        "events": len(news),
        "lanes": [
            {
                "party": slug,
                "name": frame.name_of("party", slug) if slug else None,
                "events": counts[slug] if slug else len(marks[slug][0]) + len(marks[slug][1]),
                "points": sorted(marks[slug][0]),
                "spans": sorted(marks[slug][1]),
            }
            for slug in order
        ],
        "labels": [label for label in time_labels(frame.dates, scale) if label[0] < 93],
        "at": scale.percent_at(frame.basis.valid_at)
        if scale.first < frame.basis.valid_at < scale.last
        else None,
        "earlier": shift_window(frame, -1),
        "later": shift_window(frame, 1),
    }


def _named_parties(frame: PageContext, item: Item) -> list[str]:
    """Return the parties that an event names, one that was registered twice by one slug."""
    slugs = item_facts(item).slugs_of_kind("party")
    return list(dict.fromkeys(frame.view.merges.slug_of("party", slug) for slug in slugs))


def fit_scale(items: Sequence[Item], window: tuple[Instant, Instant] | None) -> TimeScale:
    """Return a scale that holds items, or a window of it that is open on no side."""
    dated_items = [item for item in items if item.has_known_at and item.has_known_dates]
    narrow_items = [item for item in dated_items if item.last - item.lo < 400 * DAY] or dated_items
    lo = min((item.lo for item in narrow_items), default=0)
    last = max((max(item.last, item.known_at) for item in narrow_items), default=DAY)
    if window:
        lo = window[0] if window[0] > lo - 40_000 * DAY else lo
        last = window[1] if window[1] < last + 40_000 * DAY else last
    return TimeScale(min(lo, last), last)


def draw_item(scale: TimeScale, item: Item) -> Json | None:
    """Return where a line draws when it happened and when it became known."""
    if not item.has_known_at:
        return None
    known_at = scale.percent_at(item.known_at)
    if not item.has_known_dates:
        return {"known": known_at, "x": None}
    start, width = scale.span_extent(item.lo, item.last)
    vague = item.last - item.lo >= MIN_BAR_SPAN
    middle = round(start + width / 2, 2)
    ends = sorted((start + width if vague else middle, known_at))
    return {
        "x": start if vague else middle,
        "width": width,
        "vague": vague,
        "known": known_at,
        "lag": [round(end, 2) for end in ends],
    }


WINDOW_DAYS = (90, 30, 7)
"""Days that the drawing can be narrowed to."""
_FIRST_ORDINAL, _END_ORDINAL = date(2, 1, 1).toordinal(), date(9998, 1, 1).toordinal()
"""Between which a window lies."""


def list_windows(frame: PageContext) -> list[Json]:
    """Return the windows of the drawing: of a number of days around the last that is known."""
    params, middle = frame.params, (frame.rail.last or frame.rail.day).toordinal()
    if params.from_ and params.to:
        first, last = _window_ordinals(frame)
        middle = first + (last - first) // 2
    entries: list[Json] = [
        {"days": None, "from": None, "to": None, "current": not (params.from_ or params.to)}
    ]
    for days in WINDOW_DAYS:
        window = _window_from(
            min(max(_FIRST_ORDINAL, middle - days // 2), _END_ORDINAL - days), days
        )
        current = (params.from_, params.to) == (window["from"], window["to"])
        entries.append({"days": days, **window, "current": current})
    return entries


def shift_window(frame: PageContext, steps: int) -> Json | None:
    """Return the window of the same width before or after the one asked for."""
    if not (frame.params.from_ and frame.params.to):
        return None
    first, last = _window_ordinals(frame)
    days = last - first + 1
    first += steps * days
    return _window_from(first, days) if _FIRST_ORDINAL <= first <= _END_ORDINAL - days else None


def _window_ordinals(frame: PageContext) -> tuple[int, int]:
    first, last = frame.params.from_, frame.params.to
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def _window_from(first: int, days: int) -> dict[str, str]:
    return {"from": str(date.fromordinal(first)), "to": str(date.fromordinal(first + days - 1))}
