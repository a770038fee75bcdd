"""Two texts of plans compared, each as of a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from api.pages.shared.page import is_slug
from api.pages.shared.page_context import PageContext
from domain.errors import NotFoundError
from domain.model import Json
from projections.answers.redline import diff_plans, mark_points

TEXT_CHANGES = ("changed", "same", "paraphrased", "not-comparable", "added", "merged", "removed")
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
    point_diffs = diff_plans(old, new)
    mark_points(point_diffs, old, new)
    text_counts = Counter(map(_compare_wordings, point_diffs))
    place_counts = Counter(mark["mark"] for point in point_diffs for mark in point["marks"])
    return {
        "old": {"plan": slug, "title": old["title"] or slug, "on": params.from_},
        "new": {"plan": other_slug, "title": new["title"] or other_slug, "on": params.to},
        "counts": {kind: text_counts[kind] for kind in TEXT_CHANGES if text_counts[kind]},
        "places": {kind: place_counts[kind] for kind in PLACE_CHANGES if place_counts[kind]},
        "same": sum(not point["marks"] for point in point_diffs),
        "points": [point for point in point_diffs if point["marks"] or not params.only],
    }


def _compare_wordings(point_diff: Json) -> str:
    """Return what became of the text of a point; its words are marked only where both are its own.

    A text that nobody has seen is neither the same nor changed, and a paraphrase has other words
    in any case: both are told by a mark of their own.
    """
    text_change = _text_change(point_diff)
    point_diff["text_change"] = text_change
    point_diff["ops"] = smooth_ops(point_diff["ops"]) if text_change == "changed" else None
    if text_change in ("paraphrased", "not-comparable"):
        others = [each for each in point_diff["marks"] if each["mark"] not in TEXT_CHANGES]
        point_diff["marks"] = [{"mark": text_change}, *others]
    return text_change


def _text_change(point_diff: Json) -> str:
    """Return what became of the text of a point: one of ``TEXT_CHANGES``."""
    if point_diff["from"] is None or point_diff["to"] is None:
        return (
            "merged"
            if any(mark["mark"] == "merged" for mark in point_diff["marks"])
            else point_diff["change"]
        )
    both = point_diff["from"], point_diff["to"]
    if not all(point["text"] for point in both):
        return "not-comparable"
    if any(point["text_status"] in ("paraphrase", "reported") for point in both):
        return "paraphrased"
    return point_diff["change"] if point_diff["change"] in TEXT_CHANGES else "same"


def _load_plan_text(frame: PageContext, slug: str, parameter: str, day: str | None) -> Json | None:
    """Return a plan as of a date; refuse the parameter where it was not known then."""
    try:
        if not is_slug(slug):
            raise NotFoundError(f"no plan {slug[:80]!r} is known under this basis")
        return frame.answers_on(day).plan(slug).to_json()
    except NotFoundError as error:
        frame.refuse_parameter(parameter, error.detail, error.hint)
        return None


MIN_COMMON_SHARE = 0.3
"""Below this share of words in common, a text is shown as rewritten."""


def smooth_ops(ops: Sequence[Json]) -> list[Json]:
    """Return operations fit to be read: no gap between changed words, no patchwork."""
    size = {
        kind: sum(len(op["text"].strip()) for op in ops if op["op"] == kind)
        for kind in ("equal", "delete", "insert")
    }
    rewritten = size["equal"] < MIN_COMMON_SHARE * (
        size["equal"] + max(size["delete"], size["insert"])
    )
    smoothed: list[Json] = []
    deleted, inserted = "", ""
    for at, op in enumerate(ops):
        blank = not op["text"].strip() and 0 < at < len(ops) - 1
        if op["op"] == "equal" and not rewritten and not (blank and (deleted or inserted)):
            smoothed += _change_ops(deleted, inserted)
            deleted, inserted = "", ""
            smoothed.append(op)
            continue
        deleted += op["text"] if op["op"] != "insert" else ""
        inserted += op["text"] if op["op"] != "delete" else ""
    return smoothed + _change_ops(deleted, inserted)


def _change_ops(deleted: str, inserted: str) -> list[Json]:
    pair = (("delete", deleted), ("insert", inserted))
    return [{"op": op, "text": text} for op, text in pair if text]
