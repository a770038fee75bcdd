"""Two texts of plans held against each other, each as of a date."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from api.pages.shared.page import is_slug
from api.pages.shared.page_context import PageContext
from domain.errors import NotFoundError
from domain.model import Json
from projections import answers
from projections.answers.redline import diff_plans

TEXT_CHANGES = ("changed", "same", "not-comparable", "added", "merged", "removed")
"""What may become of the text of a point, each of one alone."""
PLACE_CHANGES = ("renumbered", "moved", "moved-alone", "split")
"""What may also become of its place."""


def build_redline(frame: PageContext, slug: str) -> Json | None:
    """Return the plan at one date against itself at another, or against another plan."""
    params = frame.params
    if not (params.from_ or params.to or params.to_plan):
        return None
    other_slug = params.to_plan or slug
    old = _load_plan_text(frame, slug, "from", params.from_)
    new = _load_plan_text(frame, other_slug, "to_plan" if params.to_plan else "to", params.to)
    if old is None or new is None:
        return None
    point_diffs = annotate_diff(old, new)
    text_counts = Counter(_text_change(each) for each in point_diffs)
    place_counts = Counter(mark["mark"] for each in point_diffs for mark in each["marks"])
    return {
        "old": {"plan": slug, "title": old["title"] or slug, "on": params.from_},
        "new": {"plan": other_slug, "title": new["title"] or other_slug, "on": params.to},
        "counts": {kind: text_counts[kind] for kind in TEXT_CHANGES if text_counts[kind]},
        "places": {kind: place_counts[kind] for kind in PLACE_CHANGES if place_counts[kind]},
        "same": sum(not each["marks"] for each in point_diffs),
        "points": [each for each in point_diffs if each["marks"]] if params.only else point_diffs,
    }


def _text_change(point_diff: Json) -> str:
    """Return what became of the text of a point: one of ``TEXT_CHANGES``."""
    if point_diff["from"] is None or point_diff["to"] is None:
        return (
            "merged"
            if any(one["mark"] == "merged" for one in point_diff["marks"])
            else point_diff["change"]
        )
    return point_diff["change"] if point_diff["change"] in TEXT_CHANGES else "same"


def _load_plan_text(frame: PageContext, slug: str, parameter: str, day: str | None) -> Json | None:
    """Return a plan as of a date; refuse the parameter where it was not known then."""
    try:
        if not is_slug(slug):
            raise NotFoundError(f"no plan {slug[:80]!r} is known under this basis")
        view = (
            frame.session.open_view(frame.session.resolve_basis(frame.earlier_question(day)))
            if day
            else frame.view
        )
        plan: Json = answers.to_plain(answers.find_plan(view, slug))
    except NotFoundError as error:
        frame.refuse_parameter(parameter, error.detail, error.hint)
        return None
    return plan


MIN_COMMON_SHARE = 0.3
"""Below this share of words in common, a text is shown as rewritten."""


def annotate_diff(old: Json, new: Json) -> list[Json]:
    """Return two texts compared point by point, each with marks of what became of the point."""
    point_diffs: list[Json] = diff_plans(old, new)
    merged_into = {
        name: point for point in new["points"] for name in _source_points(point, old["plan"])
    }
    origins = [each["from"]["point"] for each in point_diffs if each["from"] and each["to"]]
    moved_points = _moved_points(point_diffs, old["points"])
    split_points = {name for name in origins if origins.count(name) > 1}
    for each in point_diffs:
        each["marks"] = list(_point_marks(each, merged_into, moved_points, split_points))
        each["ops"] = smooth_ops(each["ops"]) if "ops" in each else None
    return point_diffs


def _source_points(point: Json, plan: str) -> list[str]:
    lineage = point["lineage"]
    if lineage.get("from_plan") in (None, plan):
        return list(lineage.get("from_points") or lineage.get("from") or ())
    return []


def _point_marks(
    point_diff: Json, merged_into: Json, moved_points: set[str], split_points: set[str]
) -> Sequence[Json]:
    old, new, marks = point_diff["from"], point_diff["to"], []
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


def smooth_ops(ops: Sequence[Json]) -> list[Json]:
    """Return operations fit to be read: no gap between changed words, no patchwork."""
    size = {
        kind: sum(len(each["text"].strip()) for each in ops if each["op"] == kind)
        for kind in ("equal", "delete", "insert")
    }
    rewritten = size["equal"] < MIN_COMMON_SHARE * (
        size["equal"] + max(size["delete"], size["insert"])
    )
    smoothed: list[Json] = []
    deleted, inserted = "", ""
    for at, each in enumerate(ops):
        blank = not each["text"].strip() and 0 < at < len(ops) - 1
        if each["op"] == "equal" and not rewritten and not (blank and (deleted or inserted)):
            smoothed += _change_ops(deleted, inserted)
            deleted, inserted = "", ""
            smoothed.append(each)
            continue
        deleted += each["text"] if each["op"] != "insert" else ""
        inserted += each["text"] if each["op"] != "delete" else ""
    return smoothed + _change_ops(deleted, inserted)


def _change_ops(deleted: str, inserted: str) -> list[Json]:
    pair = (("delete", deleted), ("insert", inserted))
    return [{"op": op, "text": text} for op, text in pair if text]
