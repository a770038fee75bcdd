"""The page of events: the log with its two times, and a drawing of it with a lane per party."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from api.http.query_params import (
    EventsQuery,
    NaturalNumber,
    OptionalNumber,
    OptionalSearch,
    OptionalText,
)
from api.pages.events.event_lines import event_line
from api.pages.events.timeline import draw_item, fit_scale
from api.pages.pictures.chronology import build_lanes, moments_of
from api.pages.shared.page import DaysParams, PageDefinition, SlugParam
from api.pages.shared.page_context import PageContext
from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, CLASS_BY_TYPE, EDITORIAL_TYPES
from domain.edtf import parse_span
from domain.model import Json
from domain.sources import publisher_key
from projections.answer_json import Item
from projections.full_text import Term
from projections.log_query import LAST_SEQ, LogQuery, Window
from projections.names import read_terms
from projections.passages import find_passage, split_passage

PAGE_SIZE = 40
"""Lines of one page."""
MAX_COUNTED = 1000
"""Events up to which those that fit are counted, and drawn."""
RECORDED_TYPES = (*BOOKKEEPING_TYPES, *ACT_TYPES, *EDITORIAL_TYPES)
"""The types of what is no news, which the rail does not tell."""
WHOLE_LOG = LogQuery(MAX_COUNTED, newest_first=True, first_seq=1)
EPOCH = date(1970, 1, 1).toordinal()
COLUMNS = (
    "seq",
    "event",
    "type",
    "occurred",
    "known_at",
    "recorded_at",
    "standing",
    "says",
    "parties",
    "issues",
    "publishers",
)


def load_events(frame: PageContext) -> Json:
    """Return a page of the log, newest first, and the drawing of the newest that were asked for."""
    query, view = read_query(frame), frame.view
    found = view.read_log(replace(query, limit=MAX_COUNTED + 1))
    newest, has_more = found[:MAX_COUNTED], len(found) > MAX_COUNTED
    cursor = frame.params.cursor or LAST_SEQ
    older_items = [item for item in newest if item.seq < cursor]
    first = len(newest) - len(older_items) + 1
    if has_more and len(older_items) <= PAGE_SIZE:
        older_items = view.read_log(replace(query, limit=PAGE_SIZE + 1, after=cursor))
    page_items = older_items[:PAGE_SIZE]
    scale = fit_scale(page_items)
    return {
        "total": len(newest),
        "more": has_more,
        "first": first if first + len(page_items) - 1 <= len(newest) else None,
        "events": [
            {
                **event_line(frame, item),
                "drawn": draw_item(scale, item),
                "passage": _read_passage(item, query.terms or ()),
            }
            for item in page_items
        ],
        "next": page_items[-1].seq if len(older_items) > PAGE_SIZE else None,
        "facets": list_facets(frame, newest, is_whole=not has_more and query == WHOLE_LOG),
        "timeline": build_lanes(frame, *moments_of(frame, newest)),
    }


def read_query(frame: PageContext) -> LogQuery:
    """Return what is asked of the log, newest first."""
    params = frame.params
    things = [(f"{kind}:{slug}",) for kind in ("party", "issue") if (slug := getattr(params, kind))]
    return LogQuery(
        MAX_COUNTED,
        newest_first=True,
        type=params.type,
        subjects=things[0] if things else (),
        others=things[1] if things[1:] else (),
        publisher=publisher_key(params.publisher) if params.publisher else None,
        first_seq=params.after + 1,
        happened=_read_window(frame),
        terms=read_terms(frame.view, params.q) if params.q else None,
    )


def _read_window(frame: PageContext) -> Window | None:
    """Return the days asked for; None where none were."""
    params, zone = frame.params, frame.basis.tz
    if not params.from_ and not params.to:
        return None
    first = parse_span(params.from_ or "0002-01-01", zone)
    last = parse_span(params.to or "9998-01-01", zone)
    return Window(first.lo, last.start.last)


def _read_passage(item: Item, terms: Sequence[Term]) -> list[tuple[str, bool]] | None:
    """Return the passage found, in parts: each with whether it is to be marked."""
    passage = find_passage(item, terms) if terms else None
    return split_passage(passage) if passage else None


def table_rows(data: Json) -> Iterator[Json]:
    for event in data["events"]:
        names = ("parties", "issues", "publishers")
        yield {**event, **{name: "; ".join(event[name]) for name in names}}


class EventFilterParams(DaysParams):
    type: Annotated[OptionalText, *EventsQuery.model_fields["type"].metadata] = None
    party: SlugParam = None
    issue: SlugParam = None
    publisher: OptionalSearch = None
    q: OptionalSearch = None
    after: NaturalNumber = 0
    cursor: Annotated[OptionalNumber, Field(description="From the link to older events.")] = None


def list_facets(frame: PageContext, items: Sequence[Item], *, is_whole: bool) -> Json:
    """Return what the list can be narrowed to: types that items have, and where these are not the
    whole log, all of news known by the day shown and all of what is no news."""
    types = {item.type for item in items}
    if not is_whole:
        day = frame.rail.day.toordinal() - EPOCH
        types |= {each.type for each in frame.rail.read_types() if each.day <= day}
        types |= set(RECORDED_TYPES)
    basis = frame.basis
    names = frame.session.read_publishers(basis, with_origins=False).values()
    return {
        "types": [name for name in CLASS_BY_TYPE if name in types],
        "parties": _list_named(frame, "party"),
        "issues": _list_named(frame, "issue"),
        "publishers": sorted(
            (name for name in names if basis.viewer.counts({"publisher": name})), key=str.casefold
        ),
    }


def _list_named(frame: PageContext, kind: str) -> dict[str, str]:
    """Return the names of a kind by slug that news names; others a reader may not know of."""
    names = frame.names_by_slug(kind)
    named = frame.view.filter_mentioned(kind, names)
    return {slug: name for slug, name in names.items() if slug in named}


PAGE = PageDefinition(
    "events", load_events, params_model=EventFilterParams, columns=COLUMNS, rows=table_rows
)
