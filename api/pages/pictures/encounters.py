"""The picture of who met whom: a lane for each party or person, and a line for each meeting across
those who took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field

from api.pages.pictures.axis import Axis
from api.pages.pictures.meeting_marks import MET_STATUSES, MeetingMark, list_meeting_marks
from api.pages.pictures.picture_page import WindowParams, define_picture, window_of
from api.pages.shared.canvas import Canvas, path_across
from api.pages.shared.display_names import NotedNames
from api.pages.shared.disputes import BETWEEN_ACCOUNTS
from api.pages.shared.marks import POINT_RADIUS
from api.pages.shared.page_context import PageContext
from api.pages.shared.rail import TimeScale
from api.pages.shared.svg import element, fit_name, path
from domain.instants import DAY
from domain.model import Json

EncounterBy = Literal["party", "person"]
COLUMNS = ("meeting", "title", "status", "when", "mark", "participants")
MAX_LANES = 12
MAX_MEETINGS = 60
"""Meetings of one picture; of more the newest."""


class EncountersParams(WindowParams):
    by: Annotated[
        EncounterBy | None, Field(description="What the lanes are; parties unless told.")
    ] = None


def load_encounters(frame: PageContext) -> Json:
    """Return the meetings that were held with who took part, and how often each two met."""
    by: EncounterBy = frame.params.by or "party"
    marks = _list_encounters(frame, by)
    kept = marks[-MAX_MEETINGS:]
    counts = Counter(slug for mark in kept for slug in _participants(mark, by))
    lanes = counts.most_common(MAX_LANES)
    pairs = Counter(pair for mark in marks for pair in _list_pairs(mark, by))
    return {
        "drawn": {
            "by": by,
            "lanes": [
                {"lane": slug, "name": frame.name_of(by, slug), "meetings": count}
                for slug, count in lanes
            ],
            "others": len(counts) - len(lanes),
            "meetings": [_describe_encounter(frame, mark, by) for mark in kept],
            "total": len(marks),
            "before": str(frame.dates.to_local(kept[0].lo).date()) if marks[len(kept) :] else None,
            "pairs": [
                {"names": _names(frame, pair, by), "pair": pair, "meetings": count}
                for pair, count in pairs.most_common(20)
            ],
        }
    }


def _list_encounters(frame: PageContext, by: EncounterBy) -> list[MeetingMark]:
    """Return the meetings of two and more that were held within the days asked for."""
    first, last = window_of(frame)
    marks = [
        mark
        for mark in list_meeting_marks(frame)
        if mark.status in MET_STATUSES
        and (first is None or mark.last >= first)
        and (last is None or mark.lo <= last)
        and any(_list_pairs(mark, by))
    ]
    return sorted(marks, key=lambda mark: (mark.lo, mark.slug))


def _describe_encounter(frame: PageContext, mark: MeetingMark, by: EncounterBy) -> Json:
    return {
        "meeting": mark.slug,
        "title": mark.title,
        "status": mark.status,
        "mark": mark.mark,
        "when": BETWEEN_ACCOUNTS.join(mark.whens),
        "whens": mark.whens,
        "lo": mark.lo,
        "last": mark.last,
        "participants": _participants(mark, by),
        "names": _names(frame, _participants(mark, by), by),
        "address": mark.address(frame),
        "tip": mark.tip(frame),
    }


def _names(frame: PageContext, slugs: Iterable[str], by: EncounterBy) -> list[str]:
    return [frame.name_of(by, slug) for slug in slugs]


def _participants(mark: MeetingMark, by: EncounterBy) -> list[str]:
    assert mark.meeting  # noqa: S101  # only deadlines have none
    slugs = (getattr(each, by) for each in mark.meeting.participants)
    return list(dict.fromkeys(filter(None, slugs)))


def _list_pairs(mark: MeetingMark, by: EncounterBy) -> Iterator[tuple[str, str]]:
    """Yield each two who met: not those who came for the same party."""
    assert mark.meeting  # noqa: S101  # only deadlines have none
    parties: dict[str, str | None] = {}
    for each in mark.meeting.participants:
        if slug := getattr(each, by):
            parties.setdefault(slug, each.party)
    for first, second in combinations(sorted(parties), 2):
        if parties[first] is None or parties[first] != parties[second]:
            yield first, second


def draw_encounters(canvas: Canvas, drawn: Json) -> Markup:
    """Return lanes with a line down for each meeting."""
    words = canvas.frame.words
    if not drawn["meetings"]:
        return canvas.finish(words("encounters.none"), "", Markup(""), 40)
    top_pair = drawn["pairs"][0]
    names = NotedNames(canvas.frame.view, words)
    first, second = (names.display_name(drawn["by"], slug) for slug in top_pair["pair"])
    title = words("encounters.headline", top_pair["meetings"], first=first, second=second)
    title = title[:1].upper() + title[1:]
    shown = len(drawn["meetings"])
    says = words("encounters.says", shown)
    if shown < drawn["total"]:
        says = words("encounters.newest", shown, total=drawn["total"])
    drawing = _EncounterLanes(canvas, drawn)
    return canvas.finish(title, says, drawing.draw(), drawing.height)


class _EncounterLanes:
    """Where lanes and meetings stand."""

    def __init__(self, canvas: Canvas, drawn: Json) -> None:
        self.canvas, self.drawn = canvas, drawn
        count = len(drawn["lanes"])
        self.row = 40.0 if canvas.is_narrow else max(min(430 / count, 58), 36)
        self.top = 34.0 if canvas.is_narrow else 22.0
        self.height = self.top + count * self.row + 4
        left = canvas.margin + (0 if canvas.is_narrow else 230)
        lo, last = (
            min(m["lo"] for m in drawn["meetings"]),
            max(m["last"] for m in drawn["meetings"]),
        )
        room = max((last - lo) // 50, DAY)
        scale = TimeScale(lo - room, last + room)
        right = canvas.width - canvas.margin - (26 if canvas.is_narrow else 8)
        self.axis = Axis(canvas, scale, left, right)
        self.y = {
            lane["lane"]: self.top + (n + 0.5) * self.row for n, lane in enumerate(drawn["lanes"])
        }

    def draw(self) -> Markup:
        parts = [self.axis.draw(8, self.height, at=None)]
        parts += map(self._draw_base, self.drawn["lanes"])
        taken: float = 0
        for meeting in self.drawn["meetings"]:
            start, end = self.axis.x(meeting["lo"]), self.axis.x(meeting["last"])
            middle = (start + end) / 2
            middle = max(middle, min(taken + 2 * POINT_RADIUS + 1, middle + 6))
            taken = middle
            parts.append(self._draw_meeting(meeting, middle, max(end - start, 0)))
        parts += map(self._draw_label, self.drawn["lanes"])  # over the lines, so it can be read
        return Markup("").join(parts)

    def _draw_base(self, lane: Json) -> Markup:
        return path_across(self.axis.left, self.y[lane["lane"]], self.axis.right - self.axis.left)

    def _draw_label(self, lane: Json) -> Markup:
        canvas, y = self.canvas, self.y[lane["lane"]]
        name_y = y - 9 if canvas.is_narrow else y + 5
        name = fit_name(lane["name"], 250 if canvas.is_narrow else 178, canvas.size)
        text = element("text", name, x=canvas.margin, y=name_y, class_="p-name p-item p-halo")
        x = canvas.width - canvas.margin if canvas.is_narrow else self.axis.left - 12
        number = element("text", lane["meetings"], x=x, y=name_y, class_="p-number p-end p-halo")
        return text + number

    def _draw_meeting(self, meeting: Json, x: float, width: float) -> Markup:
        canvas = self.canvas
        drawn = [self.y[slug] for slug in meeting["participants"] if slug in self.y]
        if not drawn:
            return Markup("")
        class_ = "p-strand p-open" if meeting["mark"] else "p-strand p-changed"
        parts = [path("M", x, min(drawn), "V", max(drawn), class_=class_)]
        is_bar = meeting["mark"] in ("vague", "disputed") and width > 12
        start = x - width / 2 if is_bar else x
        parts += [
            canvas.draw_mark(meeting["mark"], start, y, width if is_bar else 0) for y in drawn
        ]
        hit = element(
            "rect",
            x=x - 8,
            y=min(drawn) - 8,
            width=16,
            height=max(drawn) - min(drawn) + 16,
            class_="p-hit",
        )
        tip = f"{meeting['tip']}. {', '.join(meeting['names'])}"
        return canvas.link(meeting["address"], tip, *parts, hit)


def table_rows(data: Json) -> Iterator[Json]:
    for meeting in data["drawn"]["meetings"]:
        yield {**meeting, "participants": "; ".join(meeting["names"])}


PICTURE = define_picture(
    "encounters",
    load_encounters,
    draw_encounters,
    params=EncountersParams,
    columns=COLUMNS,
    rows=table_rows,
)
