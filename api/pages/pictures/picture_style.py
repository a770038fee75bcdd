"""The rules that a picture takes along: those of the pages, with the colours of a theme."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from api.pages.shared.static_files import FOLDER

Theme = Literal["light", "dark"]
_SYSTEM_COLOURS = {
    "paper": "Canvas",
    "sheet": "Canvas",
    "ink": "CanvasText",
    "soft": "CanvasText",
    "rule": "GrayText",
    "accent": "Highlight",
}
"""Where a reader forces colours."""


@cache
def theme_colours(theme: Theme) -> dict[str, str]:
    """Return the colours of the pages by name."""
    text = (FOLDER / "desk.css").read_text()
    tokens = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\)", text)
    return {name: light if theme == "light" else dark for name, light, dark in tokens}


@cache
def theme_style(theme: Theme) -> str:
    """Return the rules of pictures in one theme."""
    return _fill_in(theme_colours(theme))


@cache
def adaptive_style() -> str:
    """Return the rules of pictures in the theme that a reader prefers."""
    return (
        f"{theme_style('light')}"
        f"@media (prefers-color-scheme: dark) {{{theme_style('dark')}}}"
        f"@media (forced-colors: active) {{{_fill_in(_SYSTEM_COLOURS)}}}"
    )


@cache
def _rules() -> str:
    text = (FOLDER / "pictures.css").read_text()
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).strip()


def _fill_in(colours: dict[str, str]) -> str:
    return re.sub(r"var\(--(\w+)\)", lambda token: colours[token[1]], _rules())
