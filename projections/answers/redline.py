"""Redline: two texts of a plan, or of two plans, compared point by point and word by word."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Sequence

from domain.model import Json


def diff_plans(old: Json, new: Json) -> list[Json]:
    """Compare two texts of plans point by point; across plans, points pair by lineage."""
    before = {point["point"]: point for point in old["points"]}
    paired_points: set[str] = set()
    comparisons = []
    for point in new["points"]:
        origin = _origin_point(point, old["plan"], new["plan"], before)
        paired_points.add(origin)
        comparisons.append(_compare_points(before.get(origin), point))
    comparisons += [
        _compare_points(point, None) for name, point in before.items() if name not in paired_points
    ]
    return comparisons


def _origin_point(point: Json, old: str, new: str, before: Json) -> str:
    lineage = point["lineage"]
    if old != new and lineage.get("from_plan") == old and lineage.get("from_points"):
        return str(lineage["from_points"][0])
    if old != new and point["point"] not in before:
        return ""
    return str(point["point"])


def _compare_points(old: Json | None, new: Json | None) -> Json:
    name = (new or old or {})["point"]
    texts = {"point": name, "from": old, "to": new}
    if old is None or new is None:
        return {**texts, "change": "added" if old is None else "removed"}
    if old["text"] is None or new["text"] is None:
        is_same = old["text"] is new["text"] and old["number"] == new["number"]
        return {**texts, "change": "same" if is_same else "not-comparable"}
    if old["text"] != new["text"]:
        return {**texts, "change": "changed", "ops": diff_words(old["text"], new["text"])}
    return {**texts, "change": "same" if old["number"] == new["number"] else "renumbered"}


def diff_words(old: str, new: str) -> list[Json]:
    """Return word-level operations: equal, insert, delete; replaced words are both."""
    left, right = (re.findall(r"\s+|\w+|[^\w\s]", each) for each in (old, new))
    operations = []
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag in ("equal", "delete", "replace"):
            operations.append(
                {"op": "equal" if tag == "equal" else "delete", "text": "".join(left[a:b])}
            )
        if tag in ("insert", "replace"):
            operations.append({"op": "insert", "text": "".join(right[c:d])})
    return operations


def mark_points(point_diffs: list[Json], old: Json, new: Json) -> None:
    """Add to each compared point, as ``marks``, what became of it: of its text and its place."""
    merged_into = {
        name: point for point in new["points"] for name in _source_points(point, old["plan"])
    }
    origins = [each["from"]["point"] for each in point_diffs if each["from"] and each["to"]]
    moved_points = _moved_points(point_diffs, old["points"])
    split_points = {name for name in origins if origins.count(name) > 1}
    for each in point_diffs:
        each["marks"] = _point_marks(each, merged_into, moved_points, split_points)


def _source_points(point: Json, plan: str) -> list[str]:
    lineage = point["lineage"]
    if lineage.get("from_plan") in (None, plan):
        return list(lineage.get("from_points") or lineage.get("from") or ())
    return []


def _point_marks(
    point_diff: Json, merged_into: Json, moved_points: set[str], split_points: set[str]
) -> list[Json]:
    old, new = point_diff["from"], point_diff["to"]
    marks: list[Json] = []
    if new is None and point_diff["point"] in merged_into:
        marks.append({"mark": "merged", "into": _point_label(merged_into[point_diff["point"]])})
    elif new is None or old is None or point_diff["change"] in ("changed", "not-comparable"):
        marks.append({"mark": point_diff["change"]})
    if new and new["lineage"].get("split_from"):
        marks.append({"mark": "split", "from": new["lineage"]["split_from"]})
    elif old and old["point"] in split_points:
        marks.append({"mark": "split", "from": _point_label(old)})
    if old and new and old["number"] != new["number"]:
        marks.append(
            {
                "mark": "moved" if new["point"] in moved_points else "renumbered",
                "from": old["number"],
                "to": new["number"],
            }
        )
    elif new and new["point"] in moved_points:
        marks.append({"mark": "moved-alone"})
    return marks


def _point_label(point: Json) -> str:
    return str(point["number"] if point["number"] is not None else point["point"])


def _moved_points(point_diffs: Sequence[Json], old_points: Sequence[Json]) -> set[str]:
    """Return the points that are out of the old order: all but the longest run that kept it."""
    old_order = {point["point"]: at for at, point in enumerate(old_points)}
    in_both = [each for each in point_diffs if each["from"] and each["to"]]
    tails: list[int] = []
    ends: list[int] = []
    previous = [-1] * len(in_both)
    for at, each in enumerate(in_both):
        old_index = old_order[each["from"]["point"]]
        slot = bisect_left(tails, old_index + 1)
        previous[at] = ends[slot - 1] if slot else -1
        tails[slot : slot + 1], ends[slot : slot + 1] = [old_index], [at]
    in_order, at = set[int](), ends[-1] if ends else -1
    while at >= 0:
        in_order.add(at)
        at = previous[at]
    return {each["to"]["point"] for at, each in enumerate(in_both) if at not in in_order}
