"""Redline: two texts of a plan, or of two plans, compared point by point and word by word."""

from __future__ import annotations

import difflib
import re

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
