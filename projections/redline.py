"""Redline: two texts of a plan, or of two plans, compared point by point and word by word."""

from __future__ import annotations

import difflib
import re

from projections.plans import Answer


def plan_diff(old: Answer, new: Answer) -> list[Answer]:
    """Compare two texts of plans point by point; across plans, points pair by lineage."""
    before = {point["point"]: point for point in old["points"]}
    taken: set[str] = set()
    found = []
    for point in new["points"]:
        origin = _origin(point, old["plan"], new["plan"], before)
        taken.add(origin)
        found.append(_compare(before.get(origin), point))
    found += [_compare(point, None) for name, point in before.items() if name not in taken]
    return found


def _origin(point: Answer, old: str, new: str, before: Answer) -> str:
    lineage = point["lineage"]
    if old != new and lineage.get("from_plan") == old and lineage.get("from_points"):
        return str(lineage["from_points"][0])
    if old != new and point["point"] not in before:
        return ""
    return str(point["point"])


def _compare(old: Answer | None, new: Answer | None) -> Answer:
    name = (new or old or {})["point"]
    texts = {"point": name, "from": old, "to": new}
    if old is None or new is None:
        return {**texts, "change": "added" if old is None else "removed"}
    if old["text"] is None or new["text"] is None:
        alike = old["text"] is new["text"] and old["number"] == new["number"]
        return {**texts, "change": "same" if alike else "not-comparable"}
    if old["text"] != new["text"]:
        return {**texts, "change": "changed", "ops": words(old["text"], new["text"])}
    return {**texts, "change": "same" if old["number"] == new["number"] else "renumbered"}


def words(old: str, new: str) -> list[Answer]:
    """Return word-level operations: equal, insert, delete; replaced words are both."""
    left, right = (re.findall(r"\s+|\w+|[^\w\s]", each) for each in (old, new))
    found = []
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag in ("equal", "delete", "replace"):
            found.append(
                {"op": "equal" if tag == "equal" else "delete", "text": "".join(left[a:b])}
            )
        if tag in ("insert", "replace"):
            found.append({"op": "insert", "text": "".join(right[c:d])})
    return found
