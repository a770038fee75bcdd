"""The page of one plan: its points and who touched them last, and its redline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from api.desk.asked import Between
from api.desk.frame import Frame
from api.desk.held import group, word
from api.desk.page import Data, Page
from api.desk.plans import told
from api.desk.texts import redline
from api.desk.touched import Touched
from api.questions import Given
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
        "redline": redline(frame, slug, plan),
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
    touched = Touched(frame)
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


def _proposal(frame: Frame, each: Data) -> Data:
    names = frame.names("party")
    proposed = [names.get(party, party) for party in each.get("proposed_by") or ()]
    return {**each, "operations": each.get("operations") or [], "by": proposed}


def _verdict(frame: Frame, each: Data) -> Data:
    party = str(each.get("party"))
    return {**each, "name": frame.names("party").get(party, party)}


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for each in data["points"]:
        stances = " ".join(f"{one['party']}:{one['word']}" for one in each["stances"])
        yield {**each, **(each["touched"] or {}), "plan": data["plan"]["plan"], "stances": stances}


PAGE = Page("plan", data, "plans/{plan}", Asked, COLUMNS, rows, under="plans")
