"""The page of one plan: its points and who touched them last, and its redline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field

from api.desk.asked import Between
from api.desk.frame import Frame
from api.desk.matrix import group, word
from api.desk.page import Data, Page
from api.desk.plans import told
from api.desk.redlined import redlined
from api.desk.shown import host
from api.questions import Given
from domain.items import Item
from domain.plans import Point
from domain.refusals import NotFoundError
from projections import answers
from projections.plans import points_of

COLUMNS = ("plan", "point", "number", "heading", "text", "text_status", "agreed", "stances",
           "event", "occurred", "publisher")  # fmt: skip
_SLUG = r"[a-z0-9][a-z0-9-]{0,62}"


def _empty(value: Any) -> Any:
    return value or None


class Asked(Between):
    to_plan: Annotated[Given, Field(description="Another plan to compare with.")] = None
    view: Annotated[
        Literal["inline", "side"] | None, BeforeValidator(_empty), Field(description="Of both.")
    ] = None
    only: Annotated[
        Literal["changed"] | None, BeforeValidator(_empty), Field(description="Points shown.")
    ] = None


def data(frame: Frame) -> Data:
    """Return a plan point by point, and its redline where two texts are named."""
    slug = str(frame.request.path_params["plan"])
    if not re.fullmatch(_SLUG, slug):
        raise NotFoundError(f"no plan {slug[:80]!r} is known under this basis")
    every = {each["plan"]: each for each in answers.spelled_out(answers.plans(frame.view))}
    plan = every[slug] if slug in every else answers.spelled_out(answers.plan(frame.view, slug))
    return {
        "plan": told(frame, plan),
        "titles": {name: each["title"] or name for name, each in every.items()},
        "children": [name for name, each in every.items() if slug in each["derived_from"]],
        "points": _points(frame, plan, every),
        "pending": [_proposal(frame, each) for each in plan["pending"]],
        "endorsements": [_verdict(frame, each) for each in plan["endorsements"]],
        "documents": plan["documents"],
        "rivals": plan.get("rivals") or [],
        "redline": _redline(frame, slug, plan),
    }


def _points(frame: Frame, plan: Data, every: dict[str, Data]) -> list[Data]:
    slug = plan["plan"]
    found, names = points_of(frame.view, slug), frame.names("party")
    stances: dict[str, list[Data]] = {}
    for (_, name, party), each in frame.view.stances("stance", slug).items():
        if said := word(each):
            one = {"party": party, "name": names.get(party, party), "word": said,
                   "side": group(said)}  # fmt: skip
            stances.setdefault(name, []).append(one)
    touched = _Touched(frame)
    return [
        {**each, "agreed": each["point"] in plan["agreed"],
         "stances": stances.get(each["point"], []),
         "origins": _origins(each["lineage"], every),
         "touched": touched.by(each["point"], found[slug, each["point"]])}
        for each in plan["points"]
    ]  # fmt: skip


def _origins(lineage: Data, every: dict[str, Data]) -> list[Any]:
    """Return the numbers of the points that a point came from in another plan, else their names."""
    points = every.get(lineage.get("from_plan") or "", {}).get("points", ())
    numbers = {each["point"]: each["number"] for each in points}
    return [numbers.get(name) or name for name in lineage.get("from_points") or ()]


class _Touched:
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


def _proposal(frame: Frame, each: Data) -> Data:
    names = frame.names("party")
    proposed = [names.get(party, party) for party in each.get("proposed_by") or ()]
    return {**each, "operations": each.get("operations") or [], "by": proposed}


def _verdict(frame: Frame, each: Data) -> Data:
    party = str(each.get("party"))
    return {**each, "name": frame.names("party").get(party, party)}


def _redline(frame: Frame, slug: str, plan: Data) -> Data | None:
    """Return the plan at one date against itself at another, or against another plan."""
    asked = frame.asked
    if not (asked.from_ or asked.to or asked.to_plan):
        return None
    other = asked.to_plan or slug
    old = _text(frame, slug, "from", asked.from_)
    new = _text(frame, other, "to_plan" if asked.to_plan else "to", asked.to)
    if old is None or new is None:
        return None
    found = redlined(old, new)
    same = [each for each in found if not each["marks"]]
    kinds = [mark["mark"] for each in found for mark in each["marks"]]
    return {
        "old": {"plan": slug, "title": old["title"] or slug, "on": asked.from_},
        "new": {"plan": other, "title": new["title"] or other, "on": asked.to},
        "counts": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        "same": len(same),
        "points": [each for each in found if each["marks"]] if asked.only else found,
    }


def _text(frame: Frame, slug: str, name: str, on: str | None) -> Data | None:
    """Return a plan as of a date; refuse the parameter where it was not known then."""
    try:
        if not re.fullmatch(_SLUG, slug):
            raise NotFoundError(f"no plan {slug[:80]!r} is known under this basis")
        view = frame.desk.view(frame.desk.basis(frame.earlier(on))) if on else frame.view
        found: Data = answers.spelled_out(answers.plan(view, slug))
    except NotFoundError as error:
        frame.refuse(name, error.detail, error.hint)
        return None
    return found


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for each in data["points"]:
        stances = " ".join(f"{one['party']}:{one['word']}" for one in each["stances"])
        yield {**each, **(each["touched"] or {}), "plan": data["plan"]["plan"], "stances": stances}


PAGE = Page("plan", data, "plans/{plan}", Asked, COLUMNS, rows, under="plans")
