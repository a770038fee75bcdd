"""Which event gave a point of a plan what it is."""

from __future__ import annotations

import orjson

from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.shown import host
from domain.items import Item
from domain.plans import Point


class Touched:
    """Finds the event that gave a point what it is; each event is read once."""

    def __init__(self, frame: Frame) -> None:
        self.view, self.read = frame.view, dict[str, Item | None]()

    def by(self, name: str, point: Point) -> Data | None:
        if not point.rows:
            return None
        own, *acts = orjson.loads(point.rows[-1].rests)["events"]
        worded = [act for act in acts if self._words(act, name)]
        return self._told(worded[-1] if worded else own)

    def _item(self, event: str) -> Item | None:
        if event not in self.read:
            self.read[event] = self.view.raw(event)
        return self.read[event]

    def _words(self, act: str, name: str) -> bool:
        item = self._item(act)
        if item is None or item.type != "text-published":
            return False
        return any(each["point"] == name for each in item.value.get("points") or ())

    def _told(self, event: str) -> Data:
        item = self._item(event)
        if item is None:
            return {"event": event, "type": None, "occurred": None, "publisher": None}
        reports = orjson.loads(item.reports)
        published = next((each.get("published") for each in reports if each.get("published")), None)
        return {"event": event, "type": item.type,
                "occurred": item.value.get("occurred") or published,
                "publisher": next(filter(None, map(_publisher, reports)), None)}  # fmt: skip


def _publisher(report: Data) -> str | None:
    return report.get("publisher") or host(report.get("url")) or None
