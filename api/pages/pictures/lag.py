"""The picture of how long news took: each event from when it happened to when it became known, and
to when it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low
from typing import Annotated

from markupsafe import Markup
from pydantic import Field

from api.http.query_params import NaturalNumber
from api.pages.pictures.arrows import ROWS, arrow_rows, draw_arrows
from api.pages.pictures.picture_page import PictureParams, define_picture
from api.pages.shared.canvas import Canvas
from api.pages.shared.page_context import PageContext
from domain.instants import DAY, EARLIEST, LATEST
from domain.model import Json
from projections.answer_json import Item
from projections.log_query import LogQuery

MAX_EVENTS = 2000
"""Events that are looked at, the newest."""
COLUMNS = ("event", "type", "says", "occurred", "known_at", "recorded_at", "days", "seq")


class LagParams(PictureParams):
    start: Annotated[NaturalNumber, Field(description="How many newer events are left out.")] = 0


def load_lag(frame: PageContext) -> Json:
    """Return the events that became known last, and how long half of the newest took at most."""
    query = LogQuery(MAX_EVENTS + 1, order="known", newest_first=True, standing="happened")
    items = frame.view.read_log(query)
    dated = [item for item in items[:MAX_EVENTS] if _has_lag(item)]
    start = min(frame.params.start, len(dated) // ROWS * ROWS)
    lags = [item.known_at - item.last for item in dated]
    return {
        "drawn": {
            "rows": arrow_rows(frame, dated[start : start + ROWS], frame.view),
            "total": len(dated),
            "more": len(items) > MAX_EVENTS,
            "start": start,
            "next": start + ROWS if len(dated) > start + ROWS else None,
            "median_days": _begun_days(median_low(lags)) if lags else None,
            "longest_days": _begun_days(max(lags)) if lags else None,
        }
    }


def _begun_days(lag: int) -> int:
    """Return how many days a span takes, the last of which may have just begun."""
    return max(0, -(-lag // DAY))


def _has_lag(item: Item) -> bool:
    """Return whether it happened at a time of which both ends are known."""
    return item.has_known_at and item.lo > EARLIEST and item.last < LATEST


def draw_lag(canvas: Canvas, drawn: Json) -> Markup:
    """Return an arrow for each event, the one that became known last at the top."""
    words = canvas.frame.words
    if not drawn["rows"]:
        return canvas.finish(words("lag.none"), "", Markup(""), 40)
    if drawn["median_days"]:
        headline = "lag.headline-newest" if drawn["more"] else "lag.headline"
    else:
        headline = "lag.headline-newest-at-once" if drawn["more"] else "lag.headline-at-once"
    title = words(headline, drawn["median_days"], total=drawn["total"])
    says = words("lag.says", drawn["longest_days"], rows=len(drawn["rows"]))
    body, height = draw_arrows(canvas, drawn["rows"])
    return canvas.finish(title, says, body, height)


def table_rows(data: Json) -> Iterator[Json]:
    yield from data["drawn"]["rows"]


PICTURE = define_picture(
    "lag", load_lag, draw_lag, params=LagParams, columns=COLUMNS, rows=table_rows
)
