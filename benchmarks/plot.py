"""A plot of medians against the number of events, both on logarithmic scales, as SVG.

``python -m benchmarks.plot`` draws the lines of the newest tables to docs/performance.svg.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

import orjson

from benchmarks.measuring import RESULTS

Lines = Mapping[str, Mapping[int, float]]
WIDTH, HEIGHT = 860, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 270, 30, 50
COLOURS = ("#0b6e4f", "#b3541e", "#3a5a98", "#7d3c98", "#8a7a00", "#a61b3c")
PLACE = Path(__file__).parent.parent / "docs" / "performance.svg"


class Scale:
    """Turns values into places between two ends, a decade as long as any other."""

    def __init__(self, values: list[float], lo: float, hi: float) -> None:
        self.least = math.floor(math.log10(min(values)))
        self.most = max(self.least + 1, math.ceil(math.log10(max(values))))
        self.lo, self.hi = lo, hi

    def __call__(self, value: float) -> float:
        part = (math.log10(value) - self.least) / (self.most - self.least)
        return round(self.lo + part * (self.hi - self.lo), 1)

    def decades(self) -> list[float]:
        return [10.0**n for n in range(self.least, self.most + 1)]


def svg(lines: Lines) -> str:
    """Draw each line with its name at its end; a dashed line is on PostgreSQL."""
    x = Scale([n for line in lines.values() for n in line], LEFT, WIDTH - RIGHT)
    y = Scale([ms for line in lines.values() for ms in line.values()], HEIGHT - BOTTOM, TOP)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="sans-serif" font-size="12"><title>Median of one answer in milliseconds'
        ' against the number of events</title><rect width="100%" height="100%" fill="white"/>'
    )
    return "\n".join([head, *_axes(x, y), *_drawn(lines, x, y), "</svg>\n"])


def _axes(x: Scale, y: Scale) -> Iterator[str]:
    for value in x.decades():
        yield f'<path d="M{x(value)} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield _text(x(value), HEIGHT - BOTTOM + 18, f"{value:,.0f}", "middle")
    for value in y.decades():
        yield f'<path d="M{LEFT} {y(value)}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield _text(LEFT - 8, y(value) + 4, f"{value:,g} ms", "end")
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "events", "middle")


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _drawn(lines: Lines, x: Scale, y: Scale) -> Iterator[str]:
    kinds = list(dict.fromkeys(name.rpartition(", ")[0] for name in lines))
    taken: list[float] = []
    for name, line in sorted(lines.items(), key=lambda each: -each[1][max(each[1])]):
        kind, _, store = name.rpartition(", ")
        colour = COLOURS[kinds.index(kind) % len(COLOURS)]
        dash = ' stroke-dasharray="6 4"' if store == "PostgreSQL" else ""
        places = [f"{x(n)} {y(ms)}" for n, ms in sorted(line.items())]
        path = (
            f'<path d="M{"L".join(places)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        )
        yield path
        end = y(line[max(line)])
        label = max([end, *(each + 14 for each in taken[-1:])])
        taken.append(label)
        yield _text(WIDTH - RIGHT + 10, label + 4, name, "start", colour)


def newest() -> Lines:
    """Return each line as the newest table that has it tells. Raises FileNotFoundError."""
    tables = sorted(RESULTS.glob("table-*.json"))
    if not tables:
        raise FileNotFoundError("no table was measured yet: make bench")
    lines: dict[str, dict[int, float]] = {}
    for table in tables:
        told = orjson.loads(table.read_bytes())["series"]
        lines |= {name: {int(n): ms for n, ms in line.items()} for name, line in told.items()}
    return lines


def main() -> None:
    PLACE.write_text(svg(newest()), encoding="utf-8")
    print(PLACE.name, file=sys.stderr)


if __name__ == "__main__":
    main()
