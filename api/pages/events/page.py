"""The page of events: the log with its two times, and a drawing of it with a lane per party."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Annotated

from pydantic import Field

from api.http.query_params import (
    EventsQuery,
    NaturalNumber,
    OptionalNumber,
    OptionalSearch,
    OptionalText,
)
from api.pages.events.event_lines import event_line, item_facts
from api.pages.events.timeline import draw_item, fit_scale
from api.pages.pictures.chronology import build_lanes, is_drawn
from api.pages.shared.page import DaysParams, PageDefinition, SlugParam
from api.pages.shared.page_context import PageContext
from domain.catalogue import CLASS_BY_TYPE
from domain.edtf import parse_span
from domain.instants import Instant
from domain.model import Json
from domain.sources import distinct_names, publisher_key
from projections.answer_json import Item
from projections.full_text import Term
from projections.log_query import LogQuery
from projections.names import read_terms
from projections.passages import find_passage, split_passage
from projections.search import find_news

PAGE_SIZE = 40
"""Lines of one page."""
NO_LIMIT = 2**31
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
    """Return a page of the log, newest first, and the drawing of all that was asked for."""
    all_items = frame.view.read_log(LogQuery(NO_LIMIT))
    matching_items = list(filter_items(frame, all_items))
    window = window_bounds(frame)
    items_in_window = [item for item in matching_items if window is None or is_within(item, window)]
    cursor = frame.params.cursor
    older_items = [
        item for item in reversed(items_in_window) if cursor is None or item.seq < cursor
    ]
    page_items = older_items[:PAGE_SIZE]
    scale = fit_scale(page_items)
    terms = read_terms(frame.view, frame.params.q or "")
    return {
        "total": len(items_in_window),
        "first": len(items_in_window) - len(older_items) + 1 if page_items else 0,
        "events": [
            {
                **event_line(frame, item),
                "drawn": draw_item(scale, item),
                "passage": _read_passage(item, terms),
            }
            for item in page_items
        ],
        "next": page_items[-1].seq if len(older_items) > PAGE_SIZE else None,
        "facets": list_facets(frame, all_items),
        "timeline": _build_timeline(frame, {item.seq for item in items_in_window}),
    }


def _build_timeline(frame: PageContext, seqs: Container[int]) -> Json:
    """Return the lanes of those events that are listed."""
    news = frame.view.news_moments()
    return build_lanes(frame, [each for each in news if each.seq in seqs and is_drawn(each)])


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


def filter_items(frame: PageContext, items: Sequence[Item]) -> Iterator[Item]:
    """Yield those of the items that fit all that was asked for, but for the window."""
    params = frame.params
    found_events = {item.event for item in find_news(frame.view, params.q)} if params.q else None
    things = {(kind, slug) for kind in ("party", "issue") if (slug := getattr(params, kind))}
    publishers = {publisher_key(params.publisher)} if params.publisher else set()
    for item in items:
        if item.seq <= params.after or params.type not in (None, item.type):
            continue
        if found_events is not None and item.event not in found_events:
            continue
        if things or publishers:
            facts = item_facts(item)
            named_publishers = set(map(publisher_key, facts.publishers))
            if not (things <= facts.named_things and publishers <= named_publishers):
                continue
        yield item


def window_bounds(frame: PageContext) -> tuple[Instant, Instant] | None:
    """Return the first and last instant of the days asked for; None where none were."""
    params = frame.params
    if not params.from_ and not params.to:
        return None
    zone = frame.basis.tz
    first = parse_span(params.from_ or "0002-01-01", zone)
    last = parse_span(params.to or "9998-01-01", zone)
    return first.lo, last.start.last


def is_within(item: Item, window: tuple[Instant, Instant]) -> bool:
    """Return whether an item may have happened in a window; one that may be of any time is not."""
    is_dated = item.has_known_at and item.has_known_dates
    return is_dated and item.lo <= window[1] and item.last >= window[0]


def list_facets(frame: PageContext, items: Sequence[Item]) -> Json:
    """Return what the list can be narrowed to."""
    publishers = {name for item in items for name in item_facts(item).publishers}
    types = {item.type for item in items}
    return {
        "types": [name for name in CLASS_BY_TYPE if name in types],
        "parties": _named_things(frame, "party", items),
        "issues": _named_things(frame, "issue", items),
        "publishers": sorted(distinct_names(publishers), key=str.casefold),
    }


def _named_things(frame: PageContext, kind: str, items: Sequence[Item]) -> dict[str, str]:
    named_slugs = {
        slug for item in items for of, slug in item_facts(item).named_things if of == kind
    }
    return {slug: name for slug, name in frame.names_by_slug(kind).items() if slug in named_slugs}


PAGE = PageDefinition(
    "events", load_events, params_model=EventFilterParams, columns=COLUMNS, rows=table_rows
)
