"""The anomalies: what does not add up, one sentence each, with a link to its event."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from api.http.query_params import OptionalNumber
from api.models.answers import Anomaly
from api.pages.events.event_lines import item_facts
from api.pages.shared.change_facts import distinct_sources
from api.pages.shared.disputes import disputed_names
from api.pages.shared.page import PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text, url_host
from domain.model import Json

PAGE_SIZE = 100
_CIRCLES = {"statements": "statement", "meetings": "meeting"}
_KINDS = {"reply_to": "statement", "copy_of": "statement", "part_of": "meeting", **_CIRCLES}
COLUMNS = ("kind", "sentence", "known_at", "events", "sources")


class AnomaliesParams(PageParams):
    cursor: OptionalNumber = None


def load_anomalies(frame: PageContext) -> Json:
    """Return one page of what does not add up, in the order of the API."""
    start = frame.params.cursor or 0
    found = frame.answers.anomalies(start, PAGE_SIZE + 1)
    frame.view.find_items(event for anomaly in found for event in anomaly.events)  # at once
    return {
        "first": start + 1,
        "anomalies": [_describe(frame, anomaly) for anomaly in found[:PAGE_SIZE]],
        "next": start + PAGE_SIZE if len(found) > PAGE_SIZE else None,
    }


def table_rows(data: Json) -> Iterable[Json]:
    for each in data["anomalies"]:
        publishers = (one.get("publisher") or url_host(one.get("url")) for one in each["sources"])
        yield {**each, "events": " ".join(each["events"]), "sources": "; ".join(publishers)}


def _describe(frame: PageContext, anomaly: Anomaly) -> Json:
    value = anomaly.to_json()
    value.setdefault("event", anomaly.events[0])
    return {
        "kind": value["kind"],
        "sentence": _sentence(frame, value),
        "event": value["event"],
        "events": list(anomaly.events),
        "known_at": anomaly.known_at,
        "sources": [source.to_json() for source in distinct_sources(anomaly.sources)],
    }


def _sentence(frame: PageContext, value: Json) -> str:
    text = frame.words.entries[f"anomalies.told.{value['kind']}"]
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    sentence = text.format_map({name: _told(frame, value, name) for name in names})
    return sentence[:1].upper() + sentence[1:]


def _told(frame: PageContext, value: Json, name: str) -> str:
    """Return what stands in a sentence for a name in it."""
    match name:
        case "event" | "target":
            return _event_text(frame, value[name])
        case "when":
            date = frame.dates.span_element(value.get("occurred"), value["type"], value.get("tz"))
            return str(date.striptags())
        case "type":
            return frame.words.get(f"events.types.{value['type']}", value["type"])
        case "op":
            return frame.words(f"plan.coded-op.{value['op']}")
        case "what":
            return ": ".join(
                _name(frame, value, each) for each in ("plan", "amendment") if value.get(each)
            )
        case "subject" if not value.get("issue"):
            point, plan = _name(frame, value, "point"), _name(frame, value, "plan")
            return frame.words("compare.told.point-of", point=point, plan=plan)
        case "subject":
            return _name(frame, value, "issue")
    return _name(frame, value, name)


def _name(frame: PageContext, value: Json, field: str) -> str:
    """Return what a field names; what leads in a circle, one after the other."""
    kind = _KINDS.get(field, field)
    if field in _CIRCLES:
        return " → ".join(frame.display_names.display_name(kind, slug) for slug in value[field])
    return disputed_names(frame.display_names, value, field, kind)


def _event_text(frame: PageContext, event: str) -> str:
    item = frame.view.find_item(event)
    if item is None:
        return event
    type_name = frame.words.get(f"events.types.{item.type}", item.type)
    return shorten_text(item_facts(item, frame.words).text or type_name, 110)


PAGE = PageDefinition(
    "anomalies",
    load_anomalies,
    params_model=AnomaliesParams,
    columns=COLUMNS,
    rows=table_rows,
    parent_page="events",
)
