"""The picture of how plans evolved: the points of each, and which came from which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from markupsafe import Markup
from pydantic import Field

from api.http.query_params import OptionalText
from api.models.plans import Plan, Point
from api.pages.pictures.picture_page import PictureParams, define_picture
from api.pages.shared.canvas import Canvas, path_across
from api.pages.shared.disputes import title_of
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text
from api.pages.shared.svg import element, fit_text, path, text_lines, text_width, wrap_text
from domain.model import Json
from projections.answers.pairing import PointKey

COLUMNS = ("plan", "plan_title", "point", "number", "heading", "text_status", "from", "wording")
MAX_PLANS = 6
"""Plans of one picture; of more the newest."""
MAX_POINTS = 60
"""Points of each plan that are drawn, the first of them."""
_WHOLE_TEXTS = ("verbatim", "translated")


class EvolutionParams(PictureParams):
    point: Annotated[
        OptionalText, Field(description="The point whose line is lit, as plan/point.")
    ] = None


def load_evolution(frame: PageContext) -> Json:
    """Return the plans whose points are known, the strands between them, and one line with its
    texts."""
    plans = {plan.plan: plan for plan in frame.answers.plans()}
    order, strands = frame.answers.plan_strands()
    with_points = [slug for slug in order if plans[slug].points]
    seen = with_points[-MAX_PLANS:]
    points = {
        (slug, point.point): point for slug in seen for point in plans[slug].points[:MAX_POINTS]
    }
    strands = [each for each in strands if each[0] in points and each[1] in points]
    chosen = _find_chosen(frame, points)
    lit = _trace_line(chosen, strands) if chosen else set[PointKey]()
    origins, continued = {after for _, after in strands}, {before for before, _ in strands}
    derived, deriving = ({plan for plan, _ in ends} for ends in (origins, continued))
    seen.sort(key=lambda slug: slug not in derived | deriving)

    def describe_point(slug: str, point: Point) -> Json:
        key = (slug, point.point)
        return {
            **_point_entry(point),
            "is_new": slug in derived and key not in origins,
            "is_gone": slug in deriving and key not in continued,
            "is_lit": key in lit,
        }

    return {
        "drawn": {
            "plans": [
                {
                    "plan": slug,
                    "title": title_of(frame.words, plans[slug]) or slug,
                    "known_at": plans[slug].known_at,
                    "is_alone": slug not in derived | deriving,
                    "points": [
                        describe_point(slug, point) for point in plans[slug].points[:MAX_POINTS]
                    ],
                }
                for slug in seen
            ],
            "strands": [
                {
                    "from": before,
                    "to": after,
                    "wording": compare_wording(points[before], points[after]),
                    "is_lit": before in lit and after in lit,
                }
                for before, after in strands
            ],
            "unseen": len(plans) - len(with_points),
            "left_out": len(with_points) - len(seen),
            "point": "/".join(chosen) if chosen else None,
            "texts": _line_texts(frame, plans, seen, lit),
        }
    }


def _point_entry(point: Point) -> Json:
    names = ("point", "number", "heading", "text", "text_status")
    return {name: getattr(point, name) for name in names}


def _find_chosen(frame: PageContext, points: Mapping[PointKey, Point]) -> PointKey | None:
    asked = frame.params.point
    if not asked:
        return None
    plan, _, name = asked.partition("/")
    if (plan, name) in points:
        return plan, name
    frame.refuse_parameter(
        "point", f"no plan drawn here has a point {asked[:80]!r}", "write plan/point"
    )
    return None


def _trace_line(chosen: PointKey, strands: Sequence[tuple[PointKey, PointKey]]) -> set[PointKey]:
    """Return a point with all that it came from and all that came of it."""
    found = {chosen}
    for forward in (True, False):
        waiting = [chosen]
        while waiting:
            point = waiting.pop()
            steps = strands if forward else [(after, before) for before, after in strands]
            reached = {end for start, end in steps if start == point} - found
            found |= reached
            waiting += reached
    return found


def compare_wording(before: Point, after: Point) -> str:
    """Return whether a text stayed or changed, or unknown where not both are known word by word."""
    texts = [point.text if point.text_status in _WHOLE_TEXTS else None for point in (before, after)]
    if not all(texts):
        return "unknown"
    return (
        "same" if " ".join(str(texts[0]).split()) == " ".join(str(texts[1]).split()) else "changed"
    )


def _line_texts(
    frame: PageContext, plans: Mapping[str, Plan], seen: Sequence[str], lit: set[PointKey]
) -> list[Json]:
    """Return the texts of a line, plan by plan."""
    return [
        {"plan": slug, "title": title_of(frame.words, plans[slug]) or slug, **_point_entry(point)}
        for slug in seen
        for point in plans[slug].points
        if (slug, point.point) in lit
    ]


def draw_evolution(canvas: Canvas, drawn: Json) -> Markup:
    """Return a column of points for each plan, and lines between them."""
    words = canvas.frame.words
    if not drawn["plans"]:
        return canvas.finish(words("evolution.none"), "", Markup(""), 40)
    joined = [plan for plan in drawn["plans"] if not plan["is_alone"]]
    n_alone = len(drawn["plans"]) - len(joined) if joined else 0
    if canvas.is_narrow and n_alone:
        drawn = {**drawn, "plans": joined}
    drawing = _Columns(canvas, drawn)
    counts = [str(len(plan["points"])) for plan in joined or drawn["plans"]]
    title = words("evolution.headline", counts=words("evolution.then").join(counts))
    says = words("evolution.says")
    if n_alone:
        told = "evolution.alone-undrawn" if canvas.is_narrow else "evolution.alone"
        says += " " + words(told, n_alone)
    if drawn["unseen"]:
        says += " " + words("evolution.unseen", drawn["unseen"])
    if drawn["left_out"]:
        says += " " + words("evolution.left-out", drawn["left_out"])
    return canvas.finish(title, says, drawing.draw(), drawing.height)


class _Columns:
    """Where the points of each plan stand."""

    def __init__(self, canvas: Canvas, drawn: Json) -> None:
        self.canvas, self.drawn = canvas, drawn
        plans, narrow = drawn["plans"], canvas.is_narrow
        shares = [0.7 if plan["is_alone"] else 1.0 for plan in plans]
        gap = (26 if len(plans) > 3 else 50) if narrow else (64 if len(plans) > 3 else 120)
        alone_gap = 12 if narrow else 24  # no line leads there
        gaps = [alone_gap if plan["is_alone"] else gap for plan in plans[1:]]
        unit = (canvas.inner_width - sum(gaps)) / sum(shares)
        self.widths = [share * unit for share in shares]
        self.starts = [
            canvas.margin + sum(self.widths[:number]) + sum(gaps[:number])
            for number in range(len(plans))
        ]
        most = max(len(plan["points"]) for plan in drawn["plans"])
        self.row = 17 if canvas.is_narrow else 20 if most > 22 else 24
        self.top = 74 if canvas.is_narrow else 62
        self.height = self.top + most * self.row + 8
        self.places = {
            (plan["plan"], point["point"]): (number, self.top + row * self.row + self.row / 2)
            for number, plan in enumerate(drawn["plans"])
            for row, point in enumerate(plan["points"])
        }

        ends = [
            [self.places[tuple(strand[end])][0] for end in ("from", "to")]
            for strand in drawn["strands"]
        ]
        self.crossed = {column for start, end in ends for column in range(start + 1, end)}

    def draw(self) -> Markup:
        strands = sorted(self.drawn["strands"], key=lambda strand: strand["is_lit"])
        parts = list(map(self._draw_strand, strands))
        for number, plan in enumerate(self.drawn["plans"]):
            parts.append(self._draw_head(number, plan))
            parts += [self._draw_point(number, plan, point) for point in plan["points"]]
        return Markup("").join(parts)

    def _draw_strand(self, strand: Json) -> Markup:
        (start, y1), (end, y2) = (self.places[tuple(strand[name])] for name in ("from", "to"))
        x1, x2 = self.starts[start] + self.widths[start] - 2, self.starts[end] + 2
        across, down = x2 - x1, y2 - y1
        class_ = "p-strand p-changed" if strand["wording"] == "changed" else "p-strand"
        class_ += " p-open" if strand["wording"] == "unknown" else ""
        class_ += " p-past" if end - start > 1 else ""
        class_ += " p-changed p-lit" if strand["is_lit"] else ""
        curve = (across / 2, 0, across / 2, down, across, down)  # alike for many
        return path("M", x1, y1, "c", *curve, class_=class_)

    def _draw_head(self, number: int, plan: Json) -> Markup:
        canvas, x, width = self.canvas, self.starts[number], self.widths[number]
        size = 12 if canvas.is_narrow else 15
        end = (*self.starts, canvas.width - 4)[number + 1]
        room = min(width + (18 if canvas.is_narrow else 40), end - x - 4)
        wrapped = wrap_text(plan["title"], room, size * 1.1, 3 if canvas.is_narrow else 2)
        lines = [fit_text(line, room, size * 1.1) for line in wrapped]
        title = text_lines(lines, x, 14, size * 1.25, class_="p-name")
        address = canvas.frame.page_address(f"plans/{plan['plan']}")
        rule = path_across(x, self.top - 4, width, "p-line")
        return canvas.link(address, plan["title"], title) + rule

    def _draw_point(self, number: int, plan: Json, point: Json) -> Markup:
        canvas, x, width = self.canvas, self.starts[number], self.widths[number]
        _, y = self.places[plan["plan"], point["point"]]
        name = point["heading"] or point["text"] or point["point"]
        shown_number = "·" if point["number"] is None else str(point["number"])
        room = width - (26 if canvas.is_narrow else 48)
        size = 12 if canvas.is_narrow else 14
        text = fit_text(name, room, size) if room > 64 else ""
        text_x = x + (24 if canvas.is_narrow else 40)
        class_ = "p-axis p-off-heat p-halo" + (" p-lit-name" if point["is_lit"] else "")
        parts = [
            element("rect", x=x, y=y - self.row / 2, width=width, height=self.row, class_="p-hit"),
            element(
                "text",
                fit_text(shown_number, 24, 13),
                x=x + (20 if canvas.is_narrow else 32),
                y=y + 4.5,
                class_="p-number p-end",
            ),
            element("text", text, x=text_x, y=y + 4.5, class_=class_),
        ]
        if number in self.crossed:  # a line behind words would strike them out
            behind = {"width": text_x - x - 6 + text_width(text, size), "height": 14}
            parts.insert(0, element("rect", x=x + 8, y=y - 7, **behind, class_="p-paper"))
        if point["is_new"]:
            parts.append(element("circle", cx=x + 2, cy=y, r=4, class_="m-fact"))
        if point["is_gone"]:
            parts.append(element("circle", cx=x + width - 2, cy=y, r=3.5, class_="m-ahead"))
        to = canvas.frame.picture_address(point=f"{plan['plan']}/{point['point']}") + "#texts"
        return canvas.link(to, self._tip(plan, point, name), *parts, lit=point["is_lit"])

    def _tip(self, plan: Json, point: Json, name: str) -> str:
        words = self.canvas.frame.words
        number = "·" if point["number"] is None else point["number"]
        room = 60 if self.canvas.is_narrow else 120
        said = [f"{plan['title']}, {number}: {shorten_text(name, room)}"]
        said += [words("evolution.is-new")] if point["is_new"] else []
        said += [words("evolution.is-gone")] if point["is_gone"] else []
        return " · ".join(said)


def table_rows(data: Json) -> Iterator[Json]:
    origins: dict[tuple[str, str], list[Json]] = {}
    for strand in data["drawn"]["strands"]:
        origins.setdefault(tuple(strand["to"]), []).append(strand)
    for plan in data["drawn"]["plans"]:
        for point in plan["points"]:
            strands = origins.get((plan["plan"], point["point"]), [])
            yield {
                **point,
                "plan": plan["plan"],
                "plan_title": plan["title"],
                "from": " ".join("/".join(strand["from"]) for strand in strands),
                "wording": " ".join(dict.fromkeys(strand["wording"] for strand in strands)),
            }


PICTURE = define_picture(
    "evolution",
    load_evolution,
    draw_evolution,
    params=EvolutionParams,
    columns=COLUMNS,
    rows=table_rows,
)
