"""SVG written by hand: elements, and text that is wrapped to a width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from markupsafe import Markup, escape

from api.pages.shared.sanitize import escape_invisible, leave_out_brackets

_NARROW, _WIDE = frozenset("iljtfrI.,:;'’|!() ·-"), frozenset("mwMW%—ЖШЩЮжшщюмфыМФЫ")
"""Letters that are much narrower or wider than others of a sans-serif font."""


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a sans-serif font of a size, in pixels."""
    return size * sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if letter in _NARROW:
        return 0.31
    if letter in _WIDE:
        return 0.84
    if letter.isupper():
        return 0.66
    return 0.52 if letter < "\u0400" else 0.57


def element(tag: str, *children: object, **attributes: object) -> Markup:
    """Return an element; ``class_`` stands for class, other underscores for hyphens, and what is
    null is left out."""
    written = "".join(
        f' {_attribute_name(name)}="{_write(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inner = "".join(map(_write, children))
    end = f">{inner}</{tag}>" if children else "/>"
    return Markup(f"<{tag}{written}{end}")  # noqa: S704  # each part was escaped


@cache
def _attribute_name(name: str) -> str:
    return name.strip("_").replace("_", "-")


def _write(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    if isinstance(value, int | Markup):
        return str(value)
    return str(escape(escape_invisible(value)))


def path(*steps: object, **attributes: object) -> Markup:
    """Return a path of letters and coordinates."""
    return element("path", d=" ".join(map(_write, steps)), **attributes)


def wrap_text(text: str, width: float, size: float, max_lines: int = 3) -> list[str]:
    """Return the lines of a text that fit a width at a size of the font, both in pixels; what does
    not fit ends with an ellipsis."""
    lines = list(_fill_lines(text.split(), width, size))
    if len(lines) <= max_lines:
        return lines
    rest = " ".join(lines[max_lines - 1 :])
    return [*lines[: max_lines - 1], fit_text(rest, width, size)]


def _fill_lines(words: Iterable[str], width: float, size: float) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def fit_text(text: str, width: float, size: float) -> str:
    """Return as much of a text as fits a width, in pixels, cut at a word if it can be."""
    text = " ".join(text.split())
    if text_width(text, size) <= width:
        return text
    room, kept = width - size, ""
    for letter in text:
        room -= size * _letter_width(letter)
        if room < 0:
            break
        kept += letter
    whole_words = kept.rpartition(" ")[0]
    return f"{whole_words if len(whole_words) > len(kept) / 2 else kept}…"


def fit_name(name: str, width: float, size: float) -> str:
    """Return as much of a name as fits a width; brackets at its end are left out first."""
    whole = " ".join(name.split())
    fits = text_width(whole, size) <= width
    return fit_text(whole if fits else leave_out_brackets(whole), width, size)


def text_lines(
    lines: Iterable[object], x: float, y: float, line_height: float, **attributes: object
) -> Markup:
    """Return a text of several lines, the first one at y."""
    return Markup("").join(
        element("text", line, x=x, y=y + number * line_height, **attributes)
        for number, line in enumerate(lines)
    )
