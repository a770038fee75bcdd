"""Redline: two texts of a plan, or of two plans, compared point by point."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from domain.errors import NotFoundError
from domain.model import Json
from projections.answers.pairing import PointKey, pair_points
from projections.answers.plans import PlanSet, PlanText
from projections.texts.comparer import TextComparer
from projections.texts.rising import longest_rising
from projections.view import LATER_HINT, View

OWN_WORDS = (None, "verbatim", "translated")
"""Text statuses of a plan's own words; others tell its text in somebody else's."""
Pair = tuple[Json, Json]


def diff_plans(old_view: View, old_slug: str, new_view: View, new_slug: str) -> list[Json]:
    """Compare two texts point by point; points pair by identity, lineage and a common ancestor.

    A plan that is not known on one side is one entry; ``add_operations`` compares the words of
    texts afterwards, without a view. Raises NotFoundError if the plan is known on neither side.
    """
    old_set, new_set = PlanSet(old_view), PlanSet(new_view)
    old, new = old_set.read_text(old_slug), new_set.read_text(new_slug)
    if old is None and new is None:
        slugs = " or ".join(repr(slug) for slug in dict.fromkeys((old_slug, new_slug)))
        raise NotFoundError(f"no plan {slugs} is known under either basis", hint=LATER_HINT)
    if old is None or new is None:
        return [_unknown_plan("from" if old is None else "to")]
    origins = old_set.read_origins()
    for key, sources in new_set.read_origins().items():
        origins.setdefault(key, set()).update(sources)
    names = pair_points(_point_keys(old), _point_keys(new), origins)
    derived_points = {key for key, sources in origins.items() if sources}
    return _compare_texts(old, new, names, derived_points)


def _unknown_plan(side: str) -> Json:
    nothing = dict.fromkeys(("point", "from", "to", "coded"))
    return {**nothing, "change": "not-known-then", "side": side, "differs": [], "verbatim": False}


def _point_keys(text: PlanText) -> list[PointKey]:
    return [(text.slug, point["point"]) for point in text.points]


def _compare_texts(
    old: PlanText, new: PlanText, names: Sequence[tuple[PointKey, PointKey]], derived: set[PointKey]
) -> list[Json]:
    """Compare the pairs of two known texts, then say what became of the points without one."""
    old_points = {point["point"]: point for point in old.points}
    new_points = {point["point"]: point for point in new.points}
    pairs = [(old_points[one], new_points[other]) for (_, one), (_, other) in names]
    is_same_plan = old.slug == new.slug
    moved = _moved_points(pairs, old.points, is_same_plan)
    pairs_by_point: dict[str, list[Pair]] = {}
    for pair in pairs:
        pairs_by_point.setdefault(pair[1]["point"], []).append(pair)
    paired_old = {one["point"] for one, _ in pairs}
    single_old = [p for p in old.points if p["point"] not in paired_old]
    single_new = [p for p in new.points if p["point"] not in pairs_by_point]
    old_is_open = not old.is_whole or _may_be_others(old.slug, single_old, derived)
    new_is_open = not new.is_whole or _may_be_others(new.slug, single_new, derived)
    comparisons = []
    for point in new.points:
        for pair in pairs_by_point.get(point["point"], ()):
            comparisons.append(_compare_pair(*pair, point["point"] in moved, is_same_plan))
        if point["point"] not in pairs_by_point:
            is_told = is_same_plan and old.is_whole and point["coded"] is not None
            is_unsure = not is_told and (old_is_open or point["text"] is None)
            comparisons.append(_single(None, point, is_unsure, point["coded"]))
    for point in single_old:
        ending = new.endings.get(point["point"]) if is_same_plan else None
        is_unsure = ending is None and (new_is_open or point["text"] is None)
        comparisons.append(_single(point, None, is_unsure, ending))
    return comparisons


def _may_be_others(slug: str, single: Sequence[Json], derived: set[PointKey]) -> bool:
    """Return whether a point that nobody has seen may be any of those that have no pair."""
    unseen_names = (point["point"] for point in single if point["text"] is None)
    return any((slug, name) not in derived for name in unseen_names)


def _single(old: Json | None, new: Json | None, is_unsure: bool, coded: Json | None) -> Json:
    change = "added" if old is None else "removed"
    return {
        "point": (old or new or {})["point"],
        "from": old,
        "to": new,
        "change": "not-comparable" if is_unsure else change,
        "differs": [],
        "verbatim": False,
        "coded": coded,
    }


def _compare_pair(old: Json, new: Json, is_moved: bool, is_same_plan: bool) -> Json:
    is_seen = old["text"] is not None and new["text"] is not None
    differs = ["text"] if is_seen and old["text"] != new["text"] else []
    differs += [
        name for name in ("heading", "number") if _differs(old, new, name, is_same_plan and is_seen)
    ]
    differs += ["place"] if is_moved else []
    return {
        "point": new["point"],
        "from": old,
        "to": new,
        "change": _name_change(differs) if is_seen else "not-comparable",
        "differs": differs,
        "verbatim": is_seen and all(each["text_status"] in OWN_WORDS for each in (old, new)),
        "coded": new["coded"] if not is_same_plan or new["coded"] != old["coded"] else None,
    }


def add_operations(point_diffs: Sequence[Json], comparer: TextComparer) -> None:
    """Add to each point whose text differs, as ``ops``, what became of its words."""
    changed = [each for each in point_diffs if "text" in each["differs"]]
    pairs = [(each["from"]["text"], each["to"]["text"]) for each in changed]
    for each, operations in zip(changed, comparer.diff_texts(pairs), strict=True):
        each["ops"] = operations


def _differs(old: Json, new: Json, name: str, counts_null: bool) -> bool:
    """Return whether a field differs; what one side lacks may only not have been seen there."""
    was_seen = counts_null or (old[name] is not None and new[name] is not None)
    return was_seen and old[name] != new[name]


def _name_change(differs: Sequence[str]) -> str:
    if not differs:
        return "same"
    return "renumbered" if "number" in differs and {"number", "place"} >= {*differs} else "changed"


def mark_points(point_diffs: list[Json]) -> None:
    """Add to each compared point, as ``marks``, what became of it: of its text and its place."""
    pairs = [(each["from"]["point"], each["to"]["point"]) for each in point_diffs if _is_pair(each)]
    origins, results = Counter(old for old, _ in pairs), Counter(new for _, new in pairs)
    for each in point_diffs:
        old, new = each["from"], each["to"]
        is_split = old is not None and origins[old["point"]] > 1
        is_merged = new is not None and results[new["point"]] > 1
        each["marks"] = _point_marks(each, is_split, is_merged)


def _is_pair(point_diff: Json) -> bool:
    return point_diff["from"] is not None and point_diff["to"] is not None


def _point_marks(point_diff: Json, is_split: bool, is_merged: bool) -> list[Json]:
    old, new, differs = point_diff["from"], point_diff["to"], point_diff["differs"]
    marks: list[Json] = []
    if not _is_pair(point_diff) or point_diff["change"] == "not-comparable" or "text" in differs:
        change = "changed" if "text" in differs else point_diff["change"]
        marks.append({"mark": change})
    if is_merged:
        marks.append({"mark": "merged", "into": _point_label(new)})
    if is_split:
        marks.append({"mark": "split", "from": _point_label(old)})
    if "heading" in differs:
        marks.append({"mark": "heading", "from": old["heading"], "to": new["heading"]})
    if "number" in differs:
        mark = "moved" if "place" in differs else "renumbered"
        marks.append({"mark": mark, "from": old["number"], "to": new["number"]})
    elif "place" in differs:
        marks.append({"mark": "moved-alone"})
    return marks


def _point_label(point: Json) -> str:
    return str(point["number"] if point["number"] is not None else point["point"])


def _moved_points(
    pairs: Sequence[Pair], old_points: Sequence[Json], is_same_plan: bool
) -> set[str]:
    """Return the points that are out of the old order: all but the longest run that kept it.

    Points of one plan that were renumbered are taken to have moved rather than those around them.
    """
    old_order = {point["point"]: at for at, point in enumerate(old_points)}
    places = [old_order[old["point"]] for old, _ in pairs]
    renumbered = [is_same_plan and old["number"] != new["number"] for old, new in pairs]
    others = [at for at, was_renumbered in enumerate(renumbered) if not was_renumbered]
    kept = longest_rising([places[at] for at in others], may_repeat=True)
    in_order = [others[at] for at in kept]
    for at in (at for at, was_renumbered in enumerate(renumbered) if was_renumbered):
        slot = bisect_left(in_order, at)
        before = places[in_order[slot - 1]] if slot else -1
        after = places[in_order[slot]] if slot < len(in_order) else len(old_points)
        if before <= places[at] <= after:
            in_order.insert(slot, at)
    kept_places = set(in_order)
    return {new["point"] for at, (_, new) in enumerate(pairs) if at not in kept_places}
