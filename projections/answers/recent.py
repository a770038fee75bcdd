"""Which meetings and plans have changed since an earlier day, told apart as by a difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.model import Json
from projections.answers.facets import comparable_part


def compare_meetings(earlier: Iterable[Json], meetings: Iterable[Json]) -> Iterator[Json]:
    """Yield the meetings that are new or have changed, with the earlier status."""
    earlier_by_slug = {meeting["meeting"]: meeting for meeting in earlier}
    for meeting in meetings:
        old = earlier_by_slug.get(meeting["meeting"])
        if old is None or _comparable(meeting) != _comparable(old):
            yield {"meeting": meeting["meeting"], "before": old and old["status"]}


def _comparable(meeting: Json) -> Json:
    return comparable_part("meeting", meeting)


def compare_plans(earlier: Iterable[Json], plans: Iterable[Json]) -> Iterator[Json]:
    """Yield the plans that are new or whose points changed, with how many of these differ."""
    earlier_points = {plan["plan"]: _comparable_points(plan) for plan in earlier}
    for plan in plans:
        old, new = earlier_points.get(plan["plan"]), _comparable_points(plan)
        if old != new:
            changed_points = [
                name for name in {**(old or {}), **new} if new.get(name) != (old or {}).get(name)
            ]
            yield {"plan": plan["plan"], "new": old is None, "points": len(changed_points)}


def _comparable_points(plan: Json) -> dict[str, Json]:
    return {point["point"]: comparable_part("point", point) for point in plan["points"]}
