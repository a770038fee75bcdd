"""What things are called in a sentence: parties, people, issues, plans, points of plans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from api.desk.shown import short
from api.desk.words import Words
from domain.plans import Point
from projections.plans import points_of
from projections.view import View

_REGISTERED = {"party": ("party-registered", "name"), "person": ("person-registered", "name"),
               "issue": ("issue-defined", "title")}  # fmt: skip


def plan_titles(view: View) -> dict[str, str]:
    """Return the title of each plan that was introduced."""
    found: dict[str, str] = {}
    for (slug,), rows in view.cells("plan").items():
        titles = [row.value.get("title") for row in rows if row.mark == "plan-introduced"]
        found[slug] = next(filter(None, titles), slug)
    return found


@dataclass
class Names:
    """The names of what a page speaks of, read once where one is asked for."""

    view: View
    words: Words
    found: dict[str, dict[str, str]] = field(default_factory=dict)
    points: dict[str, dict[tuple[str, ...], Point]] = field(default_factory=dict)

    def of(self, kind: str, slug: Any) -> str:
        """Return a name, or the slug where nothing is registered under it."""
        if kind not in self.found:
            self.found[kind] = plan_titles(self.view) if kind == "plan" else self._registered(kind)
        return short(self.found[kind].get(str(slug)) or slug, 90)

    def speaker(self, named: Any) -> str:
        """Return the name of a speaker, written as kind and slug."""
        kind, _, slug = str(named or "").rpartition(":")
        return self.of(kind, slug) if kind in _REGISTERED else slug

    def point(self, plan: str, point: str) -> str:
        """Return what a point of a plan is called: its number and heading, as far as known."""
        if plan not in self.points:
            self.points[plan] = points_of(self.view, plan)
        fields = self.points[plan].get((plan, point), Point()).fields
        return point_called(self.words, {**fields, "point": point})

    def _registered(self, kind: str) -> dict[str, str]:
        type_, name = _REGISTERED[kind]
        items = self.view.registered(type_)
        return {str(item.value.get(kind)): str(item.value.get(name) or "") for item in items}


def point_called(words: Words, fields: dict[str, Any]) -> str:
    """Return what a point is called: ``point 12 (ZNPP)``, its slug where it has no number."""
    number, heading = fields.get("number"), short(fields.get("heading"), 60)
    if number is None:
        return heading or str(fields.get("point"))
    told = words("plan.called", number=short(number, 12))
    return f"{told} ({heading})" if heading else told
