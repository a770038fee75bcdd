"""The page of plans: what is on the table, and where the points of one went in the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from api.desk.asked import Shown
from api.desk.frame import Frame
from api.desk.lineage import claimed, lineage, lines
from api.desk.page import Data, Page
from api.questions import Given
from projections import answers

COLUMNS = ("plan", "title", "status", "sponsors", "points", "claimed_points", "with_text", "agreed",
           "open", "pending", "derived_from", "known_at")  # fmt: skip


class Asked(Shown):
    line: Annotated[Given, Field(description="The plan that the line of descent ends with.")] = None


def data(frame: Frame) -> Data:
    """Return every plan in short, and one line of descent point by point."""
    plans = {each["plan"]: each for each in answers.spelled_out(answers.plans(frame.view))}
    found = lines(plans)
    chosen = next((line for line in found if line[-1] == frame.asked.line), None)
    if frame.asked.line and chosen is None:
        frame.refuse("line", f"no line of descent ends with {frame.asked.line[:80]!r}")
    chosen = chosen or (found[0] if found else None)
    titles = {slug: each["title"] or slug for slug, each in plans.items()}
    return {
        "plans": [told(frame, plans[slug]) for slug in _by_age(plans)],
        "titles": titles,
        "lines": found,
        "lineage": chosen and lineage(plans, chosen),
    }


def _by_age(plans: dict[str, Data]) -> list[str]:
    """Return the plans, the newest first, those that were superseded last."""
    newest = sorted(plans, key=lambda slug: str(plans[slug]["known_at"] or ""), reverse=True)
    return sorted(newest, key=lambda slug: plans[slug]["status"] == "superseded")


def told(frame: Frame, plan: Data) -> Data:
    """Return a plan without its text: what it is, whose, and how much of it is known and agreed."""
    names = frame.names("party")
    return {
        "plan": plan["plan"],
        "title": plan["title"] or plan["plan"],
        "status": plan["status"],
        "sponsors": [{"party": each, "name": names.get(each, each)} for each in plan["sponsors"]],
        "points": len(plan["points"]),
        "claimed_points": claimed(plan),
        "with_text": sum(bool(point["text"]) for point in plan["points"]),
        "agreed": len(plan["agreed"]),
        "open": len(plan["open"]),
        "pending": len(plan["pending"]),
        "derived_from": plan["derived_from"],
        "known_at": plan["known_at"],
        "sources": plan["sources"],
        "single_source": plan["single_source"],
    }


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for each in data["plans"]:
        yield {
            **each,
            "sponsors": " ".join(one["party"] for one in each["sponsors"]),
            "claimed_points": "/".join(map(str, each["claimed_points"])),
            "derived_from": " ".join(each["derived_from"]),
        }


PAGE = Page("plans", data, asks=Asked, columns=COLUMNS, rows=rows)
