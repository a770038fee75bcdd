"""Which party or person stands for which, where one was registered twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from domain.acceptance import find_references
from domain.held_json import dump_held
from domain.model import Json

Registered = tuple[str, str]
"""The kind of what is registered, party or person, and its slug."""


@dataclass(frozen=True)
class Merges:
    """The registrations that are second ones as of a basis, each with the slug that stands for
    it."""

    slugs: Mapping[Registered, str] = field(default_factory=dict)

    @cached_property
    def shown(self) -> frozenset[Registered]:
        """All that is merged, and what stands for it."""
        standing_for = {(kind, slug) for (kind, _), slug in self.slugs.items()}
        return frozenset(standing_for.union(self.slugs))

    def slug_of(self, kind: str, slug: str) -> str:
        """Return the slug that stands for a thing: mostly its own."""
        return self.slugs.get((kind, slug), slug)

    def subject_of(self, subject: str) -> str:
        """Return what stands for a subject such as ``party:russia``; one without a kind is a person
        if one was merged, else a party."""
        kind, separator, slug = subject.rpartition(":")
        kinds = (kind,) if separator else ("person", "party")
        shown_slug = next((self.slugs[k, slug] for k in kinds if (k, slug) in self.slugs), slug)
        return f"{kind}{separator}{shown_slug}"

    def slugs_for(self, kind: str, slug: str) -> list[str]:
        """Return all slugs under which what a slug means was recorded, first what stands for it."""
        shown_slug = self.slug_of(kind, slug)
        merged = [
            own for (of, own), other in self.slugs.items() if (of, other) == (kind, shown_slug)
        ]
        return [shown_slug, *merged]

    def subjects_for(self, subject: str) -> list[str]:
        """Return the same for a subject such as ``party:russia``."""
        kind, _, slug = subject.partition(":")
        return [f"{kind}:{each}" for each in self.slugs_for(kind, slug)]

    def rename(self, body: bytes) -> bytes:
        """Return the JSON of an event's own fields with what stands for the things that it names.

        A registration keeps its own slug.
        """
        if not any(slug in body for slug in self._slug_bytes):
            return body
        value: Json = orjson.loads(body)
        kind = value["type"]
        changed = self._rename_in(kind, value)
        for rival in value.get("rivals") or ():
            claimed = {rival["field"]: rival["value"]}
            changed |= self._rename_in(kind, claimed)
            rival["value"] = claimed[rival["field"]]
        return dump_held(value) if changed else body

    @cached_property
    def _slug_bytes(self) -> list[bytes]:
        return [slug.encode() for _, slug in self.slugs]

    def _rename_in(self, kind: str, value: Json) -> bool:
        changed_fields = set()
        for pointer, named_kind, slug in list(find_references(kind, value)):
            other = (
                self.subject_of(slug) if named_kind == "speaker" else self.slug_of(named_kind, slug)
            )
            if other != slug:
                path = pointer[1:].split("/")
                _replace_end(value, path, slug, other)
                changed_fields.add(path[0])
        for name in changed_fields:
            if isinstance(value[name], list):
                value[name] = _without_repeats(value[name])
        return bool(changed_fields)


NO_MERGES = Merges()


def _replace_end(value: Any, path: list[str], slug: str, other: str) -> None:
    """Replace a slug at a place, where a kind may stand before it."""
    *outer, last = [int(part) if part.isdigit() else part for part in path]
    for part in outer:
        value = value[part]
    value[last] = value[last].removesuffix(slug) + other


def _without_repeats(values: Iterable[object]) -> list[object]:
    return list({orjson.dumps(each): each for each in values}.values())


def follow(same_as: Mapping[Registered, str], order: Mapping[Registered, int]) -> Merges:
    """Return what stands for each registration that is the same as another, through others.

    Where they go in a circle, which an older log or an embargo may hold, the first registered by
    ``order`` stands for all.
    """
    slugs = {}
    for kind, slug in same_as:
        chain = [slug]
        while (kind, chain[-1]) in same_as and chain[-1] not in chain[:-1]:
            chain.append(same_as[kind, chain[-1]])
        end = chain[-1]
        if end in chain[:-1]:
            circle = chain[chain.index(end) : -1]
            end = min(circle, key=lambda each: order[kind, each])
        if end != slug:
            slugs[kind, slug] = end
    return Merges(slugs)
