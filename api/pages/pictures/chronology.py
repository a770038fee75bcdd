"""The picture of what happened when: meetings and deadlines above, below a lane for each party;
where there is too much for single marks, bars that lead into their days."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter

from api.pages.events.event_lines import event_line, item_facts
from api.pages.events.timeline import list_windows, shift_window
from api.pages.pictures.chronology_drawing import draw_chronology
from api.pages.pictures.meeting_marks import MeetingMark, list_deadline_marks, list_meeting_marks
from api.pages.pictures.periods import list_periods
from api.pages.pictures.picture_page import WindowParams, define_picture, window_of
from api.pages.pictures.unwatched import list_unwatched
from api.pages.shared.disputes import BETWEEN_ACCOUNTS
from api.pages.shared.event_groups import GROUP_BY_TYPE
from api.pages.shared.marks import SPAN_FROM
from api.pages.shared.page_context import PageContext
from domain.instants import DAY, EARLIEST, LATEST, Instant, midnight_instant
from domain.model import NON_NEWS_STANDINGS, Json
from projections.answer_json import Item
from projections.log_query import LogQuery, Window
from projections.view import NewsMoment

COLUMNS = ("lane", "name", "event", "type", "says", "occurred", "mark", "first", "last", "events")
MAX_MARKS, MAX_MEETINGS = 140, 60
"""Events and meetings that are drawn one by one; of more there are bars."""
MAX_EVENTS = 2000
"""Events that are drawn at all, the newest."""
MAX_LANES = 8
LONGEST = 400 * DAY
"""What may have happened within a longer span is not drawn."""
_OWN_LANES = ("meetings", "deadlines")


def load_chronology(frame: PageContext) -> Json:
    """Return the lanes of the days asked for: marks of the newest events, or bars where there are
    many."""
    first, last = window_of(frame)
    is_part = first is not None or last is not None
    window = Window(EARLIEST if first is None else first, LATEST if last is None else last)
    asked = LogQuery(MAX_EVENTS + 1, order="happened", newest_first=True)
    items = frame.view.read_log(replace(asked, happened=window) if is_part else asked)
    news, of_parties = moments_of(frame, items[:MAX_EVENTS])
    own = [each for each in news if GROUP_BY_TYPE[each.type] not in _OWN_LANES]
    marks = list_meeting_marks(frame), list_deadline_marks(frame)
    newest = MAX_EVENTS if len(items) > MAX_EVENTS else None
    return {"drawn": build_lanes(frame, own, of_parties, *marks) | {"newest": newest}}


def moments_of(
    frame: PageContext, items: Iterable[Item]
) -> tuple[list[NewsMoment], list[NewsMoment]]:
    """Return what is drawn of some events, and the same once for each party that they name."""
    news, of_parties = list[NewsMoment](), list[NewsMoment]()
    for item in sorted(items, key=attrgetter("seq")):
        told = item.seq, item.type, item.standing, item.disputed
        moment = NewsMoment(*told, item.lo, item.last, item.known_at, None)
        if item.standing not in NON_NEWS_STANDINGS and is_drawn(moment):
            news.append(moment)
            slugs = item_facts(item, frame.words).slugs_of_kind("party")
            parties = sorted({frame.view.merges.slug_of("party", each) for each in slugs})
            of_parties += [moment._replace(slug=slug) for slug in parties]
    return news, of_parties


def is_drawn(moment: NewsMoment) -> bool:
    """Return whether it is a fact of days that are about known."""
    is_dated = moment.lo > EARLIEST and moment.last < LATEST
    return is_dated and moment.standing == "actual" and moment.last - moment.lo <= LONGEST


def build_lanes(
    frame: PageContext,
    news: Sequence[NewsMoment],
    of_parties: Iterable[NewsMoment],
    meetings: Sequence[MeetingMark] = (),
    deadlines: Sequence[MeetingMark] = (),
) -> Json:
    """Return what is drawn of events, and of meetings and deadlines in lanes of their own, within
    the days that a page asks for. ``of_parties`` are events, once for each party that they name."""
    first, last = window_of(frame)
    spans = [(each.lo, each.last) for each in news]
    spans += [(each.lo, each.last) for each in (*meetings, *deadlines)]
    first = first if first is not None else min((lo for lo, _ in spans), default=0)
    last = last if last is not None else max((end for _, end in spans), default=first + DAY)
    last = max(last, first + DAY)
    inside = {each.seq: each for each in news if each.lo <= last and each.last >= first}
    meetings, deadlines = (
        [mark for mark in marks if mark.lo <= last and mark.last >= first]
        for marks in (meetings, deadlines)
    )
    lanes = _party_lanes(of_parties, inside)
    watchable = _days(frame, first, min(last, frame.basis.valid_at))
    shown = _drawn_lanes(frame, lanes, inside, first, last)
    return {
        "first": str(frame.dates.to_local(first).date()),
        "last": str(frame.dates.to_local(last).date()),
        "scale": [first, last],
        "events": len(inside),
        "meetings": _time_marks(frame, meetings),
        "deadlines": _time_marks(frame, deadlines),
        "n_meetings": len(meetings),
        "lanes": [*_meeting_bars(frame, meetings, first, last), *shown],
        "left_out": len(lanes) - len(shown),
        "unwatched": list_unwatched(frame, *watchable),
        "windows": list_windows(frame),
        "earlier": shift_window(frame, -1),
        "later": shift_window(frame, 1),
    }


def _days(frame: PageContext, first: Instant, last: Instant) -> tuple[date, date]:
    return frame.dates.to_local(first).date(), frame.dates.to_local(last).date()


def _party_lanes(
    of_parties: Iterable[NewsMoment], inside: dict[int, NewsMoment]
) -> dict[str | None, list[NewsMoment]]:
    """Return the events of each party, the busiest first, and last those that name none."""
    lanes: dict[str | None, list[NewsMoment]] = {}
    for moment in of_parties:
        if moment.seq in inside:
            lanes.setdefault(moment.slug, []).append(moment)
    named = {moment.seq for lane in lanes.values() for moment in lane}
    others = [moment for seq, moment in inside.items() if seq not in named]
    ordered = dict(sorted(lanes.items(), key=lambda lane: -len(lane[1])))
    return ordered | ({None: others} if others else {})


def _drawn_lanes(
    frame: PageContext,
    lanes: dict[str | None, list[NewsMoment]],
    inside: dict[int, NewsMoment],
    first: Instant,
    last: Instant,
) -> list[Json]:
    kept = list(lanes.items())[:MAX_LANES]
    one_by_one = sum(len(moments) for _, moments in kept) <= MAX_MARKS
    items = {}
    if one_by_one:
        seqs = {moment.seq for _, moments in kept for moment in moments}
        items = {item.seq: item for item in frame.view.items_by_seq(sorted(seqs))}
    found = []
    for slug, moments in kept:
        name = frame.name_of("party", slug) if slug else frame.words("chronology.others")
        lane: Json = {"lane": slug, "name": name, "events": len(moments)}
        if one_by_one:
            lane["marks"] = [
                _event_mark(
                    frame, event_line(frame, frame.view.show_item(items[moment.seq])), moment
                )
                for moment in sorted(moments, key=lambda each: (each.lo, each.seq))
            ]
        else:
            lane["bars"] = count_bars(frame, moments, first, last)
        found.append(lane)
    return found


def _event_mark(frame: PageContext, line: Json, moment: NewsMoment) -> Json:
    names = ("event", "type", "says", "occurred", "known_at")
    is_vague = moment.last - moment.lo > SPAN_FROM
    mark = "disputed" if moment.disputed else "vague" if is_vague else None
    return {name: line[name] for name in names} | {
        "lo": moment.lo,
        "last": moment.last,
        "mark": mark,
    }


def count_bars(
    frame: PageContext, moments: Iterable[NewsMoment | MeetingMark], first: Instant, last: Instant
) -> list[Json]:
    """Return how many events surely lie in each period, and how many perhaps in it."""
    periods, step = list_periods(*_days(frame, first, last), ("day", "week", "month", "year"))
    starts = [midnight_instant(period.first, frame.view.zone) for period in periods]
    sure, vague = Counter[int](), Counter[int]()
    for moment in moments:
        begin, end = (max(bisect_right(starts, at) - 1, 0) for at in (moment.lo, moment.last))
        (sure if begin == end else vague)[begin] += 1
    return [
        {
            "first": str(period.first),
            "last": str(period.last),
            "step": step,
            "events": sure[number],
            "vague": vague[number],
        }
        for number, period in enumerate(periods)
        if sure[number] or vague[number]
    ]


def _meeting_bars(
    frame: PageContext, marks: Sequence[MeetingMark], first: Instant, last: Instant
) -> list[Json]:
    """Return a lane of bars where there are more meetings than are drawn one by one."""
    if len(marks) <= MAX_MEETINGS:
        return []
    name = frame.words("chronology.meetings")
    bars = count_bars(frame, marks, first, last)
    return [{"lane": None, "name": name, "events": len(marks), "bars": bars}]


def _time_marks(frame: PageContext, marks: Sequence[MeetingMark]) -> list[Json]:
    """Return marks in the order of time; where there are many, the newest that are overdue or
    ahead."""
    kept = sorted(marks, key=lambda mark: (mark.lo, mark.slug))
    if len(kept) > MAX_MEETINGS:
        kept = [mark for mark in kept if mark.mark in ("overdue", "ahead")][-MAX_MEETINGS:]
    return [
        {
            "slug": mark.slug,
            "title": mark.title,
            "status": mark.status,
            "mark": mark.mark,
            "when": BETWEEN_ACCOUNTS.join(mark.whens),
            "whens": mark.whens,
            "lo": mark.lo,
            "last": mark.last,
            "address": mark.address(frame),
            "tip": mark.tip(frame),
        }
        for mark in kept
    ]


def table_rows(data: Json) -> Iterator[Json]:
    drawn = data["drawn"]
    for kind in _OWN_LANES:
        for mark in drawn[kind]:
            yield {**mark, "lane": kind, "says": mark["title"], "occurred": mark["when"]}
    for lane in drawn["lanes"]:
        for each in lane.get("marks") or lane.get("bars") or ():
            yield {"events": 1, **each, "lane": lane["lane"], "name": lane["name"]}


PICTURE = define_picture(
    "chronology",
    load_chronology,
    draw_chronology,
    params=WindowParams,
    columns=COLUMNS,
    rows=table_rows,
)
