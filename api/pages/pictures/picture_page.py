"""What the page of each picture is made of: its parameters and its definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field

from api.pages.pictures.picture_style import Theme
from api.pages.shared.canvas import Canvas
from api.pages.shared.page import DaysParams, PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from domain.edtf import parse_span
from domain.instants import Instant
from domain.model import Json


class PictureParams(PageParams):
    """The parameters of every picture: those of every page, and of its files."""

    size: Annotated[
        Literal["wide", "narrow"] | None, Field(description="Of a file: wide, or for a phone.")
    ] = None
    theme: Annotated[
        Theme | None, Field(description="Of a file; unless told, what the reader prefers.")
    ] = None


class WindowParams(PictureParams, DaysParams):
    """The parameters of a picture of some days."""


def window_of(frame: PageContext) -> tuple[Instant | None, Instant | None]:
    """Return the first and the last instant of the days asked for; null where a side is open."""
    params, zone = frame.params, frame.view.zone
    first = parse_span(params.from_, zone).lo if params.from_ else None
    return first, parse_span(params.to, zone).start.last if params.to else None


def define_picture(
    name: str,
    load: Callable[[PageContext], Json],
    draw: Callable[[Canvas, Json], Markup],
    *,
    params: type[PictureParams] = PictureParams,
    columns: tuple[str, ...] = (),
    rows: Callable[[Json], Iterable[Json]] | None = None,
) -> PageDefinition:
    """Return the page of a picture, at pictures/ and its name."""
    return PageDefinition(
        name,
        load,
        path_override=f"pictures/{name}",
        params_model=params,
        columns=columns,
        rows=rows,
        parent_page="pictures",
        template_override=f"pictures/{name}.html",
        draw=draw,
    )
