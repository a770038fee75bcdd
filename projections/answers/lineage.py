"""Where the points of a plan went: plans in a line of descent, and the strands between them."""

from __future__ import annotations

from collections.abc import Mapping

from domain.model import Json
from projections.answers.pairing import PointKey

PlansBySlug = Mapping[str, Json]


def list_descents(plans: PlansBySlug) -> list[list[str]]:
    """Return a line of descent for each plan that none derives from, the most telling first."""
    parents = {parent for plan in plans.values() for parent in plan["derived_from"]}
    known_lines: dict[str, tuple[str, ...]] = {}
    ends = [slug for slug in plans if slug not in parents]
    lines = [list(_trace_descent(plans, slug, known_lines)) for slug in ends]
    strand_counts = {line[-1]: len(_trace_strands(plans, line)) for line in lines}
    return sorted(
        (line for line in lines if len(line) > 1),
        key=lambda line: (not strand_counts[line[-1]], -len(line), -strand_counts[line[-1]]),
    )


def _trace_descent(
    plans: PlansBySlug,
    slug: str,
    known_lines: dict[str, tuple[str, ...]],
    descendants: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Return the longest line that ends with a plan; one that derives from itself is cut."""
    if slug not in known_lines:
        descendants |= {slug}
        parent_lines = [
            _trace_descent(plans, parent, known_lines, descendants)
            for parent in plans[slug]["derived_from"]
            if parent in plans and parent not in descendants
        ]
        longest = max(parent_lines, key=len, default=())
        known_lines[slug] = (*(() if slug in longest else longest), slug)
    return known_lines[slug]


def trace_all(plans: PlansBySlug) -> tuple[list[str], list[tuple[PointKey, PointKey]]]:
    """Return all plans, each after those that it derives from and else as they became known, and
    which point came from which."""
    order: dict[str, None] = {}

    def add(slug: str, descendants: frozenset[str]) -> None:
        for parent in plans[slug]["derived_from"]:
            if parent in plans and parent not in descendants and parent not in order:
                add(parent, descendants | {parent})
        order.setdefault(slug)

    for slug in sorted(plans, key=lambda slug: (plans[slug]["known_at"] or "", slug)):
        add(slug, frozenset({slug}))
    return list(order), _trace_strands(plans, list(order))


def trace_lineage(plans: PlansBySlug, line: list[str]) -> Json:
    """Return which point of a line of descent came from which, and what became of each.

    ``first`` and ``last`` are the ends of the line whose points are known; ``fates`` gives what
    came of each point of the first, plan by plan.
    """
    strands = _trace_strands(plans, line)
    with_points = [slug for slug in line if plans[slug]["points"]]
    first, last = (with_points[0], with_points[-1]) if with_points else (line[0], line[-1])
    later = line[line.index(first) + 1 :]
    fates = {
        point["point"]: _trace_fate((first, point["point"]), later, strands)
        for point in plans[first]["points"]
    }
    reached = {name for fate in fates.values() for name in fate.get(last, ())}
    last_names = [point["point"] for point in plans[last]["points"]]
    return {
        "line": line,
        "seen": with_points,
        "first": first,
        "last": last,
        "later": later,
        "strands": [{"from": origin, "to": point} for origin, point in strands],
        "fates": [{"point": name, "into": fate} for name, fate in fates.items()],
        "survivors": [name for name, fate in fates.items() if last in fate],
        "gone": [name for name, fate in fates.items() if last not in fate],
        "new": [name for name in last_names if name not in reached] if first != last else [],
    }


def _trace_strands(plans: PlansBySlug, line: list[str]) -> list[tuple[PointKey, PointKey]]:
    """Return which point of the line came from which: as recorded, else by the same name."""
    names = {slug: {point["point"] for point in plans[slug]["points"]} for slug in line}
    return [
        (origin, (slug, point["point"]))
        for index, slug in enumerate(line)
        for point in plans[slug]["points"]
        for origin in _origin_points(plans[slug], point, line[:index][::-1], names)
    ]


def _origin_points(
    plan: Json, point: Json, earlier: list[str], names: Mapping[str, set[str]]
) -> list[PointKey]:
    lineage, name = point["lineage"], point["point"]
    if origin_plan := lineage.get("from_plan"):
        origin_names = lineage.get("from_points") or (name,)
        known_names = names[origin_plan] if origin_plan in earlier else ()
        return [(origin_plan, origin) for origin in origin_names if origin in known_names]
    parents = [slug for slug in earlier if slug in plan["derived_from"]]
    return [(slug, name) for slug in parents if name in names[slug]][:1]


def _trace_fate(
    origin: PointKey, later: list[str], strands: list[tuple[PointKey, PointKey]]
) -> dict[str, list[str]]:
    """Return the points that came of one, plan by plan, however many steps away."""
    reached, waiting = set[PointKey](), [origin]
    while waiting:
        point = waiting.pop()
        successors = {after for before, after in strands if before == point} - reached
        reached |= successors
        waiting += successors
    names = {slug: sorted(name for plan, name in reached if plan == slug) for slug in later}
    return {slug: slug_names for slug, slug_names in names.items() if slug_names}
