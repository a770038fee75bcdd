"""Two texts of plans held against each other, each as of a date."""

from __future__ import annotations

import re
from collections import Counter

from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.redlined import redlined
from domain.refusals import NotFoundError
from projections import answers

FATES = ("changed", "same", "not-comparable", "added", "merged", "removed")
"""What may become of the text of a point, each of one alone."""
PLACES = ("renumbered", "moved", "moved-alone", "split")
"""What may become of its place beside that."""
_SLUG = r"[a-z0-9][a-z0-9-]{0,62}"


def redline(frame: Frame, slug: str, plan: Data) -> Data | None:
    """Return the plan at one date against itself at another, or against another plan."""
    asked = frame.asked
    if not (asked.from_ or asked.to or asked.to_plan):
        return None
    other = asked.to_plan or slug
    old = _text(frame, slug, "from", asked.from_)
    new = _text(frame, other, "to_plan" if asked.to_plan else "to", asked.to)
    if old is None or new is None:
        return None
    found = redlined(old, new)
    fates = Counter(_fate(each) for each in found)
    places = Counter(mark["mark"] for each in found for mark in each["marks"])
    return {
        "old": {"plan": slug, "title": old["title"] or slug, "on": asked.from_},
        "new": {"plan": other, "title": new["title"] or other, "on": asked.to},
        "counts": {kind: fates[kind] for kind in FATES if fates[kind]},
        "places": {kind: places[kind] for kind in PLACES if places[kind]},
        "same": sum(not each["marks"] for each in found),
        "points": [each for each in found if each["marks"]] if asked.only else found,
    }


def _fate(each: Data) -> str:
    """Return what became of the text of a point: one of FATES."""
    if each["from"] is None or each["to"] is None:
        return "merged" if any(one["mark"] == "merged" for one in each["marks"]) else each["change"]
    return each["change"] if each["change"] in FATES else "same"


def _text(frame: Frame, slug: str, name: str, on: str | None) -> Data | None:
    """Return a plan as of a date; refuse the parameter where it was not known then."""
    try:
        if not re.fullmatch(_SLUG, slug):
            raise NotFoundError(f"no plan {slug[:80]!r} is known under this basis")
        view = frame.desk.view(frame.desk.basis(frame.earlier(on))) if on else frame.view
        found: Data = answers.spelled_out(answers.plan(view, slug))
    except NotFoundError as error:
        frame.refuse(name, error.detail, error.hint)
        return None
    return found
