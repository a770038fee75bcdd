"""The rules that a picture takes along: those of the pages, with the colours of a theme."""

from __future__ import annotations

import re
from base64 import b64encode
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

_FONT_FACE = re.compile(
    r'@font-face[^}]*"(fonts/source-(?:sans-3|serif-4(?=-\w+-600))-(\w+)-\d+-normal.woff2)"[^}]*\}'
)
"""A font of pictures among those of the pages: its file and its script."""
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def embedded_fonts(drawing: str) -> str:
    """Return the fonts of a drawing with their files in them: wherever it is shown, its text is as
    wide as it was measured."""
    return _font_faces("latin") + (_font_faces("cyrillic") if _CYRILLIC.search(drawing) else "")


@cache
def _font_faces(script: str) -> str:
    text = (FOLDER / "desk.css").read_text() + (FOLDER / "pages.css").read_text()
    return "".join(
        face[0].replace(face[1], f"data:font/woff2;base64,{_read_base64(face[1])}")
        for face in _FONT_FACE.finditer(text)
        if face[2] == script
    )


def _read_base64(file: str) -> str:
    return b64encode((FOLDER / file).read_bytes()).decode()


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
