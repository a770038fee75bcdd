"""Which event gave a point of a plan what it is."""

from __future__ import annotations

import orjson

from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import url_host
from domain.plans import ResolvedPoint
from projections.answer_json import Item


class PointBlame:
    """Finds the event that gave a point what it is; each event is read once."""

    def __init__(self, frame: PageContext) -> None:
        self.view, self.items_by_event = frame.view, dict[str, Item | None]()

    def find_event(self, name: str, point: ResolvedPoint) -> Data | None:
        if not point.rows:
            return None
        own, *later_events = orjson.loads(point.rows[-1].provenance)["events"]
        text_events = [act for act in later_events if self._publishes_text(act, name)]
        return self._event_summary(text_events[-1] if text_events else own)

    def _read_item(self, event: str) -> Item | None:
        if event not in self.items_by_event:
            self.items_by_event[event] = self.view.find_item(event)
        return self.items_by_event[event]

    def _publishes_text(self, event: str, name: str) -> bool:
        item = self._read_item(event)
        if item is None or item.type != "text-published":
            return False
        return any(each["point"] == name for each in item.own_fields.get("points") or ())

    def _event_summary(self, event: str) -> Data:
        item = self._read_item(event)
        if item is None:
            return {"event": event, "type": None, "occurred": None, "publisher": None}
        reports = orjson.loads(item.reports)
        published = next((each.get("published") for each in reports if each.get("published")), None)
        return {
            "event": event,
            "type": item.type,
            "occurred": item.own_fields.get("occurred") or published,
            "publisher": next(filter(None, map(_publisher_name, reports)), None),
        }


def _publisher_name(report: Data) -> str | None:
    return report.get("publisher") or url_host(report.get("url")) or None
