"""The picture of how long news took: each event from when it happened to when it became known, and
to when it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low
from typing import Annotated, Literal

import orjson
from markupsafe import Markup
from pydantic import BeforeValidator, Field

from api.http.query_params import NaturalNumber, empty_is_none
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
COLUMNS = ("event", "type", "says", "occurred", "known_at", "recorded_at", "days", "source", "seq")
LagOrder = Literal["known", "lag", "happened", "source"]


class LagParams(PictureParams):
    start: Annotated[NaturalNumber, Field(description="How many events before are left out.")] = 0
    sort: Annotated[
        LagOrder | None,
        BeforeValidator(empty_is_none),
        Field(description="The last known first unless told, the slowest, the latest, or by name."),
    ] = None


def load_lag(frame: PageContext) -> Json:
    """Return the events that became known last, and how long half of the newest took at most."""
    query = LogQuery(MAX_EVENTS + 1, order="known", newest_first=True, standing="happened")
    items = frame.view.read_log(query)
    dated = [item for item in items[:MAX_EVENTS] if _has_lag(item)]
    sort: LagOrder = frame.params.sort or "known"
    _sort(dated, sort)
    start = min(frame.params.start, len(dated) // ROWS * ROWS)
    shown = dated[start : start + ROWS]
    lags = [item.known_at - item.last for item in dated]
    return {
        "drawn": {
            "rows": [
                {**row, "source": first_publisher(item)}
                for row, item in zip(arrow_rows(frame, shown, frame.view), shown, strict=True)
            ],
            "total": len(dated),
            "more": len(items) > MAX_EVENTS,
            "sort": sort,
            "start": start,
            "next": start + ROWS if len(dated) > start + ROWS else None,
            "median_days": _begun_days(median_low(lags)) if lags else None,
            "longest_days": _begun_days(max(lags)) if lags else None,
        }
    }


def _sort(items: list[Item], order: LagOrder) -> None:
    """Put items that stand by when they became known, the last first, in another order."""
    match order:
        case "lag":
            items.sort(key=lambda item: item.last - item.known_at)
        case "happened":
            items.sort(key=lambda item: item.last, reverse=True)
        case "source":
            items.sort(key=lambda item: first_publisher(item).casefold())


def first_publisher(item: Item) -> str:
    """Return who reported it first, of those that are named; empty where none is."""
    sources = orjson.loads(item.provenance)["sources"]
    return next((str(each["publisher"]) for each in sources if each.get("publisher")), "")


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
    if drawn["more"]:
        headline, at_once = "lag.headline-newest", "lag.headline-newest-at-once"
    elif drawn["total"] == 1:
        headline, at_once = "lag.headline-only", "lag.headline-only-at-once"
    else:
        headline, at_once = "lag.headline", "lag.headline-at-once"
    if not drawn["median_days"]:
        headline = at_once
    title = words(headline, drawn["median_days"], total=drawn["total"])
    said = (
        words("lag.slowest", drawn["longest_days"]),
        words(f"lag.shown-{drawn['sort']}", len(drawn["rows"])),
        words("lag.key"),
    )
    body, height = draw_arrows(canvas, drawn["rows"])
    return canvas.finish(title, " ".join(said), body, height)


def table_rows(data: Json) -> Iterator[Json]:
    yield from data["drawn"]["rows"]


PICTURE = define_picture(
    "lag", load_lag, draw_lag, params=LagParams, columns=COLUMNS, rows=table_rows
)
