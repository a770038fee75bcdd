"""What a state or a plan printed as text leaves off, section by section."""

from __future__ import annotations

from collections.abc import Iterator

from api.cli.sections import SECTIONS
from api.models.answers import State
from api.models.plans import Plan


def left_off_texts(state: State, section: str) -> Iterator[str]:
    """Say of each list of a section how much is left off, and how to see it."""
    for name in SECTIONS[section].bounded:
        if name in state.more:
            yield f"{_left_off_text(state, name, state.more[name].count)}, which --all shows"


def plan_left_off_texts(plan: Plan, name: str) -> Iterator[str]:
    """Say how much is left off of a list of a plan, and how to see it."""
    if more := plan.more.get(name):
        shown = len(plan.pending if name == "pending" else plan.endorsements)
        earlier = (more.count or shown) - shown
        yield f"and {earlier} earlier, which log --subject plan:{plan.plan} shows"


def _left_off_text(state: State, name: str, count: int | None) -> str:
    status, _, list_name = name.partition("_")
    shown = getattr(state, name, None)
    if shown is None:
        shown = [each for each in getattr(state, list_name) if each.status == status]
    what = "" if status == name else f" {status}"
    number = "more" if count is None else f"{count - len(shown)} more"
    return f"and {number}{what}"
