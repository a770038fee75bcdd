"""A redline as it is read: words that changed, points that moved, split or were renumbered."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from api.desk.page import Data
from projections.redline import plan_diff

ALIKE = 0.3
"""Below this share of words in common, a text is shown as written anew."""


def redlined(old: Data, new: Data) -> list[Data]:
    """Return two texts compared point by point, each with marks of what became of the point."""
    found: list[Data] = plan_diff(old, new)
    merged = {
        name: point
        for point in new["points"]
        for name in _sources(point, old["plan"])
    }  # fmt: skip
    origins = [each["from"]["point"] for each in found if each["from"] and each["to"]]
    moved = _moved(found, old["points"])
    twice = {name for name in origins if origins.count(name) > 1}
    for each in found:
        each["marks"] = list(_marks(each, merged, moved, twice))
        each["ops"] = smooth(each["ops"]) if "ops" in each else None
    return found


def _sources(point: Data, plan: str) -> list[str]:
    lineage = point["lineage"]
    if lineage.get("from_plan") in (None, plan):
        return list(lineage.get("from_points") or lineage.get("from") or ())
    return []


def _marks(each: Data, merged: Data, moved: set[str], twice: set[str]) -> Sequence[Data]:
    old, new, found = each["from"], each["to"], []
    if new is None and each["point"] in merged:
        found.append({"mark": "merged", "into": _named(merged[each["point"]])})
    elif new is None or old is None or each["change"] in ("changed", "not-comparable"):
        found.append({"mark": each["change"]})
    if new and new["lineage"].get("split_from"):
        found.append({"mark": "split", "from": new["lineage"]["split_from"]})
    elif old and old["point"] in twice:
        found.append({"mark": "split", "from": _named(old)})
    if old and new and old["number"] != new["number"]:
        found.append({"mark": "moved" if new["point"] in moved else "renumbered",
                      "from": old["number"], "to": new["number"]})  # fmt: skip
    elif new and new["point"] in moved:
        found.append({"mark": "moved-alone"})
    return found


def _named(point: Data) -> str:
    return str(point["number"] if point["number"] is not None else point["point"])


def _moved(found: Sequence[Data], before: Sequence[Data]) -> set[str]:
    """Return the points that are out of the old order: all but the longest run that kept it."""
    place = {point["point"]: at for at, point in enumerate(before)}
    both = [each for each in found if each["from"] and each["to"]]
    tails: list[int] = []
    ends: list[int] = []
    previous = [-1] * len(both)
    for at, each in enumerate(both):
        where = place[each["from"]["point"]]
        slot = bisect_left(tails, where + 1)
        previous[at] = ends[slot - 1] if slot else -1
        tails[slot : slot + 1], ends[slot : slot + 1] = [where], [at]
    kept, at = set[int](), ends[-1] if ends else -1
    while at >= 0:
        kept.add(at)
        at = previous[at]
    return {each["to"]["point"] for at, each in enumerate(both) if at not in kept}


def smooth(ops: Sequence[Data]) -> list[Data]:
    """Return operations fit to be read: no gap between changed words, no patchwork."""
    size = {kind: sum(len(each["text"].strip()) for each in ops if each["op"] == kind)
            for kind in ("equal", "delete", "insert")}  # fmt: skip
    rewritten = size["equal"] < ALIKE * (size["equal"] + max(size["delete"], size["insert"]))
    found: list[Data] = []
    gone, come = "", ""
    for at, each in enumerate(ops):
        blank = not each["text"].strip() and 0 < at < len(ops) - 1
        if each["op"] == "equal" and not rewritten and not (blank and (gone or come)):
            found += _both(gone, come)
            gone, come = "", ""
            found.append(each)
            continue
        gone += each["text"] if each["op"] != "insert" else ""
        come += each["text"] if each["op"] != "delete" else ""
    return found + _both(gone, come)


def _both(gone: str, come: str) -> list[Data]:
    pair = (("delete", gone), ("insert", come))
    return [{"op": op, "text": text} for op, text in pair if text]
