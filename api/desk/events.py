"""The page of events: the log with its two times, and a drawing of it with a lane per party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from api.desk.asked import Shown
from api.desk.frame import Frame
from api.desk.lines import Scale, dated, facts_of, line, months
from api.desk.page import Data, Page
from api.questions import Count, Events, Given, Whole
from domain.catalogue import BY_TYPE
from domain.events import SLUG
from domain.instants import DAY, Instant
from domain.items import Item
from domain.spans import parse

SIZE = 50
"""Lines of one page."""
MOST = 2**31
LANES = 10
NOBODY: tuple[str | None, ...] = (None,)
WINDOWS = (90, 30, 7)
"""Days that the drawing can be narrowed to."""
VAGUE = 2 * DAY
"""From here on a span is drawn as a bar."""
COLUMNS = ("seq", "event", "type", "occurred", "known_at", "recorded_at", "standing", "says",
           "parties", "issues", "publishers")  # fmt: skip
OF_THE_LIST = ("type", "party", "issue", "publisher", "q", "after", "from", "to", "cursor")


def _a_day(value: str | None) -> str | None:
    try:
        return value and str(date.fromisoformat(value))
    except ValueError:
        raise ValueError(f"{value!r:.80} is no day; write one such as 2025-12-22") from None


Day = Annotated[Given, AfterValidator(_a_day)]
Slug = Annotated[Given, Field(pattern=SLUG)]


class Asked(Shown):
    type: Annotated[Given, *Events.model_fields["type"].metadata] = None
    party: Slug = None
    issue: Slug = None
    publisher: Annotated[Given, Field(max_length=400)] = None
    q: Annotated[Given, Field(max_length=400)] = None
    after: Count = 0
    from_: Annotated[Day, Field(alias="from", description="First day of what happened.")] = None
    to: Annotated[Day, Field(description="Last day of what happened.")] = None
    cursor: Annotated[Whole, Field(description="From the link to older events.")] = None


def data(frame: Frame) -> Data:
    """Return a page of the log, newest first, and the drawing of all that was asked for."""
    every = frame.view.log(after=0, limit=MOST, type=None, subject=None, standing=None)
    found = list(_wanted(frame, every))
    window = _window(frame)
    inside = [item for item in found if window is None or _within(item, window)]
    cursor = frame.asked.cursor
    older = [item for item in reversed(inside) if cursor is None or item.seq < cursor]
    shown = older[:SIZE]
    scale = _scale(shown, None)
    return {
        "total": len(inside),
        "first": len(inside) - len(older) + 1 if shown else 0,
        "events": [{**line(frame, item), "drawn": _drawn(scale, item)} for item in shown],
        "next": shown[-1].seq if len(older) > SIZE else None,
        "facets": _facets(frame, every),
        "timeline": _timeline(frame, inside if window else found, window),
        "windows": _windows(frame),
    }


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for each in data["events"]:
        lists = {name: "; ".join(each[name]) for name in ("parties", "issues", "publishers")}
        yield {**each, **lists}


def _wanted(frame: Frame, items: Sequence[Item]) -> Iterator[Item]:
    asked = frame.asked
    matching = {item.event for item in frame.view.search(asked.q)} if asked.q else None
    named = {(kind, slug) for kind in ("party", "issue") if (slug := getattr(asked, kind))}
    for item in items:
        if item.seq <= asked.after or (asked.type and item.type != asked.type):
            continue
        if matching is not None and item.event not in matching:
            continue
        if named or asked.publisher:
            told = facts_of(item)
            if not named <= told.named:
                continue
            if asked.publisher and asked.publisher not in told.publishers:
                continue
        yield item


def _window(frame: Frame) -> tuple[Instant, Instant] | None:
    asked = frame.asked
    if not asked.from_ and not asked.to:
        return None
    days = sorted(filter(None, (asked.from_, asked.to)))
    zone = frame.question.tz
    if len(days) == 2:
        return parse(days[0], zone).lo, parse(days[1], zone).start.last
    if asked.from_:
        return parse(asked.from_, zone).lo, parse("9998-01-01").lo
    return parse("0002-01-01").lo, parse(asked.to, zone).start.last


def _within(item: Item, window: tuple[Instant, Instant]) -> bool:
    return item.news and dated(item) and item.lo <= window[1] and item.last >= window[0]


def _facets(frame: Frame, every: Sequence[Item]) -> Data:
    """Return what the list can be narrowed to."""
    publishers = Counter(name for item in every for name in facts_of(item).publishers)
    types = {item.type for item in every}
    return {
        "types": [name for name in BY_TYPE if name in types],
        "parties": _told(frame, "party", every),
        "issues": _told(frame, "issue", every),
        "publishers": sorted(publishers, key=str.casefold),
    }


def _told(frame: Frame, kind: str, every: Sequence[Item]) -> dict[str, str]:
    named = {slug for item in every for each, slug in facts_of(item).named if each == kind}
    return {slug: name for slug, name in frame.names(kind).items() if slug in named}


def _scale(items: Sequence[Item], window: tuple[Instant, Instant] | None) -> Scale:
    """Return a scale that holds items, or a window of it that is open on no side."""
    exact = [item for item in items if item.news and dated(item)]
    narrow = [item for item in exact if item.last - item.lo < 400 * DAY] or exact
    lo = min((item.lo for item in narrow), default=0)
    last = max((max(item.last, item.known_at) for item in narrow), default=DAY)
    if window:
        lo = window[0] if window[0] > lo - 40_000 * DAY else lo
        last = window[1] if window[1] < last + 40_000 * DAY else last
    return Scale(min(lo, last), last)


def _drawn(scale: Scale, item: Item) -> Data | None:
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


def _windows(frame: Frame) -> list[Data]:
    """Return the windows of the drawing: of so many days around the last that is known."""
    asked, around = frame.asked, frame.rail.last or frame.rail.day
    if asked.from_ and asked.to:
        ends = sorted(map(date.fromisoformat, (asked.from_, asked.to)))
        around = ends[0] + (ends[1] - ends[0]) // 2
    found: list[Data] = [{"days": None, "from": None, "to": None,
                          "current": not (asked.from_ or asked.to)}]  # fmt: skip
    for days in WINDOWS:
        start, end = _ends(around, days)
        current = (asked.from_, asked.to) == (start, end)
        found.append({"days": days, "from": start, "to": end, "current": current})
    return found


def _ends(around: date, days: int) -> tuple[str, str]:
    low = max(date(2, 1, 1).toordinal(), around.toordinal() - days // 2)
    start = date.fromordinal(min(low, date(9998, 1, 1).toordinal() - days))
    return str(start), str(start + timedelta(days=days - 1))


def _moved(frame: Frame, by: int) -> Data | None:
    """Return the window of the same width before or after the one asked for."""
    asked = frame.asked
    if not (asked.from_ and asked.to):
        return None
    first, last = sorted(map(date.fromisoformat, (asked.from_, asked.to)))
    days = (last - first).days + 1
    low, high = date(2, 1, 1).toordinal(), date(9998, 1, 1).toordinal()
    if not low <= first.toordinal() + by * days <= high - days:
        return None
    start = first + timedelta(days=by * days)
    return {"from": str(start), "to": str(start + timedelta(days=days - 1))}


def _timeline(
    frame: Frame, items: Sequence[Item], window: tuple[Instant, Instant] | None
) -> Data | None:
    """Return a lane of marks for each party that the events name, the busiest first."""
    news = [item for item in items if item.news and item.last - item.lo < 40_000 * DAY]
    if not news:
        return None
    scale = _scale(news, window)
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
        "labels": [each for each in months(frame, scale) if each[0] < 93],
        "at": scale.at(frame.basis.valid_at)
        if scale.first < frame.basis.valid_at < scale.last else None,
        "earlier": _moved(frame, -1),
        "later": _moved(frame, 1),
    }  # fmt: skip


PAGE = Page("events", data, asks=Asked, columns=COLUMNS, rows=rows)
