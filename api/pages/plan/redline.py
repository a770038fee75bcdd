"""Two texts of plans held against each other, each as of a date."""

from __future__ import annotations

import re
from collections import Counter

from api.pages.plan.diff_marks import annotate_diff
from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext
from domain.errors import NotFoundError
from projections import answers

TEXT_CHANGES = ("changed", "same", "not-comparable", "added", "merged", "removed")
"""What may become of the text of a point, each of one alone."""
PLACE_CHANGES = ("renumbered", "moved", "moved-alone", "split")
"""What may become of its place beside that."""
_SLUG_PATTERN = r"[a-z0-9][a-z0-9-]{0,62}"


def build_redline(frame: PageContext, slug: str, plan: Data) -> Data | None:
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


def _text_change(point_diff: Data) -> str:
    """Return what became of the text of a point: one of FATES."""
    if point_diff["from"] is None or point_diff["to"] is None:
        return (
            "merged"
            if any(one["mark"] == "merged" for one in point_diff["marks"])
            else point_diff["change"]
        )
    return point_diff["change"] if point_diff["change"] in TEXT_CHANGES else "same"


def _load_plan_text(frame: PageContext, slug: str, parameter: str, day: str | None) -> Data | None:
    """Return a plan as of a date; refuse the parameter where it was not known then."""
    try:
        if not re.fullmatch(_SLUG_PATTERN, slug):
            raise NotFoundError(f"no plan {slug[:80]!r} is known under this basis")
        view = (
            frame.session.open_view(frame.session.resolve_basis(frame.earlier_question(day)))
            if day
            else frame.view
        )
        plan: Data = answers.to_plain(answers.find_plan(view, slug))
    except NotFoundError as error:
        frame.refuse_parameter(parameter, error.detail, error.hint)
        return None
    return plan
