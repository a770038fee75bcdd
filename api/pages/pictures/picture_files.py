"""A picture as a file that can be taken along: SVG with its own style, PNG of a size to share."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources

import resvg_py
from starlette.responses import Response

from api.http.responses import caller_has_answer
from api.pages.pictures.picture_style import (
    Theme,
    adaptive_style,
    embedded_fonts,
    theme_colours,
    theme_style,
)
from api.pages.shared.canvas import NARROW, SHARED_HEIGHT, WIDE, Canvas
from api.pages.shared.page_context import PageContext
from domain.model import Json

_OWN_LETTERS = re.compile(
    r"[\u0000-\u024f\u0370-\u052f\u2000-\u206f\u20a0-\u20bf\u2116\u2122\u2212]*"
)
"""What the fonts that come along can write; for all else those of the machine are read too."""


def draw_file(frame: PageContext, data: Json) -> str:
    """Return a picture as a document of its own, without its style."""
    width = NARROW if frame.params.size == "narrow" else WIDE
    drawing: str = frame.page.draw_picture(Canvas(frame, width, is_file=True), data["drawn"])
    return drawing


def add_style(drawing: str, style: str) -> str:
    """Return a drawing that brings its style along."""
    root, _, rest = drawing.partition(">")
    return f"{root}><style>{style}</style>{rest}"


def svg_response(frame: PageContext, data: Json) -> Response:
    """Answer with a picture as SVG, in the theme asked for or that a reader prefers, with the fonts
    by which its text was measured."""
    theme: Theme | None = frame.params.theme
    drawing = draw_file(frame, data)
    style = embedded_fonts(drawing) + (theme_style(theme) if theme else adaptive_style())
    return _file_response(frame, add_style(drawing, style).encode(), "svg", style)


def png_response(frame: PageContext, data: Json) -> Response:
    """Answer with a picture as PNG: wide ones of 1200 × 675 pixels."""
    theme: Theme = frame.params.theme or "light"
    drawing = add_style(draw_file(frame, data), theme_style(theme))
    if frame.params.size != "narrow":
        drawing = re.sub(r'height="\d+"', f'height="{SHARED_HEIGHT}"', drawing, count=1)
    return _file_response(frame, render_png(drawing, theme_colours(theme)["paper"]), "png", "")


def render_png(drawing: str, background: str) -> bytes:
    """Return a drawing as PNG."""
    return resvg_py.svg_to_bytes(
        svg_string=drawing,
        background=background,
        font_files=_font_files(),
        skip_system_fonts=_OWN_LETTERS.fullmatch(drawing) is not None,
    )


@cache
def _font_files() -> list[str]:
    fonts = resources.files("api.pages.pictures").joinpath("fonts")
    return sorted(str(file) for file in fonts.iterdir() if file.name.endswith(".ttf"))


def _file_response(frame: PageContext, content: bytes, form: str, style: str) -> Response:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    is_public = frame.basis.audience == "public"
    headers = {
        "Content-Disposition": f'inline; filename="{frame.file_name}.{form}"',
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none';"
            " form-action 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-cache" if is_public else "private, no-cache",
        "ETag": f'"{sha256(content).hexdigest()[:32]}"',
        "Vary": "Accept-Language, Cookie",
        "X-Content-Type-Options": "nosniff",
    }
    if caller_has_answer(frame.request, headers["ETag"]):
        return Response(None, 304, headers)
    media_type = "image/svg+xml" if form == "svg" else "image/png"
    return Response(content, headers=headers, media_type=media_type)
