"""Two texts of plans compared, each as of a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from api.pages.shared.disputes import title_of
from api.pages.shared.page import is_slug
from api.pages.shared.page_context import PageContext
from api.services import services_of
from domain.errors import NotFoundError
from domain.model import Json
from projections.answers.redline import add_operations, diff_plans, mark_points

TEXT_CHANGES = (
    "changed",
    "same",
    "same-told",
    "paraphrased",
    "not-comparable",
    "added",
    "removed",
    "not-known-then",
)
"""What may become of the text of a point, each of one alone.

``same`` is word for word; ``same-told`` is a paraphrase that one plan has on both dates.
"""
PLACE_CHANGES = ("heading", "renumbered", "moved", "moved-alone", "split", "merged")
"""What may also become of its heading and its place."""


def build_redline(frame: PageContext, slug: str) -> Json | None:
    """Return the plan at one date against itself at another, or against another plan."""
    params = frame.params
    if not (params.from_ or params.to or params.to_plan):
        return None
    other_slug = params.to_plan or slug
    old_view, new_view = (frame.answers_on(day).view for day in (params.from_, params.to))
    try:
        if not is_slug(other_slug):
            raise NotFoundError(f"no plan {other_slug[:80]!r} is known under this basis")
        point_diffs = diff_plans(old_view, slug, new_view, other_slug)
        if other_slug != slug and any(each.get("side") == "to" for each in point_diffs):
            frame.answers.plan(other_slug)
    except NotFoundError as error:
        frame.refuse_parameter("to_plan" if params.to_plan else "from", error.detail, error.hint)
        return None
    add_operations(point_diffs, services_of(frame.request).comparer)
    mark_points(point_diffs)
    is_one_plan = other_slug == slug
    text_counts = Counter(_compare_wordings(point, is_one_plan) for point in point_diffs)
    place_counts = Counter(mark["mark"] for point in point_diffs for mark in point["marks"])
    titles = {plan.plan: title_of(frame.words, plan) or plan.plan for plan in frame.answers.plans()}
    return {
        "old": {"plan": slug, "title": titles.get(slug, slug), "on": params.from_},
        "new": {"plan": other_slug, "title": titles.get(other_slug, other_slug), "on": params.to},
        "counts": {kind: text_counts[kind] for kind in TEXT_CHANGES if text_counts[kind]},
        "places": {kind: place_counts[kind] for kind in PLACE_CHANGES if place_counts[kind]},
        "same": sum(not point["marks"] for point in point_diffs),
        "points": [point for point in point_diffs if point["marks"] or not params.only],
    }


def _compare_wordings(point_diff: Json, is_one_plan: bool) -> str:
    """Return what became of the text of a point; its words are marked only where both are its own.

    A text that nobody has seen is neither the same nor changed, and a paraphrase has other words
    in any case: both are told by a mark of their own.
    """
    text_change = _text_change(point_diff, is_one_plan)
    point_diff["text_change"] = text_change
    point_diff["ops"] = show_rewriting(point_diff["ops"]) if text_change == "changed" else None
    if text_change == "paraphrased":
        others = [each for each in point_diff["marks"] if each["mark"] not in TEXT_CHANGES]
        point_diff["marks"] = [{"mark": text_change}, *others]
    return text_change


def _text_change(point_diff: Json, is_one_plan: bool) -> str:
    """Return what became of the text of a point: one of ``TEXT_CHANGES``."""
    if point_diff["change"] in ("not-comparable", "added", "removed", "not-known-then"):
        return str(point_diff["change"])
    is_same_text = "text" not in point_diff["differs"]
    if point_diff["verbatim"]:
        return "same" if is_same_text else "changed"
    return "same-told" if is_same_text and is_one_plan else "paraphrased"


MIN_COMMON_SHARE = 0.3
"""Below this share of words in common, a text is shown as rewritten."""


def show_rewriting(ops: Sequence[Json]) -> Sequence[Json]:
    """Return operations fit to be read: of a rewritten text, the old one and the new one."""
    size = {
        kind: sum(len(op["text"].strip()) for op in ops if op["op"] == kind)
        for kind in ("equal", "delete", "insert")
    }
    changed = max(size["delete"], size["insert"])
    if size["equal"] >= MIN_COMMON_SHARE * (size["equal"] + changed):
        return ops
    sides = (
        {"op": kind, "text": "".join(op["text"] for op in ops if op["op"] in (kind, "equal"))}
        for kind in ("delete", "insert")
    )
    return [side for side in sides if side["text"]]
