"""What has changed since an earlier day, in short: which meetings moved, which plans differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.model import Json


def compare_meetings(earlier: Iterable[Json], meetings: Iterable[Json]) -> Iterator[Json]:
    """Yield the meetings whose status or date has changed, with the earlier status."""
    fields = ("status", "occurred", "expected")
    earlier_by_slug = {meeting["meeting"]: meeting for meeting in earlier}
    for meeting in meetings:
        old = earlier_by_slug.get(meeting["meeting"])
        if old is None or any(meeting[name] != old[name] for name in fields):
            yield {"meeting": meeting["meeting"], "before": old and old["status"]}


def compare_plans(earlier: Iterable[Json], plans: Iterable[Json]) -> Iterator[Json]:
    """Yield the plans that are new or whose text changed, with how many points differ."""
    earlier_texts = {plan["plan"]: _point_texts(plan) for plan in earlier}
    for plan in plans:
        old, new = earlier_texts.get(plan["plan"]), _point_texts(plan)
        if old != new:
            changed_points = [
                name for name in {**(old or {}), **new} if new.get(name) != (old or {}).get(name)
            ]
            yield {"plan": plan["plan"], "new": old is None, "points": len(changed_points)}


def _point_texts(plan: Json) -> dict[str, tuple[str | None, object]]:
    return {point["point"]: (point["text"], point["number"]) for point in plan["points"]}
