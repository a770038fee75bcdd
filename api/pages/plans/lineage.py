"""Where the points of a plan went: plans in a line of descent, and the strands between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from api.models.plans import Plan, Point
from domain.model import Json

PlansBySlug = Mapping[str, Plan]
PointKey = tuple[str, str]


def list_descents(plans: PlansBySlug) -> list[list[str]]:
    """Return a line of descent for each plan that none derives from, the most telling first."""
    parents = {parent for each in plans.values() for parent in each.derived_from}
    lines_by_plan: dict[str, tuple[str, ...]] = {}
    ends = [slug for slug in plans if slug not in parents]
    descents = [list(_trace_descent(plans, slug, lines_by_plan)) for slug in ends]
    strand_counts = {line[-1]: len(list(trace_strands(plans, line))) for line in descents}
    descents = [line for line in descents if len(line) > 1]
    return sorted(
        descents,
        key=lambda line: (not strand_counts[line[-1]], -len(line), -strand_counts[line[-1]]),
    )


def _trace_descent(
    plans: PlansBySlug,
    slug: str,
    lines_by_plan: dict[str, tuple[str, ...]],
    descendants: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Return the longest line that ends with a plan; one that derives from itself is cut."""
    if slug not in lines_by_plan:
        descendants |= {slug}
        known_parents = [parent for parent in plans[slug].derived_from if parent in plans]
        parent_lines = [
            _trace_descent(plans, each, lines_by_plan, descendants)
            for each in known_parents
            if each not in descendants
        ]
        best = max(parent_lines, key=len, default=())
        lines_by_plan[slug] = (*(() if slug in best else best), slug)
    return lines_by_plan[slug]


def trace_strands(plans: PlansBySlug, line: list[str]) -> Iterator[tuple[PointKey, PointKey]]:
    """Yield which point of the line came from which: as recorded, else by the same name."""
    names = {slug: {point.point for point in plans[slug].points} for slug in line}
    for index, slug in enumerate(line):
        for point in plans[slug].points:
            for origin in _origin_points(plans[slug], point, line[:index][::-1], names):
                yield origin, (slug, point.point)


def _origin_points(
    plan: Plan, point: Point, earlier: list[str], names: Mapping[str, set[str]]
) -> list[PointKey]:
    if origin_plan := point.lineage.from_plan:
        origin_names = point.lineage.from_points or (point.point,)
        return [
            (origin_plan, name)
            for name in origin_names
            if origin_plan in earlier and name in names[origin_plan]
        ]
    parents = [slug for slug in earlier if slug in plan.derived_from]
    return [(slug, point.point) for slug in parents if point.point in names[slug]][:1]


def build_lineage(plans: PlansBySlug, line: list[str]) -> Json:
    """Return a line as columns of points, the strands between, and what became of each point."""
    strand_pairs = list(trace_strands(plans, line))
    plans_with_points = [slug for slug in line if plans[slug].points]
    first, last = (
        (plans_with_points[0], plans_with_points[-1]) if plans_with_points else (line[0], line[-1])
    )
    successors: dict[PointKey, list[PointKey]] = {}
    for origin, node in strand_pairs:
        successors.setdefault(origin, []).append(node)
    later = [slug for slug in line if line.index(slug) > line.index(first)]
    fates = [_point_fate(point, first, later, successors) for point in plans[first].points]
    surviving_names = {name for fate in fates for name in fate["into"].get(last, ())}
    columns = [_plan_column(plans[slug]) for slug in line]
    index = {
        (column["plan"], point["point"]): (x, y)
        for x, column in enumerate(columns)
        for y, point in enumerate(column["points"])
    }
    survivors = [fate["point"] for fate in fates if last in fate["into"]]
    return {
        "line": line,
        "seen": plans_with_points,
        "first": first,
        "last": last,
        "later": later,
        "columns": columns,
        "strands": [
            {"from": [*a], "to": [*b], "at": [*index[a], *index[b]]} for a, b in strand_pairs
        ],
        "fates": fates,
        "survivors": survivors,
        "gone": [fate["point"] for fate in fates if last not in fate["into"]],
        "new": [point.point for point in plans[last].points if point.point not in surviving_names]
        if first != last
        else [],
    }


def _point_fate(
    point: Point, first: str, later: list[str], successors: Mapping[PointKey, list[PointKey]]
) -> Json:
    """Return a point with those that came of it, plan by plan, however many steps away."""
    reached_points, pending_points = set[PointKey](), [(first, point.point)]
    while pending_points:
        for node in successors.get(pending_points.pop(), ()):
            if node not in reached_points:
                reached_points.add(node)
                pending_points.append(node)
    names_by_plan = {
        slug: sorted(name for of, name in reached_points if of == slug) for slug in later
    }
    return {
        **_point_summary(point),
        "into": {slug: names for slug, names in names_by_plan.items() if names},
    }


def _plan_column(plan: Plan) -> Json:
    points = [_point_summary(point) for point in plan.points]
    return {
        "plan": plan.plan,
        "title": plan.title or plan.plan,
        "claimed": claimed_counts(plan),
        "points": points,
    }


def _point_summary(point: Point) -> Json:
    return {name: getattr(point, name) for name in ("point", "number", "heading", "text")}


def claimed_counts(plan: Plan) -> list[int]:
    """Return how many points a plan is said to have: several where sources differ."""
    rivals = {
        rival.value
        for rival in plan.rivals
        if rival.field == "claimed_points" and isinstance(rival.value, int)
    }
    return sorted(rivals) or ([] if plan.claimed_points is None else [plan.claimed_points])
