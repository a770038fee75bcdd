"""Medians against the number of events, all on the same logarithmic scales, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

Line = Mapping[int, float]
"""Milliseconds for a number of events."""
Style = tuple[str, str]
"""Colour and dash."""
WIDTH, HEIGHT = 240, 190
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 36, 22
COLOURS = ("#0b6e4f", "#3a5a98", "#b3541e", "#7d3c98", "#8a7a00", "#a61b3c", "#444444")
DASHES = ("none", "6 4")
LETTER = 5.6
"""Points that a letter of the title takes, about."""


@dataclass(frozen=True)
class Panel:
    """One small plot: a title, its lines by name, and the most that is wanted, 0 for none."""

    title: str
    lines: Mapping[str, Line]
    wanted: float = 0


class Scale:
    """Turns values into places between two ends, a decade as long as any other."""

    def __init__(self, values: Sequence[float], lo: float, hi: float) -> None:
        self.least = math.floor(math.log10(min(values)))
        self.most = max(self.least + 1, math.ceil(math.log10(max(values))))
        self.lo, self.hi = lo, hi

    def __call__(self, value: float) -> float:
        part = (math.log10(value) - self.least) / (self.most - self.least)
        return round(self.lo + part * (self.hi - self.lo), 1)

    def decades(self) -> list[float]:
        return [10.0**n for n in range(self.least, self.most + 1)]


def svg(title: str, panels: Sequence[Panel], columns: int) -> str:
    """Draw the panels in rows; a line has the colour and dash that the legend gives its name."""
    lines = [line for panel in panels for line in panel.lines.values()]
    x = Scale([n for line in lines for n in line], LEFT, WIDTH - RIGHT)
    y = Scale([ms for line in lines for ms in line.values()], HEIGHT - BOTTOM, TOP)
    styles = _styles(name for panel in panels for name in panel.lines)
    rows = -(-len(panels) // columns)
    width, height = columns * WIDTH, rows * HEIGHT + 9 * len(styles) + 24
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' font-family="sans-serif" font-size="10"><title>{escape(title)}</title>'
        '<rect width="100%" height="100%" fill="white"/>'
    )
    drawn = [head]
    for number, panel in enumerate(panels):
        place = number % columns * WIDTH, number // columns * HEIGHT
        drawn.append(f'<g transform="translate({place[0]} {place[1]})">')
        drawn += [*_axes(x, y), *_drawn(panel, x, y, styles), "</g>"]
    drawn += _legend(styles, width, rows * HEIGHT + 14)
    return "\n".join([*drawn, "</svg>\n"])


def _styles(names: Iterable[str]) -> dict[str, Style]:
    """Give every name a colour, and every other one a dash."""
    unique = dict.fromkeys(names)
    return {
        name: (COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)])
        for number, name in enumerate(unique)
    }


def _axes(x: Scale, y: Scale) -> Iterator[str]:
    for value in x.decades():
        yield f'<path d="M{x(value)} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield _text(x(value), HEIGHT - BOTTOM + 13, _short(value), "middle")
    for value in y.decades():
        yield f'<path d="M{LEFT} {y(value)}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield _text(LEFT - 5, y(value) + 3, f"{value:,g} ms", "end")


def _short(events: float) -> str:
    return f"{events / 1e6:g} M" if events >= 1e6 else f"{events / 1e3:g} k"


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#333">{escape(words)}</text>'


def _drawn(panel: Panel, x: Scale, y: Scale, styles: Mapping[str, Style]) -> Iterator[str]:
    for number, words in enumerate(wrap(panel.title, int((WIDTH - LEFT) / LETTER))):
        yield _text(LEFT, 14 + 12 * number, words, "start")
    if panel.wanted:
        height = y(panel.wanted)
        yield f'<path d="M{LEFT} {height}H{WIDTH - RIGHT}" stroke="#c00" stroke-width="0.7"/>'
    for name, line in panel.lines.items():
        places = "L".join(f"{x(n)} {y(ms)}" for n, ms in sorted(line.items()))
        yield _path(f"M{places}", styles[name])
        yield from (
            f'<circle cx="{x(n)}" cy="{y(ms)}" r="2.4" fill="{styles[name][0]}"/>'
            for n, ms in line.items()
        )


def _legend(styles: Mapping[str, Style], width: int, top: int) -> Iterator[str]:
    for number, (name, style) in enumerate(styles.items()):
        left, height = number % 2 * width / 2 + LEFT, top + number // 2 * 18
        yield _path(f"M{left} {height}h30", style)
        yield _text(left + 38, height + 4, name, "start")


def _path(places: str, style: Style) -> str:
    colour, dash = style
    return (
        f'<path d="{places}" fill="none" stroke="{colour}" stroke-width="2"'
        f' stroke-dasharray="{dash}"/>'
    )
