"""What things are called in a sentence: parties, people, issues, plans, points of plans."""

from __future__ import annotations

from typing import Any

from api.desk.shown import short
from api.desk.words import Words
from domain.items import Item
from domain.plans import Point
from projections.plans import points_of
from projections.view import View

_REGISTERED = {"party": ("party-registered", "name"), "person": ("person-registered", "name"),
               "issue": ("issue-defined", "title")}  # fmt: skip


def _titles(view: View, kind: str) -> dict[str, str]:
    """Return the title of each plan, from its introduction, or of each meeting, its newest."""
    found: dict[str, str] = {}
    for (slug,), rows in view.cells(kind).items():
        titles = [row.value.get("title") for row in rows
                  if kind != "plan" or row.mark == "plan-introduced"]  # fmt: skip
        found[slug] = next(filter(None, titles), slug)
    return found


class Names:
    """The names of what a page speaks of, each kind read once where one is asked for."""

    def __init__(self, view: View, words: Words) -> None:
        self.view, self.words = view, words
        self._registered: dict[str, dict[str, Item]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._points: dict[str, dict[tuple[str, ...], Point]] = {}

    def registered(self, kind: str) -> dict[str, Item]:
        """Return what is registered of a kind: parties, people or issues by slug, in order."""
        if kind not in self._registered:
            found = self.view.registered(_REGISTERED[kind][0])
            self._registered[kind] = {
                str(item.value[kind]): item for item in found if item.value.get(kind)
            }
        return self._registered[kind]

    def names(self, kind: str) -> dict[str, str]:
        """Return the names of a kind by slug, of plans and meetings too."""
        if kind not in self._names:
            self._names[kind] = _titles(self.view, kind) if kind not in _REGISTERED else {
                slug: str(item.value.get(_REGISTERED[kind][1]) or slug)
                for slug, item in self.registered(kind).items()
            }  # fmt: skip
        return self._names[kind]

    def of(self, kind: str, slug: Any) -> str:
        """Return a name fit for a sentence, or the slug where nothing is registered under it."""
        return short(self.names(kind).get(str(slug), slug), 90)

    def speaker(self, named: Any) -> str:
        """Return the name of a speaker, written as kind and slug."""
        kind, _, slug = str(named or "").rpartition(":")
        return self.of(kind, slug) if kind in _REGISTERED else slug

    def point(self, plan: str, point: str) -> str:
        """Return what a point is called: ``point 12 (ZNPP)``, without a number by its slug."""
        if plan not in self._points:
            self._points[plan] = points_of(self.view, plan)
        fields = self._points[plan].get((plan, point), Point()).fields
        number, heading = fields.get("number"), short(fields.get("heading"), 60)
        if number is None:
            return heading or point
        told = self.words("plan.called", number=short(number, 12))
        return f"{told} ({heading})" if heading else told
