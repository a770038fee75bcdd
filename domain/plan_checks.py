"""What can never be right of a plan and of what is done to its points."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import Reason
from domain.model import Json


def check_plan(value: Json) -> Iterator[Reason]:
    """Yield the reasons why a payload about a plan can never be right."""
    plan = value.get("plan")
    if plan is not None and value.get("by_plan") == plan:
        yield Reason("/by_plan", "a plan cannot supersede itself", "name the plan that replaces it")
    for index, ancestor in enumerate(value.get("derived_from") or ()):
        if ancestor == plan:
            detail = "a plan cannot derive from itself"
            yield Reason(f"/derived_from/{index}", detail, "name the plan that it derives from")
    for index, operation in enumerate(value.get("operations") or ()):
        for reason in _check_operation(operation):
            yield reason.with_prefix(f"/operations/{index}")


def _check_operation(operation: Json) -> Iterator[Reason]:
    point = operation["point"]
    if operation.get("after") == point:
        detail = "a point cannot follow itself"
        yield Reason("/after", detail, "name the point that it follows, or leave after out")
    if operation["op"] == "split" and not operation.get("into"):
        yield Reason("/into", "a split needs the points that it gives", "list them in into")
    sources = {*(operation.get("from") or ()), *(operation.get("from_points") or ())}
    if operation["op"] == "join" and sources <= {point}:
        yield Reason("/from", "a join needs the points that it joins", "list them in from")
