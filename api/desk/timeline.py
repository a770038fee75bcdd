"""The drawing of events: a lane for each party, in a window that can be moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from api.desk.frame import Frame
from api.desk.lines import dated, facts_of
from api.desk.page import Data
from api.desk.scale import Scale, months
from api.desk.windows import moved
from domain.instants import DAY, Instant
from domain.items import Item

LANES = 10
VAGUE = 2 * DAY
"""From here on a span is drawn as a bar."""
NOBODY: tuple[str | None, ...] = (None,)


def timeline(
    frame: Frame, items: Sequence[Item], window: tuple[Instant, Instant] | None
) -> Data | None:
    """Return a lane of marks for each party that the events name, the busiest first."""
    news = [item for item in items if item.news and item.last - item.lo < 40_000 * DAY]
    if not news:
        return None
    scale = scale_of(news, window)
    counts = Counter(slug for item in news for slug in facts_of(item).of("party"))
    names = frame.names("party")
    lanes: list[str] = [slug for slug, _ in counts.most_common(LANES)]
    marks: dict[str | None, tuple[set[float], set[tuple[float, float]]]] = {}
    for item in news:
        held = [slug for slug in facts_of(item).of("party") if slug in lanes]
        start, width = scale.span(item.lo, item.last)
        for slug in held or NOBODY:
            points, spans = marks.setdefault(slug, (set(), set()))
            if item.last - item.lo >= VAGUE:
                spans.add((start, max(width, 0.4)))
            else:
                points.add(round(start + width / 2, 1))
    order = [slug for slug in (*lanes, *NOBODY) if slug in marks]
    return {
        "first": str(frame.dates.local(scale.first).date()),
        "last": str(frame.dates.local(scale.last).date()),
        "events": len(news),
        "lanes": [{"party": slug, "name": names.get(slug, slug) if slug else None,
                   "events": counts[slug] if slug else len(marks[slug][0]) + len(marks[slug][1]),
                   "points": sorted(marks[slug][0]), "spans": sorted(marks[slug][1])}
                  for slug in order],
        "labels": [each for each in months(frame.dates, scale) if each[0] < 93],
        "at": scale.at(frame.basis.valid_at)
        if scale.first < frame.basis.valid_at < scale.last else None,
        "earlier": moved(frame, -1),
        "later": moved(frame, 1),
    }  # fmt: skip


def scale_of(items: Sequence[Item], window: tuple[Instant, Instant] | None) -> Scale:
    """Return a scale that holds items, or a window of it that is open on no side."""
    exact = [item for item in items if item.news and dated(item)]
    narrow = [item for item in exact if item.last - item.lo < 400 * DAY] or exact
    lo = min((item.lo for item in narrow), default=0)
    last = max((max(item.last, item.known_at) for item in narrow), default=DAY)
    if window:
        lo = window[0] if window[0] > lo - 40_000 * DAY else lo
        last = window[1] if window[1] < last + 40_000 * DAY else last
    return Scale(min(lo, last), last)


def drawn_on(scale: Scale, item: Item) -> Data | None:
    """Return where a line draws when it happened and when it became known."""
    if not item.news:
        return None
    known = scale.at(item.known_at)
    if not dated(item):
        return {"known": known, "x": None}
    start, width = scale.span(item.lo, item.last)
    vague = item.last - item.lo >= VAGUE
    middle = round(start + width / 2, 2)
    ends = sorted((start + width if vague else middle, known))
    return {"x": start if vague else middle, "width": width, "vague": vague, "known": known,
            "lag": [round(each, 2) for each in ends]}  # fmt: skip
