"""Where the points of a plan went: plans in a line of descent, and the strands between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from api.desk.page import Data

Plans = Mapping[str, Data]
Node = tuple[str, str]


def lines(plans: Plans) -> list[list[str]]:
    """Return a line of descent for each plan that none derives from, the most telling first."""
    parents = {parent for each in plans.values() for parent in each["derived_from"]}
    found: dict[str, tuple[str, ...]] = {}
    ends = [slug for slug in plans if slug not in parents]
    told = [list(_descent(plans, slug, found)) for slug in ends]
    many = {line[-1]: len(list(strands(plans, line))) for line in told}
    told = [line for line in told if len(line) > 1]
    return sorted(told, key=lambda line: (not many[line[-1]], -len(line), -many[line[-1]]))


def _descent(
    plans: Plans, slug: str, found: dict[str, tuple[str, ...]], above: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the longest line that ends with a plan; one that derives from itself is cut."""
    if slug not in found:
        above |= {slug}
        known = [each for each in plans[slug]["derived_from"] if each in plans]
        lines = [_descent(plans, each, found, above) for each in known if each not in above]
        best = max(lines, key=len, default=())
        found[slug] = (*(() if slug in best else best), slug)
    return found[slug]


def strands(plans: Plans, line: list[str]) -> Iterator[tuple[Node, Node]]:
    """Yield which point of the line came from which: as recorded, else by the same name."""
    names = {slug: {point["point"] for point in plans[slug]["points"]} for slug in line}
    for at, slug in enumerate(line):
        for point in plans[slug]["points"]:
            for origin in _origins(plans[slug], point, line[:at][::-1], names):
                yield origin, (slug, point["point"])


def _origins(
    plan: Data, point: Data, earlier: list[str], names: Mapping[str, set[str]]
) -> list[Node]:
    lineage = point["lineage"]
    if of := lineage.get("from_plan"):
        told = lineage.get("from_points") or [point["point"]]
        return [(of, name) for name in told if of in earlier and name in names[of]]
    parents = [each for each in earlier if each in plan["derived_from"]]
    return [(each, point["point"]) for each in parents if point["point"] in names[each]][:1]


def lineage(plans: Plans, line: list[str]) -> Data:
    """Return a line as columns of points, the strands between, and what became of each point."""
    found = list(strands(plans, line))
    seen = [slug for slug in line if plans[slug]["points"]]
    first, last = (seen[0], seen[-1]) if seen else (line[0], line[-1])
    into: dict[Node, list[Node]] = {}
    for origin, node in found:
        into.setdefault(origin, []).append(node)
    later = [slug for slug in line if line.index(slug) > line.index(first)]
    fates = [_fate(point, first, later, into) for point in plans[first]["points"]]
    kept = {name for fate in fates for name in fate["into"].get(last, ())}
    columns = [_column(plans[slug]) for slug in line]
    index = {(column["plan"], point["point"]): (x, y) for x, column in enumerate(columns)
             for y, point in enumerate(column["points"])}  # fmt: skip
    survivors = [fate["point"] for fate in fates if last in fate["into"]]
    return {
        "line": line, "seen": seen, "first": first, "last": last, "later": later,
        "columns": columns,
        "strands": [{"from": [*a], "to": [*b], "at": [*index[a], *index[b]]} for a, b in found],
        "fates": fates, "survivors": survivors,
        "gone": [fate["point"] for fate in fates if last not in fate["into"]],
        "new": [point["point"] for point in plans[last]["points"] if point["point"] not in kept]
        if first != last else [],
    }  # fmt: skip


def _fate(point: Data, first: str, later: list[str], into: Mapping[Node, list[Node]]) -> Data:
    """Return a point with those that came of it, plan by plan, however many steps away."""
    reached, open_ = set[Node](), [(first, str(point["point"]))]
    while open_:
        for node in into.get(open_.pop(), ()):
            if node not in reached:
                reached.add(node)
                open_.append(node)
    found = {slug: sorted(name for of, name in reached if of == slug) for slug in later}
    return {**_brief(point), "into": {slug: names for slug, names in found.items() if names}}


def _column(plan: Data) -> Data:
    points = [_brief(each) for each in plan["points"]]
    return {"plan": plan["plan"], "title": plan["title"] or plan["plan"],
            "claimed": claimed(plan), "points": points}  # fmt: skip


def _brief(point: Data) -> Data:
    return {name: point[name] for name in ("point", "number", "heading", "text")}


def claimed(plan: Data) -> list[int]:
    """Return how many points a plan is said to have: several where sources differ."""
    rivals = {each["value"] for each in plan.get("rivals", ()) if each["field"] == "claimed_points"}
    told = plan["claimed_points"]
    return sorted(rivals) or ([] if told is None else [told])
