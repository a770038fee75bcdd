"""How drift is drawn: rows of answers, and a line of steps for each party or bundle of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from api.pages.pictures.axis import Axis
from api.pages.pictures.drift_lines import UNANSWERED, is_undecided
from api.pages.pictures.unwatched import draw_unwatched
from api.pages.shared.canvas import Canvas, path_across
from api.pages.shared.marks import POINT_RADIUS, SPAN_FROM
from api.pages.shared.rail import TimeScale
from api.pages.shared.svg import element, path, text_lines, wrap_text
from domain.instants import DAY
from domain.model import Json

CROWDED_STEPS = 40
"""Steps of all lines beyond which one line is lit and the others are pale."""
LINE_GAP = 9
"""Pixels from one line of a row to the next."""
NAME_HEIGHT = 18
"""Pixels from one name at the end of a row to the next."""
_BODY_HEIGHT = 440
_TOP = 34


class _Place(NamedTuple):
    """Where a row is: its top and height in pixels, and the offset of each line in it."""

    top: float
    height: float
    offsets: Mapping[int, float]

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def draw_drift(canvas: Canvas, drawn: Json) -> Markup:
    """Return the picture of one issue."""
    words = canvas.frame.words
    if not drawn["lines"]:
        return canvas.finish(words("drift.none"), "", Markup(""), 40)
    if drawn["parties"] == 1:
        headline = "drift.headline-only" if drawn["moved"] else "drift.headline-only-none"
    else:
        headline = "drift.headline" if drawn["moved"] else "drift.headline-none"
    title = words(headline, drawn["moved"], issue=drawn["title"], parties=drawn["parties"])
    drawing = _Drift(canvas, drawn)
    says = [drawn["question"], words(f"drift.by-{drawn['by']}")]
    says += [] if drawn["has_answers"] else [words("drift.acts")]
    says += [words("drift.dashed")] if drawing.has_undecided else []
    body = drawing.draw()
    return canvas.finish(title, " ".join(filter(None, says)), body, drawing.height)


class _Drift:
    """Where rows, lines and names of a picture stand."""

    def __init__(self, canvas: Canvas, drawn: Json) -> None:
        self.canvas, self.drawn = canvas, drawn
        steps = sum(len(line["parties"][0]["steps"]) for line in drawn["lines"])
        self.is_crowded = steps > CROWDED_STEPS
        first = drawn["lines"][0]["parties"][0]["party"] if self.is_crowded else None
        self.lit = canvas.frame.params.party or first
        self.left = canvas.margin + (0 if canvas.is_narrow else 230)
        self.right = canvas.width - canvas.margin - (6 if canvas.is_narrow else 250)
        self.axis = Axis(canvas, self._fit_scale(), self.left, self.right)
        self.places = self._place_rows()
        last = self.places[drawn["rows"][-1]["row"]]
        self.height = last.top + last.height + 6

    def _fit_scale(self) -> TimeScale:
        steps = [
            step for line in self.drawn["lines"] for p in line["parties"] for step in p["steps"]
        ]
        first = min(min(step["at"], step["lo"] or step["at"]) for step in steps)
        last = max(step["at"] for step in steps)
        room, until = max((last - first) // 8, 5 * DAY), self.drawn["until"]
        end = until if until - last <= 4 * room else last + room
        return TimeScale(first - room // 5, max(last, end))

    @property
    def has_undecided(self) -> bool:
        """Whether a line stands for a stance that neither holds nor refuses an answer."""
        return self.drawn["has_answers"] and any(
            step["row"] and is_undecided(step["word"])
            for line in self.drawn["lines"]
            for step in line["parties"][0]["steps"]
        )

    def _ending_in(self, row: str) -> list[int]:
        """Return the lines that end in a row."""
        return [
            number
            for number, line in enumerate(self.drawn["lines"])
            if line["parties"][0]["steps"][-1]["row"] == row
        ]

    def _names_of(self, line: Json) -> list[str]:
        """Return the names of a line as lines of text."""
        text = ", ".join(map(self._name_of, line["parties"]))
        width = self.canvas.inner_width - 12 if self.canvas.is_narrow else 232
        return wrap_text(text, width, self.canvas.size, 3)

    def _name_of(self, party: Json) -> str:
        """Return a name, with the stance of a position that gives no answer."""
        last = party["steps"][-1]
        word = self.canvas.frame.words(f"stance.{last['word']}")
        return f"{party['name']} ({word})" if last["row"] == UNANSWERED else str(party["name"])

    def _place_rows(self) -> dict[str, _Place]:
        """Return where each row is: as high as its lines and names need, or as its number says."""
        narrow, heights = self.canvas.is_narrow, dict[str, float]()
        offsets: dict[str, dict[int, float]] = {}
        for row in self.drawn["rows"]:
            through = [
                number
                for number, line in enumerate(self.drawn["lines"])
                if any(step["row"] == row["row"] for step in line["parties"][0]["steps"])
            ]
            offsets[row["row"]] = {
                number: (place - (len(through) - 1) / 2) * LINE_GAP
                for place, number in enumerate(through)
            }
            names = sum(
                len(self._names_of(self.drawn["lines"][n])) for n in self._ending_in(row["row"])
            )
            lines = max(len(through), 1) * LINE_GAP + 14
            label = len(self._label_lines(row)) * (16 if narrow else 19)
            text = names * (16 if narrow else NAME_HEIGHT)
            heights[row["row"]] = (
                label + lines + text + 10 if narrow else max(lines, text + 8, label + 8)
            )
        spare = (
            0.0 if narrow else max(_BODY_HEIGHT - _TOP - sum(heights.values()), 0) / len(heights)
        )
        places, top = {}, float(_TOP)
        scaled = self._scaled_middles() if not narrow else {}
        for name, height in heights.items():
            own_height = height + min(spare, 60)
            if name in scaled:
                places[name] = _Place(_TOP + scaled[name] - height / 2, height, offsets[name])
                top = max(top, _TOP + scaled[name] + height / 2 + 6)
            else:
                places[name] = _Place(top, own_height, offsets[name])
                top += own_height
        return places

    def _scaled_middles(self) -> dict[str, float]:
        """Return the middles of rows with numbers, true to these, where each has room."""
        values = {
            row["row"]: row["value"] for row in self.drawn["rows"] if row["value"] is not None
        }
        if len(values) < 2:
            return {}
        high, low = max(values.values()), min(values.values())
        room = 300.0
        middles = {
            name: 40 + (high - value) / ((high - low) or 1) * room for name, value in values.items()
        }
        ordered = sorted(middles.values())
        gaps = [after - before for before, after in pairwise(ordered)]
        return middles if not gaps or min(gaps) >= 44 else {}

    def _label_lines(self, row: Json) -> list[str]:
        width = self.canvas.inner_width - 8 if self.canvas.is_narrow else 214
        return wrap_text(
            row["label"], width, self.canvas.size * 1.02, 2 if self.canvas.is_narrow else 3
        )

    def draw(self) -> Markup:
        parts = [self.axis.draw(6, self.height, at=None)]
        parts.append(draw_unwatched(self.axis, self.drawn["unwatched"], 18, 7))
        parts += map(self._draw_rule, self.drawn["rows"])
        order = sorted(
            range(len(self.drawn["lines"])),
            key=lambda n: (self._is_lit(n), self.drawn["lines"][n]["has_moved"]),
        )
        parts += map(self._draw_line, order)
        parts += map(self._draw_label, self.drawn["rows"])
        parts += [self._draw_names(row) for row in self.drawn["rows"]]
        return Markup("").join(parts)

    def _is_lit(self, number: int) -> bool:
        return any(party["party"] == self.lit for party in self.drawn["lines"][number]["parties"])

    def _draw_rule(self, row: Json) -> Markup:
        canvas, place = self.canvas, self.places[row["row"]]
        return path_across(canvas.margin, place.top + place.height, canvas.inner_width)

    def _draw_label(self, row: Json) -> Markup:
        canvas, place = self.canvas, self.places[row["row"]]
        lines = self._label_lines(row)
        if canvas.is_narrow:
            return text_lines(lines, canvas.margin, place.top + 14, 16, class_="p-name p-halo")
        y = place.middle - (len(lines) - 1) * 9.5 + 5
        is_held = row["row"][0] not in "~!" and place.offsets
        class_ = "p-name" if is_held else "p-text p-says"
        return text_lines(lines, canvas.margin, y, 19, class_=class_)

    def _y(self, row: str, number: int) -> float:
        place = self.places[row]
        if not self.canvas.is_narrow:
            return place.middle + place.offsets[number]
        label = len(self._label_lines(next(r for r in self.drawn["rows"] if r["row"] == row))) * 16
        rows = len(place.offsets)
        return place.top + label + 8 + rows * LINE_GAP / 2 + place.offsets[number]

    def _draw_line(self, number: int) -> Markup:
        """Return the line of one party or bundle: its steps, and a dot for each."""
        line, frame = self.drawn["lines"][number], self.canvas.frame
        steps = min((party["steps"] for party in line["parties"]), key=lambda each: each[0]["at"])
        names = ", ".join(party["name"] for party in line["parties"])
        to = frame.picture_address(party=line["parties"][0]["party"])
        drawn = self.canvas.link(
            to, names, *self._draw_steps(steps, number), lit=self._is_lit(number)
        )
        if self.is_crowded and not self._is_lit(number):
            return drawn
        dots = [
            self._draw_dot(party, step, number)
            for party in line["parties"]
            for step in party["steps"]
            if step["row"]
        ]
        return drawn + Markup("").join(dots)

    def _draw_steps(self, steps: list[Json], number: int) -> Iterator[Markup]:
        class_, previous = self._line_class(number), None
        for place, step in enumerate(steps):
            x = self.axis.x(step["at"])
            until = self.axis.x(steps[place + 1]["at"]) if place + 1 < len(steps) else self.right
            if step["row"] is None:
                previous = None
                continue
            y = self._y(step["row"], number)
            if previous is not None:
                yield path("M", x, previous, "V", y, class_=class_)
            style = " p-open" if is_undecided(step["word"]) else ""
            yield path("M", x, y, "H", until, class_=class_ + style)
            previous = y

    def _line_class(self, number: int) -> str:
        line = self.drawn["lines"][number]
        is_lit, are_many = self._is_lit(number), len(line["parties"]) > 1
        if self.is_crowded and not is_lit:
            return "p-line p-past"
        class_ = "p-strong" if line["has_moved"] else "p-bundle" if are_many else "p-line"
        class_ += " p-many" if line["has_moved"] and are_many else ""
        return f"{class_} p-lit" if is_lit else class_

    def _draw_dot(self, party: Json, step: Json, number: int) -> Markup:
        canvas, frame = self.canvas, self.canvas.frame
        x, y = self.axis.x(step["at"]), self._y(step["row"], number)
        parts = []
        if self.drawn["by"] == "happened" and step["last"] - step["lo"] > SPAN_FROM and step["lo"]:
            start = self.axis.x(step["lo"])
            parts.append(canvas.draw_mark("vague", start, y, max(x - start, 10)))
        class_ = "m-fact p-lit-name" if party["party"] == self.lit else "m-fact"
        parts.append(element("circle", cx=x, cy=y, r=POINT_RADIUS - 1, class_=class_))
        label = next(r["label"] for r in self.drawn["rows"] if r["row"] == step["row"])
        tip = frame.words(
            "drift.tip",
            party=party["name"],
            row=label,
            word=frame.words(f"stance.{step['word']}"),
            occurred=frame.dates.span_element(step["occurred"], "position-stated").striptags(),
            known=frame.dates.format_moment(step["known_at"]),
        )
        parts.append(element("circle", cx=x, cy=y, r=10, class_="p-hit"))
        return canvas.link(frame.page_address(f"events/{step['event']}"), tip, *parts)

    def _draw_names(self, row: Json) -> Markup:
        """Return the names of those who stand in a row in the end, beside it or below it."""
        canvas, ending = self.canvas, self._ending_in(row["row"])
        blocks = [(number, self._names_of(self.drawn["lines"][number])) for number in ending]
        total = sum(len(lines) for _, lines in blocks)
        place, height = self.places[row["row"]], 16 if canvas.is_narrow else NAME_HEIGHT
        y = place.middle - (total - 1) * height / 2 + 5
        if canvas.is_narrow:
            y = place.top + place.height - total * height + 6
        parts = []
        for number, lines in blocks:
            line = self.drawn["lines"][number]
            class_ = "p-name p-halo" if line["has_moved"] else "p-name p-item p-halo"
            class_ += " p-lit-name" if self._is_lit(number) else ""
            x = canvas.margin if canvas.is_narrow else self.right + 22
            if not canvas.is_narrow:
                end = self._y(row["row"], number)
                middle = y + (len(lines) - 1) * height / 2 - 5
                parts.append(
                    path("M", self.right, end, "L", self.right + 16, middle, class_="p-rule")
                )
            party = line["parties"][0]["party"]
            address = (
                canvas.frame.page_address("positions", cell=f"{party}/{self.drawn['issue']}")
                + "#drawer"
            )
            names = ", ".join(each["name"] for each in line["parties"])
            parts.append(
                canvas.link(address, names, text_lines(lines, x, y, height, class_=class_))
            )
            y += len(lines) * height
        return Markup("").join(parts)
