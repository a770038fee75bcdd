"""The slugs that a model may name: those of the registry that it is told, and placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intake.registry import Registry

MAX_NAMED = 70
"""Things of each kind that a model is told."""
MAX_NEW = 9
"""Things of each kind that one answer may introduce."""
PLACEHOLDER = re.compile(r"NEW[1-9]-(?P<kind>[a-z]+)")
"""What stands for the slug of something new; no slug has capitals."""
NEW_KINDS = ("party", "person", "meeting", "plan", "deadline")
ACTOR_KINDS = ("person", "party")
SUBJECT_KINDS = ("party", "person", "issue", "meeting", "plan", "deadline")


def bound_registry(registry: Registry) -> Registry:
    """Return what of a registry a model is told: the first of each kind where there are many, and
    nothing of what was said before."""
    kinds = ("parties", "persons", "issues", "meetings", "plans", "deadlines")
    bounded: dict[str, Any] = {name: getattr(registry, name)[:MAX_NAMED] for name in kinds}
    return registry.model_copy(update=bounded | {"statements": ()})


@dataclass(frozen=True)
class Vocabulary:
    """The slugs by the kind of what has them; those of answers stand as such."""

    known: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def from_registry(cls, registry: Registry) -> Vocabulary:
        """Return the slugs of what a model is told."""
        slugs: dict[str, Iterable[str]] = {
            "party": (each.slug for each in registry.parties),
            "person": (each.slug for each in registry.persons),
            "issue": (each.slug for each in registry.issues),
            "answer": (each.answer for issue in registry.issues for each in issue.answers),
            "meeting": (each.slug for each in registry.meetings),
            "plan": (each.slug for each in registry.plans),
            "deadline": (each.slug for each in registry.deadlines),
        }
        return cls(tuple((kind, tuple(dict.fromkeys(each))) for kind, each in slugs.items()))

    def slugs(self, kind: str) -> tuple[str, ...]:
        """Return what a field may hold that names a thing of a kind."""
        new = placeholders(kind) if kind in NEW_KINDS else ()
        return (*dict(self.known).get(kind, ()), *new)

    def references(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Return what a field may hold that names things of several kinds as ``kind:slug``."""
        return tuple(f"{kind}:{slug}" for kind in kinds for slug in self.slugs(kind))


def placeholders(kind: str) -> tuple[str, ...]:
    return tuple(f"NEW{number}-{kind}" for number in range(1, MAX_NEW + 1))
