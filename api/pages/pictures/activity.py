"""The picture of activity and silence: how much became known week by week, and of which days
nobody knows, as nobody watched."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from math import sqrt
from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field

from api.pages.pictures.axis import Axis
from api.pages.pictures.periods import Step, list_periods
from api.pages.pictures.picture_page import PictureParams, define_picture
from api.pages.pictures.unwatched import draw_unwatched, list_unwatched, read_range
from api.pages.shared.canvas import Canvas
from api.pages.shared.coverage import describe_unwatched_plainly
from api.pages.shared.dates import date_of_day
from api.pages.shared.event_groups import GROUP_BY_TYPE, GROUPS
from api.pages.shared.page_context import PageContext
from api.pages.shared.rail import TimeScale, time_labels
from api.pages.shared.svg import element, fit_name, path
from domain.basis import CLOCK_PARAMS
from domain.instants import Instant, local_day, midnight_instant
from domain.model import Json

ActivityBy = Literal["group", "party", "issue"]
COLUMNS = ("of", "name", "first", "last", "events")
MAX_ROWS = 12
STEPS: tuple[Step, ...] = ("week", "month", "year")


class ActivityParams(PictureParams):
    by: Annotated[
        ActivityBy | None, Field(description="What the rows are; groups unless told.")
    ] = None


def load_activity(frame: PageContext) -> Json:
    """Return how much became known in each period, row by row, and the days nobody watched."""
    by: ActivityBy = frame.params.by or "group"
    days, event_count = _count_days(frame, by)
    today = _day_of(frame, frame.basis.known_at)
    first = min((day for _, day in days), default=today)
    periods, step = list_periods(first, today, STEPS)
    starts = [period.first for period in periods]
    cells, totals = Counter[tuple[str, int]](), Counter[str]()
    for (slug, day), count in days.items():
        cells[slug, bisect_right(starts, day) - 1] += count
        totals[slug] += count
    kept = [slug for slug, _ in totals.most_common(MAX_ROWS)]
    order = [group for group in GROUPS if group in kept] if by == "group" else kept
    return {
        "drawn": {
            "by": by,
            "step": step,
            "events": event_count,
            "periods": [{"first": str(each.first), "last": str(each.last)} for each in periods],
            "rows": [
                {
                    "of": slug,
                    "name": _row_name(frame, by, slug),
                    "events": totals[slug],
                    "counts": [cells[slug, column] for column in range(len(periods))],
                }
                for slug in order
            ],
            "left_out": len(totals) - len(kept),
            "unwatched": list_unwatched(frame, periods[0].first, today),
            "watched": frame.coverage.recorded,
        }
    }


def _day_of(frame: PageContext, instant: Instant) -> date:
    return local_day(instant, frame.view.zone)


def _count_days(frame: PageContext, by: ActivityBy) -> tuple[Counter[tuple[str, date]], int]:
    """Return how much news became known on each day, row by row, and how much in all."""
    days = Counter[tuple[str, date]]()
    if by == "group":
        for day, kind, count in frame.view.known_types():
            days[GROUP_BY_TYPE[kind], date_of_day(day)] += count
        return days, days.total()
    news = frame.view.news_moments(by)
    for moment in news:
        days[str(moment.slug), _day_of(frame, moment.known_at)] += 1
    return days, len({moment.seq for moment in news})


def _row_name(frame: PageContext, by: ActivityBy, slug: str) -> str:
    return frame.words(f"rail.group.{slug}") if by == "group" else frame.name_of(by, slug)


def draw_activity(canvas: Canvas, drawn: Json) -> Markup:
    """Return a grid of weeks, the darker the more became known."""
    words, rows = canvas.frame.words, drawn["rows"]
    if not rows:
        return canvas.finish(words("activity.none"), "", Markup(""), 40)
    title = words(f"activity.headline-{drawn['by']}", drawn["events"])
    says = words("activity.says", step=words(f"activity.step-{drawn['step']}"))
    says += " " + (
        describe_unwatched_plainly(canvas.frame, list(map(read_range, drawn["unwatched"])))
        if drawn["watched"]
        else words("coverage.not-recorded")
    )
    grid = _Grid(canvas, drawn)
    unwatched = draw_unwatched(grid.axis, drawn["unwatched"], 0, grid.height)
    body = unwatched + grid.draw_rows() + grid.draw_axis()
    return canvas.finish(title, says, body, grid.height + 26)


class _Grid:
    """Where the cells of a picture stand."""

    def __init__(self, canvas: Canvas, drawn: Json) -> None:
        self.canvas, self.drawn = canvas, drawn
        self.first = date.fromisoformat(drawn["periods"][0]["first"])
        self.end = date.fromisoformat(drawn["periods"][-1]["last"]) + timedelta(days=1)
        self.left = canvas.margin + (0 if canvas.is_narrow else 250)
        self.right = canvas.width - canvas.margin - (0 if canvas.is_narrow else 50)
        zone, rows = canvas.frame.view.zone, len(drawn["rows"])
        scale = TimeScale(midnight_instant(self.first, zone), midnight_instant(self.end, zone))
        self.axis = Axis(canvas, scale, self.left, self.right)
        self.step = 46 if canvas.is_narrow else max(min(460 // rows, 76), 34)
        self.cell_height = 20 if canvas.is_narrow else self.step - 8
        self.height = rows * self.step
        self.most = max((max(row["counts"]) for row in drawn["rows"]), default=1) or 1

    def x(self, day: date) -> float:
        whole = (self.end - self.first).days
        return self.left + (day - self.first).days * (self.right - self.left) / whole

    def draw_rows(self) -> Markup:
        canvas, parts = self.canvas, list[Markup]()
        for number, row in enumerate(self.drawn["rows"]):
            top = number * self.step + (20 if canvas.is_narrow else 0)
            middle = top + self.cell_height / 2 + 5
            name_y = top - 6 if canvas.is_narrow else middle
            name_width = canvas.inner_width - 60 if canvas.is_narrow else 236
            parts.append(
                element(
                    "text",
                    fit_name(row["name"], name_width, canvas.size),
                    x=canvas.margin,
                    y=name_y,
                    class_="p-name p-item p-halo",
                )
            )
            parts.append(
                element(
                    "text",
                    row["events"],
                    x=canvas.width - canvas.margin,
                    y=name_y,
                    class_="p-number p-end p-halo",
                )
            )
            for count, period in zip(row["counts"], self.drawn["periods"], strict=True):
                if count:
                    parts.append(self._draw_cell(row, count, period, top))
        return Markup("").join(parts)

    def _draw_cell(self, row: Json, count: int, period: Json, top: float) -> Markup:
        canvas = self.canvas
        first, last = (date.fromisoformat(period[name]) for name in ("first", "last"))
        start, end = self.x(first), self.x(last + timedelta(days=1))
        darkness = 0.16 + 0.84 * sqrt(count / self.most)
        box = {
            "x": start + 0.75,
            "y": top,
            "width": max(end - start - 1.5, 2),
            "height": self.cell_height,
        }
        parts = [
            element("rect", **box, class_="p-paper"),
            element("rect", **box, class_="p-heat", fill_opacity=f"{darkness:.2f}"),
        ]
        if end - start >= 17:
            place = {"x": (start + end) / 2, "y": top + self.cell_height / 2 + 4.5}
            class_ = "p-on-heat" if darkness > 0.5 else "p-on-heat p-off-heat"
            parts.append(element("text", count, **place, class_=class_))
        return canvas.link(
            _address(canvas.frame, first, last), self._tip(row, count, first, last), *parts
        )

    def _tip(self, row: Json, count: int, first: date, last: date) -> str:
        dates = self.canvas.frame.dates
        return self.canvas.frame.words(
            "activity.tip",
            count,
            name=row["name"],
            first=dates.format_short_day(first),
            last=dates.format_day(last),
        )

    def draw_axis(self) -> Markup:
        parts = []
        most = 4 if self.canvas.is_narrow else 9
        for percent, label in time_labels(self.canvas.frame.dates, self.axis.scale, most):
            x = self.left + percent * (self.right - self.left) / 100
            if percent < 94:
                parts.append(path("M", x, self.height, "v", 6, class_="p-rule"))
                parts.append(element("text", label, x=x, y=self.height + 20, class_="p-axis"))
        return Markup("").join(parts)


def _address(frame: PageContext, first: date, last: date) -> str:
    """Return where is told what became known in a period."""
    clocks: Json = dict.fromkeys(CLOCK_PARAMS)
    changes = clocks | {
        "as_of": str(min(last, _day_of(frame, frame.basis.known_at))),
        "from": str(first - timedelta(days=1)),
    }
    return frame.page_address("compare", **changes)


def table_rows(data: Json) -> Iterator[Json]:
    drawn = data["drawn"]
    for row in drawn["rows"]:
        cells: Iterable[tuple[int, Json]] = zip(row["counts"], drawn["periods"], strict=True)
        for count, period in cells:
            yield {**row, **period, "events": count}


PICTURE = define_picture(
    "activity",
    load_activity,
    draw_activity,
    params=ActivityParams,
    columns=COLUMNS,
    rows=table_rows,
)
